import { html, nothing, type TemplateResult } from "lit";
import type { Actions } from "./actions.ts";
import { GLYPHS } from "./glyphs.ts";

/** What stands at the head of every panel. */
export function panelHead(title: string, sub: unknown, actions: Actions): TemplateResult {
  return html`<header>
    <div>
      <h2>${title}</h2>
      ${sub ? html`<p class="sub">${sub}</p>` : nothing}
    </div>
    <button class="icon" aria-label="Close the inspector" @click=${() => actions.select(undefined)}>${GLYPHS.close}</button>
  </header>`;
}
