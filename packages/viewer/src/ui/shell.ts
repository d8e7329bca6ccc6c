import { html, nothing, type TemplateResult } from "lit";
import type { Analysis } from "../analysis.ts";
import { type Chrome, type Controls, including, without } from "../chrome.ts";
import { OUTSIDE, workloadCount } from "../model/graph.ts";
import type { Picture } from "../scene/picture.ts";
import type { Phase, Session } from "../session.ts";
import { focusOf } from "../spotlight.ts";
import type { ViewState } from "../state.ts";
import type { Actions } from "./actions.ts";
import { empty, failed, loading, stopped, withoutWorkloads } from "./blank.ts";
import { doubtsNote } from "./doubts.ts";
import { inspector } from "./inspector.ts";
import { legend } from "./legend.ts";
import { notices } from "./notices.ts";
import { outline, outlineRows } from "./outline.ts";
import { search, suggestions } from "./search.ts";
import { simulated } from "./simulated.ts";
import { statusLine } from "./status.ts";
import { tabs } from "./tabs.ts";
import { toolbar, zoomButtons } from "./toolbar.ts";
import type { View, ViewContext } from "./view.ts";
import { VIEW_PARTS } from "./views.ts";

/** Everything on the screen besides the graph itself, and what its parts may ask for. */
export interface Shell {
  readonly phase: Phase;
  readonly picture: Picture | undefined;
  readonly look: ViewState;
  readonly chrome: Chrome;
  readonly steps: Session["steps"];
  readonly readonly: boolean;
  readonly controls: Controls;
  readonly outline: "shown" | "hidden";
  /** What those who cannot see the graph are told. */
  readonly spoken: string;
  readonly actions: Actions;
  readonly change: (part: Partial<Chrome>) => void;
  readonly focusRow: () => void;
  readonly camera: (how: "in" | "out" | "fit") => void;
  readonly save: (kind: "png" | "svg" | "json" | "link") => void;
  /** Turns to everything, and back to what the page asks for. */
  readonly toggleFull: () => void;
  readonly onGraphKey: (event: KeyboardEvent) => void;
  /** Gives up reading, and takes it up again. */
  readonly stop: () => void;
  readonly resume: () => void;
}

export function shell(it: Shell): TemplateResult {
  const { phase, picture, look, actions, controls } = it;
  const analysis = phase.at === "ready" ? phase.analysis : undefined;
  const context = picture && phase.at === "ready" ? contextOf(it, phase, picture) : undefined;
  const view = VIEW_PARTS[look.view] ?? VIEW_PARTS.graph;
  const page = context && view?.place === "page" ? view.show(context) : undefined;
  return html`<div class="shell" lang="en" dir="ltr" data-view=${look.view} data-controls=${controls}>
    <div>
      ${analysis && context && controls === "full" ? tools(it, analysis) : nothing}
      ${analysis ? notices(analysis.diagnostics) : nothing}
      ${context ? simulated(context) : nothing}
    </div>
    <div class="main" ?data-simulated=${look.edits.length > 0}>
      ${context ? beside(it, view, context) : nothing}
      <div class="stage">
        <div class="canvas" part="graph" tabindex=${context && !page ? "0" : "-1"} role="application" aria-roledescription="network graph"
          aria-label=${graphLabel(analysis)} aria-describedby="keys" ?inert=${page !== undefined} @keydown=${it.onGraphKey}></div>
        <p id="keys" class="visually-hidden">Arrow keys walk from one to the next, Enter opens the inspector, Space opens or closes a namespace,
          plus, minus and zero zoom, slash searches. The outline lists everything the graph shows.</p>
        ${page ? html`<section class="page" aria-label=${view?.title ?? ""}>${page}</section>` : context ? feet(it, context) : blankFor(it)}
      </div>
      ${context && controls !== "none" ? (inspector(context) ?? nothing) : nothing}
    </div>
    ${context && controls !== "none" ? statusLine(context.picture, actions, page ? "page" : "picture", doubtsNote(context.analysis, actions)) : html`<span></span>`}
    <div class="visually-hidden" role="status" aria-live="polite">${it.spoken}</div>
  </div>`;
}

/** What lies over the foot of the graph. */
function feet(
  { controls, camera, toggleFull }: Shell,
  { picture, analysis, look }: ViewContext,
): readonly TemplateResult[] {
  if (controls === "none") return [];
  const more = controls === "basic" ? toggleFull : undefined;
  return [legend(picture, focusOf(analysis, look)), zoomButtons(camera, more)];
}

/** What views are made from, once there is something to view. */
function contextOf(
  { look, chrome: { desk }, steps, actions, readonly }: Shell,
  { analysis, before, change, pending }: Extract<Phase, { at: "ready" }>,
  picture: Picture,
): ViewContext | undefined {
  // Edits may take the last workload away: what it was is still shown, and the edits can be discarded.
  if ([analysis, before ?? analysis].every(({ graph }) => workloadCount(graph) === 0)) return undefined;
  return { analysis, before, change, pending, steps, picture, look, desk, actions, readonly };
}

/** What stands beside the graph: the view's own pane, or the outline. */
function beside(it: Shell, view: View | undefined, context: ViewContext): TemplateResult | typeof nothing {
  if (view?.place === "pane")
    return html`<section class="panel pane" part="pane" aria-label=${view.title}>${view.show(context)}</section>`;
  return it.controls === "full" && it.outline === "shown" && view?.place !== "page"
    ? tree(it, context.analysis)
    : nothing;
}

function blankFor({ phase, stop, resume }: Shell): TemplateResult {
  if (phase.at === "failed") return failed(phase, resume);
  if (phase.at === "loading") return loading(phase.progress, stop);
  if (phase.at === "stopped") return stopped(resume);
  if (phase.at !== "ready") return empty();
  const { sources, diagnostics } = phase.analysis;
  return withoutWorkloads(sources.length, diagnostics.filter(({ severity }) => severity === "error").length);
}

function graphLabel(analysis: Analysis | undefined): string {
  if (!analysis) return "Network graph, empty";
  const { graph } = analysis;
  return `Network graph of ${workloadCount(graph)} workloads and ${graph.pairs.length} allowed pairs`;
}

function tools(it: Shell, { graph }: Analysis): TemplateResult {
  const { chrome, look, actions, change } = it;
  const { text, active } = chrome.search;
  const groups = graph.groups.filter(({ id }) => id !== OUTSIDE);
  const closed = it.picture?.disclosure.closed.size ?? 0;
  const selected = look.selection?.kind === "endpoint" ? look.selection.id : "";
  return toolbar({
    tabs: tabs(look.view, actions.show),
    search: search({
      text,
      active,
      found: suggestions(graph, text),
      change: (next, at) => change({ search: { text: next, active: at } }),
      choose: ({ selection }) => {
        change({ search: { text: "", active: 0 } });
        actions.select(selection);
      },
    }),
    outline: (VIEW_PARTS[look.view]?.place ?? "graph") === "graph" ? it.outline : "absent",
    asking: look.question ? "yes" : "no",
    menu: chrome.menu,
    leave: chrome.full === "yes" ? it.toggleFull : undefined,
    groups: groups.length < 2 ? "single" : closed > 0 ? "some-closed" : "all-open",
    toggleOutline: () => change({ outline: it.outline === "shown" ? "hidden" : "shown" }),
    ask: () => actions.ask(look.question ? undefined : { from: selected, to: "", port: "" }),
    toggleMenu: () => change({ menu: chrome.menu === "open" ? "closed" : "open" }),
    toggleGroups: () => actions.openGroups(closed > 0 ? graph.groups.map(({ id }) => id) : [OUTSIDE]),
    save: (kind) => {
      change({ menu: "closed" });
      it.save(kind);
    },
  });
}

function tree({ chrome, look, actions, change, focusRow }: Shell, { graph }: Analysis): TemplateResult {
  return html`<nav class="panel outline" part="outline" aria-label="Outline">
    ${outline(outlineRows(graph, chrome.expanded), chrome.row, look.selection, {
      expand: (key, to) =>
        change({
          row: key,
          expanded: to === "open" ? including(chrome.expanded, key) : without(chrome.expanded, key),
        }),
      focus: (key) => {
        change({ row: key });
        focusRow();
      },
      choose: (selection) => actions.select(selection),
    })}
  </nav>`;
}
