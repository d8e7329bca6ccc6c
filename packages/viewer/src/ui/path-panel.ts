import { printable } from "@watertight/core";
import { html, nothing, type TemplateResult } from "lit";
import type { Analysis } from "../analysis.ts";
import { vertexOfId } from "../model/names.ts";
import type { Path } from "../model/trail.ts";
import type { Picture } from "../scene/picture.ts";
import { EVERY_ROUTE } from "../spotlight.ts";
import type { Actions } from "./actions.ts";
import { excerpt } from "./excerpt.ts";
import { panelHead } from "./panel-head.ts";
import { replied } from "./replied.ts";
import { count } from "./status.ts";
import { factName, wordsOfStep } from "./steps.ts";
import type { ViewContext } from "./view.ts";

/** One path, step by step: what makes it possible, what it rests on, where that is written, and what would take it away. */
export function pathPanel({ analysis, picture, look, actions }: ViewContext, index: number): TemplateResult {
  return replied(analysis.ask("paths", look.route ?? EVERY_ROUTE), ({ paths, dominators }) => {
    const path = paths[index];
    if (!path) return html`${panelHead("No such path", "The paths are other ones now.", actions)}`;
    const { from, to, cost, hops, certainty, inherent, steps } = path;
    const between = dominators.filter((name) => name !== from && name !== to);
    return html`
      ${panelHead(`${factName(from)} → ${factName(to)}`, `Path ${index + 1} of ${paths.length}: ${count(hops, "hop")}, cost ${cost}, ${certainty}`, actions)}
      ${inherent ? html`<p class="quiet">Only needed flows lead there, so no network policy can close it.</p>` : nothing}
      ${between.length > 0 ? html`<p>Every path passes <strong>${between.map(factName).join(", ")}</strong>.</p>` : nothing}
      ${closedOnTheWay(picture, path, actions)}
      <ol class="steps">${steps.map((step, i) => stepItem(analysis, step, i + 1, actions))}</ol>`;
  });
}

/** Hops inside closed namespaces are numbers on a card; one click makes lines of them. */
function closedOnTheWay(
  { graph, disclosure }: Picture,
  { from, steps }: Path,
  actions: Actions,
): TemplateResult | typeof nothing {
  const names = [from, ...steps.map(({ to }) => to)];
  const passed = new Set(names.flatMap((name) => vertexOfId(graph, name)?.group ?? []));
  const closed = [...passed].filter((group) => disclosure.closed.has(group));
  if (closed.length === 0) return nothing;
  return html`<p><button @click=${() => actions.openGroups([...disclosure.open, ...closed])}>
    Open ${closed.length === 1 ? printable(closed[0] ?? "") : `the ${closed.length} closed namespaces`} on the graph</button></p>`;
}

type PathStep = Path["steps"][number];

function stepItem(analysis: Analysis, step: PathStep, number: number, actions: Actions): TemplateResult {
  const { from, to, edge, also, port, certainty, because, assumptions, evidence, fixes, references } = step;
  const end = (name: string) =>
    vertexOfId(analysis.graph, name)
      ? html`<button class="name" @click=${() => actions.select({ kind: "endpoint", id: name })}>${factName(name)}</button>`
      : html`<strong>${factName(name)}</strong>`;
  return html`<li>
    <h3><span class="number" aria-hidden="true">${number}</span> ${wordsOfStep(edge)} <span class="tag-chip">${edge}${port ? ` ${port}` : ""}</span>
      ${certainty === "proved" ? nothing : html`<span class="pill open">${certainty.toUpperCase()}</span>`}</h3>
    <p>${end(from)} <span class="arrow" aria-hidden="true">→</span><span class="visually-hidden">to</span> ${end(to)}${also.length > 0 ? html`, with ${also.map(factName).join(", ")}` : nothing}</p>
    ${because.map((sentence) => html`<p class="quiet">${printable(sentence)}</p>`)}
    ${assumptions.map((text) => html`<p>Assuming ${printable(text)}.</p>`)}
    ${fixes.map((text) => html`<p>Would end it: ${printable(text)}.</p>`)}
    ${
      evidence.length === 0
        ? nothing
        : html`<details class="more"><summary>${count(evidence.length, "place")} in the manifests</summary>
            ${evidence.map((span) => excerpt(analysis.sources, span))}</details>`
    }
    ${references.length > 0 ? html`<p class="place">${references.join(", ")}</p>` : nothing}
  </li>`;
}
