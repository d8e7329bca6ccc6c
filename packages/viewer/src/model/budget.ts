import type { End, Link } from "./fold.ts";
import { type Graph, type Group, OUTSIDE, workloadCount } from "./graph.ts";

/** How much may be drawn at once; beyond it a picture can neither be read nor moved smoothly. */
export interface Budget {
  readonly nodes: number;
  readonly lines: number;
}

export const BUDGET: Budget = { nodes: 400, lines: 1200 };

/** Where nearly every namespace has a line to nearly every other, only the widest say something. */
export const COARSE_BUDGET: Budget = { nodes: BUDGET.nodes, lines: 300 };

/** Above this many workloads, or lines between them, a picture starts with its namespaces closed: nobody could follow a line. */
const OPEN_AT_START = { workloads: 60, lines: 160 };

/** The first namespaces asked for of which all workloads fit together; one alone is taken apart whatever its size. */
export function fitting(wanted: Iterable<string>, sizeOf: (namespace: string) => number): ReadonlySet<string> {
  const apart = new Set<string>();
  let room = BUDGET.nodes;
  for (const id of wanted) {
    const size = sizeOf(id);
    if (size === 0 || (size > room && apart.size > 0)) continue;
    apart.add(id);
    room -= size;
  }
  return apart;
}

/** What to draw of each group; a group in neither list is left out, and `left` says so. */
export interface Disclosure {
  readonly open: ReadonlySet<string>;
  readonly closed: ReadonlySet<string>;
  /** Groups there was no room for, the least connected ones. */
  readonly left: readonly string[];
  /** Groups that were asked to be open but would not have fitted. */
  readonly refused: readonly string[];
}

/**
 * Which groups are open, closed or left out: what the reader asked for, as far as the budget goes.
 *
 * `pinned` groups (a selection, a search hit) are shown whatever their size in links. Cost: sorting the groups.
 */
export function disclose(
  graph: Graph,
  links: readonly Link[],
  asked: ReadonlySet<string> | "default",
  pinned: ReadonlySet<string> = new Set(),
  budget: Budget = BUDGET,
): Disclosure {
  const isAsked = ({ id }: Group) => asked !== "default" && asked.has(id);
  const groups = byWeight(graph, links, (group) => (pinned.has(group.id) ? 2 : isAsked(group) ? 1 : 0));
  // Without its lines a box would look as if nothing led there.
  const isKnown = ({ members }: Group) => members.every((member) => graph.vertices[member]?.pairs !== "unknown");
  const isEasy = workloadCount(graph) <= OPEN_AT_START.workloads && links.length <= OPEN_AT_START.lines;
  const wanted = (group: Group) => {
    if (asked !== "default") return isAsked(group);
    return group.id === OUTSIDE ? group.members.length <= 12 : isEasy || graph.groups.length <= 2;
  };
  const shown = new Set(groups.filter(isKnown).slice(0, budget.nodes));
  const open = new Set<string>();
  const refused: string[] = [];
  let nodes = shown.size;
  for (const group of [...shown].filter(wanted)) {
    // A box is drawn as well as its members, and each side of the picture may need its own copy of the outside.
    const grows = group.members.length * (group.id === OUTSIDE ? 2 : 1);
    const isApart = graph.vertices[group.members[0] ?? -1]?.type !== "namespace";
    const isFirst = isAsked(group) && group.id !== OUTSIDE && [...open].every((id) => id === OUTSIDE);
    if (isApart && isFirst && grows < budget.nodes) {
      // One that was asked for is opened, whatever has to go for it: of the others, those that the fewest links touch.
      const others = [...shown].filter((one) => one !== group && !open.has(one.id) && !pinned.has(one.id));
      const over = Math.min(others.length, Math.max(0, nodes + grows - budget.nodes));
      for (const one of others.slice(others.length - over)) shown.delete(one);
      nodes -= over;
    }
    if (!isApart || nodes + grows > budget.nodes) refused.push(group.id);
    else if (shown.has(group)) {
      open.add(group.id);
      nodes += grows;
    }
  }
  const closed = new Set([...shown].map(({ id }) => id).filter((id) => !open.has(id)));
  return { open, closed, left: groups.filter((group) => !shown.has(group)).map(({ id }) => id), refused };
}

/** Groups in the order they get room: by their claim, the outside, then by how many links touch them. */
function byWeight(graph: Graph, links: readonly Link[], claimOf: (group: Group) => number): readonly Group[] {
  const touched = new Map<End, { links: number }>();
  const touch = (end: End) => {
    const known = touched.get(end);
    if (known) known.links++;
    else touched.set(end, { links: 1 });
  };
  for (const { from, to } of links) {
    touch(from);
    touch(to);
  }
  const weight = new Map<string, number>();
  for (const [end, { links: count }] of touched) {
    const vertex = end.startsWith("vertex ") ? graph.vertices[Number(end.slice(7))]?.group : undefined;
    const id = vertex ?? (end.startsWith("group ") ? end.slice(6) : undefined);
    if (id !== undefined) weight.set(id, (weight.get(id) ?? 0) + count);
  }
  const rank = (group: Group) => claimOf(group) * 2 + (group.id === OUTSIDE ? 1 : 0);
  return [...graph.groups].sort(
    (a, b) => rank(b) - rank(a) || (weight.get(b.id) ?? 0) - (weight.get(a.id) ?? 0) || (a.id < b.id ? -1 : 1),
  );
}
