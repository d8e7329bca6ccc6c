import { reach } from "../engine/reach.ts";
import type { Program } from "../model/program.ts";
import { attackGraph } from "./attack/attack-graph.ts";
import { INTERNET } from "./attack/entry-points.ts";
import type { AttackPath } from "./attack/path.ts";
import { check } from "./findings/check.ts";
import type { Finding } from "./findings/finding.ts";
import { RULES } from "./findings/registry.ts";
import type { FindingRule } from "./findings/rule.ts";
import { cheapestPaths, findFact } from "./paths.ts";

/** What is there in one of two clusters only. */
export interface Turnover<T> {
  readonly opened: readonly T[];
  readonly closed: readonly T[];
}

/**
 * Findings of one of two programs only, told apart by their keys: what is wrong with the same objects is the same finding, wherever
 * it is written. Fixes are not worked out. Cost: each rule's own, twice.
 */
export function gapsDelta(before: Program, after: Program): Turnover<Finding> {
  return turnover(gapsOf(before), gapsOf(after), ({ key }) => key);
}

/**
 * Paths from outside to something worth protecting that only one of two programs has at all; of several to one target, the cheapest.
 *
 * Cost: two attack graphs.
 */
export function pathsDelta(before: Program, after: Program): Turnover<AttackPath> {
  return turnover(pathsOf(before), pathsOf(after), ({ from, to }) => `${from} ${to}`);
}

function turnover<T>(before: readonly T[], after: readonly T[], keyOf: (one: T) => string): Turnover<T> {
  const [old, now] = [new Set(before.map(keyOf)), new Set(after.map(keyOf))];
  return {
    opened: after.filter((one) => !old.has(keyOf(one))),
    closed: before.filter((one) => !now.has(keyOf(one))),
  };
}

/** Every finding by itself: what is folded under another may be new while that one is not. */
function gapsOf(program: Program): readonly Finding[] {
  const { findings } = check(program, RULES.map(withoutFixes));
  return findings.flatMap((finding) => [{ ...finding, covers: [] }, ...finding.covers]);
}

function withoutFixes(rule: FindingRule): FindingRule {
  return { ...rule, find: (context) => [...rule.find(context)].map(({ fixes: _, ...observation }) => observation) };
}

function pathsOf(program: Program): readonly AttackPath[] {
  const attack = attackGraph(reach(program));
  const internet = findFact(attack, INTERNET, "start");
  const targets = attack.jewels.map(({ fact }) => fact);
  return internet ? cheapestPaths(attack, [internet], targets, Number.POSITIVE_INFINITY) : [];
}
