import { type Bitset, bitCount } from "../model/bitset.ts";
import type { PartyIndex, Program } from "../model/program.ts";
import type { Sides } from "./bond-between.ts";
import { APART, type BondNumber, type Bonds } from "./bonds.ts";
import { circumstances, isNode } from "./encounter.ts";
import type { Endpoint, Member } from "./endpoints.ts";
import type { Arrangement, Outlet, Plane } from "./plane.ts";
import type { RowNumber } from "./side-table.ts";
import { CLOSED, type Label } from "./verdicts.ts";

/** An outlet to more parties than can be gone through one by one. */
type Wide = Exclude<Outlet, { kind: "few" }>;

/** Everything one endpoint may open: the positions of the others it reaches, in no order, each with its bond. */
export interface Fan {
  readonly size: number;
  /** Positions in the endpoints of the listing, of which the first `size` are meant. */
  readonly positions: Int32Array;
  /** The number of the bond with each endpoint of the listing, by position. */
  readonly bondOf: Int32Array;
  /** What the numbers stand for. */
  readonly bonds: Bonds;
}

/**
 * Works out all that an endpoint may open, at once for every other.
 *
 * Either side's row names those it lets through, so the shorter list is gone through and the other side asked. Members for which it
 * matters on which node they run are asked one by one.
 * Cost: the ingress rows that speak of the source, and the pairs that the narrower side leaves open.
 */
export class Fans {
  private readonly bondOf: Int32Array;
  private readonly reached: Int32Array;
  /** How many of the sources at hand each ingress row speaks of. */
  private readonly spokenOf: Int32Array;
  private size = 0;
  private last: PartyIndex | undefined;

  constructor(
    private readonly program: Program,
    private readonly endpoints: readonly Endpoint[],
    private readonly sides: Sides,
    private readonly bonds: Bonds,
    private readonly arrangement: Arrangement,
  ) {
    this.bondOf = new Int32Array(endpoints.length).fill(APART);
    this.reached = new Int32Array(endpoints.length);
    this.spokenOf = new Int32Array(sides.ingress.rowCount);
  }

  /** All that an endpoint may open, itself included: what one pod of several may open to another. */
  of(from: Endpoint): Fan {
    const [only, ...more] = from.members;
    const isPlain = only && more.length === 0 && this.arrangement.nodes.length === 0 && !isNode(only);
    const plain = isPlain ? only.party : undefined;
    if (plain === undefined || plain !== this.last) {
      for (let i = 0; i < this.size; i++) this.bondOf[this.reached[i] as number] = APART;
      this.size = 0;
      this.add(from.members);
    }
    this.last = plain;
    return { size: this.size, positions: this.reached, bondOf: this.bondOf, bonds: this.bonds };
  }

  private add(members: readonly Member[]): void {
    const { planes, nodes } = this.arrangement;
    const pods = members.filter((member) => !isNode(member));
    for (const plane of planes) for (const sources of plane.byEgressRow(pods)) this.addPlane(sources, plane);
    for (const source of members) {
      if (!isNode(source)) for (const { position, member } of nodes) this.addPair(source, member, position);
      else
        this.endpoints.forEach(({ members }, position) => {
          for (const member of members) this.addPair(source, member, position);
        });
    }
  }

  /** All that sources of one egress row may open. */
  private addPlane(sources: Bitset, plane: Plane): void {
    const outlet = plane.outletOf(sources);
    if (outlet.kind === "few")
      for (const source of sources) this.addByEgress(source, plane, outlet.peers, outlet.labels);
    else this.addByIngress(sources, plane, outlet);
  }

  /** Goes through those that the source's side lets out. */
  private addByEgress(source: PartyIndex, plane: Plane, peers: Int32Array, labels: Int32Array): void {
    const { positionsOfParty, startsOfParty, ingressRow } = plane;
    const ingress = plane.slices.column(source);
    for (let i = 0; i < peers.length; i++) {
      const peer = peers[i] as PartyIndex;
      const into = ingress[ingressRow[peer] as RowNumber] as Label;
      if (into === CLOSED) continue;
      const bond = this.bonds.meet(labels[i] as Label, into);
      const end = startsOfParty[peer + 1] as number;
      for (let k = startsOfParty[peer] as number; k < end; k++) this.write(positionsOfParty[k] as number, bond);
    }
  }

  /** Goes through those whose own side lets a source in: what a row says of all it does not speak of is asked once for them all. */
  private addByIngress(sources: Bitset, plane: Plane, outlet: Wide): void {
    const { spokenOf } = this;
    const say = (row: RowNumber, label: Label, meant: number) => {
      spokenOf[row] = (spokenOf[row] as number) + bitCount(meant);
      this.addRow(plane, row, label, outlet);
    };
    for (let i = 0; i < sources.words.length; i++) {
      const meant = sources.words[i] as number;
      if (meant !== 0) plane.slices.spoken(sources.firstWord + i, meant, say);
    }
    const { size } = sources;
    // Of the other rows nobody reads how often they spoke.
    const { openRows } = plane;
    for (let i = 0; i < openRows.length; i++) {
      const row = openRows[i] as RowNumber;
      if ((spokenOf[row] as number) < size) this.addRow(plane, row, plane.restOf(row), outlet);
      spokenOf[row] = 0;
    }
  }

  /** The members that share an ingress row. */
  private addRow(plane: Plane, row: RowNumber, into: Label, outlet: Wide): void {
    if (into === CLOSED) return;
    if (outlet.kind === "uniform") {
      const { startsOfCells, cells } = plane;
      const bond = this.bonds.meet(outlet.label, into);
      const end = startsOfCells[row + 1] as number;
      for (let i = startsOfCells[row] as number; i < end; i++) this.write(cells[i] as number, bond);
      return;
    }
    const { starts, positions } = plane;
    const end = starts[row + 1] as number;
    // The innermost loop of all: neighbours mostly agree, so what is the same as for the last one is not looked up again.
    const { labels } = outlet;
    const { parties } = plane;
    let last = CLOSED;
    let bond = APART;
    for (let i = starts[row] as number; i < end; i++) {
      const out = labels[parties[i] as PartyIndex] as Label;
      if (out !== last) {
        last = out;
        bond = this.bonds.meet(out, into);
      }
      if (bond !== APART) this.write(positions[i] as number, bond);
    }
  }

  private addPair(source: Member, destination: Member, position: number): void {
    for (const circumstance of circumstances(this.program, source, destination)) {
      const egress = this.sides.egress.look(source.party, destination.party, circumstance);
      const ingress = this.sides.ingress.look(destination.party, source.party, circumstance);
      this.write(position, this.bonds.meet(egress, ingress));
    }
  }

  private write(position: number, bond: BondNumber): void {
    if (bond === APART) return;
    const known = this.bondOf[position] as BondNumber;
    if (known === APART) {
      this.reached[this.size++] = position;
      this.bondOf[position] = bond;
    } else if (known !== bond) this.bondOf[position] = this.bonds.join(known, bond);
  }
}
