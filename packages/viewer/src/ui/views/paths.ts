import type { PathsAnswer } from "@watertight/core";
import { html, nothing, type TemplateResult } from "lit";
import type { Analysis } from "../../analysis.ts";
import type { Path } from "../../model/trail.ts";
import { EVERY_ROUTE } from "../../spotlight.ts";
import type { Actions } from "../actions.ts";
import { replied } from "../replied.ts";
import { count } from "../status.ts";
import { endWords, factName, wordsOfStep } from "../steps.ts";
import { whatIfNote } from "../try-edit.ts";
import type { ViewContext } from "../view.ts";
import { blastRadius } from "./blast-radius.ts";
import { chokePoints } from "./choke-points.ts";
import { routeForm } from "./route-form.ts";

/** Up to this many paths are one list; more are listed by what they lead to, a few of each unasked. */
const SHOWN = 12;
const OF_EACH = 3;

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

function pathList(answer: PathsAnswer, { look, actions }: ViewContext): TemplateResult {
  const { paths, from, to } = answer;
  const chosen = look.selection?.kind === "path" ? look.selection.index : -1;
  const row = (path: Path, index: number) => pathRow(path, index, index === chosen, actions);
  if (paths.length === 0) return noPath(answer);
  return html`
    <h3>${count(paths.length, "path")}</h3>
    <p class="quiet">From ${endWords(from)} to ${endWords(to)}, the easiest first.</p>
    ${
      paths.length <= SHOWN
        ? html`<ol class="paths">${paths.map(row)}</ol>`
        : byTarget(paths).map(({ to: target, list }) => targetGroup(target, list, chosen, row))
    }`;
}

/** A good answer, with what was looked at to come to it. */
function noPath({ from, to, edges, entries, jewels }: PathsAnswer): TemplateResult {
  const steps =
    edges === "network"
      ? "Only packets were followed: tokens, roles and ways out of containers were not."
      : "Packets were followed, and tokens, roles, mounted Secrets and ways out of containers.";
  const ends = [
    ...(from === "entries" ? [`${count(entries.length, "way")} in and every workload`] : []),
    ...(to === "jewels" ? [count(jewels.length, "crown jewel")] : []),
  ];
  return html`<p class="verdict allow"><strong>✓ No path</strong> <span>leads from ${endWords(from)} to ${endWords(to)}.</span></p>
    <p class="quiet">${steps}${ends.length > 0 ? ` Asked about: ${ends.join("; ")}.` : ""}${
      to === "jewels" && jewels.length === 0 ? " Name what is worth having by the label watertight.dev/jewel." : ""
    }</p>`;
}

interface Numbered {
  readonly path: Path;
  /** Its position in the answer, by which it is selected. */
  readonly index: number;
}

/** Many paths by what they lead to, in the order of the easiest of each. */
function byTarget(paths: readonly Path[]): readonly { readonly to: string; readonly list: readonly Numbered[] }[] {
  const groups = new Map<string, Numbered[]>();
  paths.forEach((path, index) => {
    const list = groups.get(path.to);
    if (list) list.push({ path, index });
    else groups.set(path.to, [{ path, index }]);
  });
  return [...groups].map(([to, list]) => ({ to, list }));
}

function targetGroup(
  to: string,
  list: readonly Numbered[],
  chosen: number,
  row: (path: Path, index: number) => TemplateResult,
): TemplateResult {
  const items = (some: readonly Numbered[]) =>
    html`<ol class="paths">${some.map(({ path, index }) => row(path, index))}</ol>`;
  const rest = list.slice(OF_EACH);
  return html`<h4>To ${factName(to)} <span class="quiet">${list.length}</span></h4>
    ${items(list.slice(0, OF_EACH))}
    ${
      rest.length === 0
        ? nothing
        : html`<details class="more" ?open=${rest.some(({ index }) => index === chosen)}><summary>${rest.length} more</summary>${items(rest)}</details>`
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
            <small title=${step.edge}>${step.port ?? wordsOfStep(step.edge)}</small></span>`,
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
