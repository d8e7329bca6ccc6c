import type { Attack } from "./attack/attack-graph.ts";
import { cheapest } from "./attack/cheapest.ts";
import { allClosures } from "./attack/closures.ts";
import type { Fact, FactIndex } from "./attack/fact.ts";

/** What falls when one thing has fallen. */
export interface BlastRadius {
  readonly from: string;
  /** Endpoints, in the order of hops, then of the input. */
  readonly endpoints: readonly Fallen[];
  /** Other things worth naming: nodes, ServiceAccounts, Secrets, the cluster. */
  readonly others: readonly Fallen[];
}

export interface Fallen {
  readonly id: string;
  readonly kind: Fact["kind"];
  /** The fewest steps that lead there. */
  readonly hops: number;
}

/** Everything that can come to be held from one fact, by the fewest steps. Cost: one search. */
export function blastRadius(
  attack: Attack,
  from: Fact,
  { hops = Number.POSITIVE_INFINITY }: { readonly hops?: number } = {},
): BlastRadius {
  const { graph } = attack;
  const found = cheapest(graph, [from.index], { metric: "hops" });
  const fallen = found.held
    .filter((fact) => fact !== from.index && graph.facts[fact]?.role === "goal")
    .flatMap((index): readonly (Fallen & { readonly index: FactIndex })[] => {
      const fact = graph.facts[index];
      const price = found.price(index);
      if (!fact || !price || price.cost > hops) return [];
      const id = fact.kind === "reach" ? fact.name.slice("reach:".length) : fact.name;
      return [{ id, kind: fact.kind, hops: price.cost, index }];
    })
    .filter(({ id }) => id !== from.name)
    .sort((a, b) => a.hops - b.hops || a.index - b.index)
    .map(({ index: _, ...one }) => one);
  const isEndpoint = ({ kind }: Fallen) => kind === "own" || kind === "reach";
  return {
    from: from.name,
    endpoints: fallen.filter(isEndpoint),
    others: fallen.filter((one) => !isEndpoint(one)),
  };
}

/** How many endpoints fall with each endpoint. */
export interface BlastRadii {
  /** By endpoint, in the order of the listing. */
  readonly sizes: readonly { readonly id: string; readonly endpoints: number }[];
  /** Over all endpoints; 0 where there is none. */
  readonly mean: number;
  /** The most there can be: all other endpoints. */
  readonly most: number;
}

/** Cost: see {@link allClosures}. */
export function blastRadii(attack: Attack): BlastRadii {
  const sizes = allClosures(attack);
  const sum = sizes.reduce((total, { endpoints }) => total + endpoints, 0);
  return { sizes, mean: sizes.length === 0 ? 0 : sum / sizes.length, most: Math.max(sizes.length - 1, 0) };
}
