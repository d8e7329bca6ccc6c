import type { Options, PortsByProtocol, Progress, Source } from "@watertight/core";
import type { Flow, Graph, Pair } from "../model/graph.ts";
import type { Answer, Ask, Name, Overview } from "./catalogue.ts";

/** What a page says to a worker. `serial` is the number of the question, `number` that of an input. */
export type Order =
  | {
      readonly do: "open";
      readonly serial: number;
      readonly sources: readonly Source[];
      readonly options: Partial<Options>;
    }
  | { readonly do: "give up"; readonly serial: number }
  | {
      readonly do: "ask";
      readonly serial: number;
      readonly number: number;
      readonly name: Name;
      readonly ask: Ask<Name>;
    }
  | { readonly do: "close"; readonly number: number };

/** What a worker says to its page. */
export type Word =
  /** It has started. */
  | { readonly say: "here" }
  | { readonly say: "progress"; readonly serial: number; readonly progress: Progress }
  | { readonly say: "opened"; readonly serial: number; readonly number: number; readonly overview: Packed<Overview> }
  | { readonly say: "given up"; readonly serial: number }
  | { readonly say: "answer"; readonly serial: number; readonly answer: Packed<Answer<Name>> }
  | { readonly say: "failed"; readonly serial: number; readonly problem: string };

/** A value with the graph in it, if it has one, as columns: the pairs of a large graph would take longer to copy than to work out. */
export interface Packed<T> {
  readonly rest: Omit<T, "graph"> | undefined;
  readonly graph: PackedGraph | undefined;
}

interface PackedGraph {
  readonly rest: Omit<Graph, "pairs">;
  /** Four numbers a pair: from, to, its words, and 1 where it is open. Then come its flows. */
  readonly pairs: Int32Array<ArrayBuffer>;
  /** Four numbers a flow: the pair, from, to, its ports. */
  readonly flows: Int32Array<ArrayBuffer>;
  readonly words: readonly string[];
  readonly ids: readonly string[];
  readonly ports: readonly PortsByProtocol[];
}

/** The value and what of it can be handed over instead of copied. */
export function pack<T extends object>(value: T): { readonly packed: Packed<T>; readonly transfer: ArrayBuffer[] } {
  if (isGraph(value)) {
    const graph = packGraph(value);
    return { packed: { rest: undefined, graph }, transfer: [graph.pairs.buffer, graph.flows.buffer] };
  }
  if ("graph" in value && isGraph(value.graph)) {
    const { graph: plain, ...rest } = value;
    const graph = packGraph(plain as Graph);
    return { packed: { rest: rest as Omit<T, "graph">, graph }, transfer: [graph.pairs.buffer, graph.flows.buffer] };
  }
  return { packed: { rest: value, graph: undefined }, transfer: [] };
}

/** What {@link pack} was given. */
export function unpack<T extends object>({ rest, graph }: Packed<T>): T {
  if (!graph) return rest as T;
  return (rest ? { ...rest, graph: unpackGraph(graph) } : unpackGraph(graph)) as T;
}

function isGraph(value: unknown): value is Graph {
  return typeof value === "object" && value !== null && "vertices" in value && "pairs" in value;
}

function packGraph({ pairs, ...rest }: Graph): PackedGraph {
  const words = new Numbering<string>();
  const ids = new Numbering<string>();
  const ports = new Numbering<PortsByProtocol>();
  const heads = new Int32Array(pairs.length * 4);
  const flows = new Int32Array(pairs.reduce((sum, pair) => sum + pair.flows.length, 0) * 4);
  let at = 0;
  pairs.forEach((pair, index) => {
    heads.set([pair.from, pair.to, words.of(pair.ports), pair.because === "open" ? 1 : 0], index * 4);
    for (const flow of pair.flows) {
      flows.set([index, ids.of(flow.from), ids.of(flow.to), ports.of(flow.ports, JSON.stringify(flow.ports))], at);
      at += 4;
    }
  });
  return { rest, pairs: heads, flows, words: words.values, ids: ids.values, ports: ports.values };
}

function unpackGraph({ rest, pairs: heads, flows, words, ids, ports }: PackedGraph): Graph {
  const pairs: (Pair & { readonly flows: Flow[] })[] = [];
  for (let at = 0; at < heads.length; at += 4) {
    pairs.push({
      from: heads[at] as number,
      to: heads[at + 1] as number,
      ports: words[heads[at + 2] as number] as string,
      because: heads[at + 3] === 1 ? "open" : "rule",
      flows: [],
    });
  }
  for (let at = 0; at < flows.length; at += 4) {
    pairs[flows[at] as number]?.flows.push({
      from: ids[flows[at + 1] as number] as string,
      to: ids[flows[at + 2] as number] as string,
      ports: ports[flows[at + 3] as number] as PortsByProtocol,
    });
  }
  return { ...rest, pairs };
}

/** Numbers values in the order they first come. */
class Numbering<T> {
  readonly values: T[] = [];
  private readonly known = new Map<unknown, number>();

  of(value: T, key: unknown = value): number {
    const known = this.known.get(key);
    if (known !== undefined) return known;
    this.known.set(key, this.values.length);
    return this.values.push(value) - 1;
  }
}
