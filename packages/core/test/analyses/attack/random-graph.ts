import fc, { type Arbitrary } from "fast-check";
import type { Attack } from "../../../src/analyses/attack/attack-graph.ts";
import { NOTHING_DECLARED } from "../../../src/analyses/attack/declared.ts";
import type { FactIndex } from "../../../src/analyses/attack/fact.ts";
import type { Foothold } from "../../../src/analyses/attack/foothold.ts";
import { type AttackGraph, GraphBuilder } from "../../../src/analyses/attack/graph.ts";
import type { Endpoint } from "../../../src/engine/endpoints.ts";
import { ConnectionSet } from "../../../src/model/connections.ts";

/** A small graph with packets, single steps and steps that need two facts, and the footholds in it. */
export interface Drawn {
  readonly graph: AttackGraph;
  readonly own: readonly FactIndex[];
}

const SIZE = 4;

/** Workloads `w0` to `w3`, each with a door; two other facts; rules and packets between them as drawn. */
export const graphs: Arbitrary<Drawn> = fc
  .record({
    open: fc.array(fc.boolean(), { minLength: SIZE * SIZE, maxLength: SIZE * SIZE }),
    doorCosts: fc.array(fc.nat({ max: 4 }), { minLength: SIZE, maxLength: SIZE }),
    singles: fc.array(fc.tuple(fc.nat({ max: 9 }), fc.nat({ max: 9 }), fc.nat({ max: 3 })), { maxLength: 5 }),
    pairs: fc.array(fc.tuple(fc.nat({ max: 9 }), fc.nat({ max: 9 }), fc.nat({ max: 9 }), fc.nat({ max: 3 })), {
      maxLength: 3,
    }),
    guarded: fc.array(fc.tuple(fc.nat({ max: SIZE - 1 }), fc.nat({ max: 9 })), { maxLength: 1 }),
  })
  .map(({ open, doorCosts, singles, pairs, guarded }) => {
    const builder = new GraphBuilder();
    const own = range(SIZE).map((i) => builder.fact("own", `w${i}`));
    const doors = range(SIZE).map((i) => builder.fact("hub", `door ${i}`));
    const all = [...own, ...doors, builder.fact("know", "k"), builder.fact("hub", "h")];
    const rule = (needs: readonly number[], gives: number, cost: number) =>
      builder.add({
        edge: "NET",
        needs: [...new Set(needs.map((at) => all[at] as FactIndex))],
        gives: all[gives] as FactIndex,
        cost,
        certainty: "proved",
        because: "",
        evidence: [],
      });
    for (const [i, cost] of doorCosts.entries()) rule([SIZE + i], i, cost);
    for (const [need, gives, cost] of singles) rule([need], gives, cost);
    for (const [a, b, gives, cost] of pairs) rule([a, b], gives, cost);
    // A door past which something else is needed, as an identity is, or more is paid.
    for (const [i, need] of guarded) {
      const inside = all.push(builder.fact("hub", `past door ${i}`)) - 1;
      rule([SIZE + i, need], inside, 0);
      rule([inside], i, doorCosts[i] ?? 0);
      rule([SIZE + i], i, 4);
    }
    // Those that send alike share a row, as workloads do that policies treat alike.
    const distinct = new Map<string, Uint32Array>();
    const shared = (row: Uint32Array) => {
      const known = distinct.get(row.join()) ?? row;
      distinct.set(row.join(), known);
      return known;
    };
    const rows = new Map(
      own.map((fact, from) => [fact, shared(bits(range(SIZE).map((to) => open[from * SIZE + to] === true)))]),
    );
    const net = {
      doors: doors.map((fact) => ({ fact, endpoint: NOBODY, ports: ConnectionSet.ALL_PORTS })),
      row: (fact: FactIndex) => rows.get(fact),
      sender: () => undefined,
      plane: () => {
        throw new Error("nobody sends by verdicts here");
      },
    };
    return { graph: builder.finish(net, () => true), own };
  });

const NOBODY: Endpoint = { id: "", type: "workload", pods: 0, members: [] };

function range(size: number): number[] {
  return Array.from({ length: size }, (_, i) => i);
}

function bits(flags: readonly boolean[]): Uint32Array {
  return Uint32Array.of(flags.reduce((word, flag, i) => (flag ? word | (1 << i) : word), 0));
}

/** The drawn graph as analyses take it. */
export function attackOf({ graph, own }: Drawn): Pick<Attack, "graph" | "footholds" | "options"> {
  const footholds = own.map((fact): Foothold => {
    const id = graph.facts[fact]?.name ?? "";
    return { endpoint: { ...NOBODY, id }, id, own: fact, namespace: "", kind: "", pods: [] };
  });
  return {
    graph,
    footholds,
    options: { edges: "all", mode: "assume-breach", certainty: "conditional", jewels: [], declared: NOTHING_DECLARED },
  };
}

/** Every use there is, written out: what it needs, what it gives, what it costs, and its key. */
export interface PlainUse {
  readonly needs: readonly FactIndex[];
  readonly gives: FactIndex;
  readonly cost: number;
  readonly key: number;
}

export function usesOf(graph: AttackGraph): readonly PlainUse[] {
  const { facts, rules, net } = graph;
  const listed = rules.map(({ needs, gives, cost }, key) => ({ needs, gives, cost, key }));
  const sent = facts.flatMap(({ index }) => {
    const row = net.row(index)?.[0] ?? 0;
    return net.doors.flatMap(({ fact }, i) =>
      (row >> i) & 1 ? [{ needs: [index], gives: fact, cost: 0, key: rules.length + index * facts.length + fact }] : [],
    );
  });
  return [...listed, ...sent];
}
