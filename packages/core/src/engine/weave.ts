import { lowestBit } from "../model/bitset.ts";
import type { PartyIndex } from "../model/program.ts";
import { APART, type BondNumber, type Bonds } from "./bonds.ts";
import { Entries } from "./entries.ts";
import type { PeerSet } from "./peer-sets.ts";
import { NONE, Pieces } from "./pieces.ts";
import type { Plane } from "./plane.ts";
import type { Row, RowNumber } from "./row.ts";
import { Runs } from "./runs.ts";
import type { SideTable } from "./side-table.ts";
import { CLOSED, type Label } from "./verdicts.ts";

/** In place of a set: those whose rows do not speak of a source. */
const UNSPOKEN = -1;

/**
 * What one source of a role may open in one plane, by party: what destinations let in, met with what the source lets out.
 *
 * Destinations speak of a source because of the sets in which it stands out. What comes of the set that most speak because of is shared by
 * all who let out the same to those their row does not name. Only words in which another set, or the source's own row, has a say are put
 * together. Cost: those words.
 */
export class Weave {
  /** By what a source lets out to those its row does not name, then by set: what comes of it. */
  private readonly met: (Row | undefined)[][] = [];
  private readonly entries = new Entries();
  /** What destinations let in, by word. */
  private readonly pieces: Pieces;
  /** By word: where the entries of the source's own row start, counted from 1. */
  private readonly entryOf: Int32Array;
  /** Words that have to be put together, a bit for each. */
  private readonly touched: Int32Array;

  constructor(
    private readonly plane: Plane,
    private readonly egress: SideTable,
    private readonly bonds: Bonds,
  ) {
    const words = (egress.rowOf.length >> 5) + 1;
    this.pieces = new Pieces(words);
    this.entryOf = new Int32Array(words);
    this.touched = new Int32Array((words >> 5) + 1);
  }

  of(source: PartyIndex): Runs {
    const { column, circumstance, slices } = this.plane;
    const out = this.egress.row(this.egress.rowOf[source] as RowNumber, circumstance);
    for (let i = out.words.length - 1; i >= 0; i--) {
      this.entryOf[out.words[i] as number] = i + 1;
      this.touch(out.words[i] as number);
    }
    const sets = slices.setsOf(source);
    const base = this.widest(sets);
    for (const set of sets) if (set !== base) this.addAll(column.ofSet(set), out);
    if (base !== UNSPOKEN) this.touchAll(column.unspoken, out);
    const runs = this.put(source, base, out);
    for (const word of out.words) this.entryOf[word] = 0;
    return runs;
  }

  /** The set because of which most is said; none where most is said by those who do not speak of the source. */
  private widest(sets: readonly PeerSet[]): PeerSet {
    const { column } = this.plane;
    let [widest, most] = [UNSPOKEN, column.unspoken.words.length];
    for (const set of sets) {
      const { length } = column.ofSet(set).words;
      if (length > most) [widest, most] = [set, length];
    }
    return widest;
  }

  /** What lies between the words that are touched as it is, and those as they are put together. */
  private put(source: PartyIndex, base: PeerSet, out: Row): Runs {
    const { touched, entries } = this;
    const met = this.metWith(base, out.rest);
    const runs = new Runs();
    let copied = 0;
    for (let at = 0; at < touched.length; at++) {
      for (let bits = touched[at] as number; bits !== 0; bits &= bits - 1) {
        const word = (at << 5) + lowestBit(bits);
        const next = met.firstOf(word);
        runs.add(met, copied, next);
        copied = next;
        while (met.words[copied] === word) copied++;
        const start = entries.size;
        this.putWord(source, word, base, out);
        runs.add("own", start, entries.size);
      }
      touched[at] = 0;
    }
    this.pieces.clear();
    runs.add(met, copied, met.words.length);
    return runs.with(entries.row(APART));
  }

  private putWord(source: PartyIndex, word: number, base: PeerSet, out: Row): void {
    const { pieces } = this;
    const { column } = this.plane;
    if (base !== UNSPOKEN) this.addWord(column.ofSet(base), word);
    let heard = 0;
    let twice = 0;
    for (let piece = pieces.heads[word] as number; piece !== NONE; piece = pieces.before[piece] as number) {
      twice |= heard & (pieces.masks[piece] as number);
      heard |= pieces.masks[piece] as number;
    }
    for (let piece = pieces.heads[word] as number; piece !== NONE; piece = pieces.before[piece] as number)
      this.meet(word, (pieces.masks[piece] as number) & ~twice, pieces.labels[piece] as Label, out);
    pieces.heads[word] = NONE;
    for (let bits = twice; bits !== 0; bits &= bits - 1)
      this.meet(word, bits & -bits, column.labelOf((word << 5) + lowestBit(bits), source), out);
    const { unspoken } = column;
    for (let i = unspoken.firstOf(word); unspoken.words[i] === word; i++)
      this.meet(word, (unspoken.masks[i] as number) & ~heard, unspoken.labels[i] as Label, out);
  }

  /** Parties of one word let in `into`: what of it does the source let out to each? */
  private meet(word: number, parties: number, into: Label, out: Row): void {
    let left = parties;
    const first = this.entryOf[word] as number;
    if (first > 0) {
      for (let i = first - 1; out.words[i] === word && left !== 0; i++) {
        const both = left & (out.masks[i] as number);
        left &= ~both;
        this.push(word, both, this.bonds.meet(out.labels[i] as Label, into));
      }
    }
    this.push(word, left, this.bonds.meet(out.rest, into));
  }

  private push(word: number, parties: number, bond: BondNumber): void {
    if (parties !== 0 && bond !== APART) this.entries.push(word, parties, bond);
  }

  /** What comes of what is said because of a set, for sources that let out `rest`. */
  private metWith(set: PeerSet, rest: Label): Row {
    let known = this.met[rest];
    if (!known) {
      known = [];
      this.met[rest] = known;
    }
    let met = known[set + 1];
    if (!met) {
      const { column } = this.plane;
      const { words, masks, labels } = set === UNSPOKEN ? column.unspoken : column.ofSet(set);
      for (let i = 0; i < words.length; i++)
        this.push(words[i] as number, masks[i] as number, this.bonds.meet(rest, labels[i] as Label));
      met = this.entries.row(APART);
      known[set + 1] = met;
    }
    return met;
  }

  /** All that is said because of a set, where the source lets anything out. */
  private addAll({ words, masks, labels }: Row, out: Row): void {
    for (let i = 0; i < words.length; i++) {
      const word = words[i] as number;
      if (out.rest === CLOSED && this.entryOf[word] === 0) continue;
      this.touch(word);
      this.pieces.push(word, masks[i] as number, labels[i] as Label);
    }
  }

  private addWord(row: Row, word: number): void {
    for (let i = row.firstOf(word); row.words[i] === word; i++)
      this.pieces.push(word, row.masks[i] as number, row.labels[i] as Label);
  }

  private touchAll({ words }: Row, out: Row): void {
    if (out.rest !== CLOSED) for (let i = 0; i < words.length; i++) this.touch(words[i] as number);
  }

  private touch(word: number): void {
    this.touched[word >> 5] = (this.touched[word >> 5] as number) | (1 << (word & 31));
  }
}
