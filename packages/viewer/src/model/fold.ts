import type { Graph, Pair } from "./graph.ts";

/** One end of a link: a vertex, every member of a group, or every workload there is. */
export type End = `vertex ${number}` | `group ${string}` | "workloads";

/** One line to draw: every vertex of one end may open these ports to every vertex of the other, and no more. */
export interface Link {
  readonly from: End;
  readonly to: End;
  readonly ports: string;
  /** What the edits do to it; absent where they do nothing, or there are none. */
  readonly change?: "gained" | "lost";
  /** Whether it hangs on what the input leaves open. */
  readonly certainty?: "doubtful";
}

/** The widest end that may stand for others. */
type Widest = "workloads" | "group";

/**
 * The fewest links found that say exactly the pairs asked for.
 *
 * A group stands for its members only when all of them may open exactly the same ports. Sources are folded before destinations and
 * the other way round, and the shorter of both answers is kept, ports by ports. Cost: linear in pairs times groups.
 */
export function fold(
  graph: Graph,
  wanted: (pair: Pair) => boolean = ({ because }) => because === "rule",
  widest: Widest = graph.detail === "whole" ? "workloads" : "group",
): readonly Link[] {
  const wide = wideEnds(graph, widest);
  // What is certain and what is not are never one line.
  const alike = new Map<string, Pair[]>();
  for (const pair of graph.pairs.filter(wanted)) {
    const key = `${pair.possible === undefined ? "" : "?"}${pair.ports}`;
    const list = alike.get(key);
    if (list) list.push(pair);
    else alike.set(key, [pair]);
  }
  return [...alike.values()].flatMap((asked) => {
    const [{ ports = "", possible } = {}] = asked;
    const traits = { ports, ...(possible !== undefined && { certainty: "doubtful" as const }) };
    const forward = foldFrom(graph, asked, wide).map(({ near, far }) => ({ from: far, to: near, ...traits }));
    const backward = foldFrom(graph, asked.map(flip), wide).map(({ near, far }) => ({
      from: near,
      to: far,
      ...traits,
    }));
    return forward.length <= backward.length ? forward : backward;
  });
}

interface Ends {
  readonly from: number;
  readonly to: number;
}

function flip({ from, to }: Ends): Ends {
  return { from: to, to: from };
}

/** An end that stands for several vertices. */
interface Wide {
  readonly end: End;
  readonly members: readonly number[];
}

/** Those a graph has, the widest first: most namespaces of a large cluster are one vertex, and for those there is nothing to fold. */
function wideEnds(graph: Graph, widest: Widest): readonly Wide[] {
  const isSeveral = graph.groups.filter(({ type }) => type === "namespace").length > 1;
  const all: readonly Wide[] =
    widest === "workloads" && isSeveral ? [{ end: "workloads", members: membersOf(graph, "workloads") }] : [];
  const groups = graph.groups.map(({ id, members }): Wide => ({ end: `group ${id}`, members }));
  return [...all, ...groups].filter(({ members }) => members.length > 1);
}

/** Folds the far ends of each near end, then the near ends that share a far end. Near is the destination, unless flipped. */
function foldFrom(
  graph: Graph,
  asked: readonly Ends[],
  wide: readonly Wide[],
): readonly { readonly near: End; readonly far: End }[] {
  const nears = new Map<End, Set<number>>();
  for (const [near, fars] of indexBy(asked)) {
    for (const far of foldSet(fars, near, wide)) {
      const known = nears.get(far);
      if (known) known.add(near);
      else nears.set(far, new Set([near]));
    }
  }
  // From every workload to every workload would have no place to be drawn.
  const narrow = wide.filter(({ end }) => end !== "workloads");
  return [...nears].flatMap(([far, set]) => {
    const alone = far.startsWith("vertex ") ? membersOf(graph, far)[0] : undefined;
    return foldSet(set, alone, far === "workloads" ? narrow : wide).map((near) => ({ near, far }));
  });
}

/** Covers exactly a set of vertices with ends, the widest first; `besides` may be a member of an end, but is never meant. */
function foldSet(asked: ReadonlySet<number>, besides: number | undefined, wide: readonly Wide[]): readonly End[] {
  const left = new Set(asked);
  const ends: End[] = [];
  for (const { end, members } of wide) {
    if (left.size < 2) break;
    const others = members.filter((member) => member !== besides);
    if (others.length < 2 || !others.every((member) => left.has(member))) continue;
    ends.push(end);
    for (const member of others) left.delete(member);
  }
  for (const vertex of left) ends.push(`vertex ${vertex}`);
  return ends;
}

/** The vertices an end stands for. */
export function membersOf(graph: Graph, end: End): readonly number[] {
  if (end === "workloads") {
    return graph.vertices.filter(({ type }) => type === "workload").map(({ index }) => index);
  }
  if (end.startsWith("vertex ")) return [Number(end.slice("vertex ".length))];
  return graph.groups.find(({ id }) => `group ${id}` === end)?.members ?? [];
}

/** For each near end its far ends. */
function indexBy(pairs: readonly Ends[]): ReadonlyMap<number, ReadonlySet<number>> {
  const index = new Map<number, Set<number>>();
  for (const { from, to } of pairs) {
    const set = index.get(to);
    if (set) set.add(from);
    else index.set(to, new Set([from]));
  }
  return index;
}
