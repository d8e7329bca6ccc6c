import { lowestBit } from "../model/bitset.ts";
import type { PartyIndex } from "../model/program.ts";
import type { Lists } from "./lists.ts";
import { Mosaic } from "./mosaic.ts";
import type { PeerSet } from "./peer-sets.ts";
import type { Row, RowNumber } from "./row.ts";
import type { Slices } from "./slices.ts";
import { CLOSED, type Label } from "./verdicts.ts";

/** The subjects of each row: words, and who of them. */
export interface Subjects {
  readonly words: Lists;
  readonly masks: Lists;
}

/**
 * What all subjects let in from one source, by the words of those who say the same.
 *
 * What they say of sources that stand out in one set is put together once for the set. Who speaks of a source because of several of
 * its sets is asked again. Cost: the words of the source's sets; the first time, the rows that name them.
 */
export class Column {
  private readonly ofSets: (Row | undefined)[] = [];
  private readonly mosaic: Mosaic;
  /** By word: those who spoke, and those who did so more than once. */
  private readonly heard: Int32Array;
  private readonly twice: Int32Array;

  constructor(
    private readonly slices: Slices,
    private readonly subjects: Subjects,
    /** What those say who do not speak of the source. */
    private readonly unspoken: Row,
    private readonly rowOf: Int32Array,
  ) {
    const words = (rowOf.length >> 5) + 1;
    this.mosaic = new Mosaic(words, (label) => label);
    this.heard = new Int32Array(words);
    this.twice = new Int32Array(words);
  }

  /** Everybody who lets something in, each once; words in no order. */
  each(source: PartyIndex, see: (word: number, subjects: number, label: Label) => void): void {
    const { heard, twice, unspoken } = this;
    const rows = this.slices.setsOf(source).map((set) => this.ofSet(set));
    let clashes = 0;
    for (const { words, masks } of rows)
      for (let i = 0; i < words.length; i++) {
        const word = words[i] as number;
        const again = (heard[word] as number) & (masks[i] as number);
        clashes |= again;
        twice[word] = (twice[word] as number) | again;
        heard[word] = (heard[word] as number) | (masks[i] as number);
      }
    for (const { words, masks, labels } of rows)
      for (let i = 0; i < words.length; i++) {
        const left = (masks[i] as number) & ~(twice[words[i] as number] as number);
        if (left !== 0 && labels[i] !== CLOSED) see(words[i] as number, left, labels[i] as Label);
      }
    if (clashes !== 0) this.eachTwice(source, see);
    for (let i = 0; i < unspoken.words.length; i++) {
      const word = unspoken.words[i] as number;
      const left = (unspoken.masks[i] as number) & ~(heard[word] as number);
      if (left !== 0) see(word, left, unspoken.labels[i] as Label);
    }
    heard.fill(0);
  }

  private eachTwice(source: PartyIndex, see: (word: number, subjects: number, label: Label) => void): void {
    this.twice.forEach((subjects, word) => {
      for (let bits = subjects; bits !== 0; bits &= bits - 1) {
        const label = this.slices.labelOf(this.rowOf[(word << 5) + lowestBit(bits)] as RowNumber, source);
        if (label !== CLOSED) see(word, bits & -bits, label);
      }
    });
    this.twice.fill(0);
  }

  /** What subjects say of sources that stand out in a set and in none else of those their rows name. */
  private ofSet(set: PeerSet): Row {
    const known = this.ofSets[set];
    if (known) return known;
    const { words, masks } = this.subjects;
    this.slices.eachRow(set, (row, label) => {
      const end = words.starts[row + 1] as number;
      for (let at = words.starts[row] as number; at < end; at++)
        this.mosaic.add(words.values[at] as number, masks.values[at] as number, label);
    });
    const made = this.mosaic.row(CLOSED);
    this.ofSets[set] = made;
    return made;
  }
}
