import { html, type TemplateResult } from "lit";
import { detailedFor } from "../analysis.ts";
import { endOfName, vertexOfId } from "../model/names.ts";
import { askForm } from "./ask.ts";
import { changesBetween } from "./changes.ts";
import { edgePanel } from "./edge-panel.ts";
import { endpointPanel } from "./endpoint-panel.ts";
import { findingPanel } from "./finding-panel.ts";
import { namespacePanel } from "./namespace-panel.ts";
import { pathPanel } from "./path-panel.ts";
import { policyPanel } from "./policy-panel.ts";
import { removedEdge, removedPanel } from "./removed-panel.ts";
import type { ViewContext } from "./view.ts";

/** The panel that explains what is selected, or answers what was asked; nothing when there is neither. */
export function inspector(context: ViewContext): TemplateResult | undefined {
  const content = contentOf(context);
  if (!content) return undefined;
  return html`<aside class="panel inspector" part="inspector" aria-label="Inspector" tabindex="-1">
    ${content}
  </aside>`;
}

function contentOf(context: ViewContext): TemplateResult | undefined {
  const { analysis, picture, look, actions } = context;
  const { selection, question } = look;
  const before = context.before && detailedFor(context.before, look);
  if (question) return askForm(analysis, question, actions);
  if (!selection) return undefined;
  if (selection.kind === "policy") return policyPanel(context, selection.id);
  if (selection.kind === "edge") {
    const from = endOfName(analysis.graph, selection.from);
    const to = endOfName(analysis.graph, selection.to);
    const drawn = look.view === "matrix" ? undefined : picture;
    if (from && to) return html`${edgePanel(analysis, drawn, from, to, actions)}${changesBetween(context, from, to)}`;
    return before && removedEdge(context, before, selection);
  }
  if (selection.kind === "namespace") {
    const group = analysis.graph.groups.find(({ id }) => id === selection.id);
    return group ? namespacePanel(analysis, picture, group, actions) : undefined;
  }
  if (selection.kind === "path") return pathPanel(context, selection.index);
  if (selection.kind === "finding") return findingPanel(context, selection.id);
  const vertex = vertexOfId(analysis.graph, selection.id);
  if (vertex?.type === "namespace") return undefined; // of a namespace too large to take apart
  if (vertex) return endpointPanel(analysis, vertex, actions);
  const gone = before && vertexOfId(before.graph, selection.id);
  return gone && gone.type !== "namespace" ? removedPanel(context, before, gone) : undefined;
}
