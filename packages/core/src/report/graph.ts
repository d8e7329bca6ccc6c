import type { Endpoint } from "../engine/endpoints.ts";
import type { Isolated } from "../engine/reach.ts";
import { ConnectionSet } from "../model/connections.ts";
import type { Direction } from "../model/flow.ts";
import type { Listing } from "./listing.ts";
import { addressWords } from "./names.ts";

/** A listing as nodes and arrows. */
export interface Graph {
  /** Nodes by namespace, in order. */
  readonly namespaces: readonly { readonly name: string; readonly nodes: readonly Node[] }[];
  /** Outside addresses. */
  readonly outside: readonly Node[];
  readonly edges: readonly Edge[];
}

export interface Node {
  readonly key: string;
  /** Name, then kind, where there is one. */
  readonly lines: readonly string[];
  /** Directions that no policy restricts, or only for some of its pods. */
  readonly open: readonly { readonly direction: Direction; readonly isolated: Isolated }[];
}

export interface Edge {
  readonly from: string;
  readonly to: string;
  readonly ports: ConnectionSet;
}

/** What the look of a node says; for a legend. */
export const LEGEND =
  "dashed: no policy restricts a direction; between two ends that nothing restricts all is open and no arrow is drawn";

/**
 * Nodes for endpoints and arrows for connections, except where neither end is restricted: that is a state of both, not an arrow.
 *
 * Outside blocks that have the same arrows are one node.
 */
export function graphOf({ reachability, endpoints, connections }: Listing): Graph {
  const restricted = (endpoint: Endpoint, direction: Direction) => reachability.isolated(endpoint, direction) !== "no";
  const drawn = connections.filter(({ from, to }) => restricted(from, "egress") || restricted(to, "ingress"));
  const touching = new Map<Endpoint, string[]>();
  for (const { from, to, connections: ports } of drawn) {
    touching.set(from, [...(touching.get(from) ?? []), `> ${to.id} ${ports}`]);
    touching.set(to, [...(touching.get(to) ?? []), `< ${from.id} ${ports}`]);
  }
  const outside = endpoints.filter(({ type }) => type === "address");
  const merged = new Map<string, Endpoint[]>();
  for (const block of outside) {
    const arrows = (touching.get(block) ?? []).sort().join("\n");
    merged.set(arrows, [...(merged.get(arrows) ?? []), block]);
  }
  const keyOf = new Map<Endpoint, string>();
  const blocks = [...merged.values()].map((group): Node => {
    const key = group[0]?.id ?? "";
    for (const block of group) keyOf.set(block, key);
    return { key, lines: [addressWords(group, outside).join(", ")], open: [] };
  });
  const key = (endpoint: Endpoint) => keyOf.get(endpoint) ?? endpoint.id;
  const edges = new Map(
    drawn.map(({ from, to, connections: ports }) => [
      `${key(from)} ${key(to)}`,
      { from: key(from), to: key(to), ports },
    ]),
  );
  return {
    namespaces: byNamespace(endpoints, (endpoint) => nodeOf(listing(endpoint))),
    outside: blocks,
    edges: [...edges.values()],
  };

  function listing(endpoint: Endpoint) {
    const open = (["ingress", "egress"] as const).map((direction) => ({
      direction,
      isolated: reachability.isolated(endpoint, direction),
    }));
    return { endpoint, open: open.filter(({ isolated }) => isolated !== "yes") };
  }
}

/** The same with each namespace as one node, and what any of its members may open as its arrows. */
export function foldToNamespaces({ namespaces, outside, edges }: Graph): Graph {
  const home = new Map(namespaces.flatMap(({ name, nodes }) => nodes.map(({ key }) => [key, `namespace ${name}`])));
  const merged = new Map<string, Edge>();
  for (const edge of edges) {
    const from = home.get(edge.from) ?? edge.from;
    const to = home.get(edge.to) ?? edge.to;
    if (from === to) continue;
    const ports = merged.get(`${from} ${to}`)?.ports ?? ConnectionSet.NONE;
    merged.set(`${from} ${to}`, { from, to, ports: ports.union(edge.ports) });
  }
  return {
    namespaces: namespaces.map(({ name, nodes }) => ({
      name,
      nodes: [{ key: `namespace ${name}`, lines: [`${nodes.length} endpoints`], open: foldOpen(nodes) }],
    })),
    outside,
    edges: [...merged.values()],
  };
}

function foldOpen(nodes: readonly Node[]): Node["open"] {
  return (["ingress", "egress"] as const).flatMap((direction) => {
    const states = nodes.map(({ open }) => open.find((one) => one.direction === direction)?.isolated ?? "yes");
    if (states.every((state) => state === "yes")) return [];
    return [{ direction, isolated: states.every((state) => state === "no") ? ("no" as const) : ("partly" as const) }];
  });
}

function byNamespace(endpoints: readonly Endpoint[], node: (endpoint: Endpoint) => Node): Graph["namespaces"] {
  const groups = new Map<string, Node[]>();
  for (const endpoint of endpoints) {
    if (endpoint.type === "address") continue;
    const name = endpoint.namespace ?? "";
    groups.set(name, [...(groups.get(name) ?? []), node(endpoint)]);
  }
  return [...groups].map(([name, nodes]) => ({ name, nodes }));
}

function nodeOf({ endpoint, open }: { readonly endpoint: Endpoint; readonly open: Node["open"] }): Node {
  const { id, type, name = id, kind, distinguishedBy } = endpoint;
  const part = distinguishedBy ? id.slice(id.lastIndexOf("#")) : "";
  const title = type === "namespace" ? `${endpoint.pods} pods` : `${name}${part}`;
  return { key: id, lines: [title, ...(kind ? [kind] : [])], open };
}

/** What is open on a node, in words: `ingress open`, `egress open in part`. */
export function openWords({ open }: Node): readonly string[] {
  if (open.length === 2 && open.every(({ isolated }) => isolated === "no")) return ["open"];
  return open.map(({ direction, isolated }) => `${direction} open${isolated === "partly" ? " in part" : ""}`);
}
