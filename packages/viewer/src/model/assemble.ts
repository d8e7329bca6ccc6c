import {
  type Connection,
  ConnectionSet,
  type Endpoint,
  finish,
  mapped,
  printable,
  type Reachability,
  type Steps,
} from "@watertight/core";
import { type Graph, groupsOf, isOpen, OUTSIDE, openness, type Pair, type Resident, type Vertex } from "./graph.ts";
import { mergeOutside, type OutsideName } from "./outside.ts";
import { portsText } from "./ports.ts";

/** The graph of a reachability grouped by workload. Cost: one look at every pair of endpoints. */
export function graphOf(reachability: Reachability): Graph {
  return finish(graphSteps(reachability));
}

/** {@link graphOf} with pauses. */
export function* graphSteps(reachability: Reachability): Steps<Graph> {
  const workloads = reachability.endpoints.filter(({ type }) => type !== "address");
  return assemble(
    reachability,
    workloads.map((endpoint, index) => workloadVertex(endpoint, index, reachability)),
    yield* connectionsOf(reachability),
  );
}

/** How many sources are looked at between two pauses. */
const STRIDE = 16;

/** Every connection of a reachability, in its order. */
export function* connectionsOf(reachability: Reachability): Steps<readonly Connection[]> {
  const from = (source: Endpoint) => [...reachability.connections(ConnectionSet.ALL, [source])];
  return (yield* mapped("listing connections", reachability.endpoints, from, STRIDE)).flat();
}

/** A graph of these vertices, addresses yet to be added, with these connections among their endpoints. */
export function assemble(
  { endpoints }: Reachability,
  inCluster: readonly Vertex[],
  connections: readonly Connection[],
): Graph {
  const merged = mergeOutside(
    endpoints.filter(({ type }) => type === "address"),
    connections,
  );
  const vertices = [
    ...inCluster,
    ...merged.map((block, position) => addressVertex(block, inCluster.length + position)),
  ];
  const detail = vertices.some(({ type }) => type === "namespace") ? "coarse" : "whole";
  return { vertices, groups: groupsOf(vertices), pairs: pairsOf(vertices, connections), detail };
}

export function workloadVertex(endpoint: Endpoint, index: number, reachability: Reachability): Vertex {
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
    endpoints: [residentOf(endpoint)],
    inside: [],
  };
}

export function residentOf({ id, cidrs, distinguishedBy }: Endpoint): Resident {
  return { id, ...(cidrs && { cidrs }), ...(distinguishedBy && { distinguishedBy }) };
}

function addressVertex({ name, detail, endpoints: blocks }: OutsideName, index: number): Vertex {
  const id = blocks[0]?.id ?? "";
  const endpoints = blocks.map(residentOf);
  return { index, id, type: "address", group: OUTSIDE, name, detail, pods: 0, open: "both", endpoints, inside: [] };
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
      flows: each.map((one) => ({ from: one.from.id, to: one.to.id, ports: one.connections.toJSON() })),
    }));
}
