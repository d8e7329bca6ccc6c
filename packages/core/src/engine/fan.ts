import type { PartyIndex, Program } from "../model/program.ts";
import { type BondNumber, type Bonds, APART as NO_BOND } from "./bonds.ts";
import { type Circumstance, circumstances, familiesOf, hasFamily, isNode, SIMPLE } from "./encounter.ts";
import type { Endpoint, Member } from "./endpoints.ts";
import type { RowNumber, SideTable } from "./side-table.ts";
import { Slices } from "./slices.ts";
import { CLOSED, type Label } from "./verdicts.ts";

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

/** One way to meet that needs no more than a family, and who can be met in it. */
interface Plane {
  readonly circumstance: Circumstance;
  readonly slices: Slices;
  /** Members that speak the family, by the number of their ingress row: where each row's start. */
  readonly starts: Int32Array;
  readonly positions: Int32Array;
  readonly parties: Int32Array;
  /** What each ingress row says of the source at hand. */
  readonly column: Int32Array;
}

/** How many egress rows are kept spread out: sources that follow each other mostly share one. */
const KEPT = 64;

/**
 * Works out all that an endpoint may open, at once for every other.
 *
 * The column of the source says which ingress rows would let it in; only members with such a row are looked at, and what the source's
 * own row says of them decides. Members for which it matters on which node they run are asked one by one.
 * Cost: the ingress rows, and the pairs of which the destination's side is open.
 */
export class Fans {
  private readonly planes: readonly Plane[];
  /** Members that speak for a node. */
  private readonly nodes: readonly { readonly position: number; readonly member: Member }[];
  private readonly bondOf: Int32Array;
  private readonly reached: Int32Array;
  private readonly spread = new Map<number, Int32Array>();
  private size = 0;
  private last: Member | undefined;

  constructor(
    private readonly program: Program,
    private readonly endpoints: readonly Endpoint[],
    private readonly sides: { readonly egress: SideTable; readonly ingress: SideTable },
    private readonly bonds: Bonds,
  ) {
    this.bondOf = new Int32Array(endpoints.length).fill(NO_BOND);
    this.reached = new Int32Array(endpoints.length);
    const slots = endpoints.flatMap(({ members }, position) => members.map((member) => ({ position, member })));
    this.nodes = slots.filter(({ member }) => isNode(member));
    const plain = slots.filter(({ member }) => !isNode(member));
    this.planes = SIMPLE.flatMap((circumstance) => {
      const mine = plain.filter(({ member }) => this.speaks(member.party, circumstance));
      return mine.length === 0 ? [] : [this.planeOf(circumstance, mine)];
    });
  }

  /** All that an endpoint may open, itself included where it stands for more than one pod or address. */
  of(from: Endpoint): Fan {
    const [only, ...more] = from.members;
    const alike = only !== undefined && more.length === 0 && this.last?.party === only.party && !isNode(only);
    if (!alike || this.nodes.length > 0) {
      this.clear();
      for (const member of from.members) this.add(member);
    }
    this.last = more.length === 0 && only && !isNode(only) ? only : undefined;
    return { size: this.size, positions: this.reached, bondOf: this.bondOf, bonds: this.bonds };
  }

  private clear(): void {
    for (let i = 0; i < this.size; i++) this.bondOf[this.reached[i] as number] = NO_BOND;
    this.size = 0;
  }

  private add(source: Member): void {
    if (isNode(source)) {
      this.endpoints.forEach(({ members }, position) => {
        for (const member of members) this.addPair(source, member, position);
      });
      return;
    }
    for (const plane of this.planes)
      if (this.speaks(source.party, plane.circumstance)) this.addPlane(source.party, plane);
    for (const { position, member } of this.nodes) this.addPair(source, member, position);
  }

  private addPlane(source: PartyIndex, { circumstance, slices, starts, positions, parties, column }: Plane): void {
    const { bonds } = this;
    const egress = this.egressOf(source, circumstance);
    slices.column(source, column);
    for (let row = 0; row < column.length; row++) {
      const ingress = column[row] as Label;
      if (ingress === CLOSED) continue;
      const end = starts[row + 1] as number;
      for (let i = starts[row] as number; i < end; i++) {
        const out = egress[parties[i] as PartyIndex] as Label;
        if (out !== CLOSED) this.write(positions[i] as number, bonds.meet(out, ingress));
      }
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
    if (bond === NO_BOND) return;
    const known = this.bondOf[position] as BondNumber;
    if (known === NO_BOND) {
      this.reached[this.size++] = position;
      this.bondOf[position] = bond;
    } else if (known !== bond) this.bondOf[position] = this.bonds.join(known, bond);
  }

  /** What the source's own row says of every party. */
  private egressOf(source: PartyIndex, circumstance: Circumstance): Int32Array {
    const number = this.sides.egress.rowOf[source] as RowNumber;
    const key = number * SIMPLE.length + SIMPLE.indexOf(circumstance);
    let labels = this.spread.get(key);
    if (labels) this.spread.delete(key);
    else {
      labels = this.spread.size < KEPT ? new Int32Array(this.program.parties.length + 31) : this.oldest();
      this.sides.egress.row(number, circumstance).spread(labels);
    }
    this.spread.set(key, labels);
    return labels;
  }

  private oldest(): Int32Array {
    const [key, labels] = this.spread.entries().next().value as [number, Int32Array];
    this.spread.delete(key);
    return labels;
  }

  private speaks(party: PartyIndex, { family }: Circumstance): boolean {
    const own = this.program.parties[party];
    return own !== undefined && hasFamily(familiesOf(own), family);
  }

  private planeOf(circumstance: Circumstance, slots: readonly { position: number; member: Member }[]): Plane {
    const { ingress } = this.sides;
    const starts = new Int32Array(ingress.rowCount + 1);
    const rowOf = ({ member }: { readonly member: Member }) => ingress.rowOf[member.party] as RowNumber;
    for (const slot of slots) starts[rowOf(slot) + 1] = (starts[rowOf(slot) + 1] as number) + 1;
    for (let i = 1; i < starts.length; i++) starts[i] = (starts[i] as number) + (starts[i - 1] as number);
    const next = starts.slice();
    const positions = new Int32Array(slots.length);
    const parties = new Int32Array(slots.length);
    for (const slot of slots) {
      const at = next[rowOf(slot)] as number;
      next[rowOf(slot)] = at + 1;
      positions[at] = slot.position;
      parties[at] = slot.member.party;
    }
    const rows = Array.from({ length: ingress.rowCount }, (_, number) => ingress.row(number, circumstance));
    const slices = new Slices(rows, this.program.parties.length);
    return { circumstance, slices, starts, positions, parties, column: new Int32Array(rows.length) };
  }
}
