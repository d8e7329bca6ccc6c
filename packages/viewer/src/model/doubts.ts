import type { Uncertainty } from "@watertight/core";
import type { Graph, Pair } from "./graph.ts";
import { portsText } from "./ports.ts";

/** What an input leaves open, and which pairs hang on it. */
export interface Doubts {
  /** `too many`: there are more than can be asked about one by one. */
  readonly flows: readonly DoubtfulFlow[] | "too many";
  /** What the input or the API leave open, in words, with the option that settles it where one does. */
  readonly questions: readonly { readonly message: string; readonly option?: string }[];
}

/** Two endpoints, by their ids, and the ports that may get through if open questions are settled otherwise. */
export interface DoubtfulFlow {
  readonly from: string;
  readonly to: string;
  readonly possible: string;
}

/** What core says of a listing, in words. */
export function doubtsIn({ pairs, assumptions }: Uncertainty): Doubts {
  const flows = pairs?.map(({ from, to, possible }) => ({ from: from.id, to: to.id, possible: portsText(possible) }));
  return { flows: flows ?? "too many", questions: assumptions };
}

/**
 * The graph with its doubtful pairs marked, and those with which nothing passes but might.
 *
 * Cost: linear in pairs and doubts; the same graph where there are none.
 */
export function withDoubts(graph: Graph, { flows }: Doubts): Graph {
  if (flows === "too many" || flows.length === 0) return graph;
  const vertexOf = new Map(
    graph.vertices.flatMap(({ endpoints, index }) => endpoints.map(({ id }) => [id, index] as const)),
  );
  const keyOf = (from: number, to: number) => from * graph.vertices.length + to;
  const possible = new Map<number, Pick<Pair, "from" | "to"> & { readonly ports: Set<string> }>();
  for (const flow of flows) {
    const [from, to] = [vertexOf.get(flow.from), vertexOf.get(flow.to)];
    if (from === undefined || to === undefined || from === to) continue;
    const key = keyOf(from, to);
    const known = possible.get(key) ?? { from, to, ports: new Set() };
    known.ports.add(flow.possible);
    possible.set(key, known);
  }
  const words = (ports: ReadonlySet<string>) => [...ports].join(" or ");
  const pairs = graph.pairs.map((pair): Pair => {
    const key = keyOf(pair.from, pair.to);
    const doubt = possible.get(key);
    possible.delete(key);
    return doubt ? { ...pair, possible: words(doubt.ports) } : pair;
  });
  const maybe = [...possible.values()].map(
    ({ from, to, ports }): Pair => ({ from, to, ports: words(ports), because: "rule", flows: [] }),
  );
  return { ...graph, pairs, maybe };
}

/** `maybe TCP 443`, `maybe less`: what a doubtful pair may be besides. */
export function doubtWords({ ports, possible }: Pick<Pair, "ports" | "possible">): string {
  return possible === ports ? "maybe less" : `maybe ${possible}`;
}

/** The ports of a pair, with what is to be said of them. */
export function portsOf(pair: Pair): string {
  const { ports, because, possible } = pair;
  return `${ports}${because === "open" ? ", by default" : ""}${possible === undefined ? "" : `, ${doubtWords(pair)}`}`;
}
