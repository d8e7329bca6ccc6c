import type { AttackPath } from "../analyses/attack/path.ts";
import type { Cause, PairChange } from "../analyses/delta/change.ts";
import type { Delta } from "../analyses/delta.ts";
import type { ExposureChange, WayChange } from "../analyses/exposure/exposure-delta.ts";
import type { Finding } from "../analyses/findings/finding.ts";
import type { Endpoint } from "../engine/endpoints.ts";
import { policyId } from "../model/program.ts";
import { formatSpan } from "../model/source.ts";
import { type DeltaReport, uniqueCauses } from "./delta.ts";
import { kindWords, pathWords, standingOf, targetWords } from "./exposure-words.ts";
import { namesOf } from "./names.ts";

/** Something that follows from changed connections, and the edits behind it as far as connections show them and there are several. */
export interface Consequence {
  readonly sign: "new" | "gone" | "now";
  readonly words: string;
  readonly causes: readonly Cause[];
}

/** What follows from a delta, kind by kind: ways in from the internet, findings, attack paths. */
export function consequencesOf(report: DeltaReport): readonly { title: string; lines: readonly Consequence[] }[] {
  const kinds = [
    { title: "Exposure to the internet", lines: exposureLines(report) },
    { title: "Findings", lines: findingLines(report) },
    { title: "Attack paths", lines: pathLines(report) },
  ];
  const isPlain = editsOf(report.delta).length < 2;
  return kinds
    .filter(({ lines }) => lines.length > 0)
    .map(({ title, lines }) => ({ title, lines: isPlain ? lines.map((line) => ({ ...line, causes: [] })) : lines }));
}

/** Everything that brought some change about. */
function editsOf(delta: Delta): readonly Cause[] {
  return uniqueCauses([...pairsOf(delta), ...delta.others, ...delta.isolation].flatMap(({ because }) => because));
}

function exposureLines({ delta, exposure }: DeltaReport): readonly Consequence[] {
  const endpoints = exposure.flatMap(({ before, after }) => after?.endpoint ?? before?.endpoint ?? []);
  const nameOf = namesOf(endpoints);
  return exposure.flatMap((change) =>
    change.ways.map((way) => ({
      sign: signOf(way),
      words: `${standings(change)}: ${wayWords(way, nameOf)}`,
      causes: exposureCauses(delta, change.id, way),
    })),
  );
}

function signOf({ before, after }: WayChange): Consequence["sign"] {
  if (!before) return "new";
  return after ? "now" : "gone";
}

function standings({ before, after, id }: ExposureChange): string {
  const [was, is] = [before, after].map((one) => (one ? standingOf(one) : "not there"));
  return was === is ? `${id} stays ${is}` : `${id} ${was} → ${is}`;
}

function wayWords({ before, after }: WayChange, nameOf: (one: Endpoint) => string): string {
  const entry = after ?? before;
  if (!entry) return "";
  const [last] = entry.chain.slice(-1);
  const at = last ? ` (${after ? "" : "was "}${formatSpan(last.span)})` : "";
  const open = before && after ? `, ${before.open} → ${after.open}` : `, ${kindWords(entry)} to ${targetWords(entry)}`;
  return `${pathWords(entry, nameOf).join(" → ")}${open}${at}`;
}

/** What changed between the workload and whatever hands requests on to it. */
export function exposureCauses(delta: Delta, id: string, { before, after }: WayChange): readonly Cause[] {
  const proxies = [before, after].flatMap((entry) => entry?.controller?.endpoint?.id ?? []);
  const isSource = (from: Endpoint) => (proxies.length === 0 ? from.type === "address" : proxies.includes(from.id));
  return causesBetween(delta, ({ from, to }) => to.id === id && isSource(from));
}

function findingLines({ delta, gaps }: DeltaReport): readonly Consequence[] {
  const line = (sign: Consequence["sign"], finding: Finding, severity: string): Consequence => ({
    sign,
    words: `${finding.id} ${severity}: ${finding.fact}`,
    causes: findingCauses(delta, finding),
  });
  return [
    ...gaps.opened.map((finding) => line("new", finding, finding.severity)),
    ...gaps.changed.map(({ before, after }) => line("now", after, `${before.severity} → ${after.severity}`)),
    ...gaps.closed.map((finding) => line("gone", finding, finding.severity)),
  ];
}

/** The edit of its own policy; else what changed on the flow that shows it, or in the isolation of what it is about. */
export function findingCauses(delta: Delta, { policy, witness, endpoints, direction }: Finding): readonly Cause[] {
  const isolation = delta.isolation.filter(
    (change) => endpoints.includes(change.endpoint.id) && (direction ?? change.direction) === change.direction,
  );
  const own =
    policy && [...pairsOf(delta), ...delta.isolation].flatMap(({ because }) => because.filter(isAbout(policy)));
  if (own && own.length > 0) return uniqueCauses(own);
  const shown = witness
    ? causesBetween(delta, ({ from, to }) => isNamed(from, witness.from) && isNamed(to, witness.to))
    : [];
  return shown.length > 0 ? shown : uniqueCauses(isolation.flatMap(({ because }) => because));
}

function isAbout(policy: NonNullable<Finding["policy"]>): (cause: Cause) => boolean {
  return (cause) =>
    cause.kind === "policy" && cause.policy.kind === policy.kind && policyId(cause.policy) === policyId(policy);
}

function pathLines({ delta, paths }: DeltaReport): readonly Consequence[] {
  const line = (sign: Consequence["sign"], path: AttackPath, was?: AttackPath): Consequence => ({
    sign,
    words: was ? `${stations(path)} (was ${stations(was)})` : stations(path),
    causes: pathCauses(delta, was ? [was, path] : [path]),
  });
  return [
    ...paths.opened.map((path) => line("new", path)),
    ...paths.changed.map(({ before, after }) => line("now", after, before)),
    ...paths.closed.map((path) => line("gone", path)),
  ];
}

function stations({ from, steps }: AttackPath): string {
  return [from, ...steps.map(({ to }) => to)].join(" → ");
}

/** What changed on the steps of a path. */
export function pathCauses(delta: Delta, paths: readonly AttackPath[]): readonly Cause[] {
  const hops = paths.flatMap(({ steps }) => steps);
  return causesBetween(delta, (pair) => hops.some(({ from, to }) => isNamed(pair.from, from) && isNamed(pair.to, to)));
}

function causesBetween(delta: Delta, isMeant: (pair: PairChange) => boolean): readonly Cause[] {
  return uniqueCauses(
    pairsOf(delta)
      .filter(isMeant)
      .flatMap(({ because }) => because),
  );
}

function pairsOf({ added, removed, changed, unsettled }: Delta): readonly PairChange[] {
  return [...added, ...removed, ...changed, ...unsettled];
}

function isNamed({ id, type }: Endpoint, name: string): boolean {
  return id === name || (name === "internet" && type === "address");
}
