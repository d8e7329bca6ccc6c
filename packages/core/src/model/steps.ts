/** What long work is at, in words for whoever waits for it. */
export type Stage =
  | "reading manifests"
  | "telling pods apart"
  | "resolving policies"
  | "listing connections"
  | "looking for gaps"
  | "weighing gaps"
  | "trying fixes"
  | "working out the posture"
  | "collecting attack steps"
  | "looking for the smallest change"
  | "following paths"
  | "trying open questions"
  | "comparing connections"
  | "comparing ways in"
  | "comparing gaps"
  | "comparing paths";

/** How far long work has come. */
export interface Progress {
  readonly stage: Stage;
  /** How much of the stage is done, from 0 to 1. It never falls, and no stage comes back. */
  readonly done: number;
}

/**
 * Long work that pauses now and then to say how far it has come, and ends in a value.
 *
 * Whoever runs it may do other things in each pause, and gives it up by not going on: what it was given is as good as before.
 */
export type Steps<T> = Generator<Progress, T, void>;

/** Runs to the end without a pause. */
export function finish<T>(steps: Steps<T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/** `items.map(work)` that pauses before every so many of them, and once all are done. */
export function* mapped<T, R>(stage: Stage, items: readonly T[], work: (item: T) => R, stride = 1): Steps<R[]> {
  const results: R[] = [];
  for (const item of items) {
    if (results.length % stride === 0) yield { stage, done: results.length / items.length };
    results.push(work(item));
  }
  yield { stage, done: 1 };
  return results;
}

/** Work that is a part of a stage: what it has done of its own, whatever it calls it, counts from `from` to `to`. */
export function* within<T>(stage: Stage, steps: Steps<T>, from: number, to: number): Steps<T> {
  let before = from;
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
    before = Math.max(before, from + value.done * (to - from));
    yield { stage, done: before };
  }
}
