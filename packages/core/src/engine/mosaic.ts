import { Entries, longer } from "./entries.ts";
import type { Row } from "./row.ts";

const NONE = -1;

/** A row while it is put together in any order: words of peers, each with its label. Emptied and used again. */
export class Mosaic {
  private readonly entries = new Entries();
  /** By word: its piece that came last. */
  private readonly heads: Int32Array;
  private masks: Int32Array = new Int32Array(1024);
  private labels: Int32Array = new Int32Array(1024);
  private before: Int32Array = new Int32Array(1024);
  private count = 0;

  /** So many words, and what two labels of one peer come to together. */
  constructor(
    words: number,
    private readonly join: (a: number, b: number) => number,
  ) {
    this.heads = new Int32Array(words).fill(NONE);
  }

  add(word: number, mask: number, label: number): void {
    let left = mask;
    let same = NONE;
    for (let piece = this.heads[word] as number; piece !== NONE; piece = this.before[piece] as number) {
      const other = this.labels[piece] as number;
      if (other === label) same = piece;
      const both = (this.masks[piece] as number) & left;
      if (both === 0) continue;
      left &= ~both;
      if (other === label) continue;
      const joined = this.join(other, label);
      if (joined === other) continue;
      this.masks[piece] = (this.masks[piece] as number) & ~both;
      if (joined === label) left |= both;
      else this.add(word, both, joined);
    }
    if (left === 0) return;
    if (same === NONE) this.push(word, left, label);
    else this.masks[same] = (this.masks[same] as number) | left;
  }

  /** All that was added, and `rest` for other peers. */
  row(rest: number): Row {
    const { heads, masks, labels, before, entries } = this;
    for (let word = 0; word < heads.length; word++) {
      for (let piece = heads[word] as number; piece !== NONE; piece = before[piece] as number)
        if (masks[piece] !== 0) entries.push(word, masks[piece] as number, labels[piece] as number);
      heads[word] = NONE;
    }
    this.count = 0;
    return entries.row(rest);
  }

  private push(word: number, mask: number, label: number): void {
    if (this.count === this.masks.length) this.grow();
    this.masks[this.count] = mask;
    this.labels[this.count] = label;
    this.before[this.count] = this.heads[word] as number;
    this.heads[word] = this.count++;
  }

  private grow(): void {
    this.masks = longer(this.masks);
    this.labels = longer(this.labels);
    this.before = longer(this.before);
  }
}
