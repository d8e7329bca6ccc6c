import { printable } from "./escape.ts";

/** Colours, as functions; {@link plainPaint} has none. */
export interface Paint {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly red: (text: string) => string;
  readonly green: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly cyan: (text: string) => string;
}

const plain = (text: string) => text;

export const plainPaint: Paint = { bold: plain, dim: plain, red: plain, green: plain, yellow: plain, cyan: plain };

/** Text that may go on in the next line after a blank, or wherever `breaks` says. */
export interface Cell {
  readonly text: string;
  readonly breaks?: RegExp;
  readonly paint?: (text: string) => string;
}

const GAP = "  ";

/**
 * Rows in aligned columns. All columns but the last get what they need, up to a share of the width; the last gets the rest.
 *
 * A cell that does not fit goes on below, beside the rows whose first cell is empty; a word that does not fit sticks out. Nothing is
 * ever cut off.
 */
export function table(rows: readonly (readonly Cell[])[], width: number, indent = ""): string[] {
  const last = Math.max(...rows.map((row) => row.length)) - 1;
  const share = Math.floor((width - indent.length) / (last + 1));
  const widths = Array.from({ length: last }, (_, column) =>
    Math.max(...rows.map((row) => Math.min(lengthOf(row[column]), Math.max(share, longestWord(row[column]))))),
  );
  const taken = widths.reduce((sum, each) => sum + each + GAP.length, indent.length);
  const limits = [...widths, Math.max(width - taken, 20)];
  const lines: string[] = [];
  let leftOver: readonly string[] = [];
  const print = (columns: readonly (readonly string[])[], height: number) => {
    for (let i = 0; i < height; i++) {
      const cells = columns.map((column, at) => padded(column[i] ?? "", at === last ? 0 : (widths[at] ?? 0)));
      lines.push(indent + cells.join(GAP).trimEnd());
    }
  };
  for (const row of rows) {
    const goesOn = row[0]?.text === "";
    if (!goesOn) print([leftOver], leftOver.length);
    const [first = [], ...rest] = row.map((cell, column) => fill(cell, limits[column] ?? width));
    const beside = goesOn ? leftOver : first;
    const height = Math.max(1, ...rest.map(({ length }) => length));
    print([beside, ...rest], height);
    leftOver = beside.slice(height);
  }
  print([leftOver], leftOver.length);
  return lines;
}

/** A sentence in lines of at most `width` columns, broken at blanks; the first and the other lines have indents of their own. */
export function wrapped(text: string, width: number, first = "", rest = first): string[] {
  const lines: string[] = [];
  let line = first;
  for (const word of text.split(" ")) {
    const started = line.trim() !== "";
    if (started && line.length + 1 + word.length > width) {
      lines.push(line);
      line = rest + word;
    } else line += started ? ` ${word}` : word;
  }
  return [...lines, line];
}

function fill({ text, breaks, paint = plain }: Cell, width: number): string[] {
  if (text === "") return [];
  const lines: string[] = [];
  let line = "";
  for (const piece of piecesOf({ text, ...(breaks && { breaks }) })) {
    if (line !== "" && (line + piece).trimEnd().length > width) {
      lines.push(line.trimEnd());
      line = "";
    }
    line += piece;
  }
  return [...lines, line].map(paint);
}

/** As wide as asked for, colours not counted. */
function padded(text: string, width: number): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the escapes of our own colours
  const visible = text.replace(/\u001b\[\d+m/g, "").length;
  return text + " ".repeat(Math.max(width - visible, 0));
}

function lengthOf(cell: Cell | undefined): number {
  return printable(cell?.text ?? "").length;
}

function longestWord(cell: Cell | undefined): number {
  return Math.max(0, ...(cell ? piecesOf(cell).map((piece) => piece.trimEnd().length) : []));
}

function piecesOf({ text, breaks = /(?<= )/ }: Cell): readonly string[] {
  return printable(text).split(breaks);
}
