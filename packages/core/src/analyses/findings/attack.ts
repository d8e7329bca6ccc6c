import { type Attack, attackGraph } from "../attack/attack-graph.ts";
import { closure } from "../attack/cheapest.ts";
import { INTERNET } from "../attack/entry-points.ts";
import type { AttackRule, EdgeName, FactIndex } from "../attack/fact.ts";
import type { FindingContext } from "./context.ts";

/** What can follow from what in the cluster. */
export function attackOn({ reachability }: FindingContext): Attack {
  return attackGraph(reachability);
}

/** All that can come to be held from outside, in any number of steps. */
export function heldFromOutside(context: FindingContext): ReadonlySet<FactIndex> {
  const { graph } = context.once(attackOn);
  const start = graph.find("send", INTERNET);
  return new Set(start ? closure(graph, [start.index]) : []);
}

/** The steps of some kinds. */
export function stepsOf(context: FindingContext, edges: readonly EdgeName[]): readonly AttackRule[] {
  return context.once(attackOn).graph.rules.filter(({ edge }) => edges.includes(edge));
}

/** The fact of running code in a workload. */
export function ownFact(context: FindingContext, id: string): FactIndex | undefined {
  return context.once(attackOn).graph.find("own", id)?.index;
}
