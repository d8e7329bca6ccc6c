import type { PartyIndex, Program } from "../model/program.ts";
import { Sequences } from "../model/sequences.ts";
import { bondBetween, type Sides } from "./bond-between.ts";
import type { Bonds } from "./bonds.ts";
import { Cells } from "./cells.ts";
import { isNode } from "./encounter.ts";
import type { Endpoint, Member } from "./endpoints.ts";
import type { Arrangement } from "./plane.ts";
import type { Row, RowNumber } from "./row.ts";
import { Weave } from "./weave.ts";

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
 * In each way they can meet somebody, sources that policies treat alike share what comes of it ({@link Weave}). Members for which it
 * matters on which node they run are asked one by one. Cost: for each role, that of its weave; for each source, a lookup.
 */
export class Fans {
  private readonly cells: Cells;
  private readonly roles = new Sequences();
  private readonly kept = new Map<Role, Row>();
  /** By plane. */
  private readonly weaves: readonly Weave[];

  constructor(
    private readonly program: Program,
    private readonly endpoints: readonly Endpoint[],
    private readonly sides: Sides,
    private readonly bonds: Bonds,
    private readonly arrangement: Arrangement,
  ) {
    const isMet = (party: PartyIndex) => arrangement.planes.some((plane) => plane.meets(party));
    this.cells = new Cells(arrangement.positions, endpoints.length, bonds, isMet);
    this.weaves = arrangement.planes.map((plane) => new Weave(plane, sides.egress, bonds));
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
    const row = this.together(this.rowsOf([party]));
    if (this.kept.size === KEPT) this.kept.delete(this.kept.keys().next().value as Role);
    this.kept.set(role, row);
    return row;
  }

  private ofMembers(members: readonly Member[]): Row {
    const { nodes } = this.arrangement;
    const byRole = new Map<Role, PartyIndex>();
    for (const member of members) if (!isNode(member)) byRole.set(this.roleOf(member.party), member.party);
    for (const row of this.rowsOf([...byRole.values()])) this.cells.addRow(row);
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

  /** What sources may open, in each way they can meet somebody. */
  private rowsOf(sources: readonly PartyIndex[]): readonly Row[] {
    return this.arrangement.planes.flatMap((plane, at) =>
      sources.flatMap((source) => (plane.meets(source) ? [(this.weaves[at] as Weave).of(source)] : [])),
    );
  }

  /** One row by position of what rows say by party. */
  private together(rows: readonly Row[]): Row {
    const [only, ...more] = rows;
    if (only && more.length === 0 && this.cells.isStraight) return only;
    for (const row of rows) this.cells.addRow(row);
    return this.cells.row();
  }

  private addPair(source: Member, destination: Member, position: number): void {
    const { program, sides, bonds } = this;
    const bond = bondBetween(program, sides, bonds, { members: [source] }, { members: [destination] });
    this.cells.addPosition(position, bond);
  }
}
