import { FINDING_SEVERITIES, type FindingAnswer, type FindingSeverity } from "@watertight/core";

/** Which findings a reader wants to see. */
export interface FindingFilter {
  /** The least grave. */
  readonly least: FindingSeverity;
  /** A namespace; empty for all. */
  readonly namespace: string;
  /** Text that is in what is said of them; empty for any. */
  readonly text: string;
}

export const EVERY_FINDING: FindingFilter = { least: "info", namespace: "", text: "" };

/** The findings of one severity, by rule. */
export interface SeverityGroup {
  readonly severity: FindingSeverity;
  readonly size: number;
  readonly rules: readonly RuleGroup[];
}

export interface RuleGroup {
  readonly id: string;
  readonly name: string;
  readonly findings: readonly FindingAnswer[];
}

/** What passes a filter, the gravest first, then rule by rule in the order of the answer. */
export function grouped(findings: readonly FindingAnswer[], filter: FindingFilter): readonly SeverityGroup[] {
  const shown = findings.filter((finding) => passes(finding, filter));
  return FINDING_SEVERITIES.flatMap((severity): readonly SeverityGroup[] => {
    const own = shown.filter((finding) => finding.severity === severity);
    const ids = [...new Set(own.map(({ id }) => id))];
    const rules = ids.map((id): RuleGroup => {
      const of = own.filter((finding) => finding.id === id);
      return { id, name: of[0]?.name ?? "", findings: of };
    });
    return own.length === 0 ? [] : [{ severity, size: own.length, rules }];
  });
}

function passes(finding: FindingAnswer, { least, namespace, text }: FindingFilter): boolean {
  const { id, name, severity, message, endpoints, policy, covers } = finding;
  if (FINDING_SEVERITIES.indexOf(severity) > FINDING_SEVERITIES.indexOf(least)) return false;
  if (namespace !== "" && !namespacesOf(finding).includes(namespace)) return false;
  const said = [id, name, message, policy ?? "", ...endpoints, ...covers.flatMap((one) => [one.id, one.message])];
  return said.join("\n").toLowerCase().includes(text.trim().toLowerCase());
}

/** The namespaces a finding is about: its own, and those of its endpoints. */
export function namespacesOf({ namespace, endpoints }: FindingAnswer): readonly string[] {
  // An address block has one slash, a workload two.
  const ofEndpoints = endpoints.flatMap((id) => (id.split("/").length === 3 ? id.slice(0, id.indexOf("/")) : []));
  return [...new Set([...(namespace === null ? [] : [namespace]), ...ofEndpoints])];
}

/** The first sentence of a message: what is true, before what follows from it and what to do. */
export function firstSentence(message: string): string {
  return /^.*?\.(?=\s|$)/s.exec(message)?.[0] ?? message;
}

/** How many findings are about each endpoint, and about each namespace or anything in it. */
export interface Tally {
  readonly endpoints: Readonly<Record<string, number>>;
  readonly namespaces: Readonly<Record<string, number>>;
}

export function tallyOf(findings: readonly FindingAnswer[]): Tally {
  const endpoints: Record<string, number> = {};
  const namespaces: Record<string, number> = {};
  const count = (counts: Record<string, number>, id: string) => {
    counts[id] = (counts[id] ?? 0) + 1;
  };
  for (const finding of findings) {
    for (const id of finding.endpoints) count(endpoints, id);
    for (const namespace of namespacesOf(finding)) count(namespaces, namespace);
  }
  return { endpoints, namespaces };
}
