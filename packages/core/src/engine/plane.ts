import { lowestBit } from "../model/bitset.ts";
import type { PartyIndex, Program } from "../model/program.ts";
import type { Sides } from "./bond-between.ts";
import { Column, type Subjects } from "./column.ts";
import { type Circumstance, isNode, SIMPLE, speaks } from "./encounter.ts";
import type { Endpoint, Member } from "./endpoints.ts";
import { Entries } from "./entries.ts";
import { Lists } from "./lists.ts";
import type { RowNumber } from "./row.ts";
import type { Slices } from "./slices.ts";
import { CLOSED, type Label } from "./verdicts.ts";

/** A member of an endpoint, and where the endpoint stands in the listing. */
export interface Slot {
  readonly position: number;
  readonly member: Member;
}

/** Everybody of a listing, by the ways in which they can be met. */
export interface Arrangement {
  readonly planes: readonly Plane[];
  /** By party: the positions of its endpoints, nodes left out. */
  readonly positions: Lists;
  /** Members that speak for a node, for whom it matters on which node others run: they are in no plane. */
  readonly nodes: readonly Slot[];
}

export function arrange(program: Program, endpoints: readonly Endpoint[], sides: Sides): Arrangement {
  const slots = endpoints.flatMap(({ members }, position) => members.map((member) => ({ position, member })));
  const pods = slots.filter(({ member }) => !isNode(member));
  const positions = Lists.of(program.parties.length, (add) => {
    for (const { position, member } of pods) add(member.party, position);
  });
  const planes = SIMPLE.flatMap((circumstance) => {
    if (!pods.some(({ member }) => speaks(program, member.party, circumstance))) return [];
    return [new Plane(program, sides, circumstance)];
  });
  return { planes, positions, nodes: slots.filter(({ member }) => isNode(member)) };
}

/** One way to meet for which a family is all that matters, and who can be met in it, by what they let in. */
export class Plane {
  /** Those who share an ingress row. */
  readonly subjects: Subjects;
  /** What ingress rows say of each source. */
  readonly slices: Slices;
  /** What everybody lets in from one source. */
  readonly column: Column;
  /** The ingress rows that let in those they do not speak of. */
  readonly openRows: readonly RowNumber[];

  /** By party: whether it can be met in this way. */
  private readonly met: Uint8Array;

  constructor(
    program: Program,
    { ingress }: Sides,
    readonly circumstance: Circumstance,
  ) {
    this.met = Uint8Array.from(program.parties, (_, party) => (speaks(program, party, circumstance) ? 1 : 0));
    this.slices = ingress.slices(circumstance);
    const { rests } = this.slices;
    const labelOf = (party: PartyIndex) => rests[ingress.rowOf[party] as RowNumber] as Label;
    const rowOf = (party: PartyIndex) => ingress.rowOf[party] as RowNumber;
    this.subjects = {
      words: Lists.of(ingress.rowCount, (add) => this.eachAlike(rowOf, add)),
      masks: Lists.of(ingress.rowCount, (add) => this.eachAlike(rowOf, (row, _, mask) => add(row, mask))),
    };
    const entries = new Entries();
    this.eachAlike(labelOf, (label, word, mask) => {
      if (label !== CLOSED) entries.push(word, mask, label);
    });
    this.column = new Column(this.slices, this.subjects, entries.row(CLOSED), ingress.rowOf);
    this.openRows = [...rests.keys()].filter((row) => rests[row] !== CLOSED);
  }

  /** Whether a party can be met in this way. */
  meets(party: PartyIndex): boolean {
    return this.met[party] === 1;
  }

  /** Those who can be met, word by word, by what they have in common. */
  private eachAlike(
    keyOf: (party: PartyIndex) => number,
    see: (key: number, word: number, mask: number) => void,
  ): void {
    const { met } = this;
    for (let base = 0; base < met.length; base += 32) {
      let left = 0;
      for (let bit = 0; bit < 32; bit++) if (met[base + bit] === 1) left |= 1 << bit;
      while (left !== 0) {
        const key = keyOf(base + lowestBit(left));
        let same = 0;
        for (let bits = left; bits !== 0; bits &= bits - 1)
          if (keyOf(base + lowestBit(bits)) === key) same |= bits & -bits;
        left &= ~same;
        see(key, base >> 5, same);
      }
    }
  }
}
