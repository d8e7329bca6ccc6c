import { AUDIT_VERDICTS, type AuditTopic, type AuditVerdict, type PostureAnswer } from "@watertight/core";

export type DimensionRow = PostureAnswer["profile"]["dimensions"][number];
export type AuditItem = PostureAnswer["audit"][number];

/** `69.9`, and never a round number that is not quite reached. */
export function shareText(value: number): string {
  const one = Math.round(value * 10) / 10;
  return String(one === 100 && value < 100 ? 99.9 : one === 0 && value > 0 ? 0.1 : one);
}

/** What a dimension's number says, with what open questions leave of it, or why there is none. */
export function meaningOf({ because, range }: DimensionRow): string {
  if (!range) return because;
  const [least, most] = range;
  return `${because}; ${shareText(least)} to ${shareText(most)}, as questions the input leaves open are answered`;
}

/** `pairs of workloads 132, pairs allowed 27`. */
export function partsOf({ parts }: DimensionRow): string {
  return parts.map(({ name, value }) => `${name} ${Math.round(value * 100) / 100}`).join(", ");
}

/** What the profile comes to, with the part that decides it; or why it comes to nothing. */
export function headlineOf({ weakest, dimensions }: PostureAnswer["profile"]): string {
  if (!weakest) return "No weakest link: the manifests show no flow that workloads need of each other.";
  const title = dimensions.find(({ id }) => id === weakest.dimension)?.title ?? weakest.dimension;
  return `Weakest link: ${title}, ${shareText(weakest.value)} of 100.`;
}

/** What the numbers rest on, where that is not sure. */
export function enforcementOf({ enforcement }: PostureAnswer["profile"]): string | undefined {
  if (enforcement === "shown") return undefined;
  return enforcement === "absent"
    ? "The network plugin of the input does not enforce NetworkPolicy, so policies count for nothing."
    : "The input does not show that NetworkPolicy is enforced. If it is not, the first five are 0.";
}

/** `containment +90.5, segmentation +3.4`: what a lever moves. */
export function gainsOf({ gains }: PostureAnswer["profile"]["levers"][number]): string {
  return Object.entries(gains)
    .filter(([, gain]) => gain >= 0.05)
    .sort(([, a], [, b]) => b - a)
    .map(([dimension, gain]) => `${dimension} +${shareText(gain)}`)
    .join(", ");
}

/** The rows of an audit by topic, in the topics' order, the worst of each first. */
export function auditByTopic(
  audit: PostureAnswer["audit"],
): readonly { readonly topic: AuditTopic; readonly rows: readonly AuditItem[] }[] {
  const rank = ({ verdict }: AuditItem) => AUDIT_VERDICTS.indexOf(verdict);
  return [...new Set(audit.map(({ topic }) => topic))].map((topic) => ({
    topic,
    rows: audit.filter((row) => row.topic === topic).sort((a, b) => rank(a) - rank(b)),
  }));
}

/** `3 fail, 4 warn, 23 unknown`: how often an audit came to what. */
export function verdictTally(verdicts: PostureAnswer["verdicts"]): string {
  return AUDIT_VERDICTS.filter((verdict) => verdicts[verdict] > 0)
    .map((verdict) => `${verdicts[verdict]} ${verdictWords(verdict)}`)
    .join(", ");
}

export function verdictWords(verdict: AuditVerdict): string {
  return verdict.replace("-", " ");
}
