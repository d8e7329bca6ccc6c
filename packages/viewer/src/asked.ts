import type { Analysis } from "./analysis.ts";
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
