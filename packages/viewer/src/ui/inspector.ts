import { html, type TemplateResult } from "lit";
import type { Analysis } from "../analysis.ts";
import { endOfName, vertexOfId } from "../model/names.ts";
import type { Picture } from "../scene/picture.ts";
import type { ViewState } from "../state.ts";
import type { Actions } from "./actions.ts";
import { askForm } from "./ask.ts";
import { edgePanel } from "./edge-panel.ts";
import { endpointPanel } from "./endpoint-panel.ts";
import { namespacePanel } from "./namespace-panel.ts";

/** The panel that explains what is selected, or answers what was asked; nothing when there is neither. */
export function inspector(
  analysis: Analysis,
  picture: Picture,
  state: ViewState,
  actions: Actions,
): TemplateResult | undefined {
  const content = contentOf(analysis, picture, state, actions);
  if (!content) return undefined;
  return html`<aside class="panel inspector" part="inspector" aria-label="Inspector" tabindex="-1">
    ${content}
  </aside>`;
}

function contentOf(
  analysis: Analysis,
  picture: Picture,
  state: ViewState,
  actions: Actions,
): TemplateResult | undefined {
  const { selection, question } = state;
  if (question) return askForm(analysis, question, actions);
  if (!selection) return undefined;
  if (selection.kind === "edge") {
    const from = endOfName(analysis.graph, selection.from);
    const to = endOfName(analysis.graph, selection.to);
    const drawn = state.view === "matrix" ? undefined : picture;
    return from && to ? edgePanel(analysis, drawn, from, to, actions) : undefined;
  }
  if (selection.kind === "namespace") {
    const group = analysis.graph.groups.find(({ id }) => id === selection.id);
    return group ? namespacePanel(analysis, picture, group, actions) : undefined;
  }
  const vertex = selection.kind === "endpoint" ? vertexOfId(analysis.graph, selection.id) : undefined;
  if (vertex?.type === "namespace") return undefined; // of a namespace too large to take apart
  return vertex ? endpointPanel(analysis, vertex, actions) : undefined;
}
