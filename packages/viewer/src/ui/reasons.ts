import { type ExplainedStep, policyId, printable, type SideExplanation } from "@watertight/core";
import { html, nothing, type TemplateResult } from "lit";
import type { Analysis } from "../analysis.ts";
import type { Ruling } from "../analyst/catalogue.ts";
import { question } from "./doubts.ts";
import { excerpt } from "./excerpt.ts";

/** Why a decision is what it is: each direction's verdict, its rules with their lines, and what it rests on. */
export function reasons(analysis: Analysis, ruling: Ruling): TemplateResult {
  const { from, to, egress, ingress, possible } = ruling;
  const open = ruling.assumptions.filter(({ certainty }) => certainty !== "specified");
  const assumptions =
    possible === undefined ? ruling.assumptions : ruling.assumptions.filter((one) => !open.includes(one));
  return html`
    ${possible === undefined ? nothing : doubt(ruling, possible, open)}
    ${side(analysis, `Egress from ${short(from)}`, egress)}
    ${side(analysis, `Ingress to ${short(to)}`, ingress)}
    ${
      assumptions.length === 0
        ? nothing
        : html`<h3>This rests on</h3>
            <ul class="rows">${assumptions.map(({ message }) => html`<li class="quiet">${printable(message)}</li>`)}</ul>`
    }`;
}

/** What else the verdict may be, and the open questions it hangs on. */
function doubt({ allowed }: Ruling, possible: string, open: Ruling["assumptions"]): TemplateResult {
  return html`<div class="doubt" role="note">
    <p><strong>? Not certain</strong> ${possible === allowed ? "less may pass" : html`${printable(possible)} may pass`}, as this turns out:</p>
    <ul class="plain">${open.map(question)}</ul>
  </div>`;
}

/** The verdict in one line. */
export function verdictLine({ verdict, scope, allowed }: Ruling): TemplateResult {
  const words = verdict === "deny" ? "Denied" : scope === "all" ? "Allowed" : "Allowed in part";
  return html`<p class="verdict ${verdict}">
    <strong>${verdict === "deny" ? "✕" : "✓"} ${words}</strong>
    <span>${verdict === "allow" && scope === "some" ? html`on ${allowed}` : nothing}</span>
  </p>`;
}

function side(analysis: Analysis, title: string, { verdict, steps }: SideExplanation): TemplateResult {
  return html`<h3>${title} <span class="pill ${verdict === "allow" ? "allow" : "open"}">${verdict === "allow" ? "ALLOWED" : "DENIED"}</span></h3>
    ${distinct(steps).map((step) => stepOf(analysis, step))}`;
}

const VERBS = { allow: "Allowed", deny: "Denied", pass: "Passed on", "no-match": "Not decided" } as const;

function stepOf(analysis: Analysis, step: ExplainedStep): TemplateResult {
  const { policy, rule, outcome, span, tier } = step;
  const heading =
    policy && (step.reason === "rule" || step.reason === "tier-deny")
      ? html`${VERBS[outcome]} by rule ${(rule ?? 0) + 1} of ${policy.kind} <strong>${printable(policyId(policy))}</strong>${tier === "network-policy" ? nothing : html` <span class="quiet">${tier} tier</span>`}`
      : html`${printable(sentenceOf(step))}`;
  return html`<div class="step" part="step">
    <p>${heading}</p>
    ${span ? excerpt(analysis.sources, span, outcome === "no-match" ? "pass" : outcome) : nothing}
  </div>`;
}

/** The sentence without the direction its section names, and without the place its excerpt shows. */
function sentenceOf({ sentence, span }: ExplainedStep): string {
  const bare = sentence.replace(/^(egress|ingress): /, "");
  const cut = span ? bare.replace(/ \([^()]*:\d+:\d+\)$/, "") : bare;
  return cut.charAt(0).toUpperCase() + cut.slice(1);
}

const OPEN: readonly (string | undefined)[] = ["not-selected", "direction-not-in-policyTypes"];

/** Each step once. That no policy isolates a pod already says what the default does, unless more tiers were asked after it. */
function distinct(steps: readonly ExplainedStep[]): readonly ExplainedStep[] {
  const seen = new Set<string>();
  return steps.filter((step) => {
    if (step.reason === "default-allow" && OPEN.includes(steps[steps.indexOf(step) - 1]?.reason)) return false;
    const key = step.span ? `${step.reason} ${step.span.path} ${step.span.line} ${step.span.column}` : step.sentence;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function short(id: string): string {
  const [namespace, , name] = id.split("/");
  return printable(name === undefined ? id : `${namespace}/${name}`);
}
