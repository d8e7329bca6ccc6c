import type { Matrix } from "./matrix.ts";

/** A place in a matrix: positions of lines, or {@link HEADS} for the heads of rows and columns. */
export interface Spot {
  readonly row: number;
  readonly column: number;
}

export const HEADS = -1;

const PAGE = 10;

/** Where a key leads from a spot, past the heads of open groups, which have no cells; nothing where the key means nothing. */
export function walk({ lines }: Matrix, { row, column }: Spot, key: string, jump: boolean): Spot | undefined {
  const last = lines.length - 1;
  const bare = (line: number) => lines[line]?.type === "head";
  const down = (by: number) =>
    bare(column) ? { row, column } : { row: step(lines, row, by, column === HEADS), column };
  const along = (by: number) => (bare(row) ? { row, column } : { row, column: step(lines, column, by, row === HEADS) });
  switch (key) {
    case "ArrowDown":
      return down(1);
    case "ArrowUp":
      return down(-1);
    case "ArrowRight":
      return along(1);
    case "ArrowLeft":
      return along(-1);
    case "PageDown":
      return down(PAGE);
    case "PageUp":
      return down(-PAGE);
    case "Home":
      return jump ? { row: 0, column: HEADS } : along(-lines.length);
    case "End": {
      if (row === HEADS) return along(lines.length);
      const to = jump ? last : row;
      return bare(to) ? { row, column } : { row: to, column: last };
    }
    default:
      return undefined;
  }
}

/** As many lines on as asked for, or to the end; heads of open groups are passed over unless they are walked along themselves. */
function step(lines: Matrix["lines"], from: number, by: number, alongHeads: boolean): number {
  // Where rows are walked in the column of their heads, the corner is no place; in a row of cells, its own head is.
  const lowest = alongHeads ? 0 : HEADS;
  const way = Math.sign(by);
  let at = from;
  for (let left = Math.abs(by); left > 0; left--) {
    let next = at + way;
    while (!alongHeads && lines[next]?.type === "head") next += way;
    if (next < lowest || next >= lines.length) break;
    at = next;
  }
  return at;
}
