import {
  type Attack,
  annotatedSuppressions,
  attackGraph,
  type ChangeAnswer,
  changeAnswer,
  checkIn,
  type Diagnostic,
  delta,
  deltaReport,
  type Fact,
  FindingContext,
  type FindingsAnswer,
  findEndpoint,
  findFact,
  findingsAnswer,
  openQuestions,
  type PathsAnswer,
  type PostureAnswer,
  type Program,
  pathsAnswer,
  pathsReport,
  postureAnswer,
  postureOf,
  type Reachability,
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

export function findings(context: FindingContext, diagnostics: readonly Diagnostic[]): FindingsAnswer {
  const { findings: found, withoutTrial } = checkIn(context);
  const { suppressions } = annotatedSuppressions(context.cluster);
  const today = new Date().toISOString().slice(0, 10);
  const screened = screen(found, { severity: "info", suppressions, today });
  return findingsAnswer({ screened, withoutTrial }, diagnostics);
}

export function posture(context: FindingContext): PostureAnswer {
  return postureAnswer(postureOf(context));
}

/** Which pairs are not certain; of many workloads, only what they may hang on. */
export function doubts(reachability: Reachability, workloads: "few" | "many"): Doubts {
  if (workloads === "few") return doubtsIn(uncertainty(reachability));
  return { flows: "too many", questions: openQuestions(reachability.program) };
}

export function attackOf(reachability: Reachability, edges: RouteQuestion["edges"]): Attack {
  return attackGraph(reachability, { edges, mode: "assume-breach", certainty: "assumed", jewels: [] });
}

export function paths(
  attack: Attack,
  question: RouteQuestion,
  diagnostics: readonly Diagnostic[],
): PathsAnswer | Refusal {
  const from = endOf(attack, question.from, "start");
  const to = endOf(attack, question.to, "target");
  for (const end of [from, to]) if (end && "problem" in end) return end;
  const report = pathsReport(attack, {
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

export function change(before: Program, after: Program): ChangeAnswer {
  return changeAnswer(delta(before.cluster, after.cluster, after.options));
}

export function turnover(before: Program, after: Program): TurnoverAnswer {
  return turnoverAnswer(deltaReport(before, after));
}
