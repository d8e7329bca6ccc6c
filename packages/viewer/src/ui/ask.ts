import { html, nothing, type TemplateResult } from "lit";
import type { Analysis } from "../analysis.ts";
import type { Ruling } from "../analyst/catalogue.ts";
import { longName } from "../model/names.ts";
import type { ConnectionQuestion } from "../state.ts";
import type { Actions } from "./actions.ts";
import { panelHead } from "./panel-head.ts";
import { reasons, verdictLine } from "./reasons.ts";
import { replied } from "./replied.ts";

/** A connection typed in, and the answer to it with its reasons. */
export function askForm(analysis: Analysis, question: ConnectionQuestion, actions: Actions): TemplateResult {
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget as HTMLFormElement);
    const text = (name: string) => String(fields.get(name) ?? "").trim();
    actions.ask({ from: text("from"), to: text("to"), port: text("port") });
  };
  const field = (name: "from" | "to", label: string, hint: string) =>
    html`<label>${label}<input name=${name} .value=${question[name]} placeholder=${hint} list="endpoints" autocomplete="off" spellcheck="false" /></label>`;
  return html`
    ${panelHead("Test a connection", "May one reach the other, and why?", actions)}
    <form class="ask" @submit=${submit}>
      ${field("from", "From", "shop/web, an address, internet")}
      ${field("to", "To", "shop/db, an address, internet")}
      <div class="row">
        <label>Port<input name="port" .value=${question.port} placeholder="TCP/5432, or empty for every port" autocomplete="off" /></label>
        <button type="submit">Test</button>
      </div>
      <datalist id="endpoints">${analysis.graph.vertices.filter(({ type }) => type !== "namespace").map((vertex) => html`<option value=${vertex.type === "address" ? vertex.id : longName(vertex)}></option>`)}</datalist>
    </form>
    ${question.from && question.to ? answer(analysis, question) : nothing}`;
}

function answer(analysis: Analysis, question: ConnectionQuestion): TemplateResult {
  return replied(analysis.ask("decision", question), (ruling) => ruled(analysis, ruling));
}

function ruled(analysis: Analysis, ruling: Ruling): TemplateResult {
  return html`${verdictLine(ruling)}${reasons(analysis, ruling)}`;
}
