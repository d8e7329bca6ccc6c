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
  /** What the cheapest way there costs, which may take more steps; as docs/attack-paths.md counts it. */
  readonly cost: number;
}

/** Everything that can come to be held from one fact, within so many steps and at so much. Cost: two searches. */
export function blastRadius(
  attack: Attack,
  from: Fact,
  {
    hops = Number.POSITIVE_INFINITY,
    cost = Number.POSITIVE_INFINITY,
  }: { readonly hops?: number; readonly cost?: number } = {},
): BlastRadius {
  const { graph } = attack;
  const found = cheapest(graph, [from.index], { metric: "hops" });
  const paid = cheapest(graph, [from.index]);
  const fallen = found.held
    .filter((fact) => fact !== from.index && graph.facts[fact]?.role === "goal")
    .flatMap((index): readonly (Fallen & { readonly index: FactIndex })[] => {
      const fact = graph.facts[index];
      const [price, least] = [found.price(index), paid.price(index)];
      if (!fact || !price || !least || price.hops > hops || least.cost > cost) return [];
      const id = fact.kind === "reach" ? fact.name.slice("reach:".length) : fact.name;
      return [{ id, kind: fact.kind, hops: price.hops, cost: least.cost, index }];
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

/** How much falls with each endpoint, and how exposed each jewel is. */
export interface BlastRadii {
  /** By endpoint, in the order of the listing: how many others fall with it, and how many jewels. */
  readonly sizes: readonly { readonly id: string; readonly endpoints: number; readonly jewels: number }[];
  /** By jewel, in their order: with how many endpoints other than itself it falls. */
  readonly exposures: readonly number[];
  /** Over all endpoints; 0 where there is none. */
  readonly mean: number;
  /** The most there can be: all other endpoints. */
  readonly most: number;
}

/** Cost: see {@link allClosures}. */
export function blastRadii(attack: Attack): BlastRadii {
  const { sizes, withThem } = allClosures(
    attack,
    attack.jewels.map(({ fact }) => fact),
  );
  const sum = sizes.reduce((total, { endpoints }) => total + endpoints, 0);
  return {
    sizes: sizes.map(({ id, endpoints, facts }) => ({ id, endpoints, jewels: facts })),
    exposures: withThem,
    mean: sizes.length === 0 ? 0 : sum / sizes.length,
    most: Math.max(sizes.length - 1, 0),
  };
}
