import { formatSpan } from "../../model/source.ts";
import type { Suppression } from "../../model/suppression.ts";
import { nameOf } from "../edit.ts";
import { FINDING_SEVERITIES, type Finding, type FindingSeverity } from "./finding.ts";
import { RULES } from "./registry.ts";

/** What to leave out of a list of findings. */
export interface Screening {
  /** Findings less grave are only counted. */
  readonly severity: FindingSeverity;
  readonly suppressions: readonly Suppression[];
  /** Keys of findings that are accepted as they are. */
  readonly baseline?: ReadonlySet<string>;
  /** Today, as `2027-01-31`, for suppressions with an end. */
  readonly today: string;
}

/** Findings, sorted by whether they are to be shown. */
export interface Screened {
  readonly shown: readonly Finding[];
  readonly suppressed: readonly { readonly finding: Finding; readonly by: Suppression }[];
  /** Those of the baseline. */
  readonly accepted: readonly Finding[];
  /** Those below the severity asked for. */
  readonly lesser: readonly Finding[];
  /** Suppressions that have run out, or that nothing needs any more. */
  readonly notes: readonly string[];
}

/**
 * Leaves out what is suppressed, accepted by the baseline, or below a severity, in this order.
 *
 * A finding that stands for others is accepted only if all of them are: what is new under an old cause is new. Cost: findings ×
 * suppressions.
 */
export function screen(findings: readonly Finding[], { severity, suppressions, baseline, today }: Screening): Screened {
  const inForce = suppressions.filter(({ until }) => until === undefined || until >= today);
  const used = new Set<Suppression>();
  const suppressorOf = (finding: Finding) => {
    const by = inForce.find((one) => isMeant(one, finding));
    if (by) used.add(by);
    return by;
  };
  const suppressed: { finding: Finding; by: Suppression }[] = [];
  const [shown, accepted, lesser]: [Finding[], Finding[], Finding[]] = [[], [], []];
  for (const finding of findings) {
    const by = suppressorOf(finding);
    const covers = finding.covers.filter((one) => {
      const other = suppressorOf(one);
      if (other) suppressed.push({ finding: one, by: other });
      return !other;
    });
    const rest = { ...finding, covers };
    if (by) suppressed.push({ finding: rest, by });
    else if (baseline && keysOf([rest]).every((key) => baseline.has(key))) accepted.push(rest);
    else if (FINDING_SEVERITIES.indexOf(rest.severity) > FINDING_SEVERITIES.indexOf(severity)) lesser.push(rest);
    else shown.push(rest);
  }
  return { shown, suppressed, accepted, lesser, notes: notesOn(findings, suppressions, inForce, used) };
}

/** The keys of findings and of all that they stand for, sorted: what a baseline is made of. */
export function keysOf(findings: readonly Finding[]): readonly string[] {
  return findings.flatMap(({ key, covers }) => [key, ...covers.map((one) => one.key)]).sort();
}

function notesOn(
  findings: readonly Finding[],
  suppressions: readonly Suppression[],
  inForce: readonly Suppression[],
  used: ReadonlySet<Suppression>,
): readonly string[] {
  const all = findings.flatMap((finding) => [finding, ...finding.covers]);
  return suppressions.flatMap((one) => {
    const where = `the suppression of ${one.rule} at ${formatSpan(one.span)}`;
    if (!inForce.includes(one))
      return all.some((finding) => isMeant(one, finding))
        ? [`${where} ended on ${one.until}: its findings are back`]
        : [];
    if (used.has(one)) return [];
    return [isRule(one.rule) ? `${where} suppresses nothing` : `${where} names no rule there is`];
  });
}

function isRule(id: string): boolean {
  return RULES.some((rule) => rule.id === id);
}

function isMeant({ rule, namespace, endpoint, policy }: Suppression, finding: Finding): boolean {
  if (finding.id !== rule) return false;
  if (namespace !== undefined && finding.namespace !== namespace) return false;
  if (
    policy !== undefined &&
    (!finding.policy?.namespace ||
      nameOf({ namespace: finding.policy.namespace, name: finding.policy.name }) !== policy)
  )
    return false;
  const isOf = (id: string) => id === endpoint || id.startsWith(`${endpoint}#`);
  return endpoint === undefined || (finding.endpoints.length > 0 && finding.endpoints.every(isOf));
}
