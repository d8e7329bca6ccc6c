/** One input text and the name it is reported under: a file's path, or `<stdin>`. */
export interface Source {
  readonly path: string;
  readonly text: string;
  /** The line of the file on which the text starts, where it is part of one; 1 where nothing is said. */
  readonly line?: number;
  /** The column on which it starts in that line; 1 where nothing is said. */
  readonly column?: number;
}

/** Where something is written. Lines and columns are one-based; the end is exclusive. */
export interface Span {
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** `file:line:column`, the form editors and terminals turn into a link. */
export function formatSpan(span: Span): string {
  return `${span.path}:${span.line}:${span.column}`;
}

/** Orders spans by path, then position; for sorting anything that is reported with a place. */
export function compareSpans(a: Span, b: Span): number {
  if (a.path !== b.path) return a.path < b.path ? -1 : 1;
  return a.line - b.line || a.column - b.column;
}
