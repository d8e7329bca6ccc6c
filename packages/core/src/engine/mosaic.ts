import { Entries } from "./entries.ts";
import { NONE, Pieces } from "./pieces.ts";
import type { Row } from "./row.ts";

/** A row while it is put together in any order: words of peers, each with its label. Emptied and used again. */
export class Mosaic {
  private readonly entries = new Entries();
  private readonly pieces: Pieces;

  /** So many words, and what two labels of one peer come to together. */
  constructor(
    words: number,
    private readonly join: (a: number, b: number) => number,
  ) {
    this.pieces = new Pieces(words);
  }

  add(word: number, mask: number, label: number): void {
    const { pieces } = this;
    let left = mask;
    let same = NONE;
    for (let piece = pieces.heads[word] as number; piece !== NONE; piece = pieces.before[piece] as number) {
      const other = pieces.labels[piece] as number;
      if (other === label) same = piece;
      const both = (pieces.masks[piece] as number) & left;
      if (both === 0) continue;
      left &= ~both;
      if (other === label) continue;
      const joined = this.join(other, label);
      if (joined === other) continue;
      pieces.masks[piece] = (pieces.masks[piece] as number) & ~both;
      if (joined === label) left |= both;
      else this.add(word, both, joined);
    }
    if (left === 0) return;
    if (same === NONE) pieces.push(word, left, label);
    else pieces.masks[same] = (pieces.masks[same] as number) | left;
  }

  /** All that was added, and `rest` for other peers. */
  row(rest: number): Row {
    const { pieces, entries } = this;
    const { heads, masks, labels, before } = pieces;
    for (let word = 0; word < heads.length; word++) {
      for (let piece = heads[word] as number; piece !== NONE; piece = before[piece] as number)
        if (masks[piece] !== 0) entries.push(word, masks[piece] as number, labels[piece] as number);
      heads[word] = NONE;
    }
    pieces.clear();
    return entries.row(rest);
  }
}
