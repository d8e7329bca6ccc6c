import { html, nothing, type TemplateResult } from "lit";
import { tallyOf } from "../model/compare.ts";
import { tallyWords } from "./changes.ts";
import type { ViewContext } from "./view.ts";

/** Says that what is shown is not what was given, for as long as that is so, and how to get back. */
export function simulated({ look, change, pending, steps, actions }: ViewContext): TemplateResult | typeof nothing {
  if (look.edits.length === 0 && steps.forward === "none") return nothing;
  const isEdited = look.edits.length > 0;
  const tally = change?.at === "here" ? tallyOf(change.value) : undefined;
  const words = tally ? tallyWords(tally) : pending === "working" ? "working it out …" : "";
  const problem = typeof pending === "object" ? pending.problem : undefined;
  const isNarrow = look.only === "changes";
  return html`<div class="simulated" part="simulated" role="group" aria-label="Simulated view">
    ${
      isEdited
        ? html`<strong>Simulated view</strong>
            <button class="link" @click=${() => actions.work({ part: "changes" })}>${words}</button>`
        : html`<span class="quiet">Edits discarded</span>`
    }
    ${problem === undefined ? nothing : html`<span class="problem">Not in the picture yet: ${problem}</span>`}
    <span class="space"></span>
    ${
      isEdited && tally && tally.gained + tally.lost > 0
        ? html`<button aria-pressed=${String(isNarrow)} @click=${() => actions.narrow(isNarrow ? "all" : "changes")}>Only changes</button>`
        : nothing
    }
    <button ?disabled=${steps.back === "none"} title="Undo (Ctrl+Z)" @click=${() => actions.step("back")}>Undo</button>
    <button ?disabled=${steps.forward === "none"} title="Redo (Ctrl+Shift+Z)" @click=${() => actions.step("forward")}>Redo</button>
    ${isEdited ? html`<button class="primary" @click=${() => actions.edit([])}>Discard edits</button>` : nothing}
  </div>`;
}
