import { formatSpan, type Source, type Span } from "@watertight/core";
import { html, nothing, type TemplateResult } from "lit";

const MOST_LINES = 14;

/** The lines of YAML a span covers, with one before and after, numbered; the span's own are marked. */
export function excerpt(
  sources: readonly Source[],
  span: Span,
  tone: "allow" | "deny" | "pass" = "allow",
): TemplateResult {
  const source = sources.find(({ path }) => path === span.path);
  const end = Math.min(span.endColumn > 1 ? span.endLine : span.endLine - 1, span.line + MOST_LINES - 1);
  const first = Math.max(1, span.line - 1);
  const shown = source ? linesOf(source, first, end + 1, span) : [];
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

/** A line longer than this is shown from where the span starts in it: a dump may be one line of a hundred megabytes. */
const LONGEST = 2000;

/** Lines of a text by their numbers. Only the text before them is looked through, for line breaks. */
function linesOf({ text, line = 1 }: Source, first: number, last: number, span: Span): readonly string[] {
  const lines: string[] = [];
  let start = 0;
  for (let number = line; number <= last && start <= text.length; number++) {
    const found = text.indexOf("\n", start);
    const end = found === -1 ? text.length : found;
    if (number >= first) {
      const from = end - start > LONGEST && number === span.line ? start + span.column - 1 : start;
      lines.push(text.slice(from, Math.min(end, from + LONGEST)).replace(/\r$/, ""));
    }
    start = end + 1;
  }
  return lines;
}
