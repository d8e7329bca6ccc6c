import { lowestBit } from "../model/bitset.ts";
import { APART, type BondNumber, type Bonds } from "./bonds.ts";
import { Entries, longer } from "./entries.ts";
import type { Lists } from "./lists.ts";
import type { Row } from "./row.ts";

const NONE = -1;

/**
 * What one endpoint may open while it is put together, in any order: words of positions in a listing, each with its bond. What is
 * found of a position in several ways is joined. Emptied and used again.
 */
export class Cells {
  private readonly entries = new Entries();
  /** By word: its cell that came last. */
  private readonly heads: Int32Array;
  private masks: Int32Array = new Int32Array(1024);
  private bondsOf: Int32Array = new Int32Array(1024);
  private before: Int32Array = new Int32Array(1024);
  private count = 0;
  /** By word of parties: whether each stands at the position of its own number, and nowhere else. */
  private readonly isStraight: Uint8Array;

  constructor(
    private readonly positions: Lists,
    endpoints: number,
    private readonly bonds: Bonds,
  ) {
    this.heads = new Int32Array((endpoints >> 5) + 1).fill(NONE);
    const { starts, values } = positions;
    this.isStraight = new Uint8Array((starts.length >> 5) + 1).fill(1);
    for (let party = 0; party + 1 < starts.length; party++) {
      const at = starts[party] as number;
      if (starts[party + 1] !== at + 1 || values[at] !== party) this.isStraight[party >> 5] = 0;
    }
  }

  /** Some parties of a word have this bond. */
  addParties(word: number, mask: number, bond: BondNumber): void {
    if (bond === APART) return;
    if (this.isStraight[word] === 1) {
      this.add(word, mask, bond);
      return;
    }
    const { starts, values } = this.positions;
    for (let bits = mask; bits !== 0; bits &= bits - 1) {
      const party = (word << 5) + lowestBit(bits);
      const end = starts[party + 1] as number;
      for (let i = starts[party] as number; i < end; i++) this.addPosition(values[i] as number, bond);
    }
  }

  addPosition(position: number, bond: BondNumber): void {
    if (bond !== APART) this.add(position >> 5, 1 << (position & 31), bond);
  }

  private add(word: number, mask: number, bond: BondNumber): void {
    let left = mask;
    let same = NONE;
    for (let cell = this.heads[word] as number; cell !== NONE; cell = this.before[cell] as number) {
      const other = this.bondsOf[cell] as BondNumber;
      if (other === bond) same = cell;
      const both = (this.masks[cell] as number) & left;
      if (both === 0) continue;
      left &= ~both;
      if (other === bond) continue;
      const joined = this.bonds.join(other, bond);
      if (joined === other) continue;
      this.masks[cell] = (this.masks[cell] as number) & ~both;
      if (joined === bond) left |= both;
      else this.add(word, both, joined);
    }
    if (left === 0) return;
    if (same === NONE) this.push(word, left, bond);
    else this.masks[same] = (this.masks[same] as number) | left;
  }

  private push(word: number, mask: number, bond: BondNumber): void {
    if (this.count === this.masks.length) this.grow();
    this.masks[this.count] = mask;
    this.bondsOf[this.count] = bond;
    this.before[this.count] = this.heads[word] as number;
    this.heads[word] = this.count++;
  }

  /** All that was added, as a row of bonds. */
  row(): Row {
    const { heads, masks, bondsOf, before, entries } = this;
    for (let word = 0; word < heads.length; word++) {
      for (let cell = heads[word] as number; cell !== NONE; cell = before[cell] as number)
        if (masks[cell] !== 0) entries.push(word, masks[cell] as number, bondsOf[cell] as BondNumber);
      heads[word] = NONE;
    }
    this.count = 0;
    return entries.row(APART);
  }

  private grow(): void {
    this.masks = longer(this.masks);
    this.bondsOf = longer(this.bondsOf);
    this.before = longer(this.before);
  }
}
