import { Entries } from "./entries.ts";
import type { Row } from "./row.ts";

/** Entries of a row, from one position up to and without another. */
export interface Run {
  readonly row: Row;
  readonly from: number;
  readonly to: number;
}

/**
 * A row in runs of entries of others, in the order of their words: what many rows have in common is there once, and need not be copied
 * to be gone through.
 */
export class Runs {
  private readonly runs: { row: Row | "own"; readonly from: number; to: number }[] = [];
  private whole: Row | undefined;

  static of(row: Row): Runs {
    const runs = new Runs();
    runs.add(row, 0, row.words.length);
    runs.whole = row;
    return runs;
  }

  /** Entries of a row that come next; of its own row, which is there when all is: `with`. */
  add(row: Row | "own", from: number, to: number): void {
    if (from === to) return;
    const last = this.runs.at(-1);
    if (last?.row === row && last.to === from) last.to = to;
    else this.runs.push({ row, from, to });
  }

  with(own: Row): this {
    for (const run of this.runs) if (run.row === "own") run.row = own;
    return this;
  }

  get all(): readonly Run[] {
    return this.runs as readonly Run[];
  }

  /** The same in one piece, with `rest` for those no run speaks of. Put together when it is first asked for. */
  row(rest: number): Row {
    if (!this.whole) {
      const entries = new Entries();
      for (const { row, from, to } of this.all) entries.copy(row, from, to);
      this.whole = entries.row(rest);
    }
    return this.whole;
  }
}
