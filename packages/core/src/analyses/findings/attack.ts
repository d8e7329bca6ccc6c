import { type Attack, attackGraph } from "../attack/attack-graph.ts";
import { type Cheapest, cheapest } from "../attack/cheapest.ts";
import { INTERNET } from "../attack/entry-points.ts";
import type { AttackRule, EdgeName, Fact, FactIndex } from "../attack/fact.ts";
import { pathOf } from "../attack/path.ts";
import { proofOf } from "../attack/proofs.ts";
import type { FindingContext } from "./context.ts";
import type { Waypoint } from "./finding.ts";
import { exposureOn } from "./standing.ts";

/** What can follow from what in the cluster. */
export function attackOn(context: FindingContext): Attack {
  const { reachability, declared } = context;
  return attackGraph(reachability, { declared }, context.once(exposureOn));
}

/** Where whoever comes from outside starts, and the cheapest way from there to everything: one search for all who ask. */
interface FromOutside {
  readonly start: Fact;
  readonly reached: Cheapest;
}

function fromOutside(context: FindingContext): FromOutside | undefined {
  const { graph } = context.once(attackOn);
  const start = graph.find("send", INTERNET);
  return start && { start, reached: cheapest(graph, [start.index]) };
}

/** All that can come to be held from outside, in any number of steps. */
export function heldFromOutside(context: FindingContext): ReadonlySet<FactIndex> {
  return new Set(context.once(fromOutside)?.reached.held);
}

/** The cheapest way from outside to a fact, a step at a time; steps without a place in the input are left out. */
export function pathFromOutside(context: FindingContext, fact: FactIndex): readonly Waypoint[] {
  const attack = context.once(attackOn);
  const { start, reached } = context.once(fromOutside) ?? {};
  const proof = reached && fact !== start?.index ? proofOf(attack.graph, reached, fact) : undefined;
  const steps = proof && start ? pathOf(attack, proof, start.name).steps : [];
  return steps.flatMap(({ edge, from, to, because, evidence: [span] }) =>
    span ? [{ message: `${edge}: ${from} → ${to}${because[0] === undefined ? "" : `: ${because[0]}`}`, span }] : [],
  );
}

/** The steps of some kinds. */
export function stepsOf(context: FindingContext, edges: readonly EdgeName[]): readonly AttackRule[] {
  return context.once(attackOn).graph.rules.filter(({ edge }) => edges.includes(edge));
}

/** The fact of running code in a workload. */
export function ownFact(context: FindingContext, id: string): FactIndex | undefined {
  return context.once(attackOn).graph.find("own", id)?.index;
}
