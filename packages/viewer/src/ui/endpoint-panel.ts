import { type Direction, formatSpan, policyId, printable } from "@watertight/core";
import { html, nothing, type TemplateResult } from "lit";
import type { Analysis, Reply } from "../analysis.ts";
import type { EndpointFacts, Governing, Standing } from "../analyst/catalogue.ts";
import { portsOf } from "../model/doubts.ts";
import type { Pair, Vertex } from "../model/graph.ts";
import { longName } from "../model/names.ts";
import type { Actions } from "./actions.ts";
import { panelHead } from "./panel-head.ts";
import { replied } from "./replied.ts";

const SHOWN = 12;

/** One workload or address block: which policies have a say on it, whom it may reach, and who may reach it. */
export function endpointPanel(analysis: Analysis, vertex: Vertex, actions: Actions): TemplateResult {
  const { pairs } = analysis.graph;
  const out = pairs.filter(({ from }) => from === vertex.index);
  const into = pairs.filter(({ to }) => to === vertex.index);
  const isWorkload = vertex.type === "workload";
  const sub = isWorkload ? html`${vertex.detail} in ${printable(vertex.group)}` : vertex.detail;
  const traits = vertex.endpoints.flatMap(({ distinguishedBy }) => distinguishedBy ?? []);
  return html`
    ${panelHead(vertex.name, sub, actions)}
    ${traits.length > 0 ? html`<p class="quiet">the pods with ${printable(traits.join(", "))}</p>` : nothing}
    ${isWorkload ? replied(factsOf(analysis, vertex), workloadFacts) : addresses(vertex)}
    ${peers(analysis, "Can be reached by", into, "from", vertex, actions)}
    ${peers(analysis, "Can reach", out, "to", vertex, actions)}
    <h3>Ask about a connection</h3>
    <p>
      <button @click=${() => actions.ask({ from: vertex.id, to: "", port: "" })}>From here …</button>
      <button @click=${() => actions.ask({ from: "", to: vertex.id, port: "" })}>To here …</button>
    </p>
    ${isWorkload ? pathButtons(vertex, actions) : nothing}`;
}

function pathButtons(vertex: Vertex, actions: Actions): TemplateResult {
  const show = (ends: { readonly from: string; readonly to: string }) => {
    actions.route({ ...ends, edges: "all" });
    actions.select(undefined);
    actions.show("paths");
  };
  return html`<h3>If it falls</h3>
    <p>
      <button @click=${() => show({ from: longName(vertex), to: "" })}>Paths from here</button>
      <button @click=${() => show({ from: "", to: longName(vertex) })}>Paths to here</button>
    </p>`;
}

export function factsOf(analysis: Analysis, { endpoints }: Vertex): Reply<EndpointFacts> {
  return analysis.ask(
    "endpoint",
    endpoints.map(({ id }) => id),
  );
}

function workloadFacts(facts: EndpointFacts): TemplateResult {
  return html`${facts.declared ? html`<p class="place">${printable(formatSpan(facts.declared))}</p>` : nothing}
    <h3>Policies</h3>
    ${policyFacts(facts)}`;
}

export function policyFacts(facts: EndpointFacts): TemplateResult {
  return html`
    ${(["ingress", "egress"] as const).map((direction) => {
      const { standing, governing } = facts[direction];
      return html`<div class="fact" part="fact">
        <p>${direction === "ingress" ? "Ingress" : "Egress"} <span class="pill ${standing.split(" ").at(-1)}">${standing.toUpperCase()}</span></p>
        <p class="quiet">${wordsOf(standing, direction)}</p>
        ${governing.map(governingFact)}
      </div>`;
    })}`;
}

/** What a standing means for whoever wants in or out. */
function wordsOf(standing: Standing, direction: Direction): string {
  const anyone = direction === "ingress" ? "whoever may send gets in" : "it may send to whoever lets it in";
  switch (standing) {
    case "open":
      return `No policy has a say, so ${anyone}.`;
    case "governed":
      return `No NetworkPolicy isolates it: but for what these rules deny, ${anyone}.`;
    case "isolated":
      return "Only what a rule allows passes.";
    case "partly isolated":
      return "For some of its pods, only what a rule allows passes.";
  }
}

function governingFact({ policy, tier, actions }: Governing): TemplateResult {
  const tally = (["allow", "deny", "pass"] as const).flatMap((action) => {
    const number = actions.filter((one) => one === action).length;
    return number === 0 ? [] : [`${number} ${action}`];
  });
  const rules = tally.length === 0 ? "no rule" : `${tally.join(", ")} rule${actions.length === 1 ? "" : "s"}`;
  const where = tier === "network-policy" ? "" : `, ${tier} tier`;
  return html`<p><strong>${printable(policyId(policy))}</strong><br />
    <span class="quiet">${policy.kind}${where}: ${rules}</span><br />
    <span class="place">${printable(formatSpan(policy.span))}</span></p>`;
}

function addresses(vertex: Vertex): TemplateResult {
  const cidrs = vertex.endpoints.flatMap(({ id, cidrs: list }) => list ?? [id]);
  return html`<h3>Addresses</h3>
    <p class="place">${cidrs.slice(0, SHOWN).join(", ")}${cidrs.length > SHOWN ? ` and ${cidrs.length - SHOWN} more` : nothing}</p>`;
}

function peers(
  { graph }: Analysis,
  title: string,
  pairs: readonly Pair[],
  side: "from" | "to",
  vertex: Vertex,
  actions: Actions,
): TemplateResult {
  const row = (pair: Pair, words = portsOf) => {
    const peer = graph.vertices[pair[side]] as Vertex;
    const edge = side === "to" ? { from: vertex.id, to: peer.id } : { from: peer.id, to: vertex.id };
    return html`<li><button @click=${() => actions.select({ kind: "edge", ...edge })}>
      <span>${longName(peer)}</span><small>${words(pair)}</small>
    </button></li>`;
  };
  const ruled = pairs.filter(({ because }) => because === "rule");
  const open = pairs.filter(({ because }) => because === "open");
  const maybe = (graph.maybe ?? []).filter((pair) => pair[side === "to" ? "from" : "to"] === vertex.index);
  return html`<h3>${title} <span class="quiet">${pairs.length}</span></h3>
    ${pairs.length === 0 ? html`<p class="quiet">nothing</p>` : nothing}
    <ul class="rows">${ruled.map((pair) => row(pair))}</ul>
    ${
      maybe.length === 0
        ? nothing
        : html`<details class="more" ?open=${maybe.length <= 4}><summary>${maybe.length} more that may, as open questions turn out</summary>
            <ul class="rows">${maybe.map((pair) => row(pair, ({ ports }) => `maybe ${ports}`))}</ul></details>`
    }
    ${
      open.length === 0
        ? nothing
        : html`<details class="more" ?open=${open.length <= 4}><summary>${open.length} more, since no policy governs either side</summary>
            <ul class="rows">${open.map((pair) => row(pair, ({ ports }) => ports))}</ul></details>`
    }`;
}
