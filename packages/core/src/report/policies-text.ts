import type {
  IgnoredRule,
  PoliciesAnswer,
  PoliciesFor,
  PoliciesForDirection,
  PolicyAnswer,
  PolicyList,
  PolicyMatch,
  PolicySummary,
} from "../analyses/policies.ts";
import type { RuleMatch } from "../analyses/rule-match.ts";
import type { UnusedPolicy } from "../model/cluster.ts";
import type { Direction } from "../model/flow.ts";
import { formatPortMatch } from "../model/ports.ts";
import { type Action, policyId } from "../model/program.ts";
import { formatSpan } from "../model/source.ts";
import { printable } from "./escape.ts";
import {
  countRules,
  countWorkloads,
  directionsOf,
  ignoredWords,
  leftOutWords,
  orderOf,
  PolicyWords,
  peerWords,
  remarkWords,
  standWords,
  subjectWords,
  titleOf,
} from "./policy-words.ts";
import { type Cell, type Paint, plainPaint, table, wrapped } from "./table.ts";
import type { TextOptions } from "./text.ts";

/** How a page of text looks, and the words it has in common. */
interface Page {
  readonly width: number;
  readonly paint: Paint;
  readonly words: PolicyWords;
}

/** The answer to a question about policies, for a person. */
export function policiesText(answer: PoliciesAnswer, { width = 100, paint = plainPaint }: TextOptions = {}): string {
  const page: Page = { width, paint, words: new PolicyWords(answer.endpoints) };
  const sections = [...sectionsOf(answer, page), inDoubt(page)];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

function sectionsOf(answer: PoliciesAnswer, page: Page): readonly (readonly string[])[] {
  switch (answer.about) {
    case "all":
      return [policyTable(answer, page)];
    case "endpoint":
      return endpointSections(answer, page);
    case "policy":
      return policySections(answer, page);
  }
}

// ----------------------------------------------------------------------------------------------------------- every policy

const COLUMNS = ["POLICY", "KIND", "SELECTS", "DIRECTIONS", "RULES", "AT"];

function policyTable({ policies, leftOut }: PolicyList, { width, paint }: Page): string[] {
  if (policies.length === 0 && leftOut.length === 0) return ["There is no policy."];
  const rows = [
    ...policies.map((policy) => summaryRow(policy, paint)),
    ...leftOut.map((one) => leftOutRow(one, paint)),
  ];
  return table([COLUMNS.map((text): Cell => ({ text, paint: paint.dim })), ...rows], width);
}

function summaryRow(policy: PolicySummary, paint: Paint): Cell[] {
  const { policy: ref, selects } = policy;
  const order = orderOf(policy);
  return [
    { text: policyId(ref), paint: paint.bold },
    { text: order === "" ? ref.kind : `${ref.kind} (${order})` },
    { text: countWorkloads(selects), ...(selects.length === 0 && { paint: paint.yellow }) },
    { text: directionsOf(policy).join(", ") || "none" },
    { text: countRules(policy) },
    { text: formatSpan(ref.span) },
  ];
}

function leftOutRow(policy: UnusedPolicy, paint: Paint): Cell[] {
  const { kind, span, reason } = policy;
  return [
    { text: policyId(policy), paint: paint.bold },
    { text: kind },
    { text: `left out: ${reason}`, paint: paint.yellow },
    { text: "-" },
    { text: "-" },
    { text: formatSpan(span) },
  ];
}

// ----------------------------------------------------------------------------------------------------------- one endpoint

function endpointSections(answer: PoliciesFor, page: Page): readonly (readonly string[])[] {
  const { endpoint, governed, leftOut } = answer;
  const head = page.paint.bold(printable(endpoint.id));
  if (governed === "outside") return [[`${head} is outside the cluster, where no policy governs`]];
  const what = governed === "host-network" ? " is on the host network, so its traffic is its node's" : "";
  return [
    [head + what],
    directionSection("ingress", answer.ingress, answer, page),
    directionSection("egress", answer.egress, answer, page),
    ...(leftOut.length > 0 ? [leftOutSection(leftOut, "May select it, but", page)] : []),
  ];
}

function directionSection(
  direction: Direction,
  { isolation, assumptions, policies }: PoliciesForDirection,
  answer: PoliciesFor,
  page: Page,
): string[] {
  const tint = isolation === "yes" ? page.paint.green : page.paint.yellow;
  return [
    `${page.paint.bold(direction)}  ${tint(standWords(isolation, policies.length))}${page.words.marks(assumptions)}`,
    ...policies.flatMap((policy) => policyOf(policy, direction, answer, page)),
  ];
}

function policyOf(policy: PolicyMatch, direction: Direction, answer: PoliciesFor, page: Page): string[] {
  const { policy: ref, selects, rules, ignored } = policy;
  const isWhole = selects.length === Math.max(answer.endpoint.members.length, 1);
  const certain = selects.every(({ likelihood }) => likelihood === "certain");
  const whom = isWhole && certain ? "" : `, selects ${doubtfulPart(policy, isWhole, page)}`;
  const order = orderOf(policy);
  const heading = `${policyId(ref)}${order === "" ? "" : ` (${order})`}${whom} (${formatSpan(ref.span)})`;
  const none = rules.length === 0 && ignored.length === 0 ? [`    no ${direction} rule`] : [];
  const rows = rules.map((rule) => ruleRow(rule, page));
  return [
    ...wrapped(printable(heading), page.width, "  ", "    "),
    ...(rows.length > 0 ? table(rows, page.width, "    ") : []),
    ...ignored.map((rule) => `    ${printable(`${ruleTitle(rule, "short")} ${ignoredWords(rule)}`)}`),
    ...none,
  ];
}

/** Who of an endpoint a policy selects, where that is not all of it for sure. */
function doubtfulPart({ selects }: PolicyMatch, isWhole: boolean, { words }: Page): string {
  if (!isWhole) return words.who(selects);
  const assumptions = new Set(selects.flatMap((match) => match.assumptions));
  const perhaps = selects.some(({ likelihood }) => likelihood === "possible") ? "it perhaps" : "it";
  return `${perhaps}${words.marks([...assumptions])}`;
}

function ruleRow(rule: RuleMatch, { words, paint }: Page): Cell[] {
  const preposition = rule.direction === "ingress" ? "from" : "to";
  const remark = rule.remark === "peers-match-nothing" ? "" : remarkWords(rule.remark);
  return [
    { text: `${ruleTitle(rule, "short")} ${ACTS[rule.action]}${remark}`, paint: tintOf(rule, paint) },
    { text: words.ports(rule), paint: paint.cyan },
    { text: `${preposition} ${words.peers(rule)}` },
  ];
}

// ------------------------------------------------------------------------------------------------------------- one policy

function policySections({ match, leftOut }: PolicyAnswer, page: Page): readonly (readonly string[])[] {
  if (!match) return [leftOutSection(leftOut, "", page)];
  return [
    headOf(match, page),
    ...match.rules.map((rule) => ruleSection(rule, match, page)),
    ...match.ignored.map((rule) => [
      ...wrapped(printable(`${ruleTitle(rule, "long")} ${ignoredWords(rule)} (${formatSpan(rule.span)})`), page.width),
    ]),
  ];
}

function headOf(match: PolicyMatch, { paint, words, width }: Page): string[] {
  const { policy, isolates, selects, tier, rules, ignored } = match;
  const order = orderOf(match);
  const none = rules.length + ignored.length === 0 ? [[{ text: "rules" }, { text: "none" }]] : [];
  const rows: Cell[][] = [
    [{ text: "selects" }, { text: `${subjectWords(match)}: ${whom(selects.length === 0, words.selected(match))}` }],
    ...(order === "" ? [] : [[{ text: "tier" }, { text: order }]]),
    ...(tier === "network-policy" ? [[{ text: "isolates" }, { text: isolates.join(", ") || "nobody" }]] : []),
    ...none,
  ];
  const title = wrapped(printable(`${titleOf(policy)} (${formatSpan(policy.span)})`), width, "", "  ");
  return [...title.map((line, i) => (i === 0 ? paint.bold(line) : line)), ...table(rows, width, "  ")];
}

function whom(isIdle: boolean, words: string): string {
  return isIdle ? `${words}, so it has no effect` : words;
}

function ruleSection(rule: RuleMatch, policy: PolicyMatch, page: Page): string[] {
  const { paint, width } = page;
  const title = `${ruleTitle(rule, "long")} ${ACTS[rule.action]}${remarkWords(rule.remark)} (${formatSpan(rule.span)})`;
  const [first = "", ...rest] = wrapped(printable(title), width, "", "  ");
  return [
    tintOf(rule, paint)(first),
    ...rest,
    ...table([...portRows(rule, page), ...peerRows(rule, policy, page)], width, "  "),
  ];
}

function portRows({ ports }: RuleMatch, { words, paint }: Page): Cell[][] {
  if (ports === "any") return [[{ text: "ports" }, { text: "every port", paint: paint.cyan }, { text: "" }]];
  return ports.map((port) => [
    { text: `port (line ${port.written.span.line})` },
    { text: formatPortMatch(port.written), paint: paint.cyan },
    { text: words.port(port) ?? "" },
  ]);
}

function peerRows({ direction, peers, remark }: RuleMatch, { policy }: PolicyMatch, { words }: Page): Cell[][] {
  const preposition = direction === "ingress" ? "from" : "to";
  if (peers === "any")
    return [[{ text: preposition }, { text: remark === "fails-closed" ? "everyone" : "anyone" }, { text: "" }]];
  return peers.map((peer) => [
    { text: `${preposition} (line ${peer.span.line})` },
    { text: peerWords(peer) },
    { text: words.peer(peer, policy) },
  ]);
}

// ----------------------------------------------------------------------------------------------------------------- shared

const ACTS: { readonly [A in Action]: string } = { allow: "allows", deny: "denies", pass: "passes on" };

function ruleTitle({ direction, index, span }: RuleMatch | IgnoredRule, form: "short" | "long"): string {
  return form === "short" ? `rule ${index + 1} (line ${span.line})` : `${direction} rule ${index + 1}`;
}

function tintOf({ action, remark }: RuleMatch, paint: Paint): (text: string) => string {
  if (remark === "peers-match-nothing" || remark === "ports-match-nothing") return paint.yellow;
  return { allow: paint.green, deny: paint.red, pass: paint.cyan }[action];
}

function leftOutSection(leftOut: readonly UnusedPolicy[], lead: string, { width, paint }: Page): string[] {
  const lines = leftOut.flatMap((policy) =>
    wrapped(
      printable(`${titleOf(policy)} was ${leftOutWords(policy)} (${formatSpan(policy.span)})`),
      width,
      lead === "" ? "" : "  ",
      "    ",
    ),
  );
  return lead === "" ? lines : [paint.bold(lead), ...lines];
}

function inDoubt({ words, width, paint }: Page): string[] {
  const notes = words.notes();
  if (notes.length === 0) return [];
  return [paint.bold("In doubt"), ...notes.flatMap((note) => wrapped(printable(note), width, "  ", "      "))];
}
