import { type FindingAnswer, type PortsByProtocol, printable } from "@watertight/core";
import { html, nothing, type TemplateResult } from "lit";
import type { Analysis } from "../analysis.ts";
import { vertexOfId } from "../model/names.ts";
import type { Actions } from "./actions.ts";
import { excerpt } from "./excerpt.ts";
import { panelHead } from "./panel-head.ts";
import { replied } from "./replied.ts";
import { count } from "./status.ts";
import { factName } from "./steps.ts";
import { patchButtons, patchText } from "./try-edit.ts";
import type { ViewContext } from "./view.ts";

const SHOWN = 8;

/** One finding: what is true and what follows, the flow that shows it, why it is so grave, and the edit that mends it. */
export function findingPanel(context: ViewContext, id: string): TemplateResult {
  const { analysis, before, actions } = context;
  return replied(analysis.ask("findings", null), ({ findings }) => {
    const finding = findings.find(({ fingerprint }) => fingerprint === id);
    return finding ? found(context, finding) : gone(before, id, actions);
  });
}

/** What the edits have mended, or nobody found. */
function gone(before: Analysis | undefined, id: string, actions: Actions): TemplateResult {
  const reply = before?.ask("findings", null);
  const old = reply?.at === "here" ? reply.value.findings.find(({ fingerprint }) => fingerprint === id) : undefined;
  if (!old) return html`${panelHead("No such finding", "The findings are other ones now.", actions)}`;
  return html`
    ${panelHead(old.name, old.id, actions)}
    <p class="verdict allow"><strong>✓ Mended</strong> <span>With the edits it is no longer found.</span></p>
    <p class="quiet">${printable(old.message)}</p>`;
}

function found(context: ViewContext, finding: FindingAnswer): TemplateResult {
  const { analysis, actions } = context;
  const { id, name, severity, certainty, message, source, related, covers, mappings } = finding;
  const sub = html`<span class="pill ${severity}">${severity.toUpperCase()}</span> ${id} · ${certainty}`;
  return html`
    ${panelHead(name, sub, actions)}
    <p>${printable(message)}</p>
    ${witness(finding, actions)}
    ${fix(context, finding)}
    ${source ? html`<h3>Where</h3>${excerpt(analysis.sources, source, "pass")}` : nothing}
    ${related.map(({ message: words, source: span }) => html`<h4>${printable(words)}</h4>${excerpt(analysis.sources, span, "pass")}`)}
    ${endpoints(analysis, finding, actions)}
    ${weight(finding)}
    ${
      covers.length === 0
        ? nothing
        : html`<details class="more"><summary>${count(covers.length, "more finding")} of the same root cause</summary>
            <ul class="plain">${covers.map((one) => html`<li><span class="place">${one.id}</span> ${one.severity}: ${printable(one.message)}</li>`)}</ul></details>`
    }
    ${
      Object.keys(mappings).length === 0
        ? nothing
        : html`<details class="more"><summary>Controls this belongs to</summary>
            <dl>${Object.entries(mappings).map(([framework, controls]) => html`<dt>${framework}</dt><dd>${controls.join(", ")}</dd>`)}</dl></details>`
    }
    <p class="quiet">What the rule looks for: <span class="place">docs/findings/${id}.md</span></p>`;
}

function witness({ witness: flow }: FindingAnswer, actions: Actions): TemplateResult | typeof nothing {
  if (!flow) return nothing;
  const { from, to, protocol, port, verdict } = flow;
  const question = { from, to, port: `${protocol}/${port}` };
  return html`<p class="verdict ${verdict}"><strong>${verdict === "allow" ? "✓ Allowed" : "✕ Denied"}</strong>
      <span>${factName(from)} → ${factName(to)} on ${protocol} ${port}</span></p>
    <p><button @click=${() => actions.ask(question)}>Why?</button></p>`;
}

function fix(context: ViewContext, finding: FindingAnswer): TemplateResult | typeof nothing {
  if (!finding.fix) return nothing;
  const { title, patch, merge, leaves, blastRadius, changes, counted, needs, breaks } = finding.fix;
  const [opens, closes] = [
    changes.filter(({ opened }) => !isNone(opened)),
    changes.filter(({ closed }) => !isNone(closed)),
  ];
  const at = counted === "some" ? "at least " : "";
  return html`
    <h3>Fix</h3>
    <p>${printable(title)}.</p>
    ${patchButtons(context, { patch, merge, what: printable(title) })}
    <p class="quiet">Tried: closes ${at}${count(closes.length, "connection")}, opens ${opens.length === 0 ? "none" : `${at}${opens.length}`}.
      ${needs === "unknown" ? "What the workloads need of each other is not known, so look before you apply it." : breaks.length === 0 ? "No flow known to be needed breaks." : nothing}</p>
    ${merge === "" ? nothing : html`<p class="quiet">${radius(blastRadius)}Whether what it takes away is used, the manifests do not show.</p>`}
    ${leaves === null ? nothing : html`<p>The finding stays, as ${leaves}.</p>`}
    ${breaks.length > 0 ? html`<p>Breaks ${breaks.slice(0, SHOWN).map(pair).join(", ")}${more(breaks.length)}.</p>` : nothing}
    ${changeList("Closes", closes)}${changeList("Opens", opens)}
    <details class="more"><summary>The patch</summary><pre tabindex="0">${patchText({ patch, merge })}</pre></details>`;
}

/** What else falls with a workload that has fallen. */
function radius(blastRadius: NonNullable<FindingAnswer["fix"]>["blastRadius"]): string {
  if (!blastRadius || blastRadius.before === blastRadius.after) return "";
  return `Mean blast radius ${blastRadius.before} → ${blastRadius.after}. `;
}

function changeList(word: string, changes: readonly { readonly from: string; readonly to: string }[]) {
  if (changes.length === 0) return nothing;
  return html`<details class="more"><summary>${word} ${count(changes.length, "connection")}</summary>
    <ul class="plain">${changes.slice(0, 5 * SHOWN).map((one) => html`<li>${pair(one)}</li>`)}</ul>
    ${changes.length > 5 * SHOWN ? html`<p class="quiet">and ${changes.length - 5 * SHOWN} more</p>` : nothing}</details>`;
}

function pair({ from, to }: { readonly from: string; readonly to: string }): string {
  return `${factName(from)} → ${factName(to)}`;
}

function more(length: number): string {
  return length > SHOWN ? ` and ${length - SHOWN} more` : "";
}

function isNone(ports: PortsByProtocol): boolean {
  return ports !== "all" && Object.keys(ports).length === 0;
}

function endpoints(
  { graph }: Analysis,
  { endpoints: ids }: FindingAnswer,
  actions: Actions,
): TemplateResult | typeof nothing {
  if (ids.length === 0) return nothing;
  const name = (id: string) =>
    vertexOfId(graph, id)
      ? html`<button class="name" @click=${() => actions.select({ kind: "endpoint", id })}>${factName(id)}</button>`
      : html`<span>${factName(id)}</span>`;
  const rest = ids.slice(SHOWN);
  return html`<h3>About <span class="quiet">${count(ids.length, "endpoint")}</span></h3>
    <p class="names">${ids.slice(0, SHOWN).map(name)}</p>
    ${rest.length === 0 ? nothing : html`<details class="more"><summary>${rest.length} more</summary><p class="names">${rest.map(name)}</p></details>`}`;
}

function weight({ severity, base, weights }: FindingAnswer): TemplateResult {
  return html`<h3>Why ${severity}</h3>
    <p>${weights.length === 0 ? "So this rule's findings are unless something raises or lowers them." : `This rule's findings are mostly ${base}.`}</p>
    ${weights.map(({ change, because }) => html`<p>${change.charAt(0).toUpperCase() + change.slice(1)}: ${printable(because)}.</p>`)}`;
}
