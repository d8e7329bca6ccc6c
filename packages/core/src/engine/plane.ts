import { Bitset } from "../model/bitset.ts";
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
export class Arrangement {
  readonly planes: readonly Plane[];
  /** By party: the positions of its endpoints, nodes left out. */
  readonly positions: Lists;
  /** Members that speak for a node, for whom it matters on which node others run: they are in no plane. */
  readonly nodes: readonly Slot[];
  /** By position: the party of an endpoint's only member, where it has no other and that speaks for no node; else -1. */
  readonly only: Int32Array;
  private counted: readonly Int32Array[] | undefined;

  /** `planeOf` gives the plane of a way to meet. */
  constructor(program: Program, endpoints: readonly Endpoint[], planeOf: (circumstance: Circumstance) => Plane) {
    const parties: PartyIndex[] = [];
    const positions: number[] = [];
    const nodes: Slot[] = [];
    this.only = new Int32Array(endpoints.length).fill(-1);
    endpoints.forEach(({ members }, position) => {
      for (const member of members) {
        if (isNode(member)) nodes.push({ position, member });
        else {
          parties.push(member.party);
          positions.push(position);
          if (members.length === 1) this.only[position] = member.party;
        }
      }
    });
    this.nodes = nodes;
    this.positions = Lists.of(program.parties.length, (add) =>
      parties.forEach((party, i) => void add(party, positions[i] as number)),
    );
    this.planes = SIMPLE.filter((circumstance) => parties.some((party) => speaks(program, party, circumstance))).map(
      planeOf,
    );
  }

  /** By plane: how many endpoints there are of each ingress row, each counted for each of its members. */
  crowds(): readonly Int32Array[] {
    this.counted ??= this.planes.map((plane) => plane.count(this.positions));
    return this.counted;
  }
}

/** One way to meet for which a family is all that matters, and who can be met in it, by what they let in. */
export class Plane {
  /** Those who share an ingress row. */
  readonly subjects: Subjects;
  /** Who can be met in this way; by party too. */
  readonly everyone: Bitset;
  private readonly met: Uint8Array;
  private turned: Slices | undefined;
  private said: Column | undefined;

  constructor(
    program: Program,
    private readonly ingress: Sides["ingress"],
    readonly circumstance: Circumstance,
  ) {
    this.met = Uint8Array.from(program.parties, (_, party) => (speaks(program, party, circumstance) ? 1 : 0));
    this.everyone = Bitset.of([...this.met.keys()].filter((party) => this.met[party] === 1));
    const alike = this.alike((party) => ingress.rowOf[party] as RowNumber);
    this.subjects = {
      words: Lists.of(ingress.rowCount, (add) =>
        alike.keys.forEach((row, i) => void add(row, alike.words[i] as number)),
      ),
      masks: Lists.of(ingress.rowCount, (add) =>
        alike.keys.forEach((row, i) => void add(row, alike.masks[i] as number)),
      ),
    };
  }

  /** What ingress rows say of each source. */
  get slices(): Slices {
    this.turned ??= this.ingress.slices(this.circumstance);
    return this.turned;
  }

  /** What everybody lets in because of the sets in which sources stand out. */
  get column(): Column {
    if (!this.said) {
      const { slices, ingress } = this;
      const labelOf = (party: PartyIndex) => slices.rests[ingress.rowOf[party] as RowNumber] as Label;
      const entries = new Entries();
      const { keys, words, masks } = this.alike(labelOf);
      keys.forEach((label, i) => {
        if (label !== CLOSED) entries.push(words[i] as number, masks[i] as number, label);
      });
      this.said = new Column(slices, this.subjects, entries.row(CLOSED), ingress.rowOf);
    }
    return this.said;
  }

  /** Whether a party can be met in this way. */
  meets(party: PartyIndex): boolean {
    return this.met[party] === 1;
  }

  /** By ingress row: how many of what is listed for parties is listed for its subjects. */
  count(listed: Lists): Int32Array {
    const counts = new Int32Array(this.ingress.rowCount);
    for (let party = 0; party < this.met.length; party++) {
      if (this.met[party] === 0) continue;
      const row = this.ingress.rowOf[party] as RowNumber;
      counts[row] = (counts[row] as number) + (listed.starts[party + 1] as number) - (listed.starts[party] as number);
    }
    return counts;
  }

  /** Those who can be met, word by word, by what they have in common. */
  private alike(keyOf: (party: PartyIndex) => number): {
    readonly keys: readonly number[];
    readonly words: readonly number[];
    readonly masks: readonly number[];
  } {
    const { met } = this;
    const keys: number[] = [];
    const words: number[] = [];
    const masks: number[] = [];
    let start = 0;
    for (let party = 0; party < met.length; party++) {
      if ((party & 31) === 0) start = keys.length;
      if (met[party] === 0) continue;
      const key = keyOf(party);
      let at = start;
      while (at < keys.length && keys[at] !== key) at++;
      if (at === keys.length) {
        keys.push(key);
        words.push(party >> 5);
        masks.push(0);
      }
      masks[at] = (masks[at] as number) | (1 << (party & 31));
    }
    return { keys, words, masks };
  }
}
