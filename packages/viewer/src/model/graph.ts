import { type Endpoint, type PortsByProtocol, printable } from "@watertight/core";

/** Everything there is to draw, before anything is left out: who there is, and what each pair may open. */
export interface Graph {
  readonly vertices: readonly Vertex[];
  readonly groups: readonly Group[];
  /** Pairs of different vertices with something allowed, in the order of `vertices`. */
  readonly pairs: readonly Pair[];
  /** Pairs nothing passes between as far as the input says, and these ports might; absent until somebody asked, see doubts.ts. */
  readonly maybe?: readonly Pair[];
  /** `whole`: every pair of workloads is known; `coarse`: some namespaces are one vertex, and what holds inside them is not. */
  readonly detail: "whole" | "coarse";
}

/** A workload, outside addresses that every policy treats alike, or all of a namespace where nobody asked for more. */
export interface Vertex {
  readonly index: number;
  /** The id of its first endpoint: what links, events and the outline call it. */
  readonly id: string;
  readonly type: "workload" | "address" | "namespace";
  readonly group: string;
  readonly name: string;
  /** The second line: kind and pods of a workload, what an address block leaves out. */
  readonly detail: string;
  readonly pods: number;
  /** Directions in which no policy has a say on it. */
  readonly open: Openness;
  readonly endpoints: readonly Resident[];
  /** The workloads of a namespace, which are no vertices themselves; empty for all else. */
  readonly inside: readonly Vertex[];
  /** Of a namespace in a cluster of very many: whether its pairs were worked out. */
  readonly pairs?: "unknown";
  /** Of what only a comparison knows: it is no longer there. */
  readonly presence?: "gone";
}

/** What the page has to know of an endpoint, without its pods. */
export type Resident = Pick<Endpoint, "id" | "cidrs" | "distinguishedBy">;

export type Openness = "none" | "in" | "out" | "both";

/** A namespace, or the outside: what is drawn as a box. */
export interface Group {
  readonly id: string;
  readonly type: "namespace" | "outside";
  readonly title: string;
  readonly members: readonly number[];
  /** How many workloads or address blocks it has, vertices or not; those that are gone do not count. */
  readonly size: number;
  /** Directions in which no policy has a say on any of its members. */
  readonly open: Openness;
}

/** What one vertex may open to another. */
export interface Pair {
  readonly from: number;
  readonly to: number;
  readonly ports: string;
  /** `open`: no policy governs either side, so the state of both ends says it all; `rule`: it takes a line to say it. */
  readonly because: "rule" | "open";
  /** Of a pair that is not certain: what may pass if open questions are settled otherwise; no more than `ports` means less might. */
  readonly possible?: string;
  /** The endpoints it joins, by their ids: more than one where a vertex stands for several. */
  readonly flows: readonly Flow[];
}

export interface Flow {
  readonly from: string;
  readonly to: string;
  readonly ports: PortsByProtocol;
}

export const OUTSIDE = "outside:";

/** The workloads and address blocks of a group that are there, vertices or not. */
export function residentsOf({ vertices }: Graph, { members }: Group): readonly Vertex[] {
  return members.flatMap((index) => {
    const vertex = vertices[index] as Vertex;
    return vertex.type === "namespace" ? vertex.inside : isGone(vertex) ? [] : [vertex];
  });
}

export function isGone({ presence }: Vertex): boolean {
  return presence === "gone";
}

/** How many workloads there are, vertices or not. */
export function workloadCount({ groups }: Graph): number {
  return groups.filter(({ id }) => id !== OUTSIDE).reduce((sum, { size }) => sum + size, 0);
}

export function groupsOf(vertices: readonly Vertex[]): readonly Group[] {
  const members = new Map<string, number[]>();
  for (const { group, index } of vertices) {
    const list = members.get(group);
    if (list) list.push(index);
    else members.set(group, [index]);
  }
  return [...members].map(([id, list]) => {
    const all = list.map((index) => vertices[index] as Vertex);
    const each = all.filter((vertex) => !isGone(vertex));
    const type = id === OUTSIDE ? "outside" : "namespace";
    return {
      id,
      type,
      title: type === "outside" ? "Outside the cluster" : printable(id),
      members: list,
      size: each.reduce((sum, { inside }) => sum + Math.max(1, inside.length), 0),
      open: openOf(each.length > 0 ? each : all),
    };
  });
}

/** Directions in which all of these are open. */
export function openOf(vertices: readonly Vertex[]): Openness {
  return openness(
    vertices.every(({ open }) => isOpen(open, "in")),
    vertices.every(({ open }) => isOpen(open, "out")),
  );
}

export function isOpen(state: Openness, direction: "in" | "out"): boolean {
  return state === "both" || state === direction;
}

export function openness(ingress: boolean, egress: boolean): Openness {
  if (ingress) return egress ? "both" : "in";
  return egress ? "out" : "none";
}
