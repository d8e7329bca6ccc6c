import type { PathsAnswer } from "@watertight/core";
import type { End } from "./fold.ts";
import { type Graph, OUTSIDE } from "./graph.ts";
import { findVertex, vertexOfId } from "./names.ts";

/** One path of an answer. */
export type Path = PathsAnswer["paths"][number];

/** Steps of a path that together lead from one place on the graph to another: one, unless some in between are on no graph. */
export interface Hop {
  readonly from: End;
  readonly to: End;
  /** The numbers of its steps, from 1: `2`, `2–4`. */
  readonly label: string;
  /** Whether packets make it, which policies could stop, or something else does. */
  readonly means: "packets" | "other";
}

const PACKETS: ReadonlySet<string> = new Set(["NET", "EXPOSE", "HOSTNET", "LOCAL", "EXFIL"]);

/** A path as hops between places on the graph. Tokens, Secrets and roles are on none: what leads to them counts into the next hop. */
export function hopsOf(graph: Graph, { steps }: Path): readonly Hop[] {
  const origins = new Map<string, { readonly end: End; readonly first: number }>();
  return steps.flatMap(({ from, to, edge }, index): readonly Hop[] => {
    const number = index + 1;
    const own = endOfFact(graph, from);
    const origin = own ? { end: own, first: number } : origins.get(from);
    const end = endOfFact(graph, to);
    if (!origin) return [];
    if (!end) {
      origins.set(to, origin);
      return [];
    }
    const isDirect = origin.first === number;
    const label = isDirect ? `${number}` : `${origin.first}–${number}`;
    return [{ from: origin.end, to: end, label, means: isDirect && PACKETS.has(edge) ? "packets" : "other" }];
  });
}

/** Where on the graph something is that an attacker may hold; nowhere for most but workloads and the outside. */
export function endOfFact(graph: Graph, name: string): End | undefined {
  const vertex =
    name === "internet" || name === "exfiltration" ? findVertex(graph, "internet") : vertexOfId(graph, name);
  if (vertex) return `vertex ${vertex.index}`;
  const isOutside = name === "internet" || name === "exfiltration";
  return isOutside && graph.groups.some(({ id }) => id === OUTSIDE) ? `group ${OUTSIDE}` : undefined;
}

/** What falls by the fewest steps, step by step. */
export interface Ring {
  readonly hops: number;
  readonly workloads: readonly string[];
  /** Nodes, accounts, Secrets and the like, by their names. */
  readonly others: readonly string[];
}

/** A blast radius as rings, the nearest first; tokens, which say no more than their accounts, are left out. */
export function ringsOf({ endpoints, others }: PathsAnswer["blastRadius"]): readonly Ring[] {
  const worthSaying = others.filter(({ kind }) => kind !== "hold");
  const depths = [...new Set([...endpoints, ...worthSaying].map(({ hops }) => hops))].sort((a, b) => a - b);
  const at = (list: readonly { readonly id: string; readonly hops: number }[], depth: number) =>
    list.filter(({ hops }) => hops === depth).map(({ id }) => id);
  return depths.map((hops) => ({ hops, workloads: at(endpoints, hops), others: at(worthSaying, hops) }));
}
