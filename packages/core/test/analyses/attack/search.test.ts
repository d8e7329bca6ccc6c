import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cheapest, closure, type Metric, type Price, useKey } from "../../../src/analyses/attack/cheapest.ts";
import { closuresOf, hasBit } from "../../../src/analyses/attack/closures.ts";
import type { FactIndex } from "../../../src/analyses/attack/fact.ts";
import type { AttackGraph } from "../../../src/analyses/attack/graph.ts";
import { proofs } from "../../../src/analyses/attack/proofs.ts";
import { attackOf, graphs, type PlainUse, usesOf } from "./random-graph.ts";

const RUNS = { numRuns: 300 };

/** All that follows, by trying every use until none adds to it. */
function naiveClosure(graph: AttackGraph, start: FactIndex): readonly FactIndex[] {
  const held = new Set([start]);
  for (let size = 0; size !== held.size; ) {
    size = held.size;
    for (const { needs, gives } of usesOf(graph)) if (needs.every((need) => held.has(need))) held.add(gives);
  }
  return [...held].sort((a, b) => a - b);
}

/** Every proof there is, as the keys of its uses and its price, by choosing a use for each fact it needs. */
function naiveProofs(
  graph: AttackGraph,
  start: FactIndex,
  target: FactIndex,
  metric: Metric,
): readonly { keys: string; price: Price }[] {
  const uses = usesOf(graph);
  const found: { keys: string; price: Price }[] = [];
  const choose = (open: readonly FactIndex[], chosen: ReadonlyMap<FactIndex, PlainUse>) => {
    const [next, ...rest] = open;
    if (next === undefined) {
      const price = priceOf(graph, start, target, chosen, metric);
      if (price) found.push({ keys: keysOf([...chosen.values()].map(({ key }) => key)), price });
      return;
    }
    if (next === start || chosen.has(next)) return choose(rest, chosen);
    for (const use of uses.filter(({ gives }) => gives === next))
      choose([...rest, ...use.needs], new Map(chosen).set(next, use));
  };
  choose([target], new Map());
  return found;
}

function keysOf(keys: readonly number[]): string {
  return [...keys].sort((a, b) => a - b).join();
}

/** Nothing when the uses lean on each other in a circle. */
function priceOf(
  graph: AttackGraph,
  start: FactIndex,
  fact: FactIndex,
  chosen: ReadonlyMap<FactIndex, PlainUse>,
  metric: Metric,
  above: readonly FactIndex[] = [],
): Price | undefined {
  if (fact === start) return { cost: 0, hops: 0 };
  const use = chosen.get(fact);
  if (!use || above.includes(fact)) return undefined;
  const prices = use.needs.map((need) => priceOf(graph, start, need, chosen, metric, [...above, fact]));
  const known = prices.filter((price) => price !== undefined);
  if (known.length < prices.length) return undefined;
  const dearest = known.reduce((most, price) => (by[metric](price, most) > 0 ? price : most));
  return { cost: dearest.cost + use.cost, hops: dearest.hops + (graph.facts[fact]?.role === "goal" ? 1 : 0) };
}

const by = {
  cost: (a: Price, b: Price) => a.cost - b.cost || a.hops - b.hops,
  hops: (a: Price, b: Price) => a.hops - b.hops || a.cost - b.cost,
};
const metrics = fc.constantFrom<Metric>("cost", "hops");

describe("on random graphs", () => {
  test("a closure holds what trying every rule until none adds to it gives", () => {
    fc.assert(
      fc.property(graphs, ({ graph, own }) => {
        for (const start of own)
          expect([...closure(graph, [start])].sort((a, b) => a - b)).toEqual(naiveClosure(graph, start));
      }),
      RUNS,
    );
  });

  test("all closures at once are the closures one by one", () => {
    fc.assert(
      fc.property(graphs, (drawn) => {
        const { graph, own } = drawn;
        const closures = closuresOf(attackOf(drawn), own);
        for (const start of own) {
          const bits = closures.get(start) as Uint32Array;
          expect(graph.facts.map(({ index }) => index).filter((fact) => hasBit(bits, fact))).toEqual(
            naiveClosure(graph, start),
          );
        }
      }),
      RUNS,
    );
  });

  test("the cheapest price of each fact is that of the cheapest of all its proofs", () => {
    fc.assert(
      fc.property(graphs, metrics, ({ graph, own: [start = 0] }, metric) => {
        const found = cheapest(graph, [start], { metric });
        for (const { index } of graph.facts.filter((fact) => fact.index !== start)) {
          const [best] = naiveProofs(graph, start, index, metric)
            .map(({ price }) => price)
            .sort(by[metric]);
          expect(found.price(index)).toEqual(best);
        }
      }),
      RUNS,
    );
  });

  test("a search below a price finds what costs less, and nothing else", () => {
    fc.assert(
      fc.property(graphs, fc.nat({ max: 7 }), fc.nat({ max: 4 }), metrics, ({ graph, own }, cost, hops, metric) => {
        const [start = 0] = own;
        const below = { cost, hops };
        const [whole, part] = [cheapest(graph, [start], { metric }), cheapest(graph, [start], { below, metric })];
        for (const { index } of graph.facts) {
          const price = whole.price(index);
          const isLess = price !== undefined && by[metric](price, below) < 0;
          // What is left out costs as much or more, and leads to nothing that costs less.
          if (graph.facts[index]?.role === "goal") expect(part.price(index)).toEqual(isLess ? price : undefined);
        }
      }),
      RUNS,
    );
  });

  test("proofs come from the cheapest on, each once, and all of them", () => {
    fc.assert(
      fc.property(graphs, metrics, ({ graph, own: [start = 0, target = 0] }, metric) => {
        const given = [...proofs(graph, [start], target, { expected: 1000, metric })];
        const all = naiveProofs(graph, start, target, metric);
        const keys = given.map(({ uses }) => keysOf(uses.map((use) => useKey(graph, use))));
        expect([...keys].sort()).toEqual(all.map((one) => one.keys).sort());
        const prices = given.map(({ cost, hops }) => ({ cost, hops }));
        expect(prices).toEqual(all.map(({ price }) => price).sort(by[metric]));
      }),
      RUNS,
    );
  }, 60_000);
});
