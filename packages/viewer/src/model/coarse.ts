import { type Endpoint, endpointsOf, finish, printable, type Reachability, type Steps } from "@watertight/core";
import { assemble, connectionsOf, residentOf, workloadVertex } from "./assemble.ts";
import { fitting } from "./budget.ts";
import { type Graph, openOf, type Vertex } from "./graph.ts";

/** Up to how many workloads every pair of them is looked at. */
export const MOST_WHOLE = 600;

/** Up to how many namespaces every pair of them is looked at: of more, the largest and those that were asked for. */
const MOST_NAMESPACES = 300;

/**
 * A cluster too large for looking at every pair of workloads: a namespace is one vertex until it is asked for.
 *
 * What was worked out is kept, so opening one more namespace costs only the pairs of its own workloads.
 */
export class Coarse {
  private readonly workloads: ReadonlyMap<string, readonly Endpoint[]>;
  private readonly addresses: readonly Endpoint[];
  private readonly namespaces: readonly Endpoint[];
  private readonly largest: ReadonlySet<string>;
  private readonly vertices = new Map<string, Vertex>();

  constructor(private readonly reachability: Reachability) {
    const workloads = new Map<string, Endpoint[]>();
    for (const endpoint of reachability.endpoints.filter(({ type }) => type !== "address")) {
      const { namespace = "" } = endpoint;
      const list = workloads.get(namespace);
      if (list) list.push(endpoint);
      else workloads.set(namespace, [endpoint]);
    }
    this.workloads = workloads;
    this.addresses = reachability.endpoints.filter(({ type }) => type === "address");
    this.namespaces = endpointsOf(reachability.program, "namespace").filter(({ id }) => workloads.has(id));
    const bySize = [...this.namespaces].sort((a, b) => b.pods - a.pods || (a.id < b.id ? -1 : 1));
    this.largest = new Set(bySize.slice(0, MOST_NAMESPACES).map(({ id }) => id));
  }

  /** The graph with these namespaces taken apart, as many as may be drawn; the others are one vertex each, with its pairs where it is large or in `whole`. */
  graph(wanted: ReadonlySet<string>, whole: ReadonlySet<string> = new Set()): Graph {
    return finish(this.steps(wanted, whole));
  }

  /** {@link graph} with pauses. */
  *steps(wanted: ReadonlySet<string>, whole: ReadonlySet<string>): Steps<Graph> {
    const apart = fitting(wanted, (id) => this.workloads.get(id)?.length ?? 0);
    const vertices: Vertex[] = [];
    const inCluster: Endpoint[] = [];
    for (const namespace of this.namespaces) {
      const workloads = this.workloads.get(namespace.id) ?? [];
      if (apart.has(namespace.id)) {
        for (const endpoint of workloads) vertices.push(workloadVertex(endpoint, vertices.length, this.reachability));
        inCluster.push(...workloads);
      } else {
        const isKnown = this.largest.has(namespace.id) || whole.has(namespace.id);
        const vertex = { ...this.namespaceVertex(namespace, workloads), index: vertices.length };
        vertices.push(isKnown ? vertex : { ...vertex, pairs: "unknown" });
        if (isKnown) inCluster.push(namespace);
      }
    }
    const among = this.reachability.among([...inCluster, ...this.addresses]);
    return assemble(this.reachability, vertices, yield* connectionsOf(among));
  }

  /** A namespace as a vertex whose index is yet to be given. */
  private namespaceVertex(namespace: Endpoint, workloads: readonly Endpoint[]): Vertex {
    const known = this.vertices.get(namespace.id);
    if (known) return known;
    const inside = workloads.map((endpoint) => workloadVertex(endpoint, -1, this.reachability));
    const vertex: Vertex = {
      index: -1,
      id: `${namespace.id}/*`,
      type: "namespace",
      group: namespace.id,
      name: printable(namespace.id),
      detail: `Namespace of ${workloads.length} workload${workloads.length === 1 ? "" : "s"}`,
      pods: namespace.pods,
      open: openOf(inside),
      endpoints: [residentOf(namespace)],
      inside,
    };
    this.vertices.set(namespace.id, vertex);
    return vertex;
  }
}
