import { printable } from "@watertight/core";
import { html, nothing, type TemplateResult } from "lit";
import type { Analysis } from "../analysis.ts";
import { doubtWords } from "../model/doubts.ts";
import type { Pair } from "../model/graph.ts";
import { longName } from "../model/names.ts";
import type { Actions } from "./actions.ts";
import { count } from "./status.ts";

const SHOWN = 40;

/** What of the whole picture is not certain, folded to a few words: the questions that are open, and the pairs that hang on them. */
export function doubtsNote({ graph, doubts }: Analysis, actions: Actions): TemplateResult | typeof nothing {
  const pairs = [...graph.pairs.filter(({ possible }) => possible !== undefined), ...(graph.maybe ?? [])];
  if (!doubts || (doubts.questions.length === 0 && pairs.length === 0)) return nothing;
  const isCounted = doubts.flows !== "too many";
  const onKey = (event: KeyboardEvent) => {
    const isOpen = (event.currentTarget as HTMLDetailsElement).open;
    if (event.key !== "Escape" || !isOpen) return;
    event.stopPropagation();
    close(event)?.querySelector("summary")?.focus();
  };
  return html`<details class="doubts" @keydown=${onKey}>
    <summary>${isCounted ? html`<strong>?</strong> ${count(pairs.length, "pair")} not certain` : html`<strong>?</strong> Some pairs may not be certain`}</summary>
    <div class="popup" tabindex="0" role="group" aria-label="Not certain">
      <p>The manifests, or the API, leave this open:</p>
      <ul class="plain">${doubts.questions.map(question)}</ul>
      ${isCounted ? nothing : html`<p class="quiet">There are too many pairs to ask about each: test a connection to hear of one.</p>`}
      <ul class="rows">${pairs.slice(0, SHOWN).map((pair) => row(graph, pair, actions))}</ul>
      ${pairs.length > SHOWN ? html`<p class="quiet">and ${pairs.length - SHOWN} more: the matrix marks them all</p>` : nothing}
    </div>
  </details>`;
}

/** Folds what an event happened in. */
function close({ currentTarget }: Event): HTMLDetailsElement | null {
  const note = (currentTarget as HTMLElement).closest("details");
  if (note) note.open = false;
  return note;
}

/** An open question, with the option that settles it. */
export function question({ message, option }: { readonly message: string; readonly option?: string }): TemplateResult {
  return html`<li>${printable(message.charAt(0).toUpperCase() + message.slice(1))}. ${option ? html`<span class="place">option ${option}</span>` : nothing}</li>`;
}

function row({ vertices }: Analysis["graph"], pair: Pair, actions: Actions): TemplateResult {
  const [from, to] = [vertices[pair.from], vertices[pair.to]];
  if (!from || !to) return html``;
  const ask = (event: Event) => {
    close(event);
    actions.ask({ from: from.id, to: to.id, port: "" });
  };
  const words = pair.possible === undefined ? `none, maybe ${pair.ports}` : `${pair.ports}, ${doubtWords(pair)}`;
  return html`<li><button @click=${ask}><span>${longName(from)} → ${longName(to)}</span><small>${words}</small></button></li>`;
}
