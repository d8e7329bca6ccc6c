import { lowestBit } from "../model/bitset.ts";
import type { PartyIndex } from "../model/program.ts";
import { Pairs, Sequences } from "../model/sequences.ts";
import type { CaseBook, Cases } from "./cases.ts";
import { Lists } from "./lists.ts";
import type { PeerSet } from "./peer-sets.ts";
import type { RowNumber } from "./row.ts";
import type { Label } from "./verdicts.ts";

/** Number of the parties of whom every row says the same. */
export type PeerClass = number;

/** Rows, and what each says of a peer; the first `size` are meant. */
export interface Spoken {
  size: number;
  readonly rows: Int32Array;
  readonly labels: Int32Array;
}

/** In place of a label: nobody asked yet, or it is another for each peer. */
const UNASKED = -1;
const VARIES = -2;

/**
 * Rows turned round: what all of them say of one peer.
 *
 * Many rows name few sets. So it is kept who stands out in which sets, and what a row says of those that stand out in only one of
 * its sets. Cost: building is a visit for each set of a row and each word of a set; asking about a peer is one for each set of its
 * word and each row that speaks of it.
 */
export class Slices {
  /** What each row says of those it does not speak of. */
  readonly rests: Int32Array;
  readonly classOf: Int32Array;
  /** By word of peers: the sets in which some of them stand out, and who does. */
  private readonly setsOfWord: Lists;
  private readonly masksOfWord: Lists;
  /** By set: the rows that name it, and what they say of who stands out in it alone. */
  private readonly rowsOfSet: Lists;
  private readonly labelsOfSet: Int32Array;
  /** Rows that speak of everybody. */
  private readonly chatty: readonly RowNumber[];
  private readonly heard: Spoken;
  /** By row: its place among those that speak, counted from 1. */
  private readonly places: Int32Array;

  constructor(
    private readonly all: readonly Cases[],
    private readonly book: Pick<CaseBook, "sets" | "ports">,
    parties: number,
  ) {
    const { sets } = book;
    this.rowsOfSet = Lists.of(sets.size, (add) => {
      for (let row = 0; row < all.length; row++) for (const set of (all[row] as Cases).sets) add(set, row);
    });
    this.labelsOfSet = this.rowsOfSet.values.map((row) => ((all[row] as Cases).splitsByPorts ? VARIES : UNASKED));
    const { starts } = this.rowsOfSet;
    const eachWord = (see: (word: number, set: number, mask: number) => void) => {
      for (let set = 0; set < sets.size; set++) {
        if (starts[set] === starts[set + 1]) continue;
        const { firstWord, words } = sets.standing(set);
        for (let i = 0; i < words.length; i++) if (words[i] !== 0) see(firstWord + i, set, words[i] as number);
      }
    };
    const words = (parties >> 5) + 1;
    this.setsOfWord = Lists.of(words, (add) => eachWord((word, set) => add(word, set)));
    this.masksOfWord = Lists.of(words, (add) => eachWord((word, _, mask) => add(word, mask)));
    this.chatty = all.flatMap(({ splitsAll }, row) => (splitsAll ? [row] : []));
    this.rests = Int32Array.from(all, ({ rest }) => rest);
    this.classOf = this.classes(parties);
    this.heard = { size: 0, rows: new Int32Array(all.length), labels: new Int32Array(all.length) };
    this.places = new Int32Array(all.length);
  }

  /** The sets in which a peer stands out, of those that some row names. */
  setsOf(peer: PartyIndex): readonly PeerSet[] {
    const { setsOfWord, masksOfWord } = this;
    const found: PeerSet[] = [];
    const end = setsOfWord.starts[(peer >> 5) + 1] as number;
    for (let i = setsOfWord.starts[peer >> 5] as number; i < end; i++)
      if ((((masksOfWord.values[i] as number) >>> (peer & 31)) & 1) === 1) found.push(setsOfWord.values[i] as PeerSet);
    return found;
  }

  /** The rows that name a set, and what each says of who stands out in it and in none else of its sets. */
  eachRow(set: PeerSet, see: (row: RowNumber, label: Label) => void): void {
    const { starts, values } = this.rowsOfSet;
    const end = starts[set + 1] as number;
    for (let at = starts[set] as number; at < end; at++) {
      const row = values[at] as RowNumber;
      see(row, (this.all[row] as Cases).alone(set));
    }
  }

  labelOf(row: RowNumber, peer: PartyIndex): Label {
    return (this.all[row] as Cases).at(peer);
  }

  /** The rows that speak of a peer. Overwritten by the next. */
  spoken(peer: PartyIndex): Spoken {
    const { setsOfWord, masksOfWord, rowsOfSet, heard } = this;
    heard.size = 0;
    const word = peer >> 5;
    const end = setsOfWord.starts[word + 1] as number;
    for (let i = setsOfWord.starts[word] as number; i < end; i++) {
      if ((((masksOfWord.values[i] as number) >>> (peer & 31)) & 1) === 0) continue;
      const set = setsOfWord.values[i] as number;
      const last = rowsOfSet.starts[set + 1] as number;
      for (let at = rowsOfSet.starts[set] as number; at < last; at++) this.hear(rowsOfSet.values[at] as RowNumber, at);
    }
    for (const row of this.chatty) this.hear(row, VARIES);
    for (let i = 0; i < heard.size; i++) {
      const row = heard.rows[i] as RowNumber;
      this.places[row] = 0;
      heard.labels[i] = this.labelAt(heard.labels[i] as number, row, peer);
    }
    return heard;
  }

  /** Notes a row, with the place of its label as long as one set alone has it speak. */
  private hear(row: RowNumber, at: number): void {
    const { heard, places } = this;
    const place = places[row] as number;
    if (place === 0) {
      heard.rows[heard.size] = row;
      heard.labels[heard.size] = at;
      places[row] = ++heard.size;
    } else heard.labels[place - 1] = VARIES;
  }

  private labelAt(at: number, row: RowNumber, peer: PartyIndex): Label {
    const known = at === VARIES ? VARIES : (this.labelsOfSet[at] as number);
    if (known >= 0) return known;
    const label = (this.all[row] as Cases).at(peer);
    if (known === UNASKED) this.labelsOfSet[at] = label;
    return label;
  }

  /** Parties that stand out in the same sets and, where that matters, mean the same by every name of a port. */
  private classes(parties: number): Int32Array {
    const { setsOfWord, masksOfWord, book } = this;
    const splits = this.all.some(({ splitsByPorts }) => splitsByPorts);
    const classOf = new Int32Array(parties);
    const sequences = new Sequences();
    const numbers = new Pairs();
    for (let base = 0; base < parties; base += 32) {
      const start = setsOfWord.starts[base >> 5] as number;
      const end = setsOfWord.starts[(base >> 5) + 1] as number;
      for (let left = base + 32 > parties ? (1 << (parties & 31)) - 1 : -1; left !== 0; ) {
        const lowest = left & -left;
        let same = left;
        let standing = Sequences.EMPTY;
        for (let i = start; i < end; i++) {
          const mask = masksOfWord.values[i] as number;
          if ((mask & lowest) === 0) same &= ~mask;
          else {
            same &= mask;
            standing = sequences.append(standing, setsOfWord.values[i] as number);
          }
        }
        left &= ~same;
        for (let bits = same; bits !== 0; bits &= bits - 1) {
          const party = base + lowestBit(bits);
          classOf[party] = numbers.of(standing, splits ? book.ports.classOf(party) : 0);
        }
      }
    }
    return classOf;
  }
}
