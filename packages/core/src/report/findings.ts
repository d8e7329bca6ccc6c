import {
  FINDING_SEVERITIES,
  type Finding,
  type FindingFix,
  type FindingSeverity,
} from "../analyses/findings/finding.ts";
import type { Screened } from "../analyses/findings/screen.ts";
import type { Posture } from "../analyses/posture/posture.ts";
import type { Endpoint } from "../engine/endpoints.ts";

/** What every form of a report on findings is made from. */
export interface FindingsReport {
  readonly screened: Screened;
  /** See {@link import("../analyses/findings/check.ts").Findings.withoutTrial}. */
  readonly withoutTrial: number;
  /** How the cluster stands besides; absent where nobody asked. */
  readonly posture?: Posture;
}

/** How many findings there are of each severity. */
export function severityCounts(findings: readonly Finding[]): { readonly [S in FindingSeverity]: number } {
  const counts = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };
  for (const { severity } of findings) counts[severity]++;
  return counts;
}

/** `2 high, 3 medium`, without what there is none of. */
export function severityWords(findings: readonly Finding[]): string {
  const counts = severityCounts(findings);
  return FINDING_SEVERITIES.filter((severity) => counts[severity] > 0)
    .map((severity) => `${counts[severity]} ${severity}`)
    .join(", ");
}

/** What a fix was seen to do when it was tried. */
export function fixEffect(fix: FindingFix): string {
  const { leaves, settings } = fix;
  const parts = [
    flowEffect(fix),
    ...radiusEffect(fix),
    ...(leaves === undefined ? [] : [`the finding stays, as ${leaves}`]),
    ...(settings.length === 0 ? [] : ["whether what goes is used, the manifests do not show"]),
  ];
  return parts.join("; ");
}

/** What else falls with a workload that has fallen, where that is another number. */
function radiusEffect({ blastRadius }: FindingFix): readonly string[] {
  if (!blastRadius) return [];
  const [before, after] = [twoDecimals(blastRadius.before), twoDecimals(blastRadius.after)];
  return before === after ? [] : [`with one workload ${after} others then fall on average, and not ${before}`];
}

/** Two decimals say all there is to compare. */
export function twoDecimals(value: number): number {
  return Math.round(value * 100) / 100;
}

function flowEffect({ changes, counted, needs, breaks }: FindingFix): string {
  const closed = pairsAmong(changes.filter((change) => !change.closed.isEmpty));
  const opened = pairsAmong(changes.filter((change) => !change.opened.isEmpty));
  const more = counted === "all" ? "" : "at least ";
  const parts = [
    ...(closed > 0 ? [`closes connections of ${more}${pairs(closed)}`] : []),
    ...(opened > 0 ? [`opens connections of ${more}${pairs(opened)}`] : []),
  ];
  const effect = parts.length > 0 ? parts.join(" and ") : "changes no connection of this input";
  if (closed === 0) return effect;
  if (needs === "unknown") return `${effect}; what is needed, the manifests do not show`;
  const [first] = breaks;
  const needed = first
    ? `${breaks.length} known to be needed, such as ${first.from} → ${first.to}`
    : "none of them known to be needed";
  return `${effect}, ${needed}`;
}

/** `12 × NPG202 allow-all-egress`, for the findings folded under one. */
export function foldedWords({ covers }: Finding): readonly string[] {
  const counts = new Map<string, number>();
  for (const { id, name } of covers) counts.set(`${id} ${name}`, (counts.get(`${id} ${name}`) ?? 0) + 1);
  return [...counts].map(([what, count]) => (count === 1 ? what : `${count} × ${what}`));
}

/** How many pairs these are, with all outside addresses as one end: into how many blocks policies cut them says nothing of a fix. */
function pairsAmong(changes: FindingFix["changes"]): number {
  const end = ({ type, id }: Endpoint) => (type === "address" ? "outside" : id);
  return new Set(changes.map(({ from, to }) => `${end(from)} ${end(to)}`)).size;
}

function pairs(count: number): string {
  return `${count} ${count === 1 ? "pair" : "pairs"}`;
}
