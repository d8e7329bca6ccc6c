import type { PairChange } from "../analyses/delta/change.ts";
import type { Delta } from "../analyses/delta.ts";
import type { Endpoint } from "../engine/endpoints.ts";
import { passing } from "./delta.ts";
import { addressWords } from "./names.ts";

/** A delta as nodes and arrows: only what changes, and what it changes between. */
export interface DeltaGraph {
  readonly namespaces: readonly { readonly name: string; readonly nodes: readonly DeltaNode[] }[];
  readonly outside: readonly DeltaNode[];
  readonly edges: readonly DeltaEdge[];
}

export interface DeltaNode {
  readonly key: string;
  readonly lines: readonly string[];
}

export interface DeltaEdge {
  readonly from: string;
  readonly to: string;
  readonly deed: "added" | "removed" | "changed";
  readonly label: string;
}

export const DELTA_LEGEND = "green: opens; red, dashed: closes; orange: other ports, or certain to another extent";

/** Outside blocks with the same arrows are one node, as in listings. */
export function deltaGraph(delta: Delta): DeltaGraph {
  const arrows = [
    ...arrowsOf([...delta.added, ...delta.endpoints.opened], "added", (change) => passing(change, "after")),
    ...arrowsOf([...delta.removed, ...delta.endpoints.closed], "removed", (change) => passing(change, "before")),
    ...arrowsOf(delta.changed, "changed", ({ before, after }) => `${before.expected} → ${after.expected}`),
    ...arrowsOf(delta.unsettled, "changed", ({ after }) => `${after.certain} to ${after.possible}`),
    ...arrowsOf(delta.others, "changed", () => "other protocols"),
  ];
  const nodes = nodesOf(delta, arrows);
  const keyOf = (end: Endpoint) => nodes.get(end)?.key ?? end.id;
  const edges = new Map(
    arrows.map(({ from, to, deed, label }) => {
      const edge = { from: keyOf(from), to: keyOf(to), deed, label };
      return [JSON.stringify(edge), edge];
    }),
  );
  const spaces = new Map<string, DeltaNode[]>();
  const outside = new Set<DeltaNode>();
  for (const [end, node] of nodes) {
    if (end.type === "address") outside.add(node);
    else spaces.set(end.namespace ?? "", [...(spaces.get(end.namespace ?? "") ?? []), node]);
  }
  return {
    namespaces: [...spaces].map(([name, members]) => ({ name, nodes: members })),
    outside: [...outside],
    edges: [...edges.values()],
  };
}

/** The same with each namespace as one node, for what is too large to draw. */
export function deltaByNamespace({ namespaces, outside, edges }: DeltaGraph): DeltaGraph {
  const home = new Map(namespaces.flatMap(({ name, nodes }) => nodes.map(({ key }) => [key, `namespace ${name}`])));
  const counts = new Map<string, { edge: Omit<DeltaEdge, "label">; count: number }>();
  for (const { from, to, deed } of edges) {
    const edge = { from: home.get(from) ?? from, to: home.get(to) ?? to, deed };
    const key = JSON.stringify(edge);
    counts.set(key, { edge, count: (counts.get(key)?.count ?? 0) + 1 });
  }
  return {
    namespaces: namespaces.map(({ name, nodes }) => ({
      name,
      nodes: [{ key: `namespace ${name}`, lines: [`${nodes.length} endpoints`] }],
    })),
    outside,
    edges: [...counts.values()].map(({ edge, count }) => ({ ...edge, label: `${count}` })),
  };
}

interface Arrow {
  readonly from: Endpoint;
  readonly to: Endpoint;
  readonly deed: DeltaEdge["deed"];
  readonly label: string;
}

function arrowsOf(
  changes: readonly PairChange[],
  deed: DeltaEdge["deed"],
  label: (change: PairChange) => string,
): readonly Arrow[] {
  return changes.map((change) => ({ from: change.from, to: change.to, deed, label: label(change) }));
}

function nodesOf({ all }: Delta, arrows: readonly Arrow[]): ReadonlyMap<Endpoint, DeltaNode> {
  const signs = new Map<Endpoint, string[]>();
  const add = (end: Endpoint, sign: string) => signs.set(end, [...(signs.get(end) ?? []), sign]);
  for (const { from, to, deed, label } of arrows) {
    add(from, `> ${to.id} ${deed} ${label}`);
    add(to, `< ${from.id} ${deed} ${label}`);
  }
  const blocks = all.filter(({ type }) => type === "address");
  const alike = new Map<string, Endpoint[]>();
  for (const block of blocks) {
    const key = signs.get(block)?.sort().join("\n");
    if (key !== undefined) alike.set(key, [...(alike.get(key) ?? []), block]);
  }
  const outside = [...alike.values()].flatMap((group) => {
    const node = { key: group[0]?.id ?? "", lines: [addressWords(group, blocks).join(", ")] };
    return group.map((block): [Endpoint, DeltaNode] => [block, node]);
  });
  const inside = all.filter((end) => end.type !== "address" && signs.has(end));
  return new Map([...inside.map((end): [Endpoint, DeltaNode] => [end, nodeOf(end)]), ...outside]);
}

function nodeOf({ id, name = id, kind }: Endpoint): DeltaNode {
  const part = id.includes("#") ? id.slice(id.lastIndexOf("#")) : "";
  return { key: id, lines: [`${name}${part}`, ...(kind ? [kind] : [])] };
}
