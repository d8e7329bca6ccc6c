import { Bitset, lowestBit } from "../model/bitset.ts";
import type { PartyIndex, Program } from "../model/program.ts";
import { bondBetween, type Sides } from "./bond-between.ts";
import { APART, type Bonds } from "./bonds.ts";
import { isNode } from "./encounter.ts";
import type { Endpoint, Member } from "./endpoints.ts";
import type { Arrangement, Plane } from "./plane.ts";
import type { RowNumber } from "./row.ts";
import { CLOSED, type Label } from "./verdicts.ts";

/**
 * Everything that is reached from one endpoint, hop by hop.
 *
 * A hop takes all that was reached in the one before it at once, as words of parties, and asks those who are not reached yet whom of them
 * they let in: row by row, since those who share an ingress row let in the same. Whoever lets out the same is asked about once for a row.
 * Cost: for each hop, the words of each ingress row of which somebody is not reached.
 */
export class Spread {
  private readonly reached: Int32Array;
  private missing: number;
  /** Parties reached in the last hop; members too where it matters on which node they run. */
  private fresh: Int32Array;
  private freshMembers: Member[] = [];
  /** By plane: how many endpoints of each ingress row are not reached, each counted for each of its members. */
  private readonly left: readonly Int32Array[];
  /** By egress row: when it was last asked what it lets out, and with what being let in. */
  private readonly askedAt: Int32Array;
  private readonly askedWith: Int32Array;
  private asking = 0;

  constructor(
    private readonly program: Program,
    private readonly endpoints: readonly Endpoint[],
    private readonly sides: Sides,
    private readonly bonds: Bonds,
    private readonly arrangement: Arrangement,
  ) {
    this.reached = new Int32Array((endpoints.length >> 5) + 1);
    this.missing = endpoints.length;
    this.fresh = new Int32Array((program.parties.length >> 5) + 1);
    this.left = arrangement.crowds().map((counts) => counts.slice());
    this.askedAt = new Int32Array(sides.egress.rowCount);
    this.askedWith = new Int32Array(sides.egress.rowCount);
  }

  /** Positions in the listing, that of the start included. It need not be in the listing itself. To be asked once. */
  from(start: Endpoint): Bitset {
    const own = this.endpoints.indexOf(start);
    if (own >= 0) this.reach(own);
    for (const member of start.members) this.note(member);
    while (this.missing > 0) {
      const sources = Bitset.fromWords(this.fresh);
      const members = this.freshMembers;
      if (sources.isEmpty && members.length === 0) break;
      this.fresh = new Int32Array(this.fresh.length);
      this.freshMembers = [];
      this.hop(sources, members);
    }
    return Bitset.fromWords(this.reached);
  }

  private hop(sources: Bitset, members: readonly Member[]): void {
    this.arrangement.planes.forEach((plane, at) => {
      this.advance(sources.intersect(plane.everyone), plane, this.left[at] as Int32Array);
    });
    for (const source of members) {
      if (!isNode(source))
        for (const { position, member } of this.arrangement.nodes) this.tryPair(source, member, position);
      else
        this.endpoints.forEach(({ members }, position) => {
          for (const member of members) this.tryPair(source, member, position);
        });
    }
  }

  /** All that sources reach in one way to meet. */
  private advance(sources: Bitset, plane: Plane, left: Int32Array): void {
    const { askedAt, askedWith } = this;
    const { egress, ingress } = this.sides;
    for (let number = 0; number < left.length; number++) {
      if (left[number] === 0) continue;
      this.asking++;
      ingress.cases(number, plane.circumstance).eachOf(sources, (word, some, into) => {
        for (let bits = into === CLOSED ? 0 : some; bits !== 0; bits &= bits - 1) {
          const row = egress.rowOf[(word << 5) + lowestBit(bits)] as RowNumber;
          if (askedAt[row] === this.asking && askedWith[row] === into) continue;
          askedAt[row] = this.asking;
          askedWith[row] = into;
          this.meet(row, number, into, plane, left);
          if (left[number] === 0) return "enough";
        }
        return "more";
      });
    }
  }

  /** Those who share an ingress row, and are not reached yet, where what sources of an egress row let out gets in. */
  private meet(source: RowNumber, number: RowNumber, into: Label, plane: Plane, left: Int32Array): void {
    const out = this.sides.egress.cases(source, plane.circumstance);
    const same = out.isSame ? this.bonds.meet(out.rest, into) : undefined;
    if (same === APART) return;
    const { words, masks } = plane.subjects;
    const { starts, values } = this.arrangement.positions;
    const end = words.starts[number + 1] as number;
    for (let at = words.starts[number] as number; at < end && left[number] !== 0; at++) {
      const base = (words.values[at] as number) << 5;
      for (let bits = masks.values[at] as number; bits !== 0; bits &= bits - 1) {
        const party = base + lowestBit(bits);
        const last = starts[party + 1] as number;
        for (let i = starts[party] as number; i < last; i++) {
          const position = values[i] as number;
          if (this.has(position)) continue;
          if (same !== undefined || this.bonds.meet(out.at(party), into) !== APART) this.reach(position);
        }
      }
    }
  }

  private tryPair(source: Member, destination: Member, position: number): void {
    if (this.has(position)) return;
    const bond = bondBetween(this.program, this.sides, this.bonds, { members: [source] }, { members: [destination] });
    if (bond !== APART) this.reach(position);
  }

  private has(position: number): boolean {
    return (((this.reached[position >> 5] as number) >>> (position & 31)) & 1) === 1;
  }

  private reach(position: number): void {
    this.reached[position >> 5] = (this.reached[position >> 5] as number) | (1 << (position & 31));
    this.missing--;
    const only = this.arrangement.only[position] as PartyIndex;
    if (only >= 0 && this.arrangement.nodes.length === 0) {
      this.subtract(only);
      if (this.program.parties[only]?.kind === "pods") this.noteParty(only);
      return;
    }
    const { type, members } = this.endpoints[position] as Endpoint;
    for (const member of members) {
      if (!isNode(member)) this.subtract(member.party);
      if (type !== "address") this.note(member);
    }
  }

  /** One endpoint less of a party's rows is not reached. */
  private subtract(party: PartyIndex): void {
    const { planes } = this.arrangement;
    const row = this.sides.ingress.rowOf[party] as RowNumber;
    for (let at = 0; at < planes.length; at++) {
      const left = this.left[at] as Int32Array;
      if ((planes[at] as Plane).meets(party)) left[row] = (left[row] as number) - 1;
    }
  }

  /** Somebody from whom to go on. */
  private note(member: Member): void {
    if (!isNode(member)) this.noteParty(member.party);
    if (isNode(member) || this.arrangement.nodes.length > 0) this.freshMembers.push(member);
  }

  private noteParty(party: PartyIndex): void {
    this.fresh[party >> 5] = (this.fresh[party >> 5] as number) | (1 << (party & 31));
  }
}
