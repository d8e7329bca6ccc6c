import { formatSpan, type Source, type Span } from "@watertight/core";
import { html, nothing, type TemplateResult } from "lit";

const MOST_LINES = 14;

/** The lines of YAML a span covers, with one before and after, numbered; the span's own are marked. */
export function excerpt(
  sources: readonly Source[],
  span: Span,
  tone: "allow" | "deny" | "pass" = "allow",
): TemplateResult {
  const text = sources.find(({ path }) => path === span.path)?.text;
  const all = text?.split(/\r?\n/) ?? [];
  const end = Math.min(span.endColumn > 1 ? span.endLine : span.endLine - 1, span.line + MOST_LINES - 1);
  const first = Math.max(1, span.line - 1);
  const shown = all.slice(first - 1, end + 1);
  const indent = Math.min(
    ...shown.filter((line) => line.trim() !== "").map((line) => /^ */.exec(line)?.[0].length ?? 0),
  );
  return html`<p class="place" part="place">${formatSpan(span)}</p>
    ${
      shown.length === 0
        ? nothing
        : html`<div class="excerpt ${tone}" tabindex="0" role="group" aria-label=${`Excerpt of ${span.path}, from line ${first}`}>
            ${shown.map((line, index) => {
              const number = first + index;
              const hit = number >= span.line && number <= end;
              return html`<div class=${hit ? "hit" : ""}><span class="no">${number}</span>${line.slice(indent) || " "}</div>`;
            })}
          </div>`
    }`;
}
