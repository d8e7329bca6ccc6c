import { type Connection, type Endpoint, printable, type Reachability } from "@watertight/core";
import { mergeOutside, type OutsideName } from "./outside.ts";
import { portsText } from "./ports.ts";

/** Everything there is to draw, before anything is left out: who there is, and what each pair may open. */
export interface Graph {
  readonly vertices: readonly Vertex[];
  readonly groups: readonly Group[];
  /** Pairs of different vertices with something allowed, in the order of `vertices`. */
  readonly pairs: readonly Pair[];
}

/** A workload, or outside addresses that every policy treats alike. */
export interface Vertex {
  readonly index: number;
  /** The id of its first endpoint: what links, events and the outline call it. */
  readonly id: string;
  readonly type: "workload" | "address";
  readonly group: string;
  readonly name: string;
  /** The second line: kind and pods of a workload, what an address block leaves out. */
  readonly detail: string;
  readonly pods: number;
  /** Directions in which no policy has a say on it. */
  readonly open: Openness;
  readonly endpoints: readonly Endpoint[];
}

export type Openness = "none" | "in" | "out" | "both";

/** A namespace, or the outside: what is drawn as a box. */
export interface Group {
  readonly id: string;
  readonly type: "namespace" | "outside";
  readonly title: string;
  readonly members: readonly number[];
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
  readonly connections: readonly Connection[];
}

export const OUTSIDE = "outside:";

/** The graph of a reachability grouped by workload. Cost: one look at every pair of endpoints. */
export function graphOf(reachability: Reachability): Graph {
  const connections = [...reachability.connections()];
  const merged = mergeOutside(
    reachability.endpoints.filter(({ type }) => type === "address"),
    connections,
  );
  const workloads = reachability.endpoints.filter(({ type }) => type !== "address");
  const vertices = [
    ...workloads.map((endpoint, index) => workloadVertex(endpoint, index, reachability)),
    ...merged.map((block, position) => addressVertex(block, workloads.length + position)),
  ];
  return { vertices, groups: groupsOf(vertices), pairs: pairsOf(vertices, connections) };
}

function workloadVertex(endpoint: Endpoint, index: number, reachability: Reachability): Vertex {
  const { id, namespace = "", kind = "", name = id, pods } = endpoint;
  const part = /#\d+$/.exec(id)?.[0] ?? "";
  const count = pods === 1 || kind === "Pod" ? "" : pods === 0 ? " · no pods" : ` × ${pods}`;
  const isOpen = (direction: "ingress" | "egress") => reachability.governed(endpoint, direction) === "no";
  return {
    index,
    id,
    type: "workload",
    group: namespace,
    name: printable(name + part),
    detail: printable(kind + count),
    pods,
    open: openness(isOpen("ingress"), isOpen("egress")),
    endpoints: [endpoint],
  };
}

function addressVertex({ name, detail, endpoints }: OutsideName, index: number): Vertex {
  const id = endpoints[0]?.id ?? "";
  return { index, id, type: "address", group: OUTSIDE, name, detail, pods: 0, open: "both", endpoints };
}

function groupsOf(vertices: readonly Vertex[]): readonly Group[] {
  const members = new Map<string, number[]>();
  for (const { group, index } of vertices) {
    const list = members.get(group);
    if (list) list.push(index);
    else members.set(group, [index]);
  }
  return [...members].map(([id, list]) => {
    const each = list.map((index) => vertices[index]?.open ?? "none");
    const open = openness(
      each.every((state) => isOpen(state, "in")),
      each.every((state) => isOpen(state, "out")),
    );
    const type = id === OUTSIDE ? "outside" : "namespace";
    return { id, type, title: type === "outside" ? "Outside the cluster" : printable(id), members: list, open };
  });
}

function pairsOf(vertices: readonly Vertex[], connections: readonly Connection[]): readonly Pair[] {
  const vertexOf = new Map(vertices.flatMap((vertex) => vertex.endpoints.map(({ id }) => [id, vertex])));
  const byEnds = new Map<number, { from: Vertex; to: Vertex; connections: Connection[] }>();
  for (const connection of connections) {
    const from = vertexOf.get(connection.from.id) as Vertex;
    const to = vertexOf.get(connection.to.id) as Vertex;
    const key = from.index * vertices.length + to.index;
    const known = byEnds.get(key);
    if (known) known.connections.push(connection);
    else byEnds.set(key, { from, to, connections: [connection] });
  }
  return [...byEnds]
    .sort(([a], [b]) => a - b)
    .map(([, { from, to, connections: each }]) => ({
      from: from.index,
      to: to.index,
      ports: portsText(each.map(({ connections: set }) => set).reduce((all, set) => all.union(set))),
      because: isOpen(from.open, "out") && isOpen(to.open, "in") ? "open" : "rule",
      connections: each,
    }));
}

export function isOpen(state: Openness, direction: "in" | "out"): boolean {
  return state === "both" || state === direction;
}

export function openness(ingress: boolean, egress: boolean): Openness {
  if (ingress) return egress ? "both" : "in";
  return egress ? "out" : "none";
}
