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

  constructor(rows: readonly Row[], parties: number) {
    const words = (parties >> 5) + 1;
    this.rest = Int32Array.from(rows, (row) => row.rest);
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

  /** Writes what each row says of one peer into a list as long as there are rows. */
  column(peer: PartyIndex, into: Int32Array): void {
    into.set(this.rest);
    const { rows, masks, labels } = this;
    const word = peer >> 5;
    const end = this.starts[word + 1] as number;
    for (let i = this.starts[word] as number; i < end; i++)
      if ((((masks[i] as number) >>> (peer & 31)) & 1) === 1) into[rows[i] as number] = labels[i] as Label;
  }
}
