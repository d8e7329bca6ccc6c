import type { Graph } from "./model/graph.ts";
import { vertexOfId } from "./model/names.ts";
import type { Selection, ViewName, ViewState } from "./state.ts";

/** What only concerns this moment's screen, and no link. */
export interface Chrome {
  readonly outline: "auto" | "shown" | "hidden";
  readonly expanded: ReadonlySet<string>;
  readonly row: string | undefined;
  readonly search: { readonly text: string; readonly active: number };
  readonly menu: "open" | "closed";
  readonly desk: Desk;
  /** Whether everything is shown, on the whole screen where that is allowed, whatever the page's `controls` say. */
  readonly full: "yes" | "no";
}

/** What the policies view is turned to; in the editor, a file and the line to go to. */
export type Desk =
  | { readonly part: "changes" }
  /** `opened`: the parts of a long list that are unfolded. */
  | { readonly part: "list"; readonly opened?: ReadonlySet<string> }
  | { readonly part: "editor"; readonly path: string; readonly line?: number };

export const CHROME_AT_START: Chrome = {
  outline: "auto",
  expanded: new Set(),
  row: undefined,
  search: { text: "", active: 0 },
  menu: "closed",
  desk: { part: "list" },
  full: "no",
};

export function including(set: ReadonlySet<string>, key: string): ReadonlySet<string> {
  return new Set([...set, key]);
}

export function without(set: ReadonlySet<string>, key: string): ReadonlySet<string> {
  return new Set([...set].filter((one) => one !== key));
}

/** A small outline is laid out whole; of a large one, its namespaces. */
export function expandedAtStart(graph: Graph): ReadonlySet<string> {
  return new Set(
    graph.groups.reduce((sum, { size }) => sum + size, 0) > 30 ? [] : graph.groups.map(({ id }) => `group ${id}`),
  );
}

/** The widths up to which panels are sheets over the graph, and from which the outline is shown unasked. */
const NARROW = 720;
const WIDE = 1000;

const OUTLINE_WIDTH = 250;
/** The views with a pane beside the graph, and how wide it is; of less than `ROOMY` pixels panels take less. */
const PANES: { readonly [Name in ViewName]?: number } = { paths: 420, gaps: 420, policies: 460 };
const INSPECTOR_WIDTH = 372;
const ROOMY = 1360;
const LEAN = { pane: 360, inspector: 340 } as const;
const BARS_HEIGHT = { none: 28, basic: 56, full: 106 } as const;

/** How much stands around the graph: nothing, what reads it and a way to the rest, or everything. */
const CONTROLS = ["none", "basic", "full"] as const;
export type Controls = (typeof CONTROLS)[number];

/** What the page asks for, where that is a choice there is; everything in the full view. */
export function controlsNow({ full }: Chrome, asked: string): Controls {
  return (full === "yes" ? undefined : CONTROLS.find((name) => name === asked)) ?? "full";
}

/** Whether the outline is shown in a viewer of this width. */
export function outlineOf({ outline }: Chrome, width: number): "shown" | "hidden" {
  if (outline !== "auto") return outline;
  return width >= WIDE ? "shown" : "hidden";
}

/** The room for the graph beside the panels that are open. */
export function roomBeside(
  width: number,
  height: number,
  chrome: Chrome,
  controls: Controls,
  { selection, question, view }: ViewState,
): { readonly width: number; readonly height: number } {
  const hasOutline = controls === "full" && outlineOf(chrome, width) === "shown";
  const isLean = width < ROOMY;
  const pane = PANES[view];
  const panels = [
    ...(pane !== undefined ? [isLean ? LEAN.pane : pane] : hasOutline ? [OUTLINE_WIDTH] : []),
    ...((selection || question) && controls !== "none" ? [isLean ? LEAN.inspector : INSPECTOR_WIDTH] : []),
  ];
  const beside = width > NARROW ? panels.reduce((sum, panel) => sum + panel, 0) : 0;
  return { width: width - beside, height: height - BARS_HEIGHT[controls] };
}

/** The outline opened at what is selected, with its row the one that keys start from. */
export function showing(chrome: Chrome, graph: Graph, selection: Selection | undefined): Chrome {
  if (selection?.kind === "namespace") return { ...chrome, row: `group ${selection.id}` };
  const vertex = selection?.kind === "endpoint" ? vertexOfId(graph, selection.id) : undefined;
  if (!vertex) return chrome;
  return { ...chrome, row: `vertex ${vertex.id}`, expanded: including(chrome.expanded, `group ${vertex.group}`) };
}

/** How much of the graph's foot lies under a panel, in pixels, in a viewer of this width. */
export function coverOf(root: ParentNode, width: number): number {
  const sheets = width > NARROW ? [] : [...root.querySelectorAll<HTMLElement>(".panel")];
  return Math.max(0, ...sheets.map(({ offsetHeight }) => offsetHeight));
}

/** Lets the page paint; a page in the background never does, so there is an end to the waiting. */
export function nextFrame(): Promise<void> {
  return new Promise((resolve) => {
    requestAnimationFrame(() => setTimeout(resolve, 0));
    setTimeout(resolve, 100);
  });
}
