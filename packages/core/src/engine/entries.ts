import type { Bitset } from "../model/bitset.ts";
import { Row } from "./row.ts";
import type { Label } from "./verdicts.ts";

/** The entries of a row while it is built: peers of one word that share a label, words in ascending order. Emptied and used again. */
export class Entries {
  private words: Int32Array = new Int32Array(256);
  private masks: Int32Array = new Int32Array(256);
  private labels: Int32Array = new Int32Array(256);
  private count = 0;
  /** How many whole words each label has. */
  private readonly whole = new Map<Label, number>();

  push(word: number, mask: number, label: Label): void {
    if (this.count === this.words.length) this.grow();
    this.words[this.count] = word;
    this.masks[this.count] = mask;
    this.labels[this.count++] = label;
    if (mask === -1) this.whole.set(label, (this.whole.get(label) ?? 0) + 1);
  }

  /** A row with these entries, and `rest` for all other peers; what most words say is left unsaid instead, where that is shorter. */
  row(peers: Bitset, rest: Label): Row {
    const [usual = rest] = [...this.whole.keys()].filter(
      (label) => (this.whole.get(label) as number) * 2 > peers.words.length,
    );
    if (usual !== rest) this.turn(peers, rest, usual);
    const { words, masks, labels, count } = this;
    const row = new Row(usual, words.slice(0, count), masks.slice(0, count), labels.slice(0, count));
    this.count = 0;
    this.whole.clear();
    return row;
  }

  /** Says of the peers that nothing was said of what they have, and nothing of those that have `unsaid`. */
  private turn(peers: Bitset, rest: Label, unsaid: Label): void {
    const { words, masks, labels } = this.taken();
    let at = 0;
    for (let word = peers.firstWord; word < peers.endWord; word++) {
      let silent = peers.wordAt(word);
      for (; words[at] === word; at++) {
        silent &= ~(masks[at] as number);
        if (labels[at] !== unsaid) this.push(word, masks[at] as number, labels[at] as Label);
      }
      if (silent !== 0) this.push(word, silent, rest);
    }
  }

  /** The entries so far, of which none are left. */
  private taken() {
    const { words, masks, labels, count } = this;
    this.count = 0;
    return { words: words.slice(0, count), masks: masks.slice(0, count), labels: labels.slice(0, count) };
  }

  private grow(): void {
    this.words = longer(this.words);
    this.masks = longer(this.masks);
    this.labels = longer(this.labels);
  }
}

function longer(list: Int32Array): Int32Array {
  const made = new Int32Array(list.length * 2);
  made.set(list);
  return made;
}
