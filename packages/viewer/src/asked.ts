import type { Analysis } from "./analysis.ts";
import type { Budget } from "./model/budget.ts";
import { findVertex } from "./model/names.ts";
import { VIEWS, type ViewState } from "./state.ts";

/** What a page's attributes ask to look at. */
export interface Asked {
  readonly view: string;
  readonly focusOn: string | undefined;
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly port: string | undefined;
}

/** The state with the namespaces open that an attribute lists: all of them for a star, and none for nothing. */
export function openedBy(open: string | undefined, look: ViewState, { graph }: Analysis): ViewState {
  if (open === undefined) return look;
  const named = open.split(/\s+/).filter((name) => name !== "");
  return { ...look, open: named.includes("*") ? graph.groups.map(({ id }) => id) : named.sort() };
}

/** The state once it looks at what the attributes ask for. */
export function askedBy(
  { view: wanted, focusOn, from, to, port }: Asked,
  look: ViewState,
  { graph }: Analysis,
): ViewState {
  const { selection: _, question: __, ...bare } = look;
  const view = VIEWS.find((name) => name === wanted) ?? look.view;
  if (view === "paths") {
    const route = { from: from ?? "", to: to ?? "", edges: "all" } as const;
    return { ...bare, view, ...((from ?? to) && { route }) };
  }
  if (from && to) return { ...bare, view, question: { from, to, port: port ?? "" } };
  const vertex = focusOn ? findVertex(graph, focusOn) : undefined;
  return vertex ? { ...bare, view, selection: { kind: "endpoint", id: vertex.id } } : { ...look, view };
}

/** A height as CSS takes it, pixels where it is a number; nothing where CSS would not take it. */
export function lengthOf(asked: string | undefined): string | undefined {
  const length = asked !== undefined && /^\d+(\.\d+)?$/.test(asked.trim()) ? `${asked.trim()}px` : asked;
  return length !== undefined && CSS.supports("height", length) ? length : undefined;
}

/** How much may be drawn, where a page says so in whole numbers from 1 on. */
export function budgetOf(nodes: number | undefined, lines: number | undefined): Partial<Budget> {
  const isCount = (number: number | undefined): number is number => Number.isInteger(number) && Number(number) > 0;
  return { ...(isCount(nodes) && { nodes }), ...(isCount(lines) && { lines }) };
}
