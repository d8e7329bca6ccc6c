import type { Program } from "../../model/program.ts";
import { compareSpans } from "../../model/source.ts";
import { FindingContext } from "./context.ts";
import { FINDING_SEVERITIES, type Finding, findingKey } from "./finding.ts";
import { verifiedFix } from "./fix.ts";
import { RULES } from "./registry.ts";
import type { FindingRule, Observation } from "./rule.ts";
import { isGraver, type Weighed, weigh } from "./severity.ts";

/** What the rules found, and how much of it was looked into. */
export interface Findings {
  /** The gravest first, then by rule and by what they are about; those with the root cause of another are under it. */
  readonly findings: readonly Finding[];
  /** Findings whose fix was not worked out, since trying edits on so large a cluster takes too long. */
  readonly withoutTrial: number;
}

/** How many pods may be compiled to try fixes; large clusters get a fix for the gravest findings only. */
const MOST_TRIALS = 40_000;

interface Seen {
  readonly rule: FindingRule;
  readonly observation: Observation;
  readonly key: string;
}

/**
 * Everything that is wrong with what the policies mean: each rule's findings, weighed, folded by root cause, with fixes that were
 * tried.
 *
 * Same input, same answer, in the same order. Cost: each rule's own, and for each fix a few compilations.
 * Source: docs/findings.
 */
export function check(program: Program, rules: readonly FindingRule[] = RULES): Findings {
  return checkIn(new FindingContext(program), rules);
}

/** The same, for those who look at the context further. */
export function checkIn(context: FindingContext, rules: readonly FindingRule[] = RULES): Findings {
  const seen = rules.flatMap((rule) =>
    [...rule.find(context)].map((observation) => ({ rule, observation, key: findingKey(rule.id, observation.about) })),
  );
  const findings = folded(distinct(seen)).map(({ seen, covers }) => toFinding(context, seen, covers));
  const sorted = findings.sort((a, b) => byGravity(a.finding, b.finding));
  const perTrial = Math.max(context.cluster.pods.length, 1);
  let trials = Math.floor(MOST_TRIALS / perTrial);
  let withoutTrial = 0;
  const fixed = sorted.map(({ finding, seen: { rule, observation } }): Finding => {
    if (!observation.fixes?.length) return finding;
    if (trials-- <= 0) {
      withoutTrial++;
      return finding;
    }
    const fix = verifiedFix(context, rule, observation);
    return fix ? { ...finding, fix } : finding;
  });
  return { findings: fixed, withoutTrial };
}

/** What is written twice, such as a port in one rule, is one finding. */
function distinct(all: readonly Seen[]): readonly Seen[] {
  const keys = new Set<string>();
  return all.filter(({ key }) => !keys.has(key) && keys.add(key));
}

interface Folded {
  readonly seen: Seen;
  readonly covers: readonly Seen[];
}

/** Each under the first of its causes that was found too; a cause that has one itself hands all on to it. */
function folded(all: readonly Seen[]): readonly Folded[] {
  const byKey = new Map(all.map((one) => [one.key, one]));
  const covers = new Map<Seen, Seen[]>(all.map((one) => [one, []]));
  const rootOf = (one: Seen, depth = 0): Seen => {
    const cause = one.observation.under?.map((key) => byKey.get(key)).find((found) => found && found !== one);
    return cause && depth < all.length ? rootOf(cause, depth + 1) : one;
  };
  const roots = all.filter((one) => {
    const root = rootOf(one);
    if (root !== one) covers.get(root)?.push(one);
    return root === one;
  });
  return roots.map((seen) => ({ seen, covers: covers.get(seen) ?? [] }));
}

function toFinding(context: FindingContext, seen: Seen, covers: readonly Seen[]) {
  const under = covers.map((one) => toFinding(context, one, []).finding).sort(byGravity);
  const { rule, observation, key } = seen;
  const {
    about: _a,
    endpoints = [],
    severity: _s,
    fixes: _f,
    under: _u,
    span,
    witness,
    path,
    related = [],
    ...said
  } = observation;
  const weighed = weigh(context, rule, observation);
  const [gravest] = under;
  const finding: Finding = {
    id: rule.id,
    name: rule.name,
    ...(gravest ? atLeast(weighed, gravest) : weighed),
    certainty: "proved",
    key,
    ...said,
    endpoints: endpoints.map(({ id }) => id),
    ...(span && { span }),
    ...(witness && { witness }),
    ...(path && path.length > 0 && { path }),
    related,
    covers: under,
  };
  return { finding, seen };
}

/** What mends a grave finding is not itself a lesser one. */
function atLeast(weighed: Weighed, { severity, id, key }: Finding): Weighed {
  if (!isGraver(severity, weighed.severity)) return weighed;
  const because = `it is the cause of ${id} on ${key.slice(id.length + 1)}`;
  return { ...weighed, severity, weights: [...weighed.weights, { change: "raised", because }] };
}

function byGravity(a: Finding, b: Finding): number {
  return (
    FINDING_SEVERITIES.indexOf(a.severity) - FINDING_SEVERITIES.indexOf(b.severity) ||
    compare(a.id, b.id) ||
    compare(a.key, b.key) ||
    (a.span && b.span ? compareSpans(a.span, b.span) : 0)
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
