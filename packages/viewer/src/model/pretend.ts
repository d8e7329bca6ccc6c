import { type Source, type Span, withoutObjectText } from "@watertight/core";
import type { SourceEdit } from "../state.ts";
import { edited, freePath, withEdit } from "./edits.ts";

/** The manifests as they were given, and what is changed of them. */
export interface Files {
  readonly given: readonly Source[];
  readonly edits: readonly SourceEdit[];
}

/** The edits once the object at a place of the edited files is gone; a file that holds nothing else goes with it. */
export function withoutPolicy({ given, edits }: Files, span: Span): readonly SourceEdit[] {
  const text = textOf(edited(given, edits), span.path);
  const rest = withoutObjectText(text, span);
  return withEdit(given, edits, isBlank(rest) ? { path: span.path } : { path: span.path, text: rest });
}

/**
 * The edits once the object at a place of the given files is back; `gone` are the places of all that were taken away.
 *
 * It comes back where it stood while nothing else of its file was edited, and else at the file's end.
 */
export function withPolicy({ given, edits }: Files, span: Span, gone: readonly Span[]): readonly SourceEdit[] {
  const { path } = span;
  const original = textOf(given, path);
  const now = textOf(edited(given, edits), path);
  const away = gone.filter((one) => one.path === path);
  const isAsGiven = withoutObjects(original, away) === now || isBlank(now);
  const others = away.filter(({ line, column }) => line !== span.line || column !== span.column);
  const text = isAsGiven
    ? withoutObjects(original, others)
    : `${now.replace(/\n*$/, "\n")}---\n${objectText(original, span)}`;
  return withEdit(given, edits, { path, text });
}

/** From the last to the first, so that the places of those before stay what they are. */
function withoutObjects(text: string, spans: readonly Span[]): string {
  return [...spans].sort((a, b) => b.line - a.line || b.column - a.column).reduce(withoutObjectText, text);
}

/** The edits with one file more, of a name nobody has. */
export function withNewFile(
  { given, edits }: Files,
  name: string,
  text: string,
): { readonly path: string; readonly edits: readonly SourceEdit[] } {
  const path = freePath([...edited(given, edits), ...given], `what-if/${name}.yaml`);
  return { path, edits: withEdit(given, edits, { path, text }) };
}

/** The object alone, at the margin. */
function objectText(text: string, { line, column, endLine, endColumn }: Span): string {
  const lines = text.split("\n").slice(line - 1, endColumn > 1 ? endLine : endLine - 1);
  const last = lines.length - 1;
  const own = lines.map((one, at) => {
    const cut = at === last && endColumn > 1 ? one.slice(0, endColumn - 1) : one;
    return cut.slice(at === 0 ? column - 1 : Math.min(column - 1, cut.search(/\S|$/)));
  });
  return `${own.join("\n")}\n`;
}

function textOf(sources: readonly Source[], path: string): string {
  return sources.find((source) => source.path === path)?.text ?? "";
}

function isBlank(text: string): boolean {
  return text.split("\n").every((line) => /^\s*(#.*|---.*|\.\.\.)?$/.test(line));
}
