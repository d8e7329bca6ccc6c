import type { Span } from "../model/source.ts";

/**
 * A manifest's text without the object at `span`, comments right above it included: a document goes with its separator, an item of a
 * list with its dash or comma.
 *
 * Everything else stays as it was written. `span` is the object's own, as reading that text gave it. Cost: linear in the text.
 */
export function withoutObjectText(text: string, span: Span): string {
  const lines = text.split("\n");
  const start = offsetOf(lines, span.line, span.column);
  const end = offsetOf(lines, span.endLine, span.endColumn);
  const before = lines[span.line - 1]?.slice(0, span.column - 1) ?? "";
  if (/^\s*-\s+$/.test(before)) return withoutItem(lines, span, before);
  const next = /^\s*(.)?/.exec(text.slice(end))?.[1];
  const previous = /(.)\s*$/.exec(text.slice(0, start))?.[1];
  if (next === "," || ((next === "]" || next === undefined) && previous !== undefined && ",[".includes(previous)))
    return withoutElement(text, start, end);
  return withoutDocument(lines, span);
}

/** Of a block sequence; the last item leaves an empty list behind, since nothing at all would be a null. */
function withoutItem(lines: readonly string[], { line, endLine, endColumn }: Span, before: string): string {
  const dash = before.indexOf("-");
  const first = firstComment(lines, line - 1, dash);
  const last = endColumn > 1 ? endLine : endLine - 1;
  const kept = [...lines.slice(0, first), ...lines.slice(last)];
  const isOutside = (text: string) => /^\s*[^\s#]/.test(text) && text.search(/\S/) <= dash;
  const above = lastBefore(lines, first, isOutside);
  const below = lines.slice(last).find(isOutside) ?? "";
  const isSibling = (text: string) => /^\s*-(\s|$)/.test(text) && text.indexOf("-") === dash;
  const isAlone = above >= 0 && !isSibling(lines[above] ?? "") && !isSibling(below);
  return kept.map((text, at) => (isAlone && at === above ? text.replace(/:\s*(#.*)?$/, ": []") : text)).join("\n");
}

/** Of a list in brackets, with the comma after it, or before it where it is the last. */
function withoutElement(text: string, start: number, end: number): string {
  const after = /^\s*,[^\S\n]*\n?/.exec(text.slice(end))?.[0];
  if (after !== undefined) return text.slice(0, start) + text.slice(end + after.length).replace(/^\s+/, "");
  return text.slice(0, start).replace(/,\s*$/, "") + text.slice(end);
}

/** The first document goes with the separator after it, every other with the one before. */
function withoutDocument(lines: readonly string[], { line, endLine, endColumn }: Span): string {
  const isBreak = (text: string) => /^(---|\.\.\.)(\s|$)/.test(text);
  const last = endColumn > 1 ? endLine : endLine - 1;
  const opener = isBreak(lines[line - 1] ?? "") ? line - 1 : lastBefore(lines, line - 1, isBreak);
  const next = lines.findIndex((text, at) => at >= last && isBreak(text));
  const closer = next === -1 ? lines.length : next;
  return (opener === -1 ? lines.slice(closer + 1) : [...lines.slice(0, opener), ...lines.slice(closer)]).join("\n");
}

/** The first of the comment lines, of the same indentation, right above a line. */
function firstComment(lines: readonly string[], at: number, indent: number): number {
  let first = at;
  while (first > 0 && /^\s*#/.test(lines[first - 1] ?? "") && lines[first - 1]?.search(/\S/) === indent) first--;
  return first;
}

/** The last line before `end` that is so; -1 for none. */
function lastBefore(lines: readonly string[], end: number, isSo: (text: string) => boolean): number {
  let at = end - 1;
  while (at >= 0 && !isSo(lines[at] ?? "")) at--;
  return at;
}

function offsetOf(lines: readonly string[], line: number, column: number): number {
  return lines.slice(0, line - 1).reduce((sum, { length }) => sum + length + 1, 0) + column - 1;
}
