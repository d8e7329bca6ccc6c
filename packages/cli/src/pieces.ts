/** A stretch of a file, by the offsets of its bytes, and what to put around it to make a text of its own. */
export interface Piece {
  readonly from: number;
  readonly to: number;
  /** Line of the file on which the first text ends and the stretch starts on the next. */
  readonly line: number;
  readonly before: string;
  readonly after: string;
}

/** Gives the bytes of a file from one offset up to another, or to its end. */
export type ReadBytes = (from: number, to: number) => Promise<Buffer>;

/** How much is looked at for what a list says of itself, at either end of it. */
const MARGIN = 65_536;

/** How much is looked through at a time. */
const WINDOW = 4_194_304;

/**
 * A `List` in JSON cut between items, into stretches of about `length` bytes; `undefined` where it is not printed as kubectl does, each
 * item from a line of its own to a line of its own.
 *
 * A cut in the wrong place leaves brackets open, which is an error when the piece is read: nothing is lost without a word.
 * Cost: one pass over the bytes, for the lines.
 */
export async function cutList(read: ReadBytes, size: number, length: number): Promise<readonly Piece[] | undefined> {
  const head = (await read(0, Math.min(size, MARGIN))).toString("utf8");
  const tail = (await read(Math.max(size - MARGIN, 0), size)).toString("latin1");
  const opening = /^\ufeff?(\s*\{[^[\]]*"items"\s*:\s*\[)\s*\n([ \t]*)\{/.exec(head);
  const [, start = "", indent = ""] = opening ?? [];
  const closing = tail.lastIndexOf(`\n${indent}}`);
  const [, end = ""] = /^\s*\](\s*(?:,[^[\]]*)?\}\s*)$/.exec(tail.slice(closing + indent.length + 2)) ?? [];
  const list = opening && closing >= 0 ? headerOf(`${start}]${end}`) : undefined;
  if (!list || !opening) return undefined;
  const first = Buffer.byteLength(opening[0]) - indent.length - 1;
  const last = Math.max(size - MARGIN, 0) + closing + indent.length + 2;
  const cuts = await cutsBetween(read, first, last, length, indent);
  const lines = await linesAt(read, [first, ...cuts.map(({ to }) => to)]);
  const before = `${JSON.stringify(list).slice(0, -1)},"items":[\n`;
  return [first, ...cuts.map(({ next }) => next)].map((from, i) => ({
    from,
    to: cuts[i]?.to ?? last,
    line: (lines[i] as number) - (i === 0 ? 1 : 0),
    before,
    after: "\n]}",
  }));
}

/** What a list without its items says of itself. */
function headerOf(text: string): { readonly apiVersion: string; readonly kind: string } | undefined {
  try {
    const { apiVersion, kind, items } = JSON.parse(text.replace(/^\ufeff/, "")) as {
      apiVersion?: unknown;
      kind?: unknown;
      items?: unknown;
    };
    const isList = typeof apiVersion === "string" && typeof kind === "string" && Array.isArray(items);
    return isList ? { apiVersion, kind } : undefined;
  } catch {
    return undefined;
  }
}

/** Where stretches end, and the lines start with which the next ones do. */
async function cutsBetween(read: ReadBytes, first: number, last: number, length: number, indent: string) {
  const border = `\n${indent}},\n${indent}{`;
  const cuts: { readonly to: number; readonly next: number }[] = [];
  for (let at = first + length; at < last; ) {
    const window = await read(at, Math.min(at + WINDOW, last));
    const found = window.indexOf(border);
    if (found < 0) at += Math.max(window.length - border.length, 1);
    else {
      const to = at + found + indent.length + 2;
      cuts.push({ to, next: to + 2 });
      at = to + length;
    }
  }
  return cuts;
}

/** The lines, from 1, on which ascending offsets lie. */
async function linesAt(read: ReadBytes, offsets: readonly number[]): Promise<readonly number[]> {
  const lines: number[] = [];
  let line = 1;
  let from = 0;
  for (const offset of offsets) {
    while (from < offset) {
      const window = await read(from, Math.min(from + WINDOW, offset));
      for (let at = window.indexOf(10); at >= 0; at = window.indexOf(10, at + 1)) line++;
      from += window.length;
    }
    lines.push(line);
  }
  return lines;
}
