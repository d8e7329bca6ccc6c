import { Bitset, lowestBit } from "../model/bitset.ts";
import type { PartyIndex, Program } from "../model/program.ts";
import { bondBetween, type Sides } from "./bond-between.ts";
import { APART, type Bonds } from "./bonds.ts";
import { isNode } from "./encounter.ts";
import type { Endpoint, Member } from "./endpoints.ts";
import type { Arrangement, Plane } from "./plane.ts";
import type { Row, RowNumber } from "./row.ts";
import type { PeerClass } from "./slices.ts";
import { CLOSED, type Label } from "./verdicts.ts";

/** Egress rows that let out to fewer than one in so many parties are gone through peer by peer. */
const FEW = 16;

/**
 * Everything that is reached from one endpoint, hop by hop.
 *
 * A hop takes all that was reached in the one before it at once, and looks only at ingress rows of which somebody is not reached yet.
 * Cost: for each role of what is reached, the ingress rows that speak of it; for each endpoint that is not reached, a look for each
 * role that its row lets in.
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
    this.left = arrangement.planes.map((plane) => this.unreached(plane));
    this.spokenOf = new Int32Array(sides.ingress.rowCount);
  }

  private unreached({ subjects: { words, masks } }: Plane): Int32Array {
    const { starts } = this.arrangement.positions;
    return words.starts.subarray(1).map((end, row) => {
      let count = 0;
      for (let i = words.starts[row] as number; i < end; i++) {
        const base = (words.values[i] as number) << 5;
        for (let bits = masks.values[i] as number; bits !== 0; bits &= bits - 1) {
          const party = base + lowestBit(bits);
          count += (starts[party + 1] as number) - (starts[party] as number);
        }
      }
      return count;
    });
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
      for (const [row, group] of this.byEgressRow(pods, plane))
        if (this.missing > 0) this.leave(row, [...group.values()], plane, this.left[at] as Int32Array);
    });
    for (const { position, member } of this.arrangement.nodes)
      for (const source of pods) this.tryPair(source, member, position);
    for (const source of sources.filter(isNode))
      this.endpoints.forEach(({ members }, position) => {
        for (const member of members) this.tryPair(source, member, position);
      });
  }

  /** Those that can be met in this way by their egress row, one of each class. */
  private byEgressRow(sources: readonly Member[], plane: Plane) {
    const groups = new Map<RowNumber, Map<PeerClass, PartyIndex>>();
    for (const { party } of sources) {
      if (!plane.meets(party)) continue;
      const row = this.sides.egress.rowOf[party] as RowNumber;
      const group = groups.get(row) ?? new Map<PeerClass, PartyIndex>();
      groups.set(row, group.set(plane.slices.classOf[party] as PeerClass, party));
    }
    return groups;
  }

  /** All that sources of one egress row reach. */
  private leave(number: RowNumber, sources: readonly PartyIndex[], plane: Plane, left: Int32Array): void {
    const row = this.sides.egress.row(number, plane.circumstance);
    if (row.rest === CLOSED && row.openCount * FEW < this.program.parties.length) this.byEgress(sources, plane, row);
    else this.byIngress(sources, plane, row, left);
  }

  private byEgress(sources: readonly PartyIndex[], plane: Plane, row: Row): void {
    const { starts, values } = this.arrangement.positions;
    const { ingress } = this.sides;
    const { peers, labels } = row.openPeers();
    for (let i = 0; i < peers.length; i++) {
      const peer = peers[i] as PartyIndex;
      if (!plane.meets(peer)) continue;
      const isOpen = (source: PartyIndex) =>
        this.bonds.meet(labels[i] as Label, ingress.look(peer, source, plane.circumstance)) !== APART;
      const end = starts[peer + 1] as number;
      for (let k = starts[peer] as number; k < end; k++)
        if (!this.has(values[k] as number) && sources.some(isOpen)) this.reach(values[k] as number);
    }
  }

  private byIngress(sources: readonly PartyIndex[], plane: Plane, out: Row, left: Int32Array): void {
    const { spokenOf } = this;
    for (const source of sources) {
      const { size, rows, labels } = plane.slices.spoken(source);
      for (let i = 0; i < size; i++) {
        const row = rows[i] as RowNumber;
        if (left[row] === 0) continue;
        spokenOf[row] = (spokenOf[row] as number) + 1;
        this.enter(row, labels[i] as Label, plane, out);
      }
    }
    for (const row of plane.openRows)
      if (left[row] !== 0 && (spokenOf[row] as number) < sources.length)
        this.enter(row, plane.slices.rests[row] as Label, plane, out);
    spokenOf.fill(0);
  }

  /** Those who share an ingress row, and are not reached yet, where what the source lets out gets in. */
  private enter(row: RowNumber, into: Label, { subjects: { words, masks } }: Plane, out: Row): void {
    if (into === CLOSED) return;
    const { starts, values } = this.arrangement.positions;
    const end = words.starts[row + 1] as number;
    for (let at = words.starts[row] as number; at < end; at++) {
      const base = (words.values[at] as number) << 5;
      for (let bits = masks.values[at] as number; bits !== 0; bits &= bits - 1) {
        const party = base + lowestBit(bits);
        const last = starts[party + 1] as number;
        for (let i = starts[party] as number; i < last; i++) {
          const position = values[i] as number;
          if (!this.has(position) && this.bonds.meet(out.at(party), into) !== APART) this.reach(position);
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
    const { type, members } = this.endpoints[position] as Endpoint;
    this.arrangement.planes.forEach((plane, at) => {
      const left = this.left[at] as Int32Array;
      for (const member of members) {
        if (isNode(member) || !plane.meets(member.party)) continue;
        const row = this.sides.ingress.rowOf[member.party] as RowNumber;
        left[row] = (left[row] as number) - 1;
      }
    });
    if (type !== "address") for (const member of members) this.fresh.push(member);
  }
}
