import type { PartyIndex, Program } from "../model/program.ts";
import { Sequences } from "../model/sequences.ts";
import { bondBetween, type Sides } from "./bond-between.ts";
import type { Bonds } from "./bonds.ts";
import { Cells } from "./cells.ts";
import { isNode } from "./encounter.ts";
import type { Endpoint, Member } from "./endpoints.ts";
import type { Arrangement, Plane } from "./plane.ts";
import type { Row, RowNumber } from "./row.ts";
import { CLOSED, type Label } from "./verdicts.ts";

/** Everything one endpoint may open: by position in the listing, the number of its bond with each other, `APART` where there is none. */
export interface Fan {
  readonly row: Row;
  /** What the numbers stand for. */
  readonly bonds: Bonds;
}

/** How many fans are kept: sources that policies treat alike mostly lie near each other. */
const KEPT = 64;

/** Number of sources that policies treat alike: what they let out, and what others let in from them. */
type Role = number;

/**
 * Works out all that an endpoint may open, at once for every other.
 *
 * What destinations let in from a source comes in words of those who let in the same, and is cut where the source's own row tells
 * them apart. Members for which it matters on which node they run are asked one by one.
 * Cost: for each role, the words of a column; for each source, a lookup.
 */
export class Fans {
  private readonly cells: Cells;
  private readonly roles = new Sequences();
  private readonly kept = new Map<Role, Row>();
  /** By word of parties: where the entries of the source's own row start, counted from 1. */
  private readonly entryOf: Int32Array;

  constructor(
    private readonly program: Program,
    private readonly endpoints: readonly Endpoint[],
    private readonly sides: Sides,
    private readonly bonds: Bonds,
    private readonly arrangement: Arrangement,
  ) {
    this.cells = new Cells(arrangement.positions, endpoints.length, bonds);
    this.entryOf = new Int32Array((program.parties.length >> 5) + 1);
  }

  /** All that an endpoint may open, itself included: what one pod of several may open to another. */
  of(from: Endpoint): Fan {
    const { members } = from;
    const [only] = members;
    const isPlain = only && members.length === 1 && this.arrangement.nodes.length === 0 && !isNode(only);
    return { row: isPlain ? this.ofParty(only.party) : this.ofMembers(members), bonds: this.bonds };
  }

  private ofParty(party: PartyIndex): Row {
    const role = this.roleOf(party);
    const known = this.kept.get(role);
    if (known) return known;
    for (const plane of this.arrangement.planes) if (plane.meets(party)) this.addPlane(party, plane);
    const row = this.cells.row();
    if (this.kept.size === KEPT) this.kept.delete(this.kept.keys().next().value as Role);
    this.kept.set(role, row);
    return row;
  }

  private ofMembers(members: readonly Member[]): Row {
    const { planes, nodes } = this.arrangement;
    const byRole = new Map<Role, PartyIndex>();
    for (const member of members) if (!isNode(member)) byRole.set(this.roleOf(member.party), member.party);
    for (const plane of planes)
      for (const party of byRole.values()) if (plane.meets(party)) this.addPlane(party, plane);
    for (const source of members) {
      if (!isNode(source)) for (const { position, member } of nodes) this.addPair(source, member, position);
      else
        this.endpoints.forEach(({ members }, position) => {
          for (const member of members) this.addPair(source, member, position);
        });
    }
    return this.cells.row();
  }

  private roleOf(party: PartyIndex): Role {
    let role = this.roles.append(Sequences.EMPTY, this.sides.egress.rowOf[party] as RowNumber);
    for (const plane of this.arrangement.planes)
      role = this.roles.append(role, plane.meets(party) ? (plane.slices.classOf[party] as number) + 1 : 0);
    return role;
  }

  /** All that sources of the role of one may open. */
  private addPlane(source: PartyIndex, { circumstance, column }: Plane): void {
    const out = this.sides.egress.row(this.sides.egress.rowOf[source] as RowNumber, circumstance);
    for (let i = out.words.length - 1; i >= 0; i--) this.entryOf[out.words[i] as number] = i + 1;
    column.each(source, (word, parties, into) => this.enter(word, parties, into, out));
    for (const word of out.words) this.entryOf[word] = 0;
  }

  /** Parties of one word let in `into`: what of it does the source let out to each? */
  private enter(word: number, parties: number, into: Label, out: Row): void {
    let left = parties;
    const first = this.entryOf[word] as number;
    if (first > 0) {
      for (let i = first - 1; out.words[i] === word; i++) {
        const both = left & (out.masks[i] as number);
        if (both === 0) continue;
        left &= ~both;
        this.cells.addParties(word, both, this.bonds.meet(out.labels[i] as Label, into));
      }
    }
    if (left !== 0 && out.rest !== CLOSED) this.cells.addParties(word, left, this.bonds.meet(out.rest, into));
  }

  private addPair(source: Member, destination: Member, position: number): void {
    const { program, sides, bonds } = this;
    const bond = bondBetween(program, sides, bonds, { members: [source] }, { members: [destination] });
    this.cells.addPosition(position, bond);
  }
}
