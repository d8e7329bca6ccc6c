import { finish, type Steps, within } from "../model/steps.ts";
import type { Attack } from "./attack/attack-graph.ts";
import { comparing, type Metric } from "./attack/cheapest.ts";
import { INTERNET } from "./attack/entry-points.ts";
import type { Fact } from "./attack/fact.ts";
import { inferNeeds, type Need } from "./attack/needs.ts";
import type { AttackPath } from "./attack/path.ts";
import { type BlastRadii, type BlastRadius, blastRadii, blastRadius } from "./blast-radius.ts";
import { type ChokePoints, chokePoints } from "./choke-points.ts";
import { cheapestSteps, dominators, findPaths } from "./paths.ts";

/** What is asked about lateral movement: from where, to what, and how many ways. */
export interface PathsQuestion {
  /** Absent: the internet where there is a way in, and every workload. */
  readonly from?: Fact;
  /** Absent: every jewel. */
  readonly to?: Fact;
  /** Paths for one start and one target; one each where there are several. */
  readonly k: number;
  /** What counts first where paths are compared; what they cost where it is absent. Changes are looked for by cost. */
  readonly metric?: Metric;
  /** Flows the application needs besides those that can be inferred. */
  readonly needs: readonly Need[];
}

/** All there is to say to a question. */
export interface PathsReport {
  readonly attack: Attack;
  readonly question: PathsQuestion;
  readonly paths: readonly ShownPath[];
  readonly radii: BlastRadii;
  /** Of the start asked about. */
  readonly radius?: BlastRadius;
  /** What every path holds on the way, where one start and one target were asked about. */
  readonly dominators: readonly string[];
  /** Absent where there are too many starts and targets to try. */
  readonly cut?: ChokePoints;
}

export interface ShownPath extends AttackPath {
  /** Only needed flows lead there, so that no network policy can close it. */
  readonly inherent: boolean;
}

/** Paths that are worked out where several starts or targets are asked about. */
const MOST_PATHS = 100;

/** Pairs of a start and a target for which choke points are looked for. */
const MOST_GOALS = 3000;

/**
 * The answer to a question about lateral movement.
 *
 * Paths are sorted: those that can be closed first, then by cost and steps, or the other way round. Without a start the paths are those from outside; where
 * nothing leads in, those from every workload.
 */
export function pathsReport(attack: Attack, question: PathsQuestion): PathsReport {
  return finish(pathsSteps(attack, question));
}

/** {@link pathsReport} with pauses. */
export function* pathsSteps(attack: Attack, question: PathsQuestion): Steps<PathsReport> {
  const { graph } = attack;
  const factOf = (index: number) => graph.facts[index] as Fact;
  const world = graph.find("send", INTERNET);
  const footholds = attack.footholds.map(({ own }) => factOf(own));
  const targets = question.to ? [question.to] : attack.jewels.map(({ fact }) => factOf(fact));
  const starts = question.from ? [question.from] : [...(world ? [world] : []), ...footholds];
  // Nobody can tell from manifests what of the outside an application needs, so that is cut only where it is asked about.
  const closable = question.to ? targets : targets.filter(({ kind }) => kind !== "exfiltrate");
  const needs = [
    ...question.needs,
    ...inferNeeds(attack.reachability.program.cluster, attack.footholds, attack.entries),
  ];
  yield { stage: "looking for the smallest change", done: 0 };
  const cut = starts.length * closable.length <= MOST_GOALS ? chokePoints(attack, starts, closable, needs) : undefined;
  const inherent = new Set(cut?.inherent.map(({ from, to }) => `${from} ${to}`));
  yield { stage: "looking for the smallest change", done: 1 };
  const found = yield* within("following paths", foundPaths(attack, question, starts, targets), 0, 0.8);
  const paths = found.map((path) => ({ ...path, inherent: inherent.has(`${path.from} ${path.to}`) }));
  const order = comparing(question.metric ?? "cost");
  paths.sort((a, b) => Number(a.inherent) - Number(b.inherent) || order(a, b));
  yield { stage: "following paths", done: 0.8 };
  const { from, to } = question;
  const report = {
    attack,
    question,
    paths,
    radii: blastRadii(attack),
    ...(from && { radius: blastRadius(attack, from) }),
    dominators: from && to ? dominators(attack, from, to) : [],
    ...(cut && { cut }),
  };
  yield { stage: "following paths", done: 1 };
  return report;
}

function* foundPaths(
  attack: Attack,
  { from, to, k, metric }: PathsQuestion,
  starts: readonly Fact[],
  targets: readonly Fact[],
): Steps<readonly AttackPath[]> {
  if (from && to) return findPaths(attack, from, to, k, metric);
  const wanted = targets.map(({ index }) => index);
  const outside = starts.filter(({ kind }) => kind === "send");
  const first = from || to ? starts : outside;
  const found = yield* cheapestSteps(attack, first, wanted, MOST_PATHS, metric);
  return found.length > 0 || from || to ? found : yield* cheapestSteps(attack, starts, wanted, MOST_PATHS, metric);
}
