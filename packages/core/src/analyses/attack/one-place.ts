import { certaintyOf, givesOf, needsOf, type Use } from "./cheapest.ts";
import { type FactIndex, STEP_CERTAINTIES } from "./fact.ts";
import type { AttackGraph } from "./graph.ts";
import { bitsOf } from "./net.ts";
import { chainOf, sourcesOf } from "./path.ts";
import type { Proof } from "./proofs.ts";

/**
 * The same proof, but that a step which needs several things takes them from one place where it can: who has a pod with an identity or
 * a token sends from there. Each need of a step has its cheapest way, which is often from another place that fell earlier; a place
 * that is held anyway costs nothing more.
 */
export function fromOnePlace(graph: AttackGraph, proof: Proof): Proof {
  const by = new Map<FactIndex, Use>(proof.uses.map((use) => [givesOf(graph, use), use]));
  for (const use of proof.uses) {
    const needs = needsOf(graph, use);
    if (needs.length < 2) continue;
    const sources = needs.map((need) => placesBehind(graph, need, by));
    needs.forEach((need, at) => {
      const others = sources.filter((_, i) => i !== at).flat();
      const given = by.get(need);
      const [place, ...more] = new Set(others);
      if (!given || place === undefined || more.length > 0 || sources[at]?.includes(place)) return;
      const instead = isStep(graph, need) ? waysFrom(graph, place, need, given) : undefined;
      if (instead) by.set(need, instead);
    });
  }
  return { ...proof, uses: inOrder(graph, proof, by) };
}

function isStep(graph: AttackGraph, fact: FactIndex): boolean {
  return graph.facts[fact]?.role === "step";
}

/** Where pods or the like have to be held for a fact: whoever runs code, before tokens and accounts. */
function placesBehind(graph: AttackGraph, fact: FactIndex, by: ReadonlyMap<FactIndex, Use>): readonly FactIndex[] {
  const kind = graph.facts[fact]?.kind;
  if (kind === "own" || kind === "send") return [fact];
  const given = by.get(fact);
  if (!given) return [];
  if (!isStep(graph, fact) && kind !== "hold" && kind !== "act") return [];
  return sourcesOf(graph, chainOf(graph, given, by)).flatMap((source) => placesBehind(graph, source, by));
}

/** Packets or a step from a place that give a fact, and neither cost more nor are less certain than what gave it. */
function waysFrom(graph: AttackGraph, place: FactIndex, fact: FactIndex, given: Use): Use | undefined {
  const row = graph.net.row(place);
  if (row) for (const door of bitsOf(row)) if (graph.net.doors[door]?.fact === fact) return { from: place, to: fact };
  const rank = (use: Use) => STEP_CERTAINTIES.indexOf(certaintyOf(graph, use));
  const cost = (use: Use) => ("rule" in use ? (graph.rules[use.rule]?.cost ?? 0) : 0);
  return (graph.needing[place] ?? [])
    .map((rule): Use => ({ rule }))
    .find(
      (use) =>
        givesOf(graph, use) === fact &&
        needsOf(graph, use).length === 1 &&
        rank(use) <= rank(given) &&
        cost(use) <= cost(given),
    );
}

/** What the proof's last fact takes, each use after what it needs; the proof's own where what was put in leans on itself. */
function inOrder(graph: AttackGraph, { uses }: Proof, by: ReadonlyMap<FactIndex, Use>): readonly Use[] {
  const last = uses[uses.length - 1];
  if (!last) return uses;
  const ordered: Use[] = [];
  const state = new Map<FactIndex, "open" | "done">();
  const visit = (fact: FactIndex): boolean => {
    if (state.has(fact)) return state.get(fact) === "done";
    state.set(fact, "open");
    const use = by.get(fact);
    if (use && !needsOf(graph, use).every(visit)) return false;
    if (use) ordered.push(use);
    state.set(fact, "done");
    return true;
  };
  return visit(givesOf(graph, last)) ? ordered : uses;
}
