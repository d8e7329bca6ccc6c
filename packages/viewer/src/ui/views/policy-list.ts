import { formatSpan, type PoliciesReport, printable, type Span } from "@watertight/core";
import { html, nothing, type TemplateResult } from "lit";
import { including, without } from "../../chrome.ts";
import { withNewFile, withoutPolicy, withPolicy } from "../../model/pretend.ts";
import { templatesFor } from "../../model/templates.ts";
import { count } from "../status.ts";
import type { ViewContext } from "../view.ts";
import { occasionOf } from "./occasion.ts";

export type PolicyRow = PoliciesReport["policies"][number];

/** All policies, those of a tier together and those of a namespace within; those that edits take away stay in sight. */
export function policyList(
  context: ViewContext,
  report: PoliciesReport,
  earlier: PoliciesReport | undefined,
): TemplateResult {
  const here = new Set(report.policies.map(idOf));
  const gone = (earlier?.policies ?? []).filter((policy) => !here.has(idOf(policy)));
  const goneFrom = gone.map(({ source }) => source);
  const rows = [
    ...report.policies.map((policy) => ({ policy, is: "here" as const })),
    ...gone.map((policy) => ({ policy, is: "gone" as const })),
  ];
  const sections = new Map<string, typeof rows>();
  for (const row of rows) {
    const title = sectionOf(row.policy);
    const known = sections.get(title);
    if (known) known.push(row);
    else sections.set(title, [row]);
  }
  const items = (list: typeof rows) =>
    html`<ul class="policies">${list.map(({ policy, is }) => policyItem(context, policy, is, goneFrom))}</ul>`;
  return html`
    ${context.readonly ? nothing : newPolicy(context)}
    ${rows.length === 0 ? html`<p>There is no policy, so nothing is denied. Write the first: a default deny is a good one to begin with.</p>` : nothing}
    ${[...sections].map(([title, list]) => {
      const heading = html`<h3>${printable(title)} <span class="quiet">${list.length}</span></h3>`;
      return html`<section aria-label=${title}>${
        rows.length > LONG ? unfolding(context, title, heading, () => items(list)) : html`${heading}${items(list)}`
      }</section>`;
    })}
    ${leftOut(report)}`;
}

/** With more policies than this, a section is in the page only while it is unfolded. */
const LONG = 500;

function unfolding(
  { desk, actions }: ViewContext,
  title: string,
  heading: TemplateResult,
  body: () => TemplateResult,
): TemplateResult {
  const opened = (desk.part === "list" && desk.opened) || new Set<string>();
  const isOpen = opened.has(title);
  const turn = (event: Event) => {
    if ((event.currentTarget as HTMLDetailsElement).open === isOpen) return;
    actions.work({ part: "list", opened: isOpen ? without(opened, title) : including(opened, title) });
  };
  return html`<details ?open=${isOpen} @toggle=${turn}><summary>${heading}</summary>${isOpen ? body() : nothing}</details>`;
}

export function idOf({ kind, policy }: Pick<PolicyRow, "kind" | "policy">): string {
  return `${kind}/${policy}`;
}

function sectionOf({ tier, policy }: PolicyRow): string {
  if (tier !== "network-policy") return `${tier.charAt(0).toUpperCase()}${tier.slice(1)} tier`;
  return policy.split("/")[0] ?? policy;
}

function policyItem(
  context: ViewContext,
  policy: PolicyRow,
  is: "here" | "gone",
  gone: readonly Span[],
): TemplateResult {
  const { actions, look, readonly } = context;
  const id = idOf(policy);
  const isChosen = look.selection?.kind === "policy" && look.selection.id === id;
  const name = printable(policy.policy.split("/").at(-1) ?? policy.policy);
  return html`<li class=${is} ?data-chosen=${isChosen}>
    <button class="what" aria-pressed=${String(isChosen)} ?disabled=${is === "gone"} @click=${() => actions.select(isChosen ? undefined : { kind: "policy", id })}>
      <span class="name">${name}</span>
      <span class="quiet">${is === "gone" ? "absent in this simulation" : wordsOf(policy)}</span>
    </button>
    ${is === "here" ? policy.isolates.map((direction) => html`<span class="pill isolated" title=${`isolates for ${direction}`}>${direction === "ingress" ? "IN" : "OUT"}</span>`) : nothing}
    ${readonly ? nothing : presence(context, policy, is === "here" ? "here" : gone)}
    ${
      is === "here"
        ? html`<button class="small" aria-label=${`${readonly ? "View" : "Edit"} ${name}`} @click=${() => actions.work({ part: "editor", path: policy.source.path, line: policy.source.line })}>${readonly ? "View" : "Edit"}</button>`
        : nothing
    }
  </li>`;
}

/** The switch that takes a policy away, and brings it back. */
function presence(context: ViewContext, policy: PolicyRow, is: "here" | readonly Span[]): TemplateResult {
  const name = printable(policy.policy);
  const turn = () => {
    const files = { given: (context.before ?? context.analysis).sources, edits: context.look.edits };
    context.actions.edit(is === "here" ? withoutPolicy(files, policy.source) : withPolicy(files, policy.source, is));
  };
  return html`<button class="small" role="switch" aria-checked=${String(is === "here")} aria-label=${`${name} is there`}
    title=${is === "here" ? "Pretend this policy is absent" : "Bring it back"} @click=${turn}>${is === "here" ? "on" : "off"}</button>`;
}

function wordsOf({ selects, ruleCount, ignored }: PolicyRow): string {
  const rules = [
    ...(ruleCount.ingress > 0 ? [`${ruleCount.ingress} in`] : []),
    ...(ruleCount.egress > 0 ? [`${ruleCount.egress} out`] : []),
  ];
  const doubtful = selects.filter(({ match }) => match !== "certain").length;
  const selected = selects.length === 0 ? "selects nothing" : `selects ${count(selects.length, "workload")}`;
  return [
    doubtful > 0 ? `${selected}, ${doubtful} in doubt` : selected,
    rules.length === 0 ? "no rule" : `rules: ${rules.join(", ")}`,
    ...(ignored.length > 0 ? [`${ignored.length} without effect`] : []),
  ].join(" · ");
}

function leftOut({ leftOut: list }: PoliciesReport): TemplateResult | typeof nothing {
  if (list.length === 0) return nothing;
  return html`<section aria-label="Left out"><h3>Left out <span class="quiet">${list.length}</span></h3>
    <ul class="plain">${list.map(
      ({ policy, kind, reason, source }) =>
        html`<li><strong>${printable(policy)}</strong> <span class="quiet">${printable(kind)}: ${
          reason === "rejected" ? "invalid, the API server would refuse it" : "policies of this kind are not evaluated"
        }</span><br /><span class="place">${printable(formatSpan(source))}</span></li>`,
    )}</ul></section>`;
}

function newPolicy(context: ViewContext): TemplateResult {
  const templates = templatesFor(occasionOf(context));
  const write = (name: string, text: string) => {
    const given = (context.before ?? context.analysis).sources;
    const { path, edits } = withNewFile({ given, edits: context.look.edits }, name, text);
    context.actions.edit(edits);
    context.actions.work({ part: "editor", path });
  };
  return html`<details class="new">
    <summary class="button">New policy</summary>
    <ul class="rows">${templates.map(
      ({ title, name, text }) => html`<li><button @click=${() => write(name, text)}>${printable(title)}</button></li>`,
    )}</ul>
  </details>`;
}
