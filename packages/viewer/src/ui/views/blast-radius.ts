import type { PathsAnswer } from "@watertight/core";
import { html, nothing, type TemplateResult } from "lit";
import type { RouteQuestion } from "../../analyst/catalogue.ts";
import { type Ring, ringsOf } from "../../model/trail.ts";
import type { Actions } from "../actions.ts";
import { count } from "../status.ts";
import { factName } from "../steps.ts";

/** Names that are spelled out in one cell. */
const SHOWN = 6;

/** Workloads that are listed of those with which most falls. */
const WORST = 6;

/** What falls with the start that was asked about, step by step; with none, what falls with each workload. */
export function blastRadius(
  { blastRadius: radius }: PathsAnswer,
  route: RouteQuestion,
  actions: Actions,
): TemplateResult {
  const { from, mean, most, sizes } = radius;
  const share = most === 0 ? 0 : Math.round((100 * mean) / most);
  return html`
    <h3>Blast radius</h3>
    <p>One fallen workload takes along <strong>${mean}</strong> of ${most} others on average (${share} %).</p>
    ${from === null ? worst(sizes, most, route, actions) : rings(from, ringsOf(radius), most, actions)}`;
}

function rings(from: string, all: readonly Ring[], most: number, actions: Actions): TemplateResult {
  const fallen = all.reduce((sum, { workloads }) => sum + workloads.length, 0);
  if (all.length === 0) return html`<p class="quiet">Nothing falls with ${factName(from)}.</p>`;
  let sum = 0;
  return html`
    <table class="rings">
      <caption>${from === "internet" ? "From the internet" : `With ${factName(from)}`} ${count(fallen, "workload")} ${fallen === 1 ? "falls" : "fall"}, by the fewest hops:</caption>
      <thead><tr><th scope="col">Hops</th><th scope="col">Fall</th><th scope="col">In all</th><th scope="col">Which</th></tr></thead>
      <tbody>${all.map(({ hops, workloads, others }) => {
        sum += workloads.length;
        return html`<tr>
          <th scope="row"><span class="number ring-${Math.min(4, hops)}">${hops}</span></th>
          <td>${workloads.length}</td>
          <td>${sum}${from === "internet" ? nothing : html`<span class="quiet"> of ${most}</span>`}</td>
          <td class="names">${names(workloads, actions)}${others.length === 0 ? nothing : html`<p class="quiet">${listed(others)}</p>`}</td>
        </tr>`;
      })}</tbody>
    </table>`;
}

function names(ids: readonly string[], actions: Actions): TemplateResult {
  const name = (id: string) =>
    html`<button class="name" @click=${() => actions.select({ kind: "endpoint", id })}>${factName(id)}</button>`;
  const rest = ids.slice(SHOWN);
  return html`${ids.slice(0, SHOWN).map(name)}
    ${rest.length === 0 ? nothing : html`<details class="more"><summary>${rest.length} more</summary>${rest.map(name)}</details>`}`;
}

/** Things besides workloads that fall: nodes, accounts, Secrets. */
function listed(others: readonly string[]): string {
  const more = others.length - SHOWN;
  return `and ${others.slice(0, SHOWN).map(factName).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

function worst(
  sizes: PathsAnswer["blastRadius"]["sizes"],
  most: number,
  route: RouteQuestion,
  actions: Actions,
): TemplateResult {
  const top = [...sizes].sort((a, b) => b.endpoints - a.endpoints).slice(0, WORST);
  return html`
    <ul class="rows" aria-label="Workloads with which most others fall">${top.map(
      ({ id, endpoints }) =>
        html`<li><button @click=${() => actions.route({ ...route, from: id, to: "" })}>
          <span>${factName(id)}</span><small>${endpoints} of ${most} fall</small></button></li>`,
    )}</ul>
    ${sizes.length > top.length ? html`<p class="quiet">No more fall with any of the other ${sizes.length - top.length}.</p>` : nothing}`;
}
