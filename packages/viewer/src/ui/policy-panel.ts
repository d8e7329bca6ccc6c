import { formatSpan, type PoliciesReport, printable } from "@watertight/core";
import { html, nothing, type TemplateResult } from "lit";
import { longName, vertexOfId } from "../model/names.ts";
import { portsWords } from "../model/ports.ts";
import { excerpt } from "./excerpt.ts";
import { panelHead } from "./panel-head.ts";
import { replied } from "./replied.ts";
import type { ViewContext } from "./view.ts";

type Policy = PoliciesReport["policies"][number];
type Rule = NonNullable<Policy["rules"]>[number];
type Match = Policy["selects"][number];

/** Rows of matches that are listed at once. */
const SHOWN = 8;

/** One policy: whom it selects, and rule by rule what each peer and port matches, with the lines it is written in. */
export function policyPanel(context: ViewContext, id: string): TemplateResult {
  return replied(context.analysis.ask("policies", { policy: id }), (report) => {
    const [policy] = report.policies;
    if (policy) return about(context, policy, report);
    const [out] = report.leftOut;
    return html`${panelHead(printable(id), out && `${out.kind}, left out`, context.actions)}
      ${out ? html`<p>${out.reason === "rejected" ? "It is invalid: the API server would refuse it." : "Policies of this kind are not evaluated."}</p>${excerpt(context.analysis.sources, out.source, "deny")}` : nothing}`;
  });
}

function about(context: ViewContext, policy: Policy, report: PoliciesReport): TemplateResult {
  const { actions, readonly } = context;
  const tier = policy.tier === "network-policy" ? "" : `, ${policy.tier} tier`;
  const order = policy.priority === null ? "" : policy.priority === "last" ? ", last" : `, priority ${policy.priority}`;
  const { path, line } = policy.source;
  return html`
    ${panelHead(printable(policy.policy), `${policy.kind}${tier}${order}`, actions)}
    <p class="place">${printable(formatSpan(policy.source))}</p>
    <p><button @click=${() => actions.work({ part: "editor", path, line })}>${readonly ? "View" : "Edit"} its file</button></p>
    <h3>Selects <span class="quiet">${policy.selects.length}</span></h3>
    <p class="quiet">${printable(policy.selector)}</p>
    ${policy.selects.length === 0 ? html`<p>No workload: it has no effect.</p>` : matches(context, policy.selects)}
    <p>${isolationWords(policy)}</p>
    ${policy.rules?.map((rule) => ruleFacts(context, rule))}
    ${policy.ignored.map(
      ({
        direction,
        rule,
        reason,
        source,
      }) => html`<h3>${title(direction, rule)} <span class="pill open">NO EFFECT</span></h3>
        <p>${reason === "direction-not-governed" ? `policyTypes leaves ${direction} out.` : "It has a peer of a newer API."}</p>
        ${excerpt(context.analysis.sources, source, "deny")}`,
    )}
    ${
      report.assumptions.length === 0
        ? nothing
        : html`<h3>This rests on</h3><ul class="plain">${report.assumptions.map(({ message }) => html`<li class="quiet">${printable(message)}</li>`)}</ul>`
    }`;
}

function isolationWords({ isolates, ruleCount, tier }: Policy): string {
  if (tier !== "network-policy") return "It isolates nobody: what none of its rules decides is left to later tiers.";
  if (isolates.length === 0) return "It isolates nobody.";
  const words = isolates.map((direction) =>
    ruleCount[direction] === 0 ? `no ${direction} at all` : `${direction} only as its rules allow`,
  );
  return `Alone, it lets ${words.join(" and ")}.`;
}

function title(direction: string, rule: number): string {
  return `${direction === "ingress" ? "Ingress" : "Egress"} rule ${rule + 1}`;
}

const REMARKS = {
  "peers-match-nothing": "None of its peers matches anything.",
  "ports-match-nothing": "None of its ports matches anything.",
  "fails-closed": "One of its peers belongs to a newer API, so it denies everyone.",
} as const;

function ruleFacts(
  context: ViewContext,
  { direction, rule, action, remark, source, peers, ports }: Rule,
): TemplateResult {
  const tone = action === "allow" ? "allow" : action === "deny" ? "deny" : "pass";
  return html`<h3>${title(direction, rule)} <span class="pill ${action === "allow" ? "allow" : action === "deny" ? "open" : "governed"}">${action.toUpperCase()}</span></h3>
    ${remark ? html`<p class="problem">${REMARKS[remark]}</p>` : nothing}
    <h4>${direction === "ingress" ? "From" : "To"}</h4>
    ${
      peers === "any"
        ? html`<p>anyone, inside and outside the cluster</p>`
        : peers.map(
            (
              peer,
            ) => html`<p>${printable(peer.peer)} <span class="quiet">matches ${peer.matches.length === 0 ? "nothing" : peer.matches.length}</span></p>
              ${matches(context, peer.matches)}`,
          )
    }
    <h4>On</h4>
    ${
      ports === "any"
        ? html`<p>every port</p>`
        : ports.map((port) => {
            const far = port.destinations?.map(
              ({ endpoint, connections }) => `${nameOf(context, endpoint)}: ${portsWords(connections)}`,
            );
            return html`<p>${printable(port.port)}${far ? html` <span class="quiet">${far.length === 0 ? "declared by nobody" : printable(far.slice(0, SHOWN).join("; "))}</span>` : nothing}</p>`;
          })
    }
    ${excerpt(context.analysis.sources, source, tone)}`;
}

function matches(context: ViewContext, list: readonly Match[]): TemplateResult {
  const row = ({ endpoint, match, families }: Match) => {
    const doubt = match === "certain" ? "" : match === "expected" ? "in doubt" : "perhaps";
    const words = [doubt, families ? `${families.join(" and ")} only` : ""].filter((word) => word !== "").join(", ");
    return html`<li><button @click=${() => context.actions.select({ kind: "endpoint", id: endpoint })}>
      <span>${nameOf(context, endpoint)}</span><small>${words}</small></button></li>`;
  };
  return html`<ul class="rows">${list.slice(0, SHOWN).map(row)}</ul>
    ${
      list.length > SHOWN
        ? html`<details class="more"><summary>${list.length - SHOWN} more</summary><ul class="rows">${list.slice(SHOWN).map(row)}</ul></details>`
        : nothing
    }`;
}

function nameOf({ analysis }: ViewContext, id: string): string {
  const vertex = vertexOfId(analysis.graph, id);
  if (vertex)
    return vertex.type === "address"
      ? `${vertex.name} (${vertex.detail})`
      : longName(vertex.inside.find((one) => one.id === id) ?? vertex);
  return printable(id);
}
