import { reach } from "../engine/reach.ts";
import type { Program } from "../model/program.ts";
import { finish, type Steps, within } from "../model/steps.ts";
import { attackSteps } from "./attack/attack-graph.ts";
import type { Declared, DeclaredSides } from "./attack/declared.ts";
import { INTERNET } from "./attack/entry-points.ts";
import type { AttackPath } from "./attack/path.ts";
import { findSteps } from "./findings/check.ts";
import { FindingContext } from "./findings/context.ts";
import type { Finding } from "./findings/finding.ts";
import { cheapestPaths, findFact } from "./paths.ts";

/** What is there in one of two clusters only, and what is there in both but not alike. */
export interface Turnover<T> {
  readonly opened: readonly T[];
  readonly closed: readonly T[];
  readonly changed: readonly { readonly before: T; readonly after: T }[];
}

/**
 * Findings of one of two programs only, told apart by their keys: what is wrong with the same objects is the same finding, wherever
 * it is written, and has changed where it is more or less severe. Fixes are not worked out. Cost: each rule's own, twice.
 */
export function gapsDelta(before: Program, after: Program, declared: DeclaredSides = {}): Turnover<Finding> {
  return finish(gapsDeltaSteps(before, after, declared));
}

/** {@link gapsDelta} with pauses. */
export function* gapsDeltaSteps(
  before: Program,
  after: Program,
  declared: DeclaredSides = {},
): Steps<Turnover<Finding>> {
  const old = yield* within("comparing gaps", gapsOf(before, declared.before), 0, 0.5);
  const now = yield* within("comparing gaps", gapsOf(after, declared.after), 0.5, 1);
  return turnover(old, now, {
    keyOf: ({ key }) => key,
    traitsOf: ({ severity }) => severity,
  });
}

/**
 * Paths from outside to something worth protecting that only one of two programs has at all; of several to one target, the cheapest,
 * which has changed where it goes another way.
 *
 * Cost: two attack graphs.
 */
export function pathsDelta(before: Program, after: Program, declared: DeclaredSides = {}): Turnover<AttackPath> {
  return finish(pathsDeltaSteps(before, after, declared));
}

/** {@link pathsDelta} with pauses. */
export function* pathsDeltaSteps(
  before: Program,
  after: Program,
  declared: DeclaredSides = {},
): Steps<Turnover<AttackPath>> {
  const old = yield* within("comparing paths", pathsOf(before, declared.before), 0, 0.5);
  const now = yield* within("comparing paths", pathsOf(after, declared.after), 0.5, 1);
  return turnover(old, now, {
    keyOf: ({ from, to }) => `${from} ${to}`,
    traitsOf: ({ steps }) => JSON.stringify(steps.map(({ from, to, edge }) => [from, to, edge])),
  });
}

/** How things are told apart, and what of them may change. */
interface Identity<T> {
  readonly keyOf: (one: T) => string;
  readonly traitsOf: (one: T) => string;
}

function turnover<T>(before: readonly T[], after: readonly T[], { keyOf, traitsOf }: Identity<T>): Turnover<T> {
  const old = new Map(before.map((one) => [keyOf(one), one]));
  const now = new Set(after.map(keyOf));
  return {
    opened: after.filter((one) => !old.has(keyOf(one))),
    closed: before.filter((one) => !now.has(keyOf(one))),
    changed: after.flatMap((one) => {
      const was = old.get(keyOf(one));
      return was && traitsOf(was) !== traitsOf(one) ? [{ before: was, after: one }] : [];
    }),
  };
}

/** Every finding by itself: what is folded under another may be new while that one is not. */
function* gapsOf(program: Program, declared?: Declared): Steps<readonly Finding[]> {
  const { findings } = yield* findSteps(new FindingContext(program, declared));
  return findings.flatMap((finding) => [{ ...finding, covers: [] }, ...finding.covers]);
}

function* pathsOf(program: Program, declared?: Declared): Steps<readonly AttackPath[]> {
  const attack = yield* attackSteps(reach(program), declared && { declared });
  const internet = findFact(attack, INTERNET, "start");
  const targets = attack.jewels.map(({ fact }) => fact);
  return internet ? cheapestPaths(attack, [internet], targets, Number.POSITIVE_INFINITY) : [];
}
