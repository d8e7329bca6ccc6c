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

  /** A row with these entries, and `rest` for all other peers. */
  row(rest: number): Row {
    const { words, masks, labels, count } = this;
    this.count = 0;
    return new Row(rest, words.slice(0, count), masks.slice(0, count), labels.slice(0, count));
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
