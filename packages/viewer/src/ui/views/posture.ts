import { formatSpan, type PostureAnswer, printable } from "@watertight/core";
import { html, nothing, type TemplateResult } from "lit";
import {
  type AuditItem,
  auditByTopic,
  type DimensionRow,
  enforcementOf,
  gainsOf,
  headlineOf,
  meaningOf,
  partsOf,
  shareText,
  verdictTally,
  verdictWords,
} from "../../model/posture.ts";
import { replied } from "../replied.ts";
import { count } from "../status.ts";
import type { ViewContext } from "../view.ts";

/** Evidence of one row that is listed unasked. */
const SHOWN = 4;

/** How the cluster stands: each dimension with what it is made of, the audit, and what no manifest decides. */
export function posture(context: ViewContext): TemplateResult {
  const reply = context.analysis.ask("posture", null);
  return html`<details class="posture">
    <summary><h3>How it stands</h3> ${reply.at === "here" ? inBrief(reply.value) : nothing}</summary>
    ${replied(
      reply,
      (answer) => html`${profile(answer)}${audit(answer, context)}${undecidable(answer)}`,
      "Working out the profile …",
    )}
  </details>`;
}

/** Every dimension, so that none stands for the whole. */
function inBrief({ profile: { dimensions } }: PostureAnswer): TemplateResult {
  const known = dimensions.filter(({ value }) => value !== null);
  const unknown = dimensions.filter(({ value }) => value === null).map(({ title }) => title);
  return html`<span class="brief">${known.map(({ title, value }) => html`<span>${title} <strong>${shareText(value ?? 0)}</strong></span>`)}
    ${unknown.length > 0 ? html`<span class="quiet">not known: ${unknown.join(", ")}</span>` : nothing}</span>`;
}

function profile({ profile: it }: PostureAnswer): TemplateResult {
  const { needs, dimensions, levers } = it;
  const known = needs.declared + needs.inferred;
  const enforcement = enforcementOf(it);
  return html`
    <ul class="dimensions" aria-label="Profile, from 0 to 100, higher is better">${dimensions.map(dimensionRow)}</ul>
    <p>${headlineOf(it)}${enforcement ? html` ${enforcement}` : nothing}</p>
    <p class="quiet">From 0 to 100, higher is better: this cluster against its own needs, ${
      known === 0
        ? "of which none is known"
        : `${count(known, "flow")}, ${needs.declared} declared and ${needs.inferred} inferred`
    }. No probability of a breach, and no level of compliance.</p>
    ${
      levers.length === 0
        ? nothing
        : html`<details class="more"><summary>What would move it most</summary>
            <ul class="plain">${levers.map((lever) => html`<li>${printable(lever.change)} <span class="quiet">${gainsOf(lever)}</span></li>`)}</ul></details>`
    }
    <details class="more"><summary>What the numbers say</summary>
      <dl>${dimensions.map((one) => html`<dt>${one.title}</dt><dd>${printable(meaningOf(one))}</dd>`)}</dl></details>`;
}

/** A number and what it is made of; where there is none, why. */
function dimensionRow(dimension: DimensionRow): TemplateResult {
  const { title, value, because } = dimension;
  const parts = partsOf(dimension);
  return html`<li>
    <p class="dimension"><span>${title}</span>
      ${
        value === null
          ? html`<span class="quiet">not known</span>`
          : html`<meter min="0" max="100" .value=${value} aria-hidden="true"></meter> <strong>${shareText(value)}</strong>`
      }</p>
    <p class="quiet">${[...(value === null ? [printable(because)] : []), ...(parts ? [printable(parts)] : [])].join(". ")}</p>
  </li>`;
}

function audit({ audit: rows, verdicts }: PostureAnswer, context: ViewContext): TemplateResult {
  return html`<details class="more audit"><summary>Audit: ${verdictTally(verdicts)}</summary>
    ${auditByTopic(rows).map(
      ({ topic, rows: own }) => html`<h4>${topic.charAt(0).toUpperCase()}${topic.slice(1)}</h4>
        <ul class="plain">${own.map((row) => auditRow(row, context))}</ul>`,
    )}
  </details>`;
}

function auditRow({ id, claim, verdict, because, evidence }: AuditItem, context: ViewContext): TemplateResult {
  const counts = verdict === "fail" || verdict === "warn";
  return html`<li>
    <span class="pill ${verdict}">${verdictWords(verdict).toUpperCase()}</span> ${claim} <span class="place">${id}</span>
    <p class="quiet">${printable(because)}</p>
    ${counts && evidence.length > 0 ? evidenceList(evidence, context) : nothing}
  </li>`;
}

function evidenceList(evidence: AuditItem["evidence"], { actions, analysis }: ViewContext): TemplateResult {
  const item = ({ object, says, source }: AuditItem["evidence"][number]) => {
    const isFile = source && analysis.sources.some(({ path }) => path === source.path);
    const place = source ? printable(formatSpan(source)) : "";
    return html`<li>${printable(object)}: ${printable(says)} ${
      isFile
        ? html`<button class="link place" @click=${() => actions.work({ part: "editor", path: source.path, line: source.line })}>${place}</button>`
        : html`<span class="place">${place}</span>`
    }</li>`;
  };
  const rest = evidence.slice(SHOWN);
  return html`<ul class="evidence">${evidence.slice(0, SHOWN).map(item)}</ul>
    ${rest.length === 0 ? nothing : html`<details class="more"><summary>${rest.length} more</summary><ul class="evidence">${rest.map(item)}</ul></details>`}`;
}

function undecidable({ undecidable: list }: PostureAnswer): TemplateResult {
  return html`<details class="more"><summary>What no manifest decides</summary>
    <ul class="plain">${list.map((one) => html`<li>${one}</li>`)}</ul></details>`;
}
