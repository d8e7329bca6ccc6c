import { type CauseAnswer, type ChangeAnswer, formatSpan, printable, type TurnoverAnswer } from "@watertight/core";
import { html, nothing, type TemplateResult } from "lit";
import { type Flow, flowsOf } from "../model/compare.ts";
import { type End, membersOf } from "../model/fold.ts";
import { longName, vertexOfId } from "../model/names.ts";
import { portsWords } from "../model/ports.ts";
import type { Tally } from "../model/view.ts";
import { replied } from "./replied.ts";
import { count } from "./status.ts";
import { takeAlong } from "./take-along.ts";
import type { ViewContext } from "./view.ts";

/** Rows of one cause that are listed at once. */
const SHOWN = 30;

/** What the edits bring and take: connections with the policies responsible, then gaps and paths. */
export function changeList(context: ViewContext): TemplateResult {
  const { change, analysis, before, pending } = context;
  if (!before || !change)
    return html`<p class="quiet">${pending === "working" ? "Working it out …" : "Nothing is edited. Edit a policy, pretend that one is absent, or write a new one: what it would change is listed here."}</p>`;
  return html`${takeAlong(context)}
    ${replied(change, (answer) => connections(context, answer))}
    ${replied(analysis.ask("turnover", before.number), turnover, "Looking for gaps and paths …")}`;
}

/** What the edits change between two ends, for the panel about the line. */
export function changesBetween(context: ViewContext, from: End, to: End): TemplateResult | typeof nothing {
  const { picture } = context;
  const idsOf = (end: End) =>
    new Set(
      membersOf(picture.graph, end).flatMap(
        (member) => picture.graph.vertices[member]?.endpoints.map(({ id }) => id) ?? [],
      ),
    );
  const [sources, targets] = [idsOf(from), idsOf(to)];
  const changes = changesWhere(context, (flow) => sources.has(flow.from) && targets.has(flow.to));
  return changes === nothing ? nothing : html`<h3>Changed by the edits</h3>${changes}`;
}

/** What the edits change to and from some endpoints. */
export function changesAt(context: ViewContext, ids: ReadonlySet<string>): TemplateResult | typeof nothing {
  return changesWhere(context, ({ from, to }) => ids.has(from) || ids.has(to));
}

function changesWhere(context: ViewContext, isConcerned: (flow: Flow) => boolean): TemplateResult | typeof nothing {
  const { change } = context;
  if (change?.at !== "here") return nothing;
  const groups = grouped(change.value).map((group) => ({ ...group, flows: group.flows.filter(isConcerned) }));
  const concerned = groups.filter(({ flows }) => flows.length > 0);
  return concerned.length === 0 ? nothing : html`${concerned.map((group) => causeGroup(context, group))}`;
}

/** `2 connections gained, 1 lost`. */
export function tallyWords({ gained, lost }: Tally): string {
  if (gained + lost === 0) return "no connection changes";
  if (lost === 0) return `${count(gained, "connection")} gained`;
  return gained === 0 ? `${count(lost, "connection")} lost` : `${count(gained, "connection")} gained, ${lost} lost`;
}

interface CauseGroup {
  readonly because: readonly CauseAnswer[];
  readonly flows: readonly Flow[];
}

/** Connections by what brought their change about; those of workloads that come and go have no policy behind them. */
function grouped(change: ChangeAnswer): readonly CauseGroup[] {
  const causes = new Map<string, readonly CauseAnswer[]>();
  for (const { from, to, because } of [...change.added, ...change.removed, ...change.changed])
    causes.set(`${from} ${to}`, because);
  const groups = new Map<string, { because: readonly CauseAnswer[]; flows: Flow[] }>();
  for (const flow of flowsOf(change)) {
    const because = causes.get(`${flow.from} ${flow.to}`) ?? [];
    const key = JSON.stringify(because);
    const known = groups.get(key);
    if (known) known.flows.push(flow);
    else groups.set(key, { because, flows: [flow] });
  }
  return [...groups.values()].sort((a, b) => b.flows.length - a.flows.length);
}

function connections(context: ViewContext, change: ChangeAnswer): TemplateResult {
  const groups = grouped(change);
  const unsettled = change.unsettled.length;
  return html`
    <h3>Connections</h3>
    ${groups.length === 0 ? html`<p>No connection comes or goes.</p>` : nothing}
    ${groups.map((group) => causeGroup(context, group))}
    ${
      unsettled > 0
        ? html`<p class="quiet">${count(unsettled, "pair")} may change, depending on facts that the manifests do not say.</p>`
        : nothing
    }
    ${
      change.otherProtocols.length > 0
        ? html`<p class="quiet">${count(change.otherProtocols.length, "pair")} with the same ports as before: other protocols, such as ICMP, pass or no longer do.</p>`
        : nothing
    }
    ${isolation(context, change)}`;
}

function causeGroup(context: ViewContext, { because, flows }: CauseGroup): TemplateResult {
  const row = (flow: Flow) => {
    const [from, to] = [nameOf(context, flow.from), nameOf(context, flow.to)];
    const { gained, sign } = { gained: flow.change === "gained", sign: flow.change === "gained" ? "+" : "−" };
    return html`<li><button @click=${() => context.actions.select({ kind: "edge", from: flow.from, to: flow.to })}>
      <span><span class="sign ${flow.change}" aria-hidden="true">${sign}</span><span class="visually-hidden">${gained ? "gained" : "lost"}: </span>${from} → ${to}</span>
      <small>${portsWords(flow.ports)}</small>
    </button></li>`;
  };
  return html`<section class="cause">
    ${because.length === 0 ? html`<h4>With workloads that come or go</h4>` : because.map((cause) => causeHead(context, cause))}
    <ul class="rows">${flows.slice(0, SHOWN).map(row)}</ul>
    ${
      flows.length > SHOWN
        ? html`<details class="more"><summary>${flows.length - SHOWN} more</summary><ul class="rows">${flows.slice(SHOWN).map(row)}</ul></details>`
        : nothing
    }
  </section>`;
}

function causeHead({ actions, analysis }: ViewContext, cause: CauseAnswer): TemplateResult {
  if (cause.change === "surroundings") return html`<h4>Something else than policies</h4>`;
  if (cause.change === "endpoint")
    return html`<h4>${printable(cause.endpoint)} <span class="quiet">has other ${cause.traits.join(", ")}</span></h4>`;
  const { source, policy, change } = cause;
  const isThere = change !== "removed" && analysis.sources.some(({ path }) => path === source.path);
  return html`<h4>${printable(policy)} <span class="quiet">${change}</span></h4>
    <p class="place">${
      isThere
        ? html`<button class="link" @click=${() => actions.work({ part: "editor", path: source.path, line: source.line })}>${printable(formatSpan(source))}</button>`
        : printable(formatSpan(source))
    }</p>`;
}

function isolation(context: ViewContext, { isolation: changes }: ChangeAnswer): TemplateResult | typeof nothing {
  if (changes.length === 0) return nothing;
  const words = { yes: "isolated", partly: "partly isolated", no: "not isolated" } as const;
  return html`<h3>Isolation <span class="quiet">${changes.length}</span></h3>
    <ul class="rows">${changes.slice(0, SHOWN).map(
      ({
        endpoint,
        direction,
        before,
        after,
      }) => html`<li><button @click=${() => context.actions.select({ kind: "endpoint", id: endpoint })}>
        <span>${nameOf(context, endpoint)}</span><small>${direction}: ${words[before]} → ${words[after]}</small></button></li>`,
    )}</ul>
    ${changes.length > SHOWN ? html`<p class="quiet">and ${changes.length - SHOWN} more</p>` : nothing}`;
}

function turnover({ exposure, gaps, paths }: TurnoverAnswer): TemplateResult {
  const side = (title: string, sign: "+" | "−", items: readonly TemplateResult[]) =>
    items.length === 0
      ? nothing
      : html`<h4>${title} <span class="quiet">${items.length}</span></h4>
          <ul class="plain">${items.slice(0, SHOWN).map((item) => html`<li><span class="sign ${sign === "+" ? "lost" : "gained"}" aria-hidden="true">${sign}</span> ${item}</li>`)}</ul>
          ${items.length > SHOWN ? html`<p class="quiet">and ${items.length - SHOWN} more</p>` : nothing}`;
  const gap = ({ id, severity, message }: TurnoverAnswer["gaps"]["opened"][number]) =>
    html`<span>${printable(message)} <span class="quiet">${id}, ${severity}</span></span>`;
  const path = ({ from, to, hops }: TurnoverAnswer["paths"]["opened"][number]) =>
    html`<span>${printable(from)} → ${printable(to)} <span class="quiet">${count(hops, "hop")}</span></span>`;
  const isExposed = (one: TurnoverAnswer["exposure"][number]["after"]) => one?.exposed.expected ?? false;
  const exposed = exposure.filter(({ before, after }) => isExposed(after) && !isExposed(before));
  const hidden = exposure.filter(({ before, after }) => isExposed(before) && !isExposed(after));
  const workload = ({ endpoint, ways }: TurnoverAnswer["exposure"][number]) => {
    const chain = ways[0]?.chain.map(
      ({ kind, namespace, name }) => `${kind} ${namespace ? `${namespace}/` : ""}${name}`,
    );
    return html`<span>${printable(endpoint)} <span class="quiet">${printable(chain?.join(" → ") ?? "")}</span></span>`;
  };
  const lists = [exposed, hidden, gaps.opened, gaps.closed, paths.opened, paths.closed];
  return html`<h3>Exposure, gaps and paths</h3>
    ${lists.every((list) => list.length === 0) ? html`<p class="quiet">No exposure, gap or path opens or closes.</p>` : nothing}
    ${side("Exposed to the internet", "+", exposed.map(workload))}${side("No longer exposed", "−", hidden.map(workload))}
    ${side("Gaps opened", "+", gaps.opened.map(gap))}${side("Gaps closed", "−", gaps.closed.map(gap))}
    ${side("Paths opened", "+", paths.opened.map(path))}${side("Paths closed", "−", paths.closed.map(path))}`;
}

/** An end as people write it. */
function nameOf({ picture, change }: ViewContext, id: string): string {
  const vertex = vertexOfId(picture.graph, id);
  if (vertex?.type === "workload") return longName(vertex);
  if (vertex && vertex.id === id && vertex.type === "address") return vertex.name;
  const cidrs = change?.at === "here" ? change.value.addresses.find((one) => one.id === id)?.cidrs : undefined;
  if (cidrs) return cidrs.length > 1 ? `${cidrs[0]} and ${cidrs.length - 1} more` : (cidrs[0] ?? id);
  const [namespace, , name] = id.split("/");
  return printable(name === undefined ? id : `${namespace}/${name}`);
}
