import {
  FINDING_SEVERITIES,
  type FindingAnswer,
  type FindingSeverity,
  type FindingsAnswer,
  formatSpan,
  printable,
} from "@watertight/core";
import { html, nothing, type TemplateResult } from "lit";
import type { Analysis } from "../../analysis.ts";
import {
  EVERY_FINDING,
  type FindingFilter,
  firstSentence,
  grouped,
  namespacesOf,
  type RuleGroup,
} from "../../model/gaps.ts";
import { workloadCount } from "../../model/graph.ts";
import type { Actions } from "../actions.ts";
import { replied } from "../replied.ts";
import { count } from "../status.ts";
import { whatIfNote } from "../try-edit.ts";
import type { ViewContext } from "../view.ts";
import { posture } from "./posture.ts";

/** Findings of one rule and severity that are listed unasked. */
const SHOWN = 8;

/** How the cluster stands, and what to fix: the findings, the gravest first, each with its root cause once. */
export function gapsView(context: ViewContext): TemplateResult {
  return html`
    <h2>What should be fixed?</h2>
    ${replied(
      context.analysis.ask("findings", null),
      (answer) => html`
        ${whatIfNote(context, (old) => effectOf(old, answer))}
        ${severityCounts(answer)}
        ${posture(context)}
        ${answer.findings.length === 0 ? nothingFound(context) : findingList(answer, context)}
        ${asides(answer)}`,
      "Checking every rule …",
    )}`;
}

/** A good answer, with what was looked at to come to it. */
function nothingFound({ picture: { graph } }: ViewContext): TemplateResult {
  return html`<p class="verdict allow"><strong>✓ Nothing found</strong> <span>by any rule.</span></p>
    <p class="quiet">Looked for, in ${count(workloadCount(graph), "workload")}: namespaces without a default deny, policies that select nothing or
      mean something else than they seem to, what is exposed further than it needs to be, flows that policies break, and paths of an
      intruder. That says nothing of what the input does not show.</p>`;
}

function severityCounts({ summary: { bySeverity } }: FindingsAnswer): TemplateResult {
  const found = FINDING_SEVERITIES.filter((severity) => bySeverity[severity] > 0);
  return html`<p class="counts">${found.map((severity) => html`<span><strong>${bySeverity[severity]}</strong> ${severity}</span>`)}</p>`;
}

function findingList({ findings }: FindingsAnswer, { look, actions }: ViewContext): TemplateResult {
  const filter = look.gaps ?? EVERY_FINDING;
  const groups = grouped(findings, filter);
  const shown = groups.reduce((sum, { size }) => sum + size, 0);
  const chosen = look.selection?.kind === "finding" ? look.selection.id : "";
  return html`
    ${filterForm(findings, filter, actions)}
    ${
      shown < findings.length
        ? html`<p class=${shown === 0 ? "none-match" : "quiet"}>${shown === 0 ? html`None of ${count(findings.length, "finding")} matches.` : html`${shown} of ${count(findings.length, "finding")} shown.`}
            <button @click=${() => actions.sift(EVERY_FINDING)}>Show all</button></p>`
        : nothing
    }
    ${groups.map(
      ({ severity, size, rules }) => html`
        <h3 class="severity ${severity}"><span class="pill ${severity}">${severity.toUpperCase()}</span> <span class="quiet">${count(size, "finding")}</span></h3>
        ${rules.map((rule) => ruleGroup(rule, chosen, actions))}`,
    )}`;
}

function ruleGroup({ id, name, findings }: RuleGroup, chosen: string, actions: Actions): TemplateResult {
  const row = (finding: FindingAnswer) => findingRow(finding, finding.fingerprint === chosen, actions);
  const rest = findings.slice(SHOWN);
  return html`
    <h4><span class="place">${id}</span> ${name}${findings.length > 1 ? html` <span class="quiet">${findings.length}</span>` : nothing}</h4>
    <ul class="findings">${findings.slice(0, SHOWN).map(row)}</ul>
    ${
      rest.length === 0
        ? nothing
        : html`<details class="more" ?open=${rest.some(({ fingerprint }) => fingerprint === chosen)}><summary>${rest.length} more of ${id}</summary>
            <ul class="findings">${rest.map(row)}</ul></details>`
    }`;
}

function findingRow(finding: FindingAnswer, isChosen: boolean, actions: Actions): TemplateResult {
  const { fingerprint, message, covers, fix, certainty } = finding;
  const notes = [
    namespacesOf(finding).slice(0, 3).join(", "),
    certainty === "proved" ? "" : certainty,
    covers.length > 0 ? `covers ${covers.length} more` : "",
    fix ? "fix worked out" : "",
  ].filter((note) => note !== "");
  const selection = isChosen ? undefined : ({ kind: "finding", id: fingerprint } as const);
  return html`<li><button aria-pressed=${String(isChosen)} @click=${() => actions.select(selection)}>
    <span>${printable(firstSentence(message))}</span>
    <small>${printable(notes.join(" · "))}</small>
  </button></li>`;
}

function filterForm(findings: readonly FindingAnswer[], filter: FindingFilter, actions: Actions): TemplateResult {
  const sift = (part: Partial<FindingFilter>) => actions.sift({ ...filter, ...part });
  const namespaces = [...new Set(findings.flatMap(namespacesOf))].sort();
  const value = (event: Event) => (event.target as HTMLInputElement | HTMLSelectElement).value;
  const least = (severity: FindingSeverity) =>
    html`<option value=${severity} ?selected=${severity === filter.least}>${severity === "info" ? "any severity" : severity === "critical" ? severity : `${severity} or graver`}</option>`;
  return html`<form class="sift" @submit=${(event: Event) => event.preventDefault()}>
    <select aria-label="Severity" @change=${(event: Event) => sift({ least: value(event) as FindingSeverity })}>${[...FINDING_SEVERITIES].reverse().map(least)}</select>
    <select aria-label="Namespace" @change=${(event: Event) => sift({ namespace: value(event) })}>
      <option value="" ?selected=${filter.namespace === ""}>any namespace</option>
      ${namespaces.map((name) => html`<option value=${name} ?selected=${name === filter.namespace}>${printable(name)}</option>`)}
    </select>
    <input type="search" aria-label="Text" placeholder="Text, such as NPG103 or shop/web" .value=${filter.text} @input=${(event: Event) => sift({ text: value(event) })} />
  </form>`;
}

/** Which findings the edits mend and cause, compared with the input as it was given. */
function effectOf(before: Analysis, now: FindingsAnswer): TemplateResult {
  return replied(before.ask("findings", null), (old) => {
    const keys = ({ findings }: FindingsAnswer) =>
      new Set(findings.flatMap(({ key, covers }) => [key, ...covers.map((one) => one.key)]));
    const [known, left] = [keys(old), keys(now)];
    const line = (word: string, list: readonly FindingAnswer[]) =>
      list.length === 0
        ? nothing
        : html`<details class="more"><summary>${word} ${count(list.length, "finding")}</summary>
            <ul>${list.map(({ id, message }) => html`<li>${id} ${printable(firstSentence(message))}</li>`)}</ul></details>`;
    return html`<p><strong>With the edits</strong> ${old.findings.length} → ${count(now.findings.length, "finding")}</p>
      ${line(
        "Mends",
        old.findings.filter(({ key }) => !left.has(key)),
      )}
      ${line(
        "Causes",
        now.findings.filter(({ key }) => !known.has(key)),
      )}`;
  });
}

/** What is not in the list, and why. */
function asides({ suppressed, notes, summary }: FindingsAnswer): TemplateResult {
  return html`
    ${summary.folded > 0 ? html`<p class="quiet">${count(summary.folded, "finding")} of the same root causes are told with those above.</p>` : nothing}
    ${summary.withoutTrial > 0 ? html`<p class="quiet">No fix was worked out for ${count(summary.withoutTrial, "finding")}: trying edits on so large an input takes too long.</p>` : nothing}
    ${notes.map((note) => html`<p class="quiet">${printable(note)}</p>`)}
    ${
      suppressed.length === 0
        ? nothing
        : html`<details class="more"><summary>${count(suppressed.length, "suppressed finding")}</summary>
            <ul class="plain">${suppressed.map(
              ({ key, reason, until, source }) =>
                html`<li>${printable(key)}: ${printable(reason)}${until ? ` until ${until}` : ""}<br /><span class="place">${formatSpan(source)}</span></li>`,
            )}</ul></details>`
    }`;
}
