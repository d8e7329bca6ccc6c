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

/** Words that may be broken between lines, never inside. */
export interface Cell {
  readonly words: readonly string[];
  readonly separator?: string;
  readonly paint?: (text: string) => string;
}

const GAP = "  ";

/**
 * Rows in aligned columns. All columns but the last get what they need, up to a share of the width; the last gets the rest.
 * A cell that does not fit goes on below, a single word that does not fit sticks out: nothing is cut off.
 */
export function table(rows: readonly (readonly Cell[])[], width: number, indent = ""): string[] {
  const last = Math.max(...rows.map((row) => row.length)) - 1;
  const share = Math.floor((width - indent.length) / (last + 1));
  const widths = Array.from({ length: last }, (_, column) =>
    Math.max(...rows.map((row) => Math.min(textOf(row[column]).length, Math.max(share, longestWord(row[column]))))),
  );
  const taken = widths.reduce((sum, each) => sum + each + GAP.length, indent.length);
  const limits = [...widths, Math.max(width - taken, 20)];
  return rows.flatMap((row) => {
    const lines = row.map((cell, column) => fill(cell, limits[column] ?? width));
    return Array.from({ length: Math.max(...lines.map(({ length }) => length)) }, (_, i) =>
      row
        .map((cell, column) => {
          const text = lines[column]?.[i] ?? "";
          const padding = column === last ? "" : " ".repeat(Math.max((widths[column] ?? 0) - text.length, 0));
          return `${text && cell.paint ? cell.paint(text) : text}${padding}`;
        })
        .join(GAP)
        .trimEnd()
        .replace(/^/, indent),
    );
  });
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

function fill({ words, separator = ", " }: Cell, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  words.map(printable).forEach((word, i) => {
    const piece = i < words.length - 1 ? word + separator : word;
    if (line !== "" && (line + piece).trimEnd().length > width) {
      lines.push(line.trimEnd());
      line = "";
    }
    line += piece;
  });
  return [...lines, line];
}

function textOf(cell: Cell | undefined): string {
  return cell ? cell.words.map(printable).join(cell.separator ?? ", ") : "";
}

function longestWord(cell: Cell | undefined): number {
  return Math.max(0, ...(cell?.words ?? []).map((word) => printable(word).length + 1));
}
