import { overlay } from "@watertight/core";
import { html, nothing, type TemplateResult } from "lit";
import type { Analysis } from "../analysis.ts";
import type { SourceEdit, ViewState } from "../state.ts";
import type { Actions } from "./actions.ts";
import { count } from "./status.ts";

/** The file that policies of a new name come into. */
const ADDED = "watertight-edits.yaml";

/** The edits there are with a patch laid over them, each policy in the file it belongs to. */
function withPatch({ sources }: Analysis, { edits }: ViewState, patch: string): readonly SourceEdit[] {
  const changed = overlay(sources, patch, ADDED);
  const paths = new Set(changed.map(({ path }) => path));
  return [...edits.filter(({ path }) => !paths.has(path)), ...changed.map(({ path, text }) => ({ path, text }))];
}

/** What can be done with a patch: see what it changes without applying it anywhere, or take it along. */
export function patchButtons(
  analysis: Analysis,
  look: ViewState,
  actions: Actions,
  { patch, what }: { readonly patch: string; readonly what: string },
): TemplateResult | typeof nothing {
  if (patch === "") return nothing;
  const copy = () => {
    navigator.clipboard.writeText(patch).then(
      () => actions.announce("patch copied"),
      () => actions.announce("the patch could not be copied"),
    );
  };
  return html`<span class="tries">
    <button @click=${() => actions.edit(withPatch(analysis, look, patch))} aria-label=${`Try this edit: ${what}`}>Try this edit</button>
    <button @click=${copy} aria-label=${`Copy patch: ${what}`}>Copy patch</button>
  </span>`;
}

/** That what is seen is not the input as it was given, what that comes to, and the way back. */
export function whatIfNote(
  { edits }: ViewState,
  before: Analysis | undefined,
  effect: (before: Analysis) => TemplateResult | typeof nothing,
  actions: Actions,
): TemplateResult | typeof nothing {
  if (edits.length === 0) return nothing;
  return html`<div class="what-if">
    <p><strong>What if</strong> ${count(edits.length, "file")} changed: ${edits.map(({ path }) => path).join(", ")}</p>
    ${before ? effect(before) : html`<p class="quiet">Working it out …</p>`}
    <p><button @click=${() => actions.edit([])}>Back to the files as they are</button></p>
  </div>`;
}
