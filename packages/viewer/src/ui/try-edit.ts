import { html, nothing, type TemplateResult } from "lit";
import type { Analysis } from "../analysis.ts";
import type { ViewContext } from "./view.ts";

/** Policies in full, and strategic merge patches of other objects; either may be empty. */
interface Patches {
  readonly patch: string;
  readonly merge: string;
}

/** Both as one text. */
export function patchText({ patch, merge }: Patches): string {
  return [patch, merge].filter((one) => one !== "").join("---\n");
}

/** What can be done with a patch: see what it changes without applying it anywhere, where it is one of policies alone, or take it along. */
export function patchButtons(
  context: ViewContext,
  { patch, merge, what }: Patches & { readonly what: string },
): TemplateResult | typeof nothing {
  const { readonly, actions, analysis, before, look } = context;
  const text = patchText({ patch, merge });
  if (text === "") return nothing;
  // Reading manifests is the business of a worker, or of those who edit: its code is not part of what every page pays for.
  const tryIt = async () => {
    const { withPatch } = await import("../editor/patched.ts");
    actions.edit(withPatch((before ?? analysis).sources, analysis.sources, look.edits, patch));
  };
  const copy = () => {
    navigator.clipboard.writeText(text).then(
      () => actions.announce("patch copied"),
      () => actions.announce("the patch could not be copied"),
    );
  };
  return html`<span class="tries">
    ${readonly || merge !== "" ? nothing : html`<button @click=${tryIt} aria-label=${`Try this edit: ${what}`}>Try this edit</button>`}
    <button @click=${copy} aria-label=${`Copy patch: ${what}`}>Copy patch</button>
  </span>`;
}

/** What the edits there are come to in the terms of a view. */
export function whatIfNote(
  { before, look }: ViewContext,
  effect: (before: Analysis) => TemplateResult | typeof nothing,
): TemplateResult | typeof nothing {
  if (look.edits.length === 0) return nothing;
  return html`<div class="what-if">${before ? effect(before) : html`<p class="quiet">Working it out …</p>`}</div>`;
}
