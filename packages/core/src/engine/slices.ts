import type { PartyIndex } from "../model/program.ts";
import type { Row } from "./row.ts";
import type { RowNumber } from "./side-table.ts";
import type { Label } from "./verdicts.ts";

/** How many numbers an entry is. */
const ENTRY = 3;

/**
 * Rows turned round: what all of them say of one peer, side by side, so that asking every subject about one peer is one sweep.
 * Cost: building is one visit for each entry of the rows; a column is one visit for each entry of the peer's word.
 */
export class Slices {
  private readonly starts: Int32Array;
  /** Row, peers and label of each entry, side by side: they are written and read together, and lie far apart otherwise. */
  private readonly entries: Int32Array;
  private readonly rest: Int32Array;
  private readonly now: Int32Array;
  private readonly heard: Int32Array;
  private count = 0;

  constructor(rows: readonly Row[], parties: number) {
    const words = (parties >> 5) + 1;
    this.heard = new Int32Array(rows.length);
    this.rest = Int32Array.from(rows, (row) => row.rest);
    this.now = this.rest.slice();
    this.starts = new Int32Array(words + 1);
    for (const { words: at } of rows)
      for (const word of at) this.starts[word + 1] = (this.starts[word + 1] as number) + 1;
    for (let i = 1; i <= words; i++) this.starts[i] = (this.starts[i] as number) + (this.starts[i - 1] as number);
    const entries = new Int32Array((this.starts[words] as number) * ENTRY);
    const next = this.starts.slice();
    rows.forEach(({ words, masks, labels }, number) => {
      for (let i = 0; i < words.length; i++) {
        const word = words[i] as number;
        const at = next[word] as number;
        next[word] = at + 1;
        entries[at * ENTRY] = number;
        entries[at * ENTRY + 1] = masks[i] as number;
        entries[at * ENTRY + 2] = labels[i] as Label;
      }
    });
    this.entries = entries;
  }

  /** What every row says of one peer, by row. Overwritten by the next. Cost: that of {@link spoken}. */
  column(peer: PartyIndex): Int32Array {
    const { rest, now, heard } = this;
    for (let i = 0; i < this.count; i++) now[heard[i] as number] = rest[heard[i] as number] as Label;
    this.count = 0;
    this.spoken(peer >> 5, 1 << (peer & 31), (row, label) => {
      now[row] = label;
      heard[this.count++] = row;
    });
    return now;
  }

  /** What rows say of some peers of one word, as far as they speak of any: what of how many. A row may say several things. */
  spoken(word: number, peers: number, say: (row: RowNumber, label: Label, peers: number) => void): void {
    const { starts, entries } = this;
    const end = (starts[word + 1] as number) * ENTRY;
    for (let at = (starts[word] as number) * ENTRY; at < end; at += ENTRY) {
      const meant = (entries[at + 1] as number) & peers;
      if (meant !== 0) say(entries[at] as RowNumber, entries[at + 2] as Label, meant);
    }
  }
}
