import { printable } from "@watertight/core";
import type { End } from "./fold.ts";
import { type Graph, type Group, OUTSIDE, type Vertex } from "./graph.ts";

/** The name of an end in links and events: a vertex's id, `namespace/*` for a whole box, `outside/*` and `*`. */
export function nameOfEnd(graph: Graph, end: End): string {
  if (end === "workloads") return "*";
  if (end.startsWith("vertex ")) return graph.vertices[Number(end.slice(7))]?.id ?? "";
  const group = end.slice("group ".length);
  return group === OUTSIDE ? "outside/*" : `${group}/*`;
}

/** The end a name stands for. */
export function endOfName(graph: Graph, name: string): End | undefined {
  if (name === "*") return "workloads";
  const vertex = vertexOfId(graph, name);
  if (vertex) return `vertex ${vertex.index}`;
  const id = name === "outside/*" ? OUTSIDE : name.replace(/\/\*$/, "");
  return name.endsWith("/*") && graph.groups.some((group) => group.id === id) ? `group ${id}` : undefined;
}

const READING = new Intl.Collator("en", { numeric: true });

/** The order in which a reader looks for names: `app-2` before `app-10`. */
export function inReadingOrder(a: string, b: string): number {
  return READING.compare(a, b);
}

/** Groups as a reader looks for them, the outside last. */
export function groupsInReadingOrder({ groups }: Graph): readonly Group[] {
  const rank = ({ type }: Group) => (type === "outside" ? 1 : 0);
  return [...groups].sort((a, b) => rank(a) - rank(b) || inReadingOrder(a.title, b.title));
}

/** Members of one group so; addresses stay as they are, the widest first. */
export function membersInReadingOrder(vertices: readonly Vertex[]): readonly Vertex[] {
  return vertices.some(({ type }) => type === "address")
    ? vertices
    : [...vertices].sort((a, b) => inReadingOrder(a.id, b.id));
}

/** The vertex with this id, or which this endpoint is part of. */
export function vertexOfId(graph: Graph, id: string): Vertex | undefined {
  return graph.vertices.find(
    ({ id: own, endpoints, inside }) =>
      own === id || endpoints.some((endpoint) => endpoint.id === id) || inside.some((one) => one.id === id),
  );
}

/** The vertex a person means: an id, `namespace/name`, a name that only one bears, `internet`. */
export function findVertex(graph: Graph, text: string): Vertex | undefined {
  if (text === "internet") return graph.vertices.find(({ type, name }) => type === "address" && name === "Internet");
  const exact = vertexOfId(graph, text);
  if (exact && exact.type !== "namespace") return exact;
  const bearers = graph.vertices
    .flatMap((vertex) => (vertex.type === "namespace" ? vertex.inside : [vertex]))
    .filter(({ id, group, name }) => id === text || `${group}/${name}` === text || name === text);
  return bearers.length === 1 ? bearers[0] : undefined;
}

/** An end in words. */
export function wordsOfEnd(graph: Graph, end: End): string {
  if (end === "workloads") return "any workload";
  if (end.startsWith("vertex ")) return graph.vertices[Number(end.slice(7))]?.name ?? "";
  const group = end.slice("group ".length);
  return group === OUTSIDE ? "any outside address" : `all of ${printable(group)}`;
}

/** A vertex with its namespace, as people write it. */
export function longName({ group, name, type }: Vertex): string {
  return type === "workload" ? `${printable(group)}/${name}` : name;
}
