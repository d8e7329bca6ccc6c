import type { Diagnostic } from "../model/diagnostic.ts";
import type { Source, Span } from "../model/source.ts";

/** Takes what was found wrong with the input, in any order. */
export type Report = (diagnostic: Diagnostic) => void;

/** One source and the places in it: offsets become lines and columns only when something is to be reported. */
export class SourceText {
  readonly path: string;
  readonly text: string;
  /** What was made of stretches of text that may come again word for word, by those words. */
  readonly repeated = new Map<string, unknown>();
  private lineStarts: readonly number[] | undefined;

  constructor(source: Source) {
    this.path = source.path;
    this.text = source.text;
  }

  /** The span of `[start, end)`; an empty or inverted range becomes one column wide. Cost: a binary search in the lines. */
  span(start: number, end: number): Span {
    this.lineStarts ??= lineStartsOf(this.text);
    const from = position(this.lineStarts, Math.min(start, this.text.length));
    const to = end > start ? position(this.lineStarts, Math.min(end, this.text.length)) : from;
    const isEmpty = to.line === from.line && to.column === from.column;
    return {
      path: this.path,
      line: from.line,
      column: from.column,
      endLine: to.line,
      endColumn: isEmpty ? to.column + 1 : to.column,
    };
  }
}

function lineStartsOf(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

function position(starts: readonly number[], offset: number): { line: number; column: number } {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
}

/** How much of a text is looked at to tell writing from binary. */
const SAMPLE = 65_536;

/** Whether the text is something a person or a tool wrote, rather than a binary file decoded as if it were one. */
export function isText(text: string): boolean {
  if (text.includes("\0")) return false;
  const sample = text.slice(0, SAMPLE);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is counted
  const odd = sample.match(/[\u0001-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffd]/g)?.length ?? 0;
  return odd * 10 <= sample.length;
}
