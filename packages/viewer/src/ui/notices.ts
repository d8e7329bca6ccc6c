import { type Diagnostic, formatSpan, printable } from "@watertight/core";
import { html, nothing, type TemplateResult } from "lit";
import { count } from "./status.ts";

/** What was wrong with the input: errors open at once, the rest folded to one line. */
export function notices(diagnostics: readonly Diagnostic[]): TemplateResult | typeof nothing {
  const told = diagnostics.filter(({ severity }) => severity !== "info");
  const errors = told.filter(({ severity }) => severity === "error");
  if (told.length === 0) return nothing;
  const warnings = told.length - errors.length;
  const summary = [
    ...(errors.length > 0
      ? [`${count(errors.length, "error")}: what they concern was left out, the rest is drawn`]
      : []),
    ...(warnings > 0 ? [count(warnings, "warning")] : []),
  ].join(" · ");
  return html`<details class="notice ${errors.length > 0 ? "" : "calm"}" part="notice" ?open=${errors.length > 0}>
    <summary>${summary}</summary>
    <ul tabindex="0" aria-label="Diagnostics">
      ${told.slice(0, 100).map(
        ({ severity, message, span, fix, code }) => html`<li>
          <span class="place">${span ? printable(formatSpan(span)) : ""}</span>
          <div><strong>${severity}</strong> ${printable(message)} <span class="quiet">${code}</span></div>
          ${fix ? html`<div class="fix">${printable(fix)}</div>` : nothing}
        </li>`,
      )}
    </ul>
  </details>`;
}
