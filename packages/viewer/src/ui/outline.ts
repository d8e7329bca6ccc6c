import { html, nothing, type TemplateResult } from "lit";
import { portsOf } from "../model/doubts.ts";
import { type Graph, isOpen, type Pair, residentsOf, type Vertex } from "../model/graph.ts";
import { groupsInReadingOrder, longName, membersInReadingOrder } from "../model/names.ts";
import { badgeOf } from "../scene/parts.ts";
import { type Selection, sameSelection } from "../state.ts";

/** One line of the outline tree, in the order it is read. */
export interface Row {
  readonly key: string;
  readonly level: 1 | 2 | 3 | 4;
  readonly name: string;
  readonly more: string;
  /** Absent for a row without anything below it. */
  readonly expanded?: boolean;
  readonly parent?: string;
  readonly selection?: Selection;
  readonly position: number;
  readonly siblings: number;
}

/** Everything the graph can show, as a tree: namespace, workload, direction, peer with its ports. Closed rows hide what is below. */
export function outlineRows(graph: Graph, expanded: ReadonlySet<string>): readonly Row[] {
  return groupsInReadingOrder(graph).flatMap((group, index) => {
    const key = `group ${group.id}`;
    const isExpanded = expanded.has(key);
    const row: Row = {
      key,
      level: 1,
      name: group.title,
      more: [`${group.size}`, group.type === "namespace" ? (badgeOf(group.open) ?? "") : ""]
        .filter(Boolean)
        .join(" · "),
      expanded: isExpanded,
      selection: { kind: "namespace", id: group.id },
      position: index + 1,
      siblings: graph.groups.length,
    };
    if (!isExpanded) return [row];
    return [
      row,
      ...membersInReadingOrder(residentsOf(graph, group)).flatMap((vertex, at) =>
        vertexRows(graph, expanded, key, vertex, at, group.size),
      ),
    ];
  });
}

function vertexRows(
  graph: Graph,
  expanded: ReadonlySet<string>,
  parent: string,
  vertex: Vertex,
  at: number,
  siblings: number,
): readonly Row[] {
  const { id, index } = vertex;
  const key = `vertex ${id}`;
  const isExpanded = expanded.has(key);
  const row: Row = {
    key,
    level: 2,
    name: vertex.name,
    more: vertex.type === "workload" ? openWords(vertex) : "",
    parent,
    selection: { kind: "endpoint", id },
    position: at + 1,
    siblings,
  };
  // Of a workload whose namespace is one vertex, nothing more is known until it is chosen.
  if (graph.vertices[index]?.id !== id) return [row];
  if (!isExpanded) return [{ ...row, expanded: false }];
  const out = graph.pairs.filter(({ from }) => from === index);
  const into = graph.pairs.filter(({ to }) => to === index);
  return [
    { ...row, expanded: true },
    ...peerRows(graph, expanded, key, vertex, "can reach", out, 1),
    ...peerRows(graph, expanded, key, vertex, "reachable from", into, 2),
  ];
}

function peerRows(
  graph: Graph,
  expanded: ReadonlySet<string>,
  parent: string,
  vertex: Vertex,
  words: "can reach" | "reachable from",
  pairs: readonly Pair[],
  position: number,
): readonly Row[] {
  const key = `${parent} ${words}`;
  const row: Row = { key, level: 3, name: words, more: `${pairs.length}`, parent, position, siblings: 2 };
  if (pairs.length === 0) return [row];
  const isExpanded = expanded.has(key);
  const open: Row = { ...row, expanded: isExpanded };
  if (!isExpanded) return [open];
  return [
    open,
    ...pairs.map((pair, at): Row => {
      const peer = graph.vertices[words === "can reach" ? pair.to : pair.from] as Vertex;
      const ends = words === "can reach" ? { from: vertex.id, to: peer.id } : { from: peer.id, to: vertex.id };
      return {
        key: `${key} ${peer.id}`,
        level: 4,
        name: longName(peer),
        more: portsOf(pair),
        parent: key,
        selection: { kind: "edge", ...ends },
        position: at + 1,
        siblings: pairs.length,
      };
    }),
  ];
}

function openWords({ open }: Vertex): string {
  if (open === "both") return "OPEN";
  return isOpen(open, "in") ? "OPEN IN" : open === "out" ? "open out" : "";
}

/** What the outline needs of its owner. */
export interface OutlineActions {
  readonly expand: (key: string, to: "open" | "closed") => void;
  readonly focus: (key: string) => void;
  readonly choose: (selection: Selection) => void;
}

/** The tree with one tab stop, moved by the arrow keys. */
export function outline(
  rows: readonly Row[],
  active: string | undefined,
  selection: Selection | undefined,
  actions: OutlineActions,
): TemplateResult {
  const focused = rows.some(({ key }) => key === active) ? active : rows[0]?.key;
  const onClick = (row: Row) => {
    actions.focus(row.key);
    if (row.selection) actions.choose(row.selection);
    if (row.expanded !== undefined && (row.level === 3 || row.expanded === false)) {
      actions.expand(row.key, row.expanded ? "closed" : "open");
    }
  };
  return html`<div role="tree" aria-label="Outline: namespaces, workloads and what they can reach" @keydown=${(event: KeyboardEvent) => onKey(event, rows, focused, actions)}>
    ${rows.map(
      (row) => html`<div
        role="treeitem"
        data-key=${row.key}
        aria-level=${row.level}
        aria-posinset=${row.position}
        aria-setsize=${row.siblings}
        aria-expanded=${row.expanded === undefined ? nothing : String(row.expanded)}
        aria-selected=${String(row.selection !== undefined && sameSelection(row.selection, selection))}
        tabindex=${row.key === focused ? "0" : "-1"}
        @click=${() => onClick(row)}
      ><span class="twist" aria-hidden="true" @click=${(event: Event) => {
        if (row.expanded === undefined) return;
        event.stopPropagation();
        actions.expand(row.key, row.expanded ? "closed" : "open");
      }}>${row.expanded === undefined ? "" : row.expanded ? "▾" : "▸"}</span><span class="name">${row.name}</span> <span class="more">${row.more}</span></div>`,
    )}
  </div>`;
}

function onKey(event: KeyboardEvent, rows: readonly Row[], focused: string | undefined, actions: OutlineActions): void {
  const at = rows.findIndex(({ key }) => key === focused);
  const row = rows[at];
  if (!row || event.altKey || event.ctrlKey || event.metaKey) return;
  const go = (to: Row | undefined) => to && actions.focus(to.key);
  const keys: Readonly<Record<string, () => void>> = {
    ArrowDown: () => go(rows[at + 1]),
    ArrowUp: () => go(rows[at - 1]),
    Home: () => go(rows[0]),
    End: () => go(rows.at(-1)),
    ArrowRight: () => {
      if (row.expanded === false) actions.expand(row.key, "open");
      else if (row.expanded) go(rows[at + 1]);
    },
    ArrowLeft: () => {
      if (row.expanded) actions.expand(row.key, "closed");
      else go(rows.find(({ key }) => key === row.parent));
    },
    Enter: () => {
      if (row.selection) actions.choose(row.selection);
      else if (row.expanded !== undefined) actions.expand(row.key, row.expanded ? "closed" : "open");
    },
  };
  const act = keys[event.key === " " ? "Enter" : event.key];
  if (!act) return;
  event.preventDefault();
  event.stopPropagation();
  act();
}
