import { formatSpan, policyId, printable } from "@watertight/core";
import { html, nothing, type TemplateResult } from "lit";
import type { Analysis } from "../analysis.ts";
import type { PolicyFact } from "../analyst/catalogue.ts";
import { type Group, isOpen, OUTSIDE, residentsOf } from "../model/graph.ts";
import { membersInReadingOrder } from "../model/names.ts";
import type { Picture } from "../scene/picture.ts";
import type { Actions } from "./actions.ts";
import { panelHead } from "./panel-head.ts";
import { replied } from "./replied.ts";

/** One namespace: its members, which of them are open, and its policies. */
export function namespacePanel(
  analysis: Analysis,
  { disclosure }: Picture,
  group: Group,
  actions: Actions,
): TemplateResult {
  const members = membersInReadingOrder(residentsOf(analysis.graph, group));
  const isClosed = disclosure.closed.has(group.id);
  const noun = group.id === OUTSIDE ? "address block" : "workload";
  return html`
    ${panelHead(group.title, `${members.length} ${noun}${members.length === 1 ? "" : "s"}`, actions)}
    <p><button @click=${() => actions.toggle(group.id)}>${isClosed ? "Show its members" : "Close to one node"}</button></p>
    <h3>Members</h3>
    <ul class="rows">
      ${members.map(
        (vertex) => html`<li><button @click=${() => actions.select({ kind: "endpoint", id: vertex.id })}>
          <span>${vertex.name}</span>
          <small>${vertex.type === "workload" && isOpen(vertex.open, "in") ? html`<span class="pill open">OPEN</span>` : vertex.detail}</small>
        </button></li>`,
      )}
    </ul>
    ${group.type === "outside" ? nothing : replied(analysis.ask("namespace", group.id), policiesOf)}`;
}

function policiesOf(policies: readonly PolicyFact[]): TemplateResult {
  return html`<h3>Policies <span class="quiet">${policies.length}</span></h3>
    ${policies.length === 0 ? html`<p class="quiet">none: everything in it is open</p>` : nothing}
    ${policies.map(policyFact)}`;
}

function policyFact({ policy, tier, isolates }: PolicyFact): TemplateResult {
  const words = tier === "network-policy" ? `isolates for ${isolates.join(" and ")}` : `${policy.kind}, ${tier} tier`;
  return html`<div class="fact"><p><strong>${printable(policyId(policy))}</strong> <span class="quiet">${words}</span><br /><span class="place">${formatSpan(policy.span)}</span></p></div>`;
}
