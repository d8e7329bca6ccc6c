import { lowestBit } from "../model/bitset.ts";
import type { PartyIndex } from "../model/program.ts";
import { APART, type BondNumber, type Bonds } from "./bonds.ts";
import type { Lists } from "./lists.ts";
import { Mosaic } from "./mosaic.ts";
import type { Row } from "./row.ts";

/** What one endpoint may open while it is put together: by position in a listing, found party by party. Emptied and used again. */
export class Cells {
  private readonly mosaic: Mosaic;
  /** By word of parties: whether each that is met stands at the position of its own number, and nowhere else. */
  private readonly straight: Uint8Array;
  /** Whether all do, and so parties need not be moved. */
  readonly isStraight: boolean;
  /** By party: the bits of it and of its neighbours in its word that stand where it does. */
  private readonly together: Int32Array;

  /**
   * `positions` are those of each party; what is found of one of them in several ways is joined. Nothing is ever found of parties that are not
   * `met`.
   */
  constructor(
    private readonly positions: Lists,
    endpoints: number,
    bonds: Bonds,
    met: (party: PartyIndex) => boolean,
  ) {
    this.mosaic = new Mosaic((endpoints >> 5) + 1, (a, b) => bonds.join(a, b));
    const { starts, values } = positions;
    this.straight = new Uint8Array((starts.length >> 5) + 1).fill(1);
    for (let party = 0; party + 1 < starts.length; party++) {
      const at = starts[party] as number;
      if (starts[party + 1] === at && !met(party)) continue;
      if (starts[party + 1] !== at + 1 || values[at] !== party) this.straight[party >> 5] = 0;
    }
    this.isStraight = !this.straight.includes(0);
    this.together = togetherIn(positions);
  }

  /** Parties have the bonds of some entries of a row. */
  addEntries({ words, masks, labels }: Row, from: number, to: number): void {
    for (let i = from; i < to; i++) this.addParties(words[i] as number, masks[i] as number, labels[i] as BondNumber);
  }

  /** Some parties of a word have this bond. */
  addParties(word: number, mask: number, bond: BondNumber): void {
    if (bond === APART) return;
    if (this.straight[word] === 1) {
      this.mosaic.add(word, mask, bond);
      return;
    }
    const { starts, values } = this.positions;
    for (let bits = mask; bits !== 0; ) {
      const party = (word << 5) + lowestBit(bits);
      bits &= ~(this.together[party] as number);
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

/** Parties of one namespace are mostly neighbours: grouped by namespace, a word of them stands at few positions. */
function togetherIn({ starts, values }: Lists): Int32Array {
  const parties = starts.length - 1;
  const together = new Int32Array(parties);
  const isAlike = (a: PartyIndex, b: PartyIndex) => {
    const [at, other] = [starts[a] as number, starts[b] as number];
    const length = (starts[a + 1] as number) - at;
    if ((starts[b + 1] as number) - other !== length) return false;
    for (let i = 0; i < length; i++) if (values[at + i] !== values[other + i]) return false;
    return true;
  };
  for (let party = 0; party < parties; ) {
    const first = party;
    let bits = 0;
    do bits |= 1 << (party++ & 31);
    while (party < parties && (party & 31) !== 0 && isAlike(first, party));
    together.fill(bits, first, party);
  }
  return together;
}
