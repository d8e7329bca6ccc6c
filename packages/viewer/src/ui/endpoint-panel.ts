import { type Direction, formatSpan, type Isolation, policyId, printable } from "@watertight/core";
import { html, nothing, type TemplateResult } from "lit";
import type { Analysis } from "../analysis.ts";
import { isOpen, type Pair, type Vertex } from "../model/graph.ts";
import { longName } from "../model/names.ts";
import type { Actions } from "./actions.ts";
import { panelHead } from "./panel-head.ts";

const SHOWN = 12;

/** One workload or address block: what isolates it, whom it may reach, and who may reach it. */
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
    ${isWorkload ? isolationFacts(analysis, vertex) : addresses(vertex)}
    ${peers(analysis, "Can be reached by", into, "from", vertex, actions)}
    ${peers(analysis, "Can reach", out, "to", vertex, actions)}
    <h3>Ask about a connection</h3>
    <p>
      <button @click=${() => actions.ask({ from: vertex.id, to: "", port: "" })}>From here …</button>
      <button @click=${() => actions.ask({ from: "", to: vertex.id, port: "" })}>To here …</button>
    </p>`;
}

function isolationFacts(analysis: Analysis, vertex: Vertex): TemplateResult {
  return html`<h3>Isolation</h3>
    ${(["ingress", "egress"] as const).map((direction) => {
      const open = isOpen(vertex.open, direction === "ingress" ? "in" : "out");
      const policies = isolating(analysis, vertex, direction);
      const words = direction === "ingress" ? "whoever may send gets in" : "it may send to whoever lets it in";
      return html`<div class="fact">
        <p>${direction === "ingress" ? "Ingress" : "Egress"} <span class="pill ${open ? "open" : "isolated"}">${open ? "OPEN" : "ISOLATED"}</span></p>
        ${
          open
            ? html`<p class="quiet">No policy isolates it, so ${words}.</p>`
            : policies.map(
                ({ policy }) =>
                  html`<p><strong>${printable(policyId(policy))}</strong><br /><span class="place">${formatSpan(policy.span)}</span></p>`,
              )
        }
      </div>`;
    })}`;
}

/** The policies that isolate a vertex in a direction. */
export function isolating({ program }: Analysis, vertex: Vertex, direction: Direction): readonly Isolation[] {
  const parties = vertex.endpoints.flatMap(({ members }) => members.map(({ party }) => party));
  return program.layers
    .flatMap(({ tiers }) => tiers[direction])
    .flatMap(({ isolation }) => isolation)
    .filter(({ subject }) => parties.some((party) => subject.members.has(party)));
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
  const row = (pair: Pair) => {
    const peer = graph.vertices[pair[side]] as Vertex;
    const edge = side === "to" ? { from: vertex.id, to: peer.id } : { from: peer.id, to: vertex.id };
    return html`<li><button @click=${() => actions.select({ kind: "edge", ...edge })}>
      <span>${longName(peer)}</span><small>${pair.ports}</small>
    </button></li>`;
  };
  const ruled = pairs.filter(({ because }) => because === "rule");
  const open = pairs.filter(({ because }) => because === "open");
  return html`<h3>${title} <span class="quiet">${pairs.length}</span></h3>
    ${pairs.length === 0 ? html`<p class="quiet">nothing</p>` : nothing}
    <ul class="rows">${ruled.map(row)}</ul>
    ${
      open.length === 0
        ? nothing
        : html`<details class="more" ?open=${open.length <= 4}><summary>${open.length} more, since neither side is isolated</summary>
            <ul class="rows">${open.map(row)}</ul></details>`
    }`;
}
