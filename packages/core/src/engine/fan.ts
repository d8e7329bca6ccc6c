import type { PartyIndex, Program } from "../model/program.ts";
import { Sequences } from "../model/sequences.ts";
import { bondBetween, type Sides } from "./bond-between.ts";
import { APART, type Bonds } from "./bonds.ts";
import { Cells } from "./cells.ts";
import { isNode } from "./encounter.ts";
import type { Endpoint, Member } from "./endpoints.ts";
import type { Arrangement } from "./plane.ts";
import type { Row, RowNumber } from "./row.ts";
import { type Run, Runs } from "./runs.ts";
import { Weave } from "./weave.ts";

/** Everything one endpoint may open: by position in the listing, the number of its bond with each other, `APART` where there is none. */
export interface Fan {
  /** In one piece: to look at some of it. */
  readonly row: Row;
  /** The same in runs, of which sources share most: the cheapest way to go through it all. */
  readonly runs: readonly Run[];
  /** What the numbers stand for. */
  readonly bonds: Bonds;
}

class RunsOf implements Fan {
  constructor(
    private readonly of: Runs,
    readonly bonds: Bonds,
  ) {}

  get runs(): readonly Run[] {
    return this.of.all;
  }

  get row(): Row {
    return this.of.row(APART);
  }
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
  private readonly kept = new Map<Role, Runs>();
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
    return new RunsOf(isPlain ? this.ofParty(only.party) : Runs.of(this.ofMembers(members)), this.bonds);
  }

  private ofParty(party: PartyIndex): Runs {
    const role = this.roleOf(party);
    const known = this.kept.get(role);
    if (known) return known;
    const runs = this.together(this.wovenFrom([party]));
    if (this.kept.size === KEPT) this.kept.delete(this.kept.keys().next().value as Role);
    this.kept.set(role, runs);
    return runs;
  }

  private ofMembers(members: readonly Member[]): Row {
    const { nodes } = this.arrangement;
    const byRole = new Map<Role, PartyIndex>();
    for (const member of members) if (!isNode(member)) byRole.set(this.roleOf(member.party), member.party);
    for (const runs of this.wovenFrom([...byRole.values()])) this.addRuns(runs);
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

  /** What sources may open, by party, in each way they can meet somebody. */
  private wovenFrom(sources: readonly PartyIndex[]): readonly Runs[] {
    return this.arrangement.planes.flatMap((plane, at) =>
      sources.flatMap((source) => (plane.meets(source) ? [(this.weaves[at] as Weave).of(source)] : [])),
    );
  }

  /** By position what is woven by party. */
  private together(woven: readonly Runs[]): Runs {
    const [only, ...more] = woven;
    if (only && more.length === 0 && this.cells.isStraight) return only;
    for (const runs of woven) this.addRuns(runs);
    return Runs.of(this.cells.row());
  }

  private addRuns(runs: Runs): void {
    for (const { row, from, to } of runs.all) this.cells.addEntries(row, from, to);
  }

  private addPair(source: Member, destination: Member, position: number): void {
    const { program, sides, bonds } = this;
    const bond = bondBetween(program, sides, bonds, { members: [source] }, { members: [destination] });
    this.cells.addPosition(position, bond);
  }
}
