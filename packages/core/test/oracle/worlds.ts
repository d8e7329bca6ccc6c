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

/** The value in the default world, how far it can be trusted, and the questions that would have to be answered. */
export interface Outcome<T> {
  readonly value: T;
  readonly certainty: Certainty;
  readonly open: readonly string[];
}

/**
 * Runs `evaluate` in every world and compares the verdicts.
 *
 * All alike: `specified`. Otherwise the worst kind among the questions that change the verdict when they alone are answered
 * differently; if none alone does, the worst among all that came up.
 */
export function inEveryWorld<T>(evaluate: (world: World) => T, verdict: (value: T) => boolean): Outcome<T> {
  const byDefault = visit(evaluate, []);
  const usual = verdict(byDefault.value);
  const outcome = (blamed: readonly Question[]): Outcome<T> => ({
    value: byDefault.value,
    certainty: worst(blamed),
    open: [...new Set(blamed.map(({ id }) => id))],
  });

  const alone = byDefault.taken
    .map(({ question }) => question)
    .filter((question) =>
      question.answers.some((answer) => {
        const world: World = (asked) => (asked.id === question.id ? answer : (asked.answers[0] ?? ""));
        return verdict(evaluate(world)) !== usual;
      }),
    );
  if (alone.length > 0) return outcome(alone);

  let agreed = true;
  const all: Question[] = [];
  let path: readonly Taken[] | undefined = [];
  while (path) {
    const { value, taken } = visit(evaluate, path);
    if (verdict(value) !== usual) agreed = false;
    all.push(...taken.map(({ question }) => question));
    path = next(taken);
  }
  return outcome(agreed ? [] : all);
}

function worst(questions: readonly Question[]): Certainty {
  if (questions.length === 0) return "specified";
  return questions.some(({ kind }) => kind === "unknown") ? "unknown" : "implementation-defined";
}

/** Evaluates with the answers of `path` to the first questions, and the default to every one after them. */
function visit<T>(evaluate: (world: World) => T, path: readonly Taken[]): { value: T; taken: Taken[] } {
  const taken: Taken[] = [];
  const value = evaluate((question) => {
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
