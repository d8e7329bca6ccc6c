import type { PathsAnswer } from "@watertight/core";
import { html, nothing, type TemplateResult } from "lit";
import type { Analysis } from "../../analysis.ts";
import type { Path } from "../../model/trail.ts";
import { EVERY_ROUTE } from "../../spotlight.ts";
import type { Actions } from "../actions.ts";
import { replied } from "../replied.ts";
import { count } from "../status.ts";
import { endWords, factName } from "../steps.ts";
import { whatIfNote } from "../try-edit.ts";
import type { ViewContext } from "../view.ts";
import { blastRadius } from "./blast-radius.ts";
import { chokePoints } from "./choke-points.ts";
import { routeForm } from "./route-form.ts";

/** Paths that are listed unasked. */
const SHOWN = 12;

/** How far an intruder gets: the ways from somewhere to something, what falls with it, and what would stop it. */
export function pathsView(context: ViewContext): TemplateResult {
  const { analysis, look, actions } = context;
  const route = look.route ?? EVERY_ROUTE;
  return html`
    <h2>How far can an intruder get?</h2>
    ${routeForm(analysis, route, actions)}
    ${replied(
      analysis.ask("paths", route),
      (answer) => html`
        ${whatIfNote(context, (old) => effectOf(old, answer, context))}
        ${pathList(answer, context)}
        ${blastRadius(answer, route, actions)}
        ${chokePoints(answer, context)}
        ${premises(answer)}`,
      "Looking for ways …",
    )}`;
}

function pathList({ paths, from, to }: PathsAnswer, { look, actions }: ViewContext): TemplateResult {
  const chosen = look.selection?.kind === "path" ? look.selection.index : -1;
  const row = (path: Path, index: number) => pathRow(path, index, index === chosen, actions);
  const rest = paths.slice(SHOWN);
  if (paths.length === 0)
    return html`<p class="verdict allow"><strong>✓ No path</strong> <span>leads from ${endWords(from)} to ${endWords(to)}.</span></p>`;
  return html`
    <h3>${count(paths.length, "path")}</h3>
    <p class="quiet">From ${endWords(from)} to ${endWords(to)}, the easiest first.</p>
    <ol class="paths">${paths.slice(0, SHOWN).map(row)}</ol>
    ${
      rest.length === 0
        ? nothing
        : html`<details class="more" ?open=${chosen >= SHOWN}><summary>${rest.length} more</summary>
            <ol class="paths" start=${SHOWN + 1}>${rest.map((path, i) => row(path, SHOWN + i))}</ol></details>`
    }`;
}

function pathRow(path: Path, index: number, isChosen: boolean, actions: Actions): TemplateResult {
  const { from, to, cost, hops, certainty, inherent, steps } = path;
  return html`<li>
    <button aria-pressed=${String(isChosen)} @click=${() => actions.select(isChosen ? undefined : { kind: "path", index })}>
      <span class="path-head"><strong>${factName(from)} → ${factName(to)}</strong>
        <small>${count(hops, "hop")} · cost ${cost} · ${certainty}${inherent ? " · needed flows only" : ""}</small></span>
      <span class="chain">${steps.map(
        (step, i) =>
          html`<span class="link"><span class="number" aria-hidden="true">${i + 1}</span> ${factName(step.to)}
            <small>${step.edge}${step.port ? ` ${step.port}` : ""}</small></span>`,
      )}</span>
    </button></li>`;
}

/** Which paths the edits close and open, compared with the input as it was given. */
function effectOf(before: Analysis, now: PathsAnswer, { look }: ViewContext): TemplateResult {
  return replied(before.ask("paths", look.route ?? EVERY_ROUTE), (old) => {
    const ids = ({ paths }: PathsAnswer) => new Set(paths.map(({ id }) => id));
    const [known, left] = [ids(old), ids(now)];
    const closed = old.paths.filter(({ id }) => !left.has(id));
    const opened = now.paths.filter(({ id }) => !known.has(id));
    const line = (word: string, list: readonly Path[]) =>
      list.length === 0
        ? nothing
        : html`<details class="more"><summary>${word} ${count(list.length, "path")}</summary>
            <ul>${list.slice(0, SHOWN).map(({ from, steps }) => html`<li>${[from, ...steps.map(({ to }) => to)].map(factName).join(" → ")}</li>`)}</ul></details>`;
    const [was, is] = [old.blastRadius.mean, now.blastRadius.mean];
    return html`
      <p><strong>With the edits</strong> ${old.paths.length} → ${count(now.paths.length, "path")}; mean blast radius ${was} → ${is}</p>
      ${line("Closes", closed)}${line("Opens", opened)}`;
  });
}

/** What the answer takes for granted: where one gets in, and what is worth having. */
function premises({ entries, jewels }: PathsAnswer): TemplateResult {
  return html`
    <details class="more"><summary>${count(entries.length, "way")} in, ${count(jewels.length, "crown jewel")}</summary>
      <h4>Ways in</h4>
      ${entries.length === 0 ? html`<p class="quiet">none that the input shows</p>` : nothing}
      <ul class="plain">${entries.map(
        ({ object, workload, standing }) =>
          html`<li>${factName(object)} → ${factName(workload)} <small class="quiet">${standing}</small></li>`,
      )}</ul>
      <h4>Crown jewels</h4>
      <ul class="plain">${jewels.map(
        ({ id, provenance, because }) =>
          html`<li>${factName(id)} <small class="quiet">${provenance}: ${factName(because)}</small></li>`,
      )}</ul>
      <p class="quiet">Declared by the label or annotation <code>watertight.dev/jewel</code>; otherwise inferred.</p>
    </details>`;
}
