import { html, nothing, type TemplateResult } from "lit";
import { isGone, isOpen, OUTSIDE, residentsOf, workloadCount } from "../model/graph.ts";
import type { Picture } from "../scene/picture.ts";
import type { Actions } from "./actions.ts";

/** What is shown and, above all, what is not, with the one click that changes it. A page has all that a picture has no room for. */
export function statusLine(
  { graph, view, disclosure, scene }: Picture,
  actions: Actions,
  where: "picture" | "page",
  doubts: TemplateResult | typeof nothing,
): TemplateResult {
  const namespaces = graph.groups.filter(({ id, size }) => id !== OUTSIDE && size > 0);
  const open = namespaces
    .flatMap((group) => residentsOf(graph, group))
    .filter((vertex) => isOpen(vertex.open, "in")).length;
  const ruled = graph.pairs.filter(({ because }) => because === "rule").length;
  const byDefault = graph.pairs.length - ruled;
  const closed = namespaces.filter(({ id }) =>
    where === "page" ? !disclosure.open.has(id) : disclosure.closed.has(id),
  ).length;
  const unseen = graph.vertices.filter(
    ({ type, index }) => type === "address" && disclosure.open.has(OUTSIDE) && !isDrawn(index),
  ).length;
  function isDrawn(index: number): boolean {
    return scene.cards.some((card) => card.vertex === index || (card.kind === "address" && card.vertex === undefined));
  }
  // Of a picture that is narrowed to what changes, the groups have only what is near it.
  const near = new Set(graph.groups.flatMap(({ members }) => members));
  const elsewhere = graph.vertices.filter(
    (one) => one.type === "workload" && !isGone(one) && !near.has(one.index),
  ).length;
  const parts: TemplateResult[] = [
    html`<span><strong>${count(workloadCount(graph), "workload")}</strong> in ${count(namespaces.length, "namespace")}${elsewhere > 0 ? `, ${elsewhere} more away from what changes` : ""}</span>`,
    graph.detail === "coarse"
      ? html`<span>${where === "page" ? "cells stand for" : "lines join"} whole namespaces until one is opened or selected</span>`
      : html`<span class="wide-only">${count(ruled, "pair")} let through by policies${byDefault > 0 ? `, ${byDefault} more that none governs` : ""}</span>`,
  ];
  if (open > 0)
    parts.push(
      html`<span><span class="pill open">OPEN</span> no policy limits who may reach ${count(open, "workload")}</span>`,
    );
  if (doubts !== nothing) parts.push(doubts as TemplateResult);
  if (closed > 0) {
    parts.push(
      html`<span>${count(closed, "namespace")} closed${view.inside > 0 && where === "picture" ? `, ${view.inside} links inside not shown` : ""}</span>
        <button @click=${() => actions.openGroups(graph.groups.map(({ id }) => id))}>Open all</button>`,
    );
  }
  if (disclosure.refused.length > 0)
    parts.push(html`<span>no room to open ${count(disclosure.refused.length, "more namespace")}</span>`);
  if (where === "page") return html`<div class="status" part="status">${parts}</div>`;
  if (disclosure.left.length > 0)
    parts.push(html`<span>${count(disclosure.left.length, "namespace")} left out: find them by search</span>`);
  if (view.dropped.length > 0)
    parts.push(html`<span>${count(view.dropped.length, "line")} left out: select an end to see its own</span>`);
  if (unseen > 0)
    parts.push(html`<span class="wide-only">${count(unseen, "address block")} without lines not drawn</span>`);
  return html`<div class="status" part="status">${parts}</div>`;
}

export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
