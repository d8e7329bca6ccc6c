import { overlay } from "@watertight/core";
import { html, nothing, type TemplateResult } from "lit";
import type { Analysis } from "../analysis.ts";
import { withEdit } from "../model/edits.ts";
import type { SourceEdit } from "../state.ts";
import type { ViewContext } from "./view.ts";

/** The file that policies of a new name come into. */
const ADDED = "watertight-edits.yaml";

/** What can be done with a patch: see what it changes without applying it anywhere, or take it along. */
export function patchButtons(
  context: ViewContext,
  { patch, what }: { readonly patch: string; readonly what: string },
): TemplateResult | typeof nothing {
  const { readonly, actions } = context;
  if (patch === "") return nothing;
  const copy = () => {
    navigator.clipboard.writeText(patch).then(
      () => actions.announce("patch copied"),
      () => actions.announce("the patch could not be copied"),
    );
  };
  return html`<span class="tries">
    ${readonly ? nothing : html`<button @click=${() => actions.edit(withPatch(context, patch))} aria-label=${`Try this edit: ${what}`}>Try this edit</button>`}
    <button @click=${copy} aria-label=${`Copy patch: ${what}`}>Copy patch</button>
  </span>`;
}

/** The edits there are with a patch laid over them, each policy in the file it belongs to. */
function withPatch({ analysis, before, look }: ViewContext, patch: string): readonly SourceEdit[] {
  const given = (before ?? analysis).sources;
  return overlay(analysis.sources, patch, ADDED).reduce(
    (edits, { path, text }) => withEdit(given, edits, { path, text }),
    look.edits,
  );
}

/** What the edits there are come to in the terms of a view. */
export function whatIfNote(
  { before, look }: ViewContext,
  effect: (before: Analysis) => TemplateResult | typeof nothing,
): TemplateResult | typeof nothing {
  if (look.edits.length === 0) return nothing;
  return html`<div class="what-if">${before ? effect(before) : html`<p class="quiet">Working it out …</p>`}</div>`;
}
