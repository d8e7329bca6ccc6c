import { lowestBit } from "../model/bitset.ts";
import { APART, type BondNumber, type Bonds } from "./bonds.ts";
import type { Lists } from "./lists.ts";
import { Mosaic } from "./mosaic.ts";
import type { Row } from "./row.ts";

/** What one endpoint may open while it is put together: by position in a listing, found party by party. Emptied and used again. */
export class Cells {
  private readonly mosaic: Mosaic;
  /** By word of parties: whether each stands at the position of its own number, and nowhere else. */
  private readonly isStraight: Uint8Array;

  /** `positions` are those of each party; what is found of one of them in several ways is joined. */
  constructor(
    private readonly positions: Lists,
    endpoints: number,
    bonds: Bonds,
  ) {
    this.mosaic = new Mosaic((endpoints >> 5) + 1, (a, b) => bonds.join(a, b));
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
      this.mosaic.add(word, mask, bond);
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
    if (bond !== APART) this.mosaic.add(position >> 5, 1 << (position & 31), bond);
  }

  /** All that was added, as a row of bonds. */
  row(): Row {
    return this.mosaic.row(APART);
  }
}
