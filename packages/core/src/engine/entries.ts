import { Row } from "./row.ts";

/** The entries of a row while it is built: peers of one word that share a label, words in ascending order. Emptied and used again. */
export class Entries {
  private words: Int32Array = new Int32Array(256);
  private masks: Int32Array = new Int32Array(256);
  private labels: Int32Array = new Int32Array(256);
  private count = 0;

  push(word: number, mask: number, label: number): void {
    if (this.count === this.words.length) this.grow();
    this.words[this.count] = word;
    this.masks[this.count] = mask;
    this.labels[this.count++] = label;
  }

  /** How many there are by now. */
  get size(): number {
    return this.count;
  }

  /** Entries of a row, from one position up to and without another. */
  copy(row: Row, from: number, to: number): void {
    if (from === to) return;
    while (this.count + to - from > this.words.length) this.grow();
    const isWhole = from === 0 && to === row.words.length;
    this.words.set(isWhole ? row.words : row.words.subarray(from, to), this.count);
    this.masks.set(isWhole ? row.masks : row.masks.subarray(from, to), this.count);
    this.labels.set(isWhole ? row.labels : row.labels.subarray(from, to), this.count);
    this.count += to - from;
  }

  /** A row with these entries, and `rest` for all other peers. */
  row(rest: number): Row {
    const { words, masks, labels, count } = this;
    this.count = 0;
    // One stretch of memory for the three: asking for it costs more than filling it.
    const all = new Int32Array(count * 3);
    all.set(words.subarray(0, count));
    all.set(masks.subarray(0, count), count);
    all.set(labels.subarray(0, count), count * 2);
    return new Row(rest, all.subarray(0, count), all.subarray(count, count * 2), all.subarray(count * 2));
  }

  private grow(): void {
    this.words = longer(this.words);
    this.masks = longer(this.masks);
    this.labels = longer(this.labels);
  }
}

/** The same with as much room again. */
export function longer(list: Int32Array): Int32Array {
  const made = new Int32Array(list.length * 2);
  made.set(list);
  return made;
}
