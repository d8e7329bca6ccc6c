import { formatSpan, printable } from "@watertight/core";
import { html, nothing, type TemplateResult } from "lit";
import type { Analysis } from "../analysis.ts";
import type { EndpointFacts } from "../analyst/catalogue.ts";
import type { Vertex } from "../model/graph.ts";
import { endOfName, longName, vertexOfId, wordsOfEnd } from "../model/names.ts";
import type { SourceEdit } from "../state.ts";
import { changesAt, changesBetween } from "./changes.ts";
import { edgePanel } from "./edge-panel.ts";
import { factsOf, policyFacts } from "./endpoint-panel.ts";
import { panelHead } from "./panel-head.ts";
import { replied } from "./replied.ts";
import type { ViewContext } from "./view.ts";

/** One workload or address block that the edits take away: by which of them, what was lost with it, and what held for it. */
export function removedPanel(context: ViewContext, before: Analysis, vertex: Vertex): TemplateResult {
  const { actions, look } = context;
  const isWorkload = vertex.type === "workload";
  const sub = isWorkload
    ? html`${vertex.detail} in ${printable(vertex.group)} <span class="pill open">REMOVED</span>`
    : "addresses that the policies no longer tell apart like this";
  if (!isWorkload) return panelHead(vertex.name, sub, actions);
  const facts = factsOf(before, vertex);
  const ids = new Set(vertex.endpoints.map(({ id }) => id));
  const lost = changesAt(context, ids);
  return html`
    ${panelHead(vertex.name, sub, actions)}
    <h3>Removed by the edits</h3>
    ${replied(facts, ({ declared }) => html`<p>${causeOf(declared, look.edits)}</p>`)}
    <h3>What changes with it</h3>
    ${lost === nothing ? html`<p class="quiet">No connection: nothing was allowed to or from it.</p>` : lost}
    <h3>Policies that governed it</h3>
    ${replied(facts, policyFacts)}`;
}

/** A line with an end that the edits take away: what changes between the two, and what let it through. */
export function removedEdge(
  context: ViewContext,
  before: Analysis,
  ends: { readonly from: string; readonly to: string },
): TemplateResult | undefined {
  const { picture, actions } = context;
  const shown = [ends.from, ends.to].map((name) => endOfName(picture.graph, name));
  const [from, to] = [ends.from, ends.to].map((name) => endOfName(before.graph, name));
  const [shownFrom, shownTo] = shown;
  if (!shownFrom || !shownTo) return undefined;
  return html`${
    from && to
      ? html`${edgePanel(before, undefined, from, to, actions)}<p class="quiet">This is how it was before the edits.</p>`
      : panelHead(`${wordsOfEnd(picture.graph, shownFrom)} → ${wordsOfEnd(picture.graph, shownTo)}`, undefined, actions)
  }
    ${changesBetween(context, shownFrom, shownTo)}`;
}

/** What is selected, in words, where only the input before the edits has it. */
export function removedWords(before: Analysis, id: string): string {
  const vertex = vertexOfId(before.graph, id);
  return vertex ? `${longName(vertex)}, ${vertex.detail}, removed by the edits` : "";
}

/** Which edit took away what stood at a place. */
function causeOf(declared: EndpointFacts["declared"], edits: readonly SourceEdit[]): TemplateResult {
  if (!declared) return html`It was pods alone, and none of them is left.`;
  const edit = edits.find(({ path }) => path === declared.path);
  const path = printable(declared.path);
  const place = html`<span class="place">${printable(formatSpan(declared))}</span>`;
  if (!edit) return html`It was declared at ${place}, which another edit overrules.`;
  if (edit.text === undefined) return html`${path} is left out, which declared it at ${place}.`;
  return html`${path} no longer declares it; it stood at ${place}.`;
}
