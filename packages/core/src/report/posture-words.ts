import { statementWords } from "../analyses/choke-points.ts";
import { AUDIT_VERDICTS, type AuditRow, type AuditVerdict } from "../analyses/posture/audit/row.ts";
import { type Dimension, rounded } from "../analyses/posture/dimension.ts";
import type { Lever } from "../analyses/posture/levers.ts";
import type { Profile } from "../analyses/posture/profile.ts";

/** `69.9 %`, or `n/a`. */
export function valueWords({ value }: Pick<Dimension, "value">): string {
  return value === undefined ? "n/a" : `${rounded(value)} %`;
}

/** What a value says, with what open questions leave of it. */
export function meaningWords({ because, range }: Dimension): string {
  if (!range) return because;
  return `${because}; ${rounded(range[0])} to ${rounded(range[1])}, as questions the input leaves open are answered`;
}

/** `132 pairs of workloads, 26 pairs allowed`. */
export function partWords({ parts }: Dimension): string {
  return parts.map(({ name, value }) => `${name} ${Math.round(value * 100) / 100}`).join(", ");
}

export function scopeWords({ scope, needs }: Profile): string {
  const { workloads, namespaces } = scope;
  const known = needs.declared + needs.inferred;
  const provenance =
    known === 0
      ? "what they need, the manifests do not show"
      : `${known} needed ${known === 1 ? "flow" : "flows"} known (${[
          ...(needs.declared > 0 ? [`${needs.declared} declared`] : []),
          ...(needs.inferred > 0 ? [`${needs.inferred} inferred`] : []),
        ].join(", ")})`;
  return `${workloads} ${workloads === 1 ? "workload" : "workloads"} in ${namespaces} ${namespaces === 1 ? "namespace" : "namespaces"}; ${provenance}`;
}

/** What the profile comes to, with the part that decides it; or why it comes to nothing. */
export function headlineWords({ weakest, dimensions }: Profile): string {
  if (!weakest) return "No headline: it takes needed flows, and none is known.";
  const title = dimensions.find(({ id }) => id === weakest.dimension)?.title ?? weakest.dimension;
  return `Weakest link: ${title} ${rounded(weakest.value)}.`;
}

export function enforcementWords({ enforcement }: Profile): string | undefined {
  switch (enforcement) {
    case "shown":
      return undefined;
    case "absent":
      return "The network plugin of the input does not enforce NetworkPolicy, so that policies count for nothing.";
    case "if-told":
    case "unknown":
      return "The input does not show that NetworkPolicy is enforced. If it is not, segmentation, containment, egress, entry to jewel and default deny are 0.";
  }
}

export function weightWords({ weights: { entry, jewel, declaredJewel, weakPort } }: Profile): string {
  return `Weights: what can be entered from outside, and the outside, ${entry} as a source; what looks worth taking ${jewel}, what is declared to be, the API server and the metadata service ${declaredJewel} as a destination; ports that usually ask for no login ${weakPort}; all else 1.`;
}

/** `narrow ingress rule 1 of shop/web …: containment +90.5, segmentation +3.4`. */
export function leverWords({ statement, pairs, gains }: Lever): string {
  const moved = Object.entries(gains)
    .filter(([, gain]) => gain >= 0.05)
    .sort(([, a], [, b]) => b - a)
    .map(([dimension, gain]) => `${dimension} +${rounded(gain)}`);
  return `${statementWords(statement)} (${pairs} ${pairs === 1 ? "pair" : "pairs"} in excess): ${moved.join(", ") || "no dimension by itself"}`;
}

export function verdictCounts(audit: readonly AuditRow[]): { readonly [V in AuditVerdict]: number } {
  const counts = { fail: 0, warn: 0, unknown: 0, pass: 0, "not-assessable": 0 };
  for (const { verdict } of audit) counts[verdict]++;
  return counts;
}

/** `3 fail, 5 warn, 12 unknown`. */
export function auditWords(audit: readonly AuditRow[]): string {
  const counts = verdictCounts(audit);
  return AUDIT_VERDICTS.filter((verdict) => counts[verdict] > 0)
    .map((verdict) => `${counts[verdict]} ${verdict.replace("-", " ")}`)
    .join(", ");
}

export const DISCLAIMER =
  "The numbers compare this cluster with its own needs. They are no probability of a breach and no level of compliance.";
