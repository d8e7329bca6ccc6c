import type { Graph, Pair } from "./graph.ts";

/** One end of a link: a vertex, every member of a group, or every workload there is. */
export type End = `vertex ${number}` | `group ${string}` | "workloads";

/** One line to draw: every vertex of one end may open these ports to every vertex of the other, and no more. */
export interface Link {
  readonly from: End;
  readonly to: End;
  readonly ports: string;
}

/**
 * The fewest links found that say all the pairs asked for and nothing untrue.
 *
 * A group stands for its members only when all of them may open exactly the same ports; the state of open ends may already have
 * said it for some. Sources are folded before destinations and the other way round, and the shorter of both answers is kept,
 * ports by ports. `widest` is the widest end that may be used. Cost: linear in pairs times groups.
 */
export function fold(
  graph: Graph,
  wanted: (pair: Pair) => boolean = ({ because }) => because === "rule",
  widest: "workloads" | "group" = "workloads",
): readonly Link[] {
  const byPorts = new Map<string, Pair[]>();
  for (const pair of graph.pairs) {
    const list = byPorts.get(pair.ports);
    if (list) list.push(pair);
    else byPorts.set(pair.ports, [pair]);
  }
  return [...byPorts].flatMap(([ports, pairs]) => {
    const asked = pairs.filter(wanted);
    if (asked.length === 0) return [];
    const forward = foldFrom(graph, pairs, asked, widest).map(({ near, far }) => ({ from: far, to: near, ports }));
    const backward = foldFrom(graph, pairs.map(flip), asked.map(flip), widest);
    return forward.length <= backward.length
      ? forward
      : backward.map(({ near, far }) => ({ from: near, to: far, ports }));
  });
}

interface Ends {
  readonly from: number;
  readonly to: number;
}

function flip({ from, to }: Ends): Ends {
  return { from: to, to: from };
}

/** Folds the far ends of each near end, then the near ends that share a far end. Near is the destination, unless flipped. */
function foldFrom(
  graph: Graph,
  pairs: readonly Ends[],
  asked: readonly Ends[],
  widest: "workloads" | "group",
): readonly { readonly near: End; readonly far: End }[] {
  const holds = new Set(pairs.map(({ from, to }) => from * graph.vertices.length + to));
  const reaches = (far: number, near: number) => far === near || holds.has(far * graph.vertices.length + near);
  const nears = new Map<End, Set<number>>();
  for (const [near, fars] of indexBy(
    asked,
    ({ to }) => to,
    ({ from }) => from,
  )) {
    for (const far of foldSet(graph, fars, near, widest, (one) => reaches(one, near))) {
      const known = nears.get(far);
      if (known) known.add(near);
      else nears.set(far, new Set([near]));
    }
  }
  return [...nears].flatMap(([far, set]) => {
    const fars = membersOf(graph, far);
    const alone = fars.length === 1 ? fars[0] : undefined;
    return foldSet(graph, set, alone, widest, (near) => fars.every((one) => reaches(one, near))).map((near) => ({
      near,
      far,
    }));
  });
}

/** Covers a set of vertices with ends whose every member holds, the widest first; `besides` is never asked about. */
function foldSet(
  graph: Graph,
  asked: ReadonlySet<number>,
  besides: number | undefined,
  widest: "workloads" | "group",
  holds: (vertex: number) => boolean,
): readonly End[] {
  const left = new Set(asked);
  const ends: End[] = [];
  const take = (end: End, members: readonly number[]) => {
    const others = members.filter((member) => member !== besides);
    if (others.length < 2 || !others.some((member) => left.has(member)) || !others.every(holds)) return;
    ends.push(end);
    for (const member of members) left.delete(member);
  };
  if (widest === "workloads" && graph.groups.filter(({ type }) => type === "namespace").length > 1) {
    take("workloads", membersOf(graph, "workloads"));
  }
  for (const group of graph.groups) take(`group ${group.id}`, group.members);
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

/** The ordered pairs of different vertices a link speaks of. */
export function pairsOfLink(graph: Graph, { from, to }: Link): readonly Ends[] {
  const targets = membersOf(graph, to);
  return membersOf(graph, from).flatMap((source) =>
    targets.filter((target) => target !== source).map((target) => ({ from: source, to: target })),
  );
}

function indexBy<T>(
  list: readonly T[],
  keyOf: (item: T) => number,
  otherOf: (item: T) => number,
): ReadonlyMap<number, ReadonlySet<number>> {
  const index = new Map<number, Set<number>>();
  for (const item of list) {
    const key = keyOf(item);
    const set = index.get(key);
    if (set) set.add(otherOf(item));
    else index.set(key, new Set([otherOf(item)]));
  }
  return index;
}
