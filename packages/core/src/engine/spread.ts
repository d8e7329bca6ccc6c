import { Bitset, bitCount } from "../model/bitset.ts";
import type { PartyIndex, Program } from "../model/program.ts";
import { bondBetween, type Sides } from "./bond-between.ts";
import { APART, type Bonds } from "./bonds.ts";
import { isNode } from "./encounter.ts";
import type { Endpoint, Member } from "./endpoints.ts";
import type { Arrangement, Plane } from "./plane.ts";
import type { Row } from "./row.ts";
import type { RowNumber } from "./side-table.ts";
import { CLOSED, type Label } from "./verdicts.ts";

/** Egress rows that let out to fewer than one in so many parties are gone through peer by peer. */
const FEW = 16;

/**
 * Everything that is reached from one endpoint, hop by hop.
 *
 * A hop takes all that was reached in the one before it at once, and looks only at ingress rows of which somebody is not reached yet.
 * Cost: for each distinct egress row of what is reached, the entries that ingress rows have in its subjects' words; for each endpoint
 * that is not reached, a look for each source that its row lets in.
 */
export class Spread {
  private readonly reached: Int32Array;
  private missing: number;
  private fresh: Member[] = [];
  /** By plane: how many endpoints of each ingress row are not reached, each counted for each of its members. */
  private readonly left: readonly Int32Array[];
  private readonly spokenOf: Int32Array;

  constructor(
    private readonly program: Program,
    private readonly endpoints: readonly Endpoint[],
    private readonly sides: Sides,
    private readonly bonds: Bonds,
    private readonly arrangement: Arrangement,
  ) {
    this.reached = new Int32Array((endpoints.length >> 5) + 1);
    this.missing = endpoints.length;
    this.left = arrangement.planes.map(({ starts }) =>
      starts.subarray(1).map((end, row) => end - (starts[row] as number)),
    );
    this.spokenOf = new Int32Array(sides.ingress.rowCount);
  }

  /** Positions in the listing, that of the start included. It need not be in the listing itself. To be asked once. */
  from(start: Endpoint): Bitset {
    const own = this.endpoints.indexOf(start);
    if (own >= 0) this.reach(own);
    this.fresh = [...start.members];
    while (this.fresh.length > 0 && this.missing > 0) {
      const sources = this.fresh;
      this.fresh = [];
      this.hop(sources);
    }
    return Bitset.fromWords(this.reached);
  }

  private hop(sources: readonly Member[]): void {
    const pods = sources.filter((source) => !isNode(source));
    this.arrangement.planes.forEach((plane, at) => {
      for (const group of plane.byEgressRow(pods))
        if (this.missing > 0) this.leave(group, plane, this.left[at] as Int32Array);
    });
    for (const { position, member } of this.arrangement.nodes)
      for (const source of pods) this.tryPair(source, member, position);
    for (const source of sources.filter(isNode))
      this.endpoints.forEach(({ members }, position) => {
        for (const member of members) this.tryPair(source, member, position);
      });
  }

  /** All that sources of one egress row reach. */
  private leave(sources: Bitset, plane: Plane, left: Int32Array): void {
    const row = this.sides.egress.row(this.sides.egress.rowOf[sources.first] as RowNumber, plane.circumstance);
    if (row.rest === CLOSED && row.openCount * FEW < this.program.parties.length) this.byEgress(sources, plane, row);
    else this.byIngress(sources, plane, row, left);
  }

  private byEgress(sources: Bitset, plane: Plane, row: Row): void {
    const { startsOfParty, positionsOfParty, ingressRow, circumstance } = plane;
    const { peers, labels } = row.openPeers();
    for (let i = 0; i < peers.length; i++) {
      const peer = peers[i] as PartyIndex;
      const ingress = this.sides.ingress.row(ingressRow[peer] as RowNumber, circumstance);
      const end = startsOfParty[peer + 1] as number;
      for (let k = startsOfParty[peer] as number; k < end; k++) {
        const position = positionsOfParty[k] as number;
        if (this.has(position)) continue;
        for (const source of sources) {
          if (this.bonds.meet(labels[i] as Label, ingress.at(source)) === APART) continue;
          this.reach(position);
          break;
        }
      }
    }
  }

  private byIngress(sources: Bitset, plane: Plane, out: Row, left: Int32Array): void {
    const { spokenOf } = this;
    const say = (row: RowNumber, label: Label, meant: number) => {
      if (left[row] === 0) return;
      spokenOf[row] = (spokenOf[row] as number) + bitCount(meant);
      this.enter(row, label, plane, out);
    };
    for (let i = 0; i < sources.words.length; i++) {
      const meant = sources.words[i] as number;
      if (meant !== 0) plane.slices.spoken(sources.firstWord + i, meant, say);
    }
    const { size } = sources;
    for (const row of plane.openRows) {
      if (left[row] !== 0 && (spokenOf[row] as number) < size) this.enter(row, plane.restOf(row), plane, out);
      spokenOf[row] = 0;
    }
  }

  /** Those who share an ingress row, and are not reached yet, where what the source lets out gets in. */
  private enter(row: RowNumber, into: Label, { starts, positions, parties }: Plane, out: Row): void {
    if (into === CLOSED) return;
    const end = starts[row + 1] as number;
    for (let i = starts[row] as number; i < end; i++) {
      const position = positions[i] as number;
      if (!this.has(position) && this.bonds.meet(out.at(parties[i] as PartyIndex), into) !== APART)
        this.reach(position);
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
    const { type, members } = this.endpoints[position] as Endpoint;
    this.arrangement.planes.forEach((plane, at) => {
      const left = this.left[at] as Int32Array;
      for (const member of members) {
        if (isNode(member) || !plane.meets(member.party)) continue;
        const row = plane.ingressRow[member.party] as RowNumber;
        left[row] = (left[row] as number) - 1;
      }
    });
    if (type !== "address") for (const member of members) this.fresh.push(member);
  }
}
