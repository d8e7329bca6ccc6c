import { html, type TemplateResult } from "lit";
import type { Analysis } from "../../analysis.ts";
import type { RouteQuestion } from "../../analyst/catalogue.ts";
import { residentsOf } from "../../model/graph.ts";
import { longName } from "../../model/names.ts";
import type { Actions } from "../actions.ts";
import { GLYPHS } from "../glyphs.ts";

/** From where to what, and by which kinds of steps. Whatever is changed is asked at once. */
export function routeForm(analysis: Analysis, route: RouteQuestion, actions: Actions): TemplateResult {
  const ask = (part: Partial<RouteQuestion>) => {
    const next = { ...route, ...part };
    if (JSON.stringify(next) !== JSON.stringify(route)) actions.route(next);
  };
  const field = (name: "from" | "to", label: string, hint: string) =>
    html`<label>${label}<input name=${name} .value=${route[name]} placeholder=${hint} list="route-ends" autocomplete="off" spellcheck="false"
      @change=${(event: Event) => ask({ [name]: (event.target as HTMLInputElement).value.trim() })} /></label>`;
  const choice = (edges: RouteQuestion["edges"], label: string) =>
    html`<label class="choice"><input type="radio" name="edges" .checked=${route.edges === edges} @change=${() => ask({ edges })} /> ${label}</label>`;
  return html`<form class="route" @submit=${(event: Event) => event.preventDefault()}>
    ${field("from", "From", "any way in")}
    <button type="button" class="icon" aria-label="Swap from and to" title="Swap"
      @click=${() => ask({ from: route.to, to: route.from })}>${GLYPHS.swap}</button>
    ${field("to", "To", "any crown jewel")}
    <fieldset>
      <legend class="visually-hidden">Steps</legend>
      ${choice("all", "All steps")} ${choice("network", "Packets only")}
    </fieldset>
    <datalist id="route-ends">
      <option value="internet"></option>
      ${namesIn(analysis).map((name) => html`<option value=${name}></option>`)}
    </datalist>
  </form>`;
}

/** The workloads a path may start at or lead to. */
function namesIn({ graph }: Analysis): readonly string[] {
  return graph.groups
    .flatMap((group) => residentsOf(graph, group))
    .filter(({ type }) => type === "workload")
    .map(longName);
}
