import type { Diagnostic } from "../model/diagnostic.ts";
import type { Source, Span } from "../model/source.ts";

/** Takes what was found wrong with the input, in any order. */
export type Report = (diagnostic: Diagnostic) => void;

/** One source and the places in it: offsets become lines and columns only when a place is asked for. */
export class SourceText {
  readonly path: string;
  readonly text: string;
  private readonly lines: Lines;

  /** `last` is what was read last, by kind, of all texts that are parts of one. */
  constructor(
    { path, text, line = 1, column = 1 }: Source,
    readonly last = new Map<string, object>(),
  ) {
    this.path = path;
    this.text = text;
    this.lines = new Lines(text, line, column);
  }

  /**
   * The span of `[start, end)`; an empty or inverted range becomes one column wide.
   *
   * Cost: that of `lines`; without them, of {@link Lines.position}.
   */
  span(start: number, end: number, lines: LineIndex = this.lines): Span {
    const from = lines.position(Math.min(start, this.text.length));
    const to = end > start ? lines.position(Math.min(end, this.text.length)) : from;
    const isEmpty = to.line === from.line && to.column === from.column;
    return {
      path: this.path,
      line: from.line,
      column: from.column,
      endLine: to.line,
      endColumn: isEmpty ? to.column + 1 : to.column,
    };
  }

  /** The lines of a stretch of which many places will be asked for. */
  linesOf(start: number, end: number): LineIndex {
    const first = this.lines.position(start);
    return new StretchLines(this.text, first, { start, lineEnd: this.lines.end, end });
  }
}

/** Tells one-based line and column of an offset. */
export interface LineIndex {
  position(offset: number): Position;
}

interface Position {
  readonly line: number;
  readonly column: number;
}

/** `lineEnd` is where the line ends in which it starts: a dump may be one line, far too long to look for its end once for each object. */
interface Stretch {
  readonly start: number;
  readonly lineEnd: number;
  readonly end: number;
}

/** The lines of one stretch of a text, all of them found at once. */
class StretchLines implements LineIndex {
  /** Where its second line starts, its third, … */
  private readonly starts: number[] = [];

  constructor(
    text: string,
    private readonly first: Position,
    private readonly stretch: Stretch,
  ) {
    for (let at = stretch.lineEnd; at < stretch.end; at = lineEnd(text, at + 1)) this.starts.push(at + 1);
  }

  position(offset: number): Position {
    const before = lastAtMost(this.starts, offset);
    if (before === -1) return { line: this.first.line, column: this.first.column + offset - this.stretch.start };
    return { line: this.first.line + before + 1, column: offset - (this.starts[before] ?? 0) + 1 };
  }
}

/** The position of the last of some ascending numbers that is not above a limit; -1 if there is none. */
function lastAtMost(numbers: readonly number[], limit: number): number {
  let low = -1;
  let high = numbers.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((numbers[middle] ?? 0) <= limit) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Every how many lines the start of one is kept. */
const STRIDE = 256;

/**
 * The lines of a text, counted as far as somebody has asked.
 *
 * Whoever reads a text in its order asks for places in that order, so counting goes on from the line asked for last; the start of
 * every 256th line is kept for those who ask for an earlier one. Cost: the lines between, or half a stride.
 */
class Lines implements LineIndex {
  /** Starts of the lines 0, 256, 512, … that have been passed. */
  private readonly starts = [0];
  private line = 0;
  private start = 0;
  /** Of the line asked for last. */
  end: number;

  constructor(
    private readonly text: string,
    /** The number of the first line, and of the column on which it starts. */
    private readonly first: number,
    private readonly firstColumn: number,
  ) {
    this.end = lineEnd(text, 0);
  }

  /** One-based line and column of an offset. */
  position(offset: number): Position {
    if (offset < this.start) this.goBack(offset);
    while (this.end < offset) {
      this.line++;
      this.start = this.end + 1;
      this.end = lineEnd(this.text, this.start);
      if (this.line === this.starts.length * STRIDE) this.starts.push(this.start);
    }
    const column = offset - this.start + 1;
    return { line: this.line + this.first, column: this.line === 0 ? column + this.firstColumn - 1 : column };
  }

  private goBack(offset: number): void {
    const stride = lastAtMost(this.starts, offset);
    this.line = stride * STRIDE;
    this.start = this.starts[stride] ?? 0;
    this.end = lineEnd(this.text, this.start);
  }
}

/** Where the line ends that starts here: at its line break, or with the text. */
function lineEnd(text: string, start: number): number {
  const end = text.indexOf("\n", start);
  return end === -1 ? text.length : end;
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
