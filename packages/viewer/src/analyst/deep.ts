import {
  type Attack,
  annotatedSuppressions,
  attackSteps,
  type ChangeAnswer,
  changeAnswer,
  type Diagnostic,
  deltaReportSteps,
  deltaSteps,
  type Fact,
  FindingContext,
  type FindingsAnswer,
  findEndpoint,
  findFact,
  findingsAnswer,
  findSteps,
  fixSteps,
  openQuestions,
  type PathsAnswer,
  type PostureAnswer,
  type Program,
  pathsAnswer,
  pathsSteps,
  postureAnswer,
  postureSteps,
  type Reachability,
  type Steps,
  screen,
  type TurnoverAnswer,
  turnoverAnswer,
  uncertainty,
} from "@watertight/core";
import { type Doubts, doubtsIn } from "../model/doubts.ts";
import type { Refusal, RouteQuestion } from "./catalogue.ts";
import { problemWith } from "./names.ts";

// The answers that most readers never ask for: loaded when somebody does.

/** Paths for one start and one target. */
const PATHS = 5;

export function contextOf(program: Program): FindingContext {
  return new FindingContext(program);
}

export function* findings(context: FindingContext, diagnostics: readonly Diagnostic[]): Steps<FindingsAnswer> {
  const { findings: found, withoutTrial } = yield* fixSteps(context, yield* findSteps(context));
  const { suppressions } = annotatedSuppressions(context.cluster);
  const today = new Date().toISOString().slice(0, 10);
  const screened = screen(found, { severity: "info", suppressions, today });
  return findingsAnswer({ screened, withoutTrial }, diagnostics);
}

export function* posture(context: FindingContext): Steps<PostureAnswer> {
  return postureAnswer(yield* postureSteps(context));
}

/** Which pairs are not certain; of many workloads, only what they may hang on. */
export function* doubts(reachability: Reachability, workloads: "few" | "many"): Steps<Doubts> {
  yield { stage: "trying open questions", done: 0 };
  if (workloads === "few") return doubtsIn(uncertainty(reachability));
  return { flows: "too many", questions: openQuestions(reachability.program) };
}

/** `known` has the attack graphs that were made for earlier questions. */
export function* paths(
  known: Map<RouteQuestion["edges"], Attack>,
  reachability: Reachability,
  question: RouteQuestion,
  diagnostics: readonly Diagnostic[],
): Steps<PathsAnswer | Refusal> {
  const { edges } = question;
  const options = { edges, mode: "assume-breach", certainty: "assumed", jewels: [] } as const;
  const attack = known.get(edges) ?? (yield* attackSteps(reachability, options));
  known.set(edges, attack);
  const from = endOf(attack, question.from, "start");
  const to = endOf(attack, question.to, "target");
  for (const end of [from, to]) if (end && "problem" in end) return end;
  const report = yield* pathsSteps(attack, {
    k: PATHS,
    needs: [],
    ...(from && !("problem" in from) && { from }),
    ...(to && !("problem" in to) && { to }),
  });
  return pathsAnswer(report, diagnostics);
}

/** What stands for an end a person typed; nothing where it was left open. */
function endOf(attack: Attack, text: string, as: "start" | "target"): Fact | Refusal | undefined {
  if (text === "") return undefined;
  const known = findFact(attack, text, as);
  if (known) return known;
  const { program } = attack.reachability;
  const none = as === "start" ? `nothing leads in from ${text}` : `nothing leads to ${text}`;
  if (text === "internet" || text.includes(":")) return { problem: none };
  const named = findEndpoint(program, text);
  if (named.kind !== "endpoint") return { problem: problemWith(program, text) ?? none };
  return findFact(attack, named.endpoint.id, as) ?? { problem: `${text} is no workload that could be taken` };
}

export function* change(before: Program, after: Program): Steps<ChangeAnswer> {
  return changeAnswer(yield* deltaSteps(before.cluster, after.cluster, after.options));
}

export function* turnover(before: Program, after: Program): Steps<TurnoverAnswer> {
  return turnoverAnswer(yield* deltaReportSteps(before, after));
}
