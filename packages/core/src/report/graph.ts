import type { UncertainPair } from "../analyses/uncertain.ts";
import type { Endpoint } from "../engine/endpoints.ts";
import type { Connection, Isolated, Reachability } from "../engine/reach.ts";
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
  /** What is to be said of the picture besides, a line each. */
  readonly notes: readonly string[];
}

export interface Node {
  readonly key: string;
  /** Name, then kind, where there is one. */
  readonly lines: readonly string[];
  /** Directions that no policy restricts, or only for some of its pods. */
  readonly open: readonly { readonly direction: Direction; readonly governed: Isolated }[];
}

export interface Edge {
  readonly from: string;
  readonly to: string;
  readonly ports: ConnectionSet;
  /** Whether it hangs on what the input or the API leave open; of arrows that stand for several, whether one does. */
  readonly certainty: "certain" | "doubtful";
}

/** The words on an arrow. */
export function edgeWords({ ports, certainty }: Edge): string {
  return certainty === "doubtful" ? `${ports} ?` : ports.toString();
}

/** What the look of a node says; for a legend. */
export const LEGEND =
  "dashed: no policy restricts a direction; between two ends that nothing restricts all is open and no arrow is drawn";

/**
 * Nodes for endpoints and arrows for connections, except where neither end is restricted: that is a state of both, not an arrow.
 *
 * Outside blocks that have the same arrows are one node. A listing that was narrowed down has only the nodes it speaks of.
 */
export function graphOf(listing: Listing): Graph {
  const { reachability, endpoints, scope } = listing;
  const open = {
    egress: new Set(endpoints.filter((endpoint) => reachability.governed(endpoint, "egress") === "no")),
    ingress: new Set(endpoints.filter((endpoint) => reachability.governed(endpoint, "ingress") === "no")),
  };
  const shown = new Set([...(scope.from ?? []), ...(scope.to ?? [])]);
  const drawn: Connection[] = [];
  for (const connection of listing.connections) {
    shown.add(connection.from).add(connection.to);
    if (!open.egress.has(connection.from) || !open.ingress.has(connection.to)) drawn.push(connection);
  }
  const isWhole = scope.from === undefined && scope.to === undefined;
  const nodes = isWhole ? endpoints : endpoints.filter((endpoint) => shown.has(endpoint));
  const blocks = mergeOutside(nodes, drawn);
  const edges = new Map<string, Edge>();
  const { pairs, assumptions } = listing.uncertainty();
  const doubtful = new Set((pairs ?? []).map(({ from, to }) => `${from.id} ${to.id}`));
  for (const { from, to, connections: ports } of drawn) {
    const ends = { from: blocks.get(from)?.key ?? from.id, to: blocks.get(to)?.key ?? to.id };
    const key = `${ends.from} ${ends.to}`;
    const isDoubtful = doubtful.has(`${from.id} ${to.id}`) || edges.get(key)?.certainty === "doubtful";
    edges.set(key, { ...ends, ports, certainty: isDoubtful ? "doubtful" : "certain" });
  }
  return {
    namespaces: byNamespace(nodes, (endpoint) => nodeOf(endpoint, reachability)),
    outside: [...new Set(blocks.values())],
    edges: [...edges.values()],
    notes: doubtNotes(pairs, assumptions.length > 0 ? "some" : "none"),
  };
}

/** What of a picture is not certain; pairs that connect only if open questions are settled otherwise have no arrow. */
function doubtNotes(pairs: readonly UncertainPair[] | undefined, questions: "some" | "none"): readonly string[] {
  if (!pairs) return questions === "some" ? ["which pairs are not certain was not asked: there are too many"] : [];
  const hidden = pairs.filter(({ allowed }) => allowed.isEmpty).length;
  return [
    ...(pairs.length > hidden
      ? ["?: not certain, it hangs on what the input or the API leave open; -o json says more"]
      : []),
    ...(hidden > 0
      ? [
          `not drawn: ${hidden} ${hidden === 1 ? "pair" : "pairs"} that may connect, as open questions turn out; -o json lists them`,
        ]
      : []),
  ];
}

/** Outside blocks as nodes; those with the same arrows share one. */
function mergeOutside(nodes: readonly Endpoint[], drawn: readonly Connection[]): ReadonlyMap<Endpoint, Node> {
  const all = nodes.filter(({ type }) => type === "address");
  const arrows = new Map(all.map((block) => [block, [] as string[]]));
  for (const { from, to, connections: ports } of drawn) {
    arrows.get(from)?.push(`> ${to.id} ${ports}`);
    arrows.get(to)?.push(`< ${from.id} ${ports}`);
  }
  const groups = new Map<string, Endpoint[]>();
  for (const [block, signs] of arrows) {
    const key = signs.sort().join("\n");
    groups.set(key, [...(groups.get(key) ?? []), block]);
  }
  return new Map(
    [...groups.values()].flatMap((group) => {
      const node = { key: group[0]?.id ?? "", lines: [addressWords(group, all).join(", ")], open: [] };
      return group.map((block): [Endpoint, Node] => [block, node]);
    }),
  );
}

/** The same with each namespace as one node, and what any of its members may open as its arrows. */
export function foldToNamespaces({ namespaces, outside, edges, notes }: Graph): Graph {
  const home = new Map(namespaces.flatMap(({ name, nodes }) => nodes.map(({ key }) => [key, `namespace ${name}`])));
  const merged = new Map<string, Edge>();
  for (const edge of edges) {
    const from = home.get(edge.from) ?? edge.from;
    const to = home.get(edge.to) ?? edge.to;
    if (from === to) continue;
    const { ports = ConnectionSet.NONE, certainty = "certain" } = merged.get(`${from} ${to}`) ?? {};
    const both = certainty === "doubtful" ? certainty : edge.certainty;
    merged.set(`${from} ${to}`, { from, to, ports: ports.union(edge.ports), certainty: both });
  }
  return {
    namespaces: namespaces.map(({ name, nodes }) => ({
      name,
      nodes: [{ key: `namespace ${name}`, lines: [`${nodes.length} endpoints`], open: foldOpen(nodes) }],
    })),
    outside,
    edges: [...merged.values()],
    notes,
  };
}

function foldOpen(nodes: readonly Node[]): Node["open"] {
  return (["ingress", "egress"] as const).flatMap((direction) => {
    const states = nodes.map(({ open }) => open.find((one) => one.direction === direction)?.governed ?? "yes");
    if (states.every((state) => state === "yes")) return [];
    return [{ direction, governed: states.every((state) => state === "no") ? ("no" as const) : ("partly" as const) }];
  });
}

function byNamespace(endpoints: readonly Endpoint[], node: (endpoint: Endpoint) => Node): Graph["namespaces"] {
  const groups = new Map<string, Node[]>();
  for (const endpoint of endpoints) {
    if (endpoint.type === "address") continue;
    const name = endpoint.namespace ?? "";
    const group = groups.get(name);
    if (group) group.push(node(endpoint));
    else groups.set(name, [node(endpoint)]);
  }
  return [...groups].map(([name, nodes]) => ({ name, nodes }));
}

function nodeOf(endpoint: Endpoint, reachability: Reachability): Node {
  const { id, type, name = id, kind, distinguishedBy, pods } = endpoint;
  const part = distinguishedBy ? id.slice(id.lastIndexOf("#")) : "";
  const title = type === "namespace" ? `${pods} ${pods === 1 ? "pod" : "pods"}` : `${name}${part}`;
  const states = (["ingress", "egress"] as const).map((direction) => ({
    direction,
    governed: reachability.governed(endpoint, direction),
  }));
  return {
    key: id,
    lines: [title, ...(kind ? [kind] : [])],
    open: states.filter(({ governed }) => governed !== "yes"),
  };
}

/** What is open on a node, in words: `ingress open`, `egress open in part`. */
export function openWords({ open }: Node): readonly string[] {
  if (open.length === 2 && open.every(({ governed }) => governed === "no")) return ["open"];
  return open.map(({ direction, governed }) => `${direction} open${governed === "partly" ? " in part" : ""}`);
}
