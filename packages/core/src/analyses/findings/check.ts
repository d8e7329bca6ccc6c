import type { Program } from "../../model/program.ts";
import { compareSpans } from "../../model/source.ts";
import { finish, mapped, type Steps, within } from "../../model/steps.ts";
import { FindingContext } from "./context.ts";
import { FINDING_SEVERITIES, type Finding, findingKey } from "./finding.ts";
import { RULES } from "./registry.ts";
import { type FindingRule, type Observation, observing } from "./rule.ts";
import { isGraver, type Weighed, weigh } from "./severity.ts";
import { isOfSettings, Trials, tellingWork } from "./trials.ts";

/** What the rules found, and how much of it was looked into. */
export interface Findings {
  /** The gravest first, then by rule and by what they are about; those with the root cause of another are under it. */
  readonly findings: readonly Finding[];
  /** Findings whose fix was not worked out, since trying all of them would take too long. */
  readonly withoutTrial: number;
}

/** What the rules found; no fix has been tried. */
export interface Found {
  readonly findings: readonly Finding[];
  /** What each finding came from, by its key. */
  readonly seen: ReadonlyMap<string, Seen>;
}

/** How much work trying fixes may be, of policies and of all else: of very large clusters not every finding gets one. */
const MOST_WORK = { policies: 10_000_000, settings: 3_000_000 };

interface Seen {
  readonly rule: FindingRule;
  readonly observation: Observation;
  readonly key: string;
}

/**
 * Everything that is wrong with what the policies mean: each rule's findings, weighed, folded by root cause, with fixes that were
 * tried.
 *
 * Same input, same answer, in the same order. Cost: {@link findIn} and {@link tryFixes}. Source: docs/findings.
 */
export function check(program: Program, rules: readonly FindingRule[] = RULES): Findings {
  return checkIn(new FindingContext(program), rules);
}

/** The same, for those who look at the context further. */
export function checkIn(context: FindingContext, rules: readonly FindingRule[] = RULES): Findings {
  return tryFixes(context, findIn(context, rules));
}

/** What the rules find, without fixes. Cost: each rule's own. */
export function findIn(context: FindingContext, rules: readonly FindingRule[] = RULES): Found {
  return finish(findSteps(context, rules));
}

/** {@link findIn} with pauses. */
export function* findSteps(context: FindingContext, rules: readonly FindingRule[] = RULES): Steps<Found> {
  const seen: Seen[] = [];
  for (const [at, rule] of rules.entries()) {
    const looking = observing(context, rule);
    const observations = yield* within("looking for gaps", looking, at / rules.length, (at + 1) / rules.length);
    for (const observation of observations)
      seen.push({ rule, observation, key: findingKey(rule.id, observation.about) });
    yield { stage: "looking for gaps", done: (at + 1) / rules.length };
  }
  const all = distinct(seen);
  const findings = yield* mapped(
    "weighing gaps",
    folded(all),
    ({ seen, covers }) => toFinding(context, seen, covers),
    WEIGHED,
  );
  return { findings: findings.sort(byGravity), seen: new Map(all.map((one) => [one.key, one])) };
}

/** How many findings are weighed between two pauses. */
const WEIGHED = 64;

/**
 * Some of the findings, or all, with the fixes that work. Of a very large cluster some get none; asked about by itself each does.
 * Cost: see {@link Trials}.
 */
export function tryFixes(context: FindingContext, found: Found, among = found.findings): Findings {
  return finish(fixSteps(context, found, among));
}

/** {@link tryFixes} with pauses. */
export function* fixSteps(context: FindingContext, { findings, seen }: Found, among = findings): Steps<Findings> {
  yield { stage: "trying fixes", done: 0 };
  const proposed = among.flatMap(({ key }) => {
    const { rule, observation } = seen.get(key) ?? {};
    const proposals = observation?.fixes?.() ?? [];
    return rule && observation && proposals.length > 0 ? [{ key, rule, observation, proposals }] : [];
  });
  const trials = new Trials(context, proposed);
  const left = { ...MOST_WORK };
  const tried = yield* mapped("trying fixes", proposed, (one) => {
    const purse = isOfSettings(one) ? "settings" : "policies";
    const least = trials.leastWork(one);
    if (left[purse] < least && proposed.length > 1) return [];
    const fix = trials.fixOf(one);
    left[purse] -= least + (fix ? tellingWork(fix) : 0);
    return [[one.key, fix] as const];
  });
  const fixes = new Map(tried.flat());
  return {
    findings: among.map((finding): Finding => {
      const fix = fixes.get(finding.key);
      return fix ? { ...finding, fix } : finding;
    }),
    withoutTrial: proposed.length - fixes.size,
  };
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

function toFinding(context: FindingContext, { rule, observation, key }: Seen, covers: readonly Seen[]): Finding {
  const under = covers.map((one) => toFinding(context, one, [])).sort(byGravity);
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
  return {
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
