import { printable } from "@watertight/core";
import { html, nothing, type TemplateResult } from "lit";
import type { Analysis } from "../analysis.ts";
import { portsOf } from "../model/doubts.ts";
import { type End, membersOf } from "../model/fold.ts";
import type { Flow, Pair, Vertex } from "../model/graph.ts";
import { longName, wordsOfEnd } from "../model/names.ts";
import type { Picture } from "../scene/picture.ts";
import type { Actions } from "./actions.ts";
import { panelHead } from "./panel-head.ts";
import { reasons, verdictLine } from "./reasons.ts";
import { replied } from "./replied.ts";

const SHOWN = 30;

/**
 * One line of the graph: the rules behind it where it joins two endpoints, else the pairs it stands for. Without a picture, every
 * pair between two ends, drawn as a line or not.
 */
export function edgePanel(
  analysis: Analysis,
  picture: Picture | undefined,
  from: End,
  to: End,
  actions: Actions,
): TemplateResult {
  const { graph } = analysis;
  const title = `${wordsOfEnd(graph, from)} → ${wordsOfEnd(graph, to)}`;
  const line = picture?.view.lines.find((one) => one.from === from && one.to === to);
  const pairs = pairsBetween(
    analysis,
    from,
    to,
    line?.links.map(({ ports }) => ports),
  );
  const [only] = pairs;
  const isOfTwo = (pair: Pair) => [pair.from, pair.to].every((index) => vertex(analysis, index).type !== "namespace");
  const maybe = pairs.length === 0 ? maybeBetween(analysis, from, to) : [];
  const [might] = maybe;
  if (might && maybe.length === 1 && isOfTwo(might)) return maybePanel(analysis, might, actions);
  if (pairs.length === 1 && only && from.startsWith("vertex ") && to.startsWith("vertex ") && isOfTwo(only))
    return pairPanel(analysis, only, actions);
  const example = from.startsWith("vertex ") || to.startsWith("vertex ") ? only : undefined;
  return html`
    ${panelHead(title, [...new Set(pairs.map(({ ports }) => ports))].slice(0, 3).join("; "), actions)}
    <h3>Stands for <span class="quiet">${pairs.length} pair${pairs.length === 1 ? "" : "s"}</span></h3>
    ${pairs.length === 0 ? html`<p class="quiet">nothing is allowed between these</p>` : nothing}
    ${maybe.length === 0 ? nothing : html`<p><strong>?</strong> ${maybe.length === 1 ? "1 pair" : `${maybe.length} pairs`} may connect, as open questions turn out.</p>`}
    <ul class="rows">${pairs.slice(0, SHOWN).map((pair) => pairRow(analysis, pair, actions))}</ul>
    ${pairs.length > SHOWN ? html`<p class="quiet">and ${pairs.length - SHOWN} more</p>` : nothing}
    ${example ? html`<h3>For example, ${pairName(analysis, example)}</h3>${why(analysis, example)}` : nothing}`;
}

/** A pair with which nothing passes, unless an open question turns out so. */
function maybePanel(analysis: Analysis, pair: Pair, actions: Actions): TemplateResult {
  const [from, to] = [vertex(analysis, pair.from), vertex(analysis, pair.to)];
  const reply = analysis.ask("decision", { from: from.id, to: to.id, port: "" });
  return html`${panelHead(`${from.name} → ${to.name}`, undefined, actions)}
    ${replied(reply, (ruling) => html`${verdictLine(ruling)}${reasons(analysis, ruling)}`)}`;
}

function pairPanel(analysis: Analysis, pair: Pair, actions: Actions): TemplateResult {
  const from = vertex(analysis, pair.from);
  const to = vertex(analysis, pair.to);
  const link = (one: Vertex) =>
    html`<button @click=${() => actions.select({ kind: "endpoint", id: one.id })}>${longName(one)}</button>`;
  return html`
    ${panelHead(`${from.name} → ${to.name}`, undefined, actions)}
    <p>${link(from)} <span aria-hidden="true" class="arrow">→</span><span class="visually-hidden">to</span> ${link(to)}</p>
    <p class="verdict allow"><strong>✓ Allowed</strong> <span>on ${pair.ports}</span></p>
    ${why(analysis, pair)}`;
}

/** The reasons for each stretch of ports that other rules may have opened. */
function why(analysis: Analysis, pair: Pair): TemplateResult[] {
  return pair.flows.slice(0, 2).flatMap((flow) => {
    const asked = questions(flow);
    return asked.map(({ words, port }) => {
      const reply = analysis.ask("decision", { from: flow.from, to: flow.to, port });
      return html`${asked.length > 1 || pair.flows.length > 1 ? html`<h4>${printable(words)}</h4>` : nothing}${replied(reply, (ruling) => reasons(analysis, ruling))}`;
    });
  });
}

/** One question for every range of ports, up to four; none of ports when all are open. */
function questions({ ports }: Flow): readonly { readonly words: string; readonly port: string }[] {
  if (ports === "all") return [{ words: "all ports", port: "" }];
  const each = (["TCP", "UDP", "SCTP"] as const).flatMap((protocol) =>
    (ports[protocol] ?? []).map(([first, last]) =>
      first === 1 && last === 65535
        ? { words: `${protocol}, every port`, port: protocol }
        : { words: `${protocol} ${first === last ? first : `${first}–${last}`}`, port: `${protocol}/${first}` },
    ),
  );
  return each.slice(0, 4);
}

function pairRow(analysis: Analysis, pair: Pair, actions: Actions): TemplateResult {
  const selection = { kind: "edge", from: vertex(analysis, pair.from).id, to: vertex(analysis, pair.to).id } as const;
  return html`<li><button @click=${() => actions.select(selection)}>
    <span>${pairName(analysis, pair)}</span><small>${portsOf(pair)}</small>
  </button></li>`;
}

function maybeBetween({ graph }: Analysis, from: End, to: End): readonly Pair[] {
  const [sources, targets] = [new Set(membersOf(graph, from)), new Set(membersOf(graph, to))];
  return (graph.maybe ?? []).filter((pair) => sources.has(pair.from) && targets.has(pair.to));
}

function pairName(analysis: Analysis, pair: Pair): string {
  return `${longName(vertex(analysis, pair.from))} → ${longName(vertex(analysis, pair.to))}`;
}

/** The pairs between two ends; only those with the ports of the line, where the line says which. */
export function pairsBetween({ graph }: Analysis, from: End, to: End, ports?: readonly string[]): readonly Pair[] {
  const sources = new Set(membersOf(graph, from));
  const targets = new Set(membersOf(graph, to));
  return graph.pairs.filter(
    (pair) => sources.has(pair.from) && targets.has(pair.to) && (ports?.includes(pair.ports) ?? true),
  );
}

function vertex({ graph }: Analysis, index: number): Vertex {
  return graph.vertices[index] as Vertex;
}
