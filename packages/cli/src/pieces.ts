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

/** Where the items of a list in JSON stand in a file. */
export interface ListPlace {
  /** What the list says of itself. */
  readonly header: { readonly apiVersion: string; readonly kind: string };
  /** From the bracket of the first item up to the one that ends the list. */
  readonly from: number;
  readonly to: number;
  /** Of the first item, from 1. */
  readonly line: number;
  readonly column: number;
}

/**
 * Where the items are of a file that holds one list in JSON; `undefined` for what does not look like that at its beginning and end.
 *
 * What stands in between is not looked at. Cost: two short stretches of the file are read.
 */
export async function placeOfList(read: ReadBytes, size: number): Promise<ListPlace | undefined> {
  const head = (await read(0, Math.min(size, MARGIN))).toString("utf8");
  const tail = (await read(Math.max(size - MARGIN, 0), size)).toString("latin1");
  const [opening, start = ""] = /^\ufeff?(\s*\{[^[\]]*"items"\s*:\s*\[)\s*(?=\{)/.exec(head) ?? [];
  const [closing, end = ""] = /\](\s*(?:,[^[\]]*)?\}\s*)$/.exec(tail) ?? [];
  const header = opening !== undefined && closing !== undefined ? headerOf(`${start}]${end}`) : undefined;
  if (opening === undefined || closing === undefined || !header?.kind.endsWith("List")) return undefined;
  const lines = opening.split("\n");
  return {
    header,
    from: Buffer.byteLength(opening),
    to: size - closing.length,
    line: lines.length,
    column: (lines.at(-1) ?? "").replace("\ufeff", "").length + 1,
  };
}

/**
 * A `List` in JSON cut between items, into stretches of about `length` bytes; `undefined` where it is not printed as kubectl does, each
 * item from a line of its own to a line of its own.
 *
 * A cut in the wrong place leaves brackets open, which is an error when the piece is read: nothing is lost without a word.
 * Cost: one pass over the bytes, for the lines.
 */
export async function cutList(read: ReadBytes, size: number, length: number): Promise<readonly Piece[] | undefined> {
  const place = await placeOfList(read, size);
  if (!place || place.column === 1) return undefined;
  const { from, to, header, column } = place;
  const indent = " ".repeat(column - 1);
  const [before, ending] = [await read(from - column, from), await read(Math.max(to - MARGIN, 0), to)];
  const closing = ending.lastIndexOf(`\n${indent}}`);
  if (before.toString("latin1") !== `\n${indent}` || closing < 0) return undefined;
  const first = from - indent.length;
  const last = Math.max(to - MARGIN, 0) + closing + indent.length + 2;
  const cuts = await cutsBetween(read, first, last, length, indent);
  const lines = await linesAt(read, [first, ...cuts.map(({ to }) => to)]);
  const start = `${JSON.stringify(header).slice(0, -1)},"items":[\n`;
  return [first, ...cuts.map(({ next }) => next)].map((from, i) => ({
    from,
    to: cuts[i]?.to ?? last,
    line: (lines[i] as number) - (i === 0 ? 1 : 0),
    before: start,
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
