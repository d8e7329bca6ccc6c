import type { PartyIndex } from "../model/program.ts";
import type { Row } from "./row.ts";
import type { Label } from "./verdicts.ts";

/**
 * Rows turned round: what all of them say of one peer, side by side, so that asking every subject about one peer is one sweep.
 * Cost: building is one visit for each entry of the rows; a column is one visit for each entry of the peer's word.
 */
export class Slices {
  private readonly starts: Int32Array;
  private readonly rows: Int32Array;
  private readonly masks: Int32Array;
  private readonly labels: Int32Array;
  private readonly rest: Int32Array;
  private readonly now: Int32Array;
  private readonly spoken: Int32Array;
  private count = 0;

  constructor(rows: readonly Row[], parties: number) {
    const words = (parties >> 5) + 1;
    this.spoken = new Int32Array(rows.length);
    this.rest = Int32Array.from(rows, (row) => row.rest);
    this.now = this.rest.slice();
    this.starts = new Int32Array(words + 1);
    for (const { words: at } of rows)
      for (const word of at) this.starts[word + 1] = (this.starts[word + 1] as number) + 1;
    for (let i = 1; i <= words; i++) this.starts[i] = (this.starts[i] as number) + (this.starts[i - 1] as number);
    const size = this.starts[words] as number;
    this.rows = new Int32Array(size);
    this.masks = new Int32Array(size);
    this.labels = new Int32Array(size);
    const next = this.starts.slice();
    rows.forEach((row, number) => {
      for (let i = 0; i < row.words.length; i++) {
        const word = row.words[i] as number;
        const at = next[word] as number;
        next[word] = at + 1;
        this.rows[at] = number;
        this.masks[at] = row.masks[i] as number;
        this.labels[at] = row.labels[i] as Label;
      }
    });
  }

  /** What every row says of one peer, by row. Overwritten by the next. */
  column(peer: PartyIndex): Column {
    const { rows, masks, labels, rest, now, spoken } = this;
    for (let i = 0; i < this.count; i++) now[spoken[i] as number] = rest[spoken[i] as number] as Label;
    const word = peer >> 5;
    const bit = 1 << (peer & 31);
    const end = this.starts[word + 1] as number;
    let count = 0;
    for (let i = this.starts[word] as number; i < end; i++) {
      if (((masks[i] as number) & bit) === 0) continue;
      const row = rows[i] as number;
      now[row] = labels[i] as Label;
      spoken[count++] = row;
    }
    this.count = count;
    return { labels: now, spoken, count };
  }
}

/** What every row says of one peer. */
export interface Column {
  /** By row. */
  readonly labels: Int32Array;
  /** The rows that speak of the peer; the first `count` are meant. */
  readonly spoken: Int32Array;
  readonly count: number;
}
