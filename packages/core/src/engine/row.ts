import { lowestBit } from "../model/bitset.ts";
import type { PartyIndex } from "../model/program.ts";
import { CLOSED, type Label } from "./verdicts.ts";

/** Number of a {@link Row}, and of the subjects that share it. */
export type RowNumber = number;

/**
 * One subject's verdicts in one direction, for every peer: one label for most, and words of peers that have another.
 *
 * Peers that the entries do not speak of have the label `rest`. Entries are in the order of their words, and no two of one word
 * share a peer. Cost: `at` is a binary search.
 */
export class Row {
  constructor(
    readonly rest: Label,
    readonly words: Int32Array,
    readonly masks: Int32Array,
    readonly labels: Int32Array,
  ) {}

  at(peer: PartyIndex): Label {
    const { words, masks } = this;
    const word = peer >> 5;
    for (let i = this.firstOf(word); i < words.length && words[i] === word; i++) {
      if ((((masks[i] as number) >>> (peer & 31)) & 1) === 1) return this.labels[i] as Label;
    }
    return this.rest;
  }

  /** Where the entries of a word start, or those of words after it. */
  firstOf(word: number): number {
    const { words } = this;
    let low = 0;
    let high = words.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((words[middle] as number) < word) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The peers that the entries speak of and do not shut out, each with its label. */
  openPeers(): { readonly peers: Int32Array; readonly labels: Int32Array } {
    const peers: PartyIndex[] = [];
    const labels: Label[] = [];
    for (let i = 0; i < this.words.length; i++) {
      const label = this.labels[i] as Label;
      if (label === CLOSED) continue;
      const base = (this.words[i] as number) << 5;
      for (let bits = this.masks[i] as number; bits !== 0; bits &= bits - 1) {
        peers.push(base + lowestBit(bits));
        labels.push(label);
      }
    }
    return { peers: Int32Array.from(peers), labels: Int32Array.from(labels) };
  }

  /** Writes the label of every peer into a list that is long enough. */
  spread(into: Int32Array): void {
    into.fill(this.rest);
    for (let i = 0; i < this.words.length; i++) {
      const base = (this.words[i] as number) << 5;
      const label = this.labels[i] as Label;
      const mask = this.masks[i] as number;
      if (mask === -1) into.fill(label, base, base + 32);
      else for (let bits = mask; bits !== 0; bits &= bits - 1) into[base + lowestBit(bits)] = label;
    }
  }
}
