import { longer } from "./entries.ts";

/** Ends the pieces of a word. */
export const NONE = -1;

/** Words of peers, each with its label, in any order and any number for each word: the last comes first. Emptied and used again. */
export class Pieces {
  /** By word: its last piece, or {@link NONE}; set to that again when its pieces are done with. */
  readonly heads: Int32Array;
  masks: Int32Array = new Int32Array(256);
  labels: Int32Array = new Int32Array(256);
  /** By piece: the one of the same word before it. */
  before: Int32Array = new Int32Array(256);
  private count = 0;

  constructor(words: number) {
    this.heads = new Int32Array(words).fill(NONE);
  }

  push(word: number, mask: number, label: number): void {
    if (this.count === this.masks.length) this.grow();
    this.masks[this.count] = mask;
    this.labels[this.count] = label;
    this.before[this.count] = this.heads[word] as number;
    this.heads[word] = this.count++;
  }

  /** Gives the room of all pieces back; no word has any by now. */
  clear(): void {
    this.count = 0;
  }

  private grow(): void {
    this.masks = longer(this.masks);
    this.labels = longer(this.labels);
    this.before = longer(this.before);
  }
}
