import type { Certainty } from "../../src/model/flow.ts";

/** Something the API or the input leaves open. The first answer is the default. */
export interface Question {
  readonly id: string;
  readonly kind: Exclude<Certainty, "specified">;
  readonly answers: readonly string[];
}

/** One way the world may be: an answer to every question that comes up. */
export type World = (question: Question) => string;

interface Taken {
  readonly question: Question;
  readonly choice: number;
}

/** The world in which every question has its default answer. */
export const byDefault: World = ({ answers }) => answers[0] ?? "";

/** How far the verdict of the default world can be trusted, and the questions that would have to be answered. */
export interface Outcome {
  readonly certainty: Certainty;
  /** What would have to be known or agreed on to be sure; empty when the verdict is specified. */
  readonly open: readonly string[];
  /** Whether every world was tried; when there are too many, `specified` means no more than that none was found to differ. */
  readonly exhaustive: boolean;
}

/** More worlds than this are not tried. */
const MOST = 1_000;

/**
 * Runs `verdict` in every world and compares what it says.
 *
 * All alike: `specified`. Otherwise the worst kind among the questions that change the verdict when they alone are answered
 * differently; if none alone does, the worst among those that came up before it changed.
 */
export function inEveryWorld(verdict: (world: World) => boolean): Outcome {
  const { value: usual, taken } = visit(verdict, []);
  const outcome = (blamed: readonly Question[], exhaustive = true): Outcome => ({
    certainty: worst(blamed),
    open: [...new Set(blamed.map(({ id }) => id))],
    exhaustive,
  });

  const alone = taken
    .map(({ question }) => question)
    .filter((question) =>
      question.answers.some((answer) => {
        const world: World = (asked) => (asked.id === question.id ? answer : byDefault(asked));
        return verdict(world) !== usual;
      }),
    );
  if (alone.length > 0) return outcome(alone);

  const all: Question[] = [];
  let path: readonly Taken[] | undefined = [];
  for (let tried = 0; path && tried < MOST; tried++) {
    const { value, taken }: Visit = visit(verdict, path);
    all.push(...taken.map(({ question }) => question));
    if (value !== usual) return outcome(all);
    path = next(taken);
  }
  return outcome([], path === undefined);
}

interface Visit {
  readonly value: boolean;
  readonly taken: readonly Taken[];
}

function worst(questions: readonly Question[]): Certainty {
  if (questions.length === 0) return "specified";
  return questions.some(({ kind }) => kind === "unknown") ? "unknown" : "implementation-defined";
}

/** Evaluates with the answers of `path` to the first questions, and the default to every one after them. */
function visit(verdict: (world: World) => boolean, path: readonly Taken[]): Visit {
  const taken: Taken[] = [];
  const value = verdict((question) => {
    let answer = taken.find((earlier) => earlier.question.id === question.id);
    if (!answer) {
      answer = { question, choice: path[taken.length]?.choice ?? 0 };
      taken.push(answer);
    }
    return answer.question.answers[answer.choice] ?? "";
  });
  return { value, taken };
}

/** The next path as an odometer turns: the last question that has an answer left takes it, the ones after it start anew. */
function next(taken: readonly Taken[]): readonly Taken[] | undefined {
  for (let last = taken.length - 1; last >= 0; last--) {
    const { question, choice } = taken[last] as Taken;
    if (choice + 1 < question.answers.length) return [...taken.slice(0, last), { question, choice: choice + 1 }];
  }
  return undefined;
}
