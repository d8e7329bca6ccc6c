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
 * the other way round, and the shorter of both answers is kept, ports by ports. Cost: linear in pairs.
 */
export function fold(
  graph: Graph,
  wanted: (pair: Pair) => boolean = ({ because }) => because === "rule",
  widest: Widest = graph.detail === "whole" ? "workloads" : "group",
): readonly Link[] {
  const ends = new Ends(graph, widest);
  // What is certain and what is not are never one line.
  const alike = new Map<string, Pair[]>();
  for (const pair of graph.pairs) {
    if (!wanted(pair)) continue;
    const key = pair.possible === undefined ? pair.ports : `?${pair.ports}`;
    const known = alike.get(key);
    if (known) known.push(pair);
    else alike.set(key, [pair]);
  }
  const links: Link[] = [];
  for (const asked of alike.values()) {
    const [{ ports = "", possible } = {}] = asked;
    const doubt = possible === undefined ? undefined : { certainty: "doubtful" as const };
    const from = new Int32Array(asked.length);
    const to = new Int32Array(asked.length);
    asked.forEach((pair, at) => {
      from[at] = pair.from;
      to[at] = pair.to;
    });
    const forward = foldKeys(to, from, ends);
    const backward = foldKeys(from, to, ends);
    const [sources, targets] =
      forward.keys.length <= backward.keys.length ? [forward.values, forward.keys] : [backward.keys, backward.values];
    for (let at = 0; at < sources.length; at++) {
      links.push({ from: ends.name(sources[at] as number), to: ends.name(targets[at] as number), ports, ...doubt });
    }
  }
  return links;
}

/** Ends that belong together: each key with the value at its place. */
interface Folded {
  readonly keys: Int32Array;
  readonly values: Int32Array;
}

/** Folds the values of each key, then the keys that share a value. */
function foldKeys(keys: Int32Array, values: Int32Array, ends: Ends): Folded {
  const half = ends.coverEach(keys, values);
  const whole = ends.coverEach(half.values, half.keys);
  return { keys: whole.values, values: whole.keys };
}

/** The ends of a graph as numbers: a vertex is its index; after the vertices come the groups in their order, and last all workloads. */
class Ends {
  private readonly names: readonly End[];
  private readonly workloads: number;
  /** The group of each vertex. */
  private readonly groupOf: Int32Array;
  private readonly isWorkload: Uint8Array;
  /** How many vertices each end stands for; 0 where it may not stand for several. */
  private readonly sizes: Int32Array;
  /** How often each end is a key while {@link coverEach} runs, and of how many members of a group a set is; otherwise 0. */
  private readonly counts: Int32Array;
  private readonly members: Int32Array;

  constructor(graph: Graph, widest: Widest) {
    const { vertices, groups } = graph;
    const names: readonly End[] = [
      ...vertices.map(({ index }): End => `vertex ${index}`),
      ...groups.map(({ id }): End => `group ${id}`),
      "workloads",
    ];
    this.names = names;
    this.workloads = names.length - 1;
    this.groupOf = new Int32Array(vertices.length);
    this.isWorkload = Uint8Array.from(vertices, ({ type }) => Number(type === "workload"));
    this.sizes = new Int32Array(names.length);
    this.counts = new Int32Array(names.length);
    this.members = new Int32Array(names.length);
    groups.forEach(({ members }, position) => {
      const group = vertices.length + position;
      for (const member of members) this.groupOf[member] = group;
      this.sizes[group] = members.length;
    });
    const isSeveral = groups.filter(({ type }) => type === "namespace").length > 1;
    if (widest === "workloads" && isSeveral) this.sizes[this.workloads] = membersOf(graph, "workloads").length;
  }

  name(end: number): End {
    return this.names[end] as End;
  }

  /** Covers the values of each key with ends; keys in the order in which they first come. */
  coverEach(keys: Int32Array, values: Int32Array): Folded {
    const { counts } = this;
    const order: number[] = [];
    for (let at = 0; at < keys.length; at++) {
      const key = keys[at] as number;
      if (add(counts, key) === 1) order.push(key);
    }
    const starts = new Int32Array(counts.length);
    let start = 0;
    for (const key of order) {
      starts[key] = start;
      start += counts[key] as number;
      counts[key] = 0;
    }
    const listed = new Int32Array(keys.length);
    for (let at = 0; at < keys.length; at++) {
      const key = keys[at] as number;
      listed[(starts[key] as number) + add(counts, key) - 1] = values[at] as number;
    }
    const folded = { keys: new Int32Array(keys.length), values: new Int32Array(keys.length) };
    let end = 0;
    for (const key of order) {
      const from = starts[key] as number;
      const list = listed.subarray(from, from + (counts[key] as number));
      counts[key] = 0;
      const before = end;
      end = this.cover(list, key, folded.values, end);
      folded.keys.fill(key, before, end);
    }
    return { keys: folded.keys.subarray(0, end), values: folded.values.subarray(0, end) };
  }

  /**
   * Covers exactly a set of vertices with ends, the widest first, and writes them down from a place on; returns where they end.
   * Of an end that the peer is a member of, the others are enough.
   */
  private cover(asked: Int32Array, peer: number, into: Int32Array, from: number): number {
    let at = from;
    let left = asked;
    // From every workload to every workload would have no place to be drawn.
    if (peer !== this.workloads && this.isAllWorkloads(asked, peer)) {
      into[at++] = this.workloads;
      left = asked.filter((vertex) => this.isWorkload[vertex] === 0);
    }
    const groups = left.length < 2 ? [] : this.groupsIn(left, peer);
    for (const group of groups) into[at++] = group;
    const single =
      groups.length === 0 ? left : left.filter((vertex) => !groups.includes(this.groupOf[vertex] as number));
    into.set(single, at);
    return at + single.length;
  }

  private isAllWorkloads(vertices: Int32Array, peer: number): boolean {
    const whole = (this.sizes[this.workloads] as number) - (this.isWorkload[peer] ?? 0);
    if (whole < 2 || vertices.length < whole) return false;
    return vertices.reduce((sum, vertex) => sum + (this.isWorkload[vertex] as number), 0) === whole;
  }

  /** The groups of which a set has several members and all, in their order. */
  private groupsIn(vertices: Int32Array, peer: number): readonly number[] {
    const { members, groupOf, sizes } = this;
    const own = groupOf[peer];
    const found: number[] = [];
    for (let at = 0; at < vertices.length; at++) {
      const group = groupOf[vertices[at] as number] as number;
      const count = add(members, group);
      if (count >= 2 && count === (sizes[group] as number) - Number(group === own)) found.push(group);
    }
    for (let at = 0; at < vertices.length; at++) members[groupOf[vertices[at] as number] as number] = 0;
    return found.sort((a, b) => a - b);
  }
}

/** Adds one; gives what it comes to. */
function add(counts: Int32Array, at: number): number {
  const count = (counts[at] as number) + 1;
  counts[at] = count;
  return count;
}

/** The vertices an end stands for. */
export function membersOf(graph: Graph, end: End): readonly number[] {
  if (end === "workloads") {
    return graph.vertices.filter(({ type }) => type === "workload").map(({ index }) => index);
  }
  if (end.startsWith("vertex ")) return [Number(end.slice("vertex ".length))];
  const group = end.slice("group ".length);
  return graph.groups.find(({ id }) => id === group)?.members ?? [];
}

/** The ends that stand for one of these vertices or more. */
export function endsWith(graph: Graph, vertices: ReadonlySet<number>): ReadonlySet<End> {
  const ends = new Set<End>();
  for (const index of vertices) {
    const vertex = graph.vertices[index];
    if (!vertex) continue;
    ends.add(`vertex ${index}`);
    ends.add(`group ${vertex.group}`);
    if (vertex.type === "workload") ends.add("workloads");
  }
  return ends;
}
