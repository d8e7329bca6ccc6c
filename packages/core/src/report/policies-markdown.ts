import type { PoliciesAnswer, PoliciesFor, PolicyAnswer, PolicyList, PolicyMatch } from "../analyses/policies.ts";
import type { RuleMatch } from "../analyses/rule-match.ts";
import type { UnusedPolicy } from "../model/cluster.ts";
import { formatPortMatch } from "../model/ports.ts";
import { policyId } from "../model/program.ts";
import { formatSpan } from "../model/source.ts";
import { escaped, markdownRow } from "./markdown.ts";
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

/** The answer to a question about policies as Markdown. */
export function policiesMarkdown(answer: PoliciesAnswer): string {
  const words = new PolicyWords(answer.endpoints);
  const sections = sectionsOf(answer, words);
  const notes = words.notes().map((note) => `- ${escaped(note)}`);
  return `${[...sections, ...(notes.length > 0 ? ["In doubt", notes.join("\n")] : [])].join("\n\n")}\n`;
}

function sectionsOf(answer: PoliciesAnswer, words: PolicyWords): readonly string[] {
  switch (answer.about) {
    case "all":
      return policyTable(answer);
    case "endpoint":
      return endpointSections(answer, words);
    case "policy":
      return policySections(answer, words);
  }
}

function policyTable({ policies, leftOut }: PolicyList): readonly string[] {
  if (policies.length === 0 && leftOut.length === 0) return ["## Policies", "There is no policy."];
  const rows = policies.map((policy) =>
    markdownRow(
      titleOf(policy.policy),
      orderOf(policy),
      countWorkloads(policy.selects),
      directionsOf(policy).join(", ") || "none",
      countRules(policy),
      formatSpan(policy.policy.span),
    ),
  );
  const others = leftOut.map((one) =>
    markdownRow(titleOf(one), "", `left out: ${one.reason}`, "", "", formatSpan(one.span)),
  );
  const head = ["| Policy | Order | Selects | Directions | Rules | At |", "| --- | --- | --- | --- | --- | --- |"];
  return ["## Policies", [...head, ...rows, ...others].join("\n")];
}

function endpointSections(answer: PoliciesFor, words: PolicyWords): readonly string[] {
  const { endpoint, governed, leftOut } = answer;
  const head = `## Policies for ${escaped(endpoint.id)}`;
  if (governed === "outside") return [head, "It is outside the cluster, where no policy governs."];
  const sides = (["ingress", "egress"] as const).flatMap((direction) => {
    const { isolation, assumptions, policies } = answer[direction];
    const stand = `**${direction}**: ${standWords(isolation, policies.length)}${words.marks(assumptions)}`;
    const rows = policies.flatMap((policy) => rulesOf(policy, words));
    return rows.length === 0
      ? [stand]
      : [stand, ["| Policy | Rule | Ports | Peers | At |", "| --- | --- | --- | --- | --- |", ...rows].join("\n")];
  });
  const onHost = governed === "host-network" ? ["It is on the host network, so its traffic is its node's."] : [];
  return [head, ...onHost, ...sides, ...(leftOut.length > 0 ? ["May select it, but", leftOutList(leftOut)] : [])];
}

function rulesOf(policy: PolicyMatch, words: PolicyWords): readonly string[] {
  const id = policyId(policy.policy);
  const whom = policy.selects.every(({ likelihood }) => likelihood === "certain") ? "" : words.who(policy.selects);
  const name = whom === "" ? id : `${id}, selects ${whom}`;
  const rules = policy.rules.map((rule) =>
    markdownRow(name, ruleWords(rule), words.ports(rule), words.peers(rule), formatSpan(rule.span)),
  );
  const ignored = policy.ignored.map((rule) =>
    markdownRow(name, `${rule.index + 1}: ${ignoredWords(rule)}`, "", "", formatSpan(rule.span)),
  );
  const none =
    rules.length + ignored.length === 0 ? [markdownRow(name, "none", "", "", formatSpan(policy.policy.span))] : [];
  return [...rules, ...ignored, ...none];
}

function ruleWords({ index, action, remark }: RuleMatch): string {
  return `${index + 1}: ${action}${remarkWords(remark)}`;
}

function policySections({ match, leftOut }: PolicyAnswer, words: PolicyWords): readonly string[] {
  if (!match) return [leftOutList(leftOut)];
  const order = orderOf(match);
  const facts = [
    `written at ${formatSpan(match.policy.span)}`,
    `selects ${subjectWords(match)}: ${words.selected(match)}`,
    order === "" ? `isolates ${match.isolates.join(", ") || "nobody"}` : `tier ${order}`,
  ];
  const rules = match.rules.flatMap((rule) => [
    `### ${escaped(`${rule.direction} rule ${ruleWords(rule)}`)}`,
    ["| Part | Line | Written | Matches |", "| --- | --- | --- | --- |", ...partRows(rule, match, words)].join("\n"),
  ]);
  const ignored = match.ignored.map((rule) =>
    escaped(`${rule.direction} rule ${rule.index + 1} ${ignoredWords(rule)} (${formatSpan(rule.span)})`),
  );
  return [
    `## ${escaped(titleOf(match.policy))}`,
    facts.map((fact) => `- ${escaped(fact)}`).join("\n"),
    ...rules,
    ...ignored,
  ];
}

function partRows(rule: RuleMatch, { policy }: PolicyMatch, words: PolicyWords): readonly string[] {
  const preposition = rule.direction === "ingress" ? "from" : "to";
  const ports =
    rule.ports === "any"
      ? [markdownRow("ports", "", "every port", "")]
      : rule.ports.map((port) => {
          const { span } = port.written;
          return markdownRow("port", `${span.line}`, formatPortMatch(port.written), words.port(port) ?? "");
        });
  const peers =
    rule.peers === "any"
      ? [markdownRow(preposition, "", "anyone", "")]
      : rule.peers.map((peer) =>
          markdownRow(preposition, `${peer.span.line}`, peerWords(peer), words.peer(peer, policy)),
        );
  return [...ports, ...peers];
}

function leftOutList(leftOut: readonly UnusedPolicy[]): string {
  return leftOut
    .map((policy) => `- ${escaped(`${titleOf(policy)} was ${leftOutWords(policy)} (${formatSpan(policy.span)})`)}`)
    .join("\n");
}
