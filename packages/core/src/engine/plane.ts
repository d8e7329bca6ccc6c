import { Bitset } from "../model/bitset.ts";
import type { PartyIndex, Program } from "../model/program.ts";
import type { Sides } from "./bond-between.ts";
import { type Circumstance, isNode, SIMPLE, speaks } from "./encounter.ts";
import type { Endpoint, Member } from "./endpoints.ts";
import type { RowNumber } from "./side-table.ts";
import { Slices } from "./slices.ts";
import { CLOSED, type Label } from "./verdicts.ts";

/** A member of an endpoint, and where the endpoint stands in the listing. */
export interface Slot {
  readonly position: number;
  readonly member: Member;
}

/** What a source's own row lets out, in the form in which it is quickest to go through. */
export type Outlet =
  /** The same to everybody. */
  | { readonly kind: "uniform"; readonly label: Label }
  /** Something to these only. */
  | { readonly kind: "few"; readonly peers: Int32Array; readonly labels: Int32Array }
  /** To each party what stands at its place. */
  | { readonly kind: "many"; readonly labels: Int32Array };

/** Rows that let out fewer than one in so many parties are gone through as a list. */
const FEW = 16;

/** How many outlets are kept: sources that follow each other mostly share one. */
const KEPT = 64;

/** Everybody of a listing, by the ways in which they can be met. */
export interface Arrangement {
  readonly planes: readonly Plane[];
  /** Members that speak for a node, for whom it matters on which node others run: they are in no plane. */
  readonly nodes: readonly Slot[];
}

export function arrange(program: Program, endpoints: readonly Endpoint[], sides: Sides): Arrangement {
  const slots = endpoints.flatMap(({ members }, position) => members.map((member) => ({ position, member })));
  const planes = SIMPLE.flatMap((circumstance) => {
    const mine = slots.filter(({ member }) => !isNode(member) && speaks(program, member.party, circumstance));
    return mine.length === 0 ? [] : [new Plane(program, sides, circumstance, mine)];
  });
  return { planes, nodes: slots.filter(({ member }) => isNode(member)) };
}

/** One way to meet for which a family is all that matters, and who can be met in it, arranged by ingress row and by party. */
export class Plane {
  /** Slots by ingress row: where each row's start, the positions of their endpoints, and their parties. */
  readonly starts: Int32Array;
  readonly positions: Int32Array;
  readonly parties: Int32Array;
  /** The positions alone, each once for a row: groups have many members that share one. */
  readonly startsOfCells: Int32Array;
  readonly cells: Int32Array;
  /** Slots by party: where each party's start, and the positions of their endpoints. */
  readonly startsOfParty: Int32Array;
  readonly positionsOfParty: Int32Array;
  /** For each party, its ingress row. */
  readonly ingressRow: Int32Array;
  /** The ingress rows that let in those they do not speak of. */
  readonly openRows: Int32Array;
  /** What ingress rows say of each source. */
  readonly slices: Slices;
  private readonly rests: Int32Array;
  /** By party: whether it can be met in this way. */
  private readonly met: Uint8Array;
  private readonly outlets = new Map<RowNumber, Outlet>();

  constructor(
    program: Program,
    private readonly sides: Sides,
    readonly circumstance: Circumstance,
    slots: readonly Slot[],
  ) {
    const { ingress } = sides;
    this.met = Uint8Array.from(program.parties, (_, party) => (speaks(program, party, circumstance) ? 1 : 0));
    this.ingressRow = ingress.rowOf;
    const byRow = arranged(slots, ingress.rowCount, ({ member }) => ingress.rowOf[member.party] as RowNumber);
    const byParty = arranged(slots, program.parties.length, ({ member }) => member.party);
    this.starts = byRow.starts;
    this.positions = Int32Array.from(byRow.slots, ({ position }) => position);
    this.parties = Int32Array.from(byRow.slots, ({ member }) => member.party);
    const cells = distinctNeighbours(this.starts, this.positions);
    this.startsOfCells = cells.starts;
    this.cells = cells.values;
    this.startsOfParty = byParty.starts;
    this.positionsOfParty = Int32Array.from(byParty.slots, ({ position }) => position);
    const rows = Array.from({ length: ingress.rowCount }, (_, number) => ingress.row(number, circumstance));
    this.rests = Int32Array.from(rows, ({ rest }) => rest);
    this.openRows = Int32Array.from(rows.keys()).filter((row) => this.rests[row] !== CLOSED);
    this.slices = new Slices(rows, program.parties.length);
  }

  /** Whether a party can be met in this way. */
  meets(party: PartyIndex): boolean {
    return this.met[party] === 1;
  }

  /** What an ingress row says of those it does not speak of. */
  restOf(row: RowNumber): Label {
    return this.rests[row] as Label;
  }

  /** The parties of those members that can be met in this way, grouped by their egress row. */
  byEgressRow(members: readonly Member[]): readonly Bitset[] {
    const groups = new Map<RowNumber, PartyIndex[]>();
    for (const { party } of members) {
      if (!this.meets(party)) continue;
      const row = this.sides.egress.rowOf[party] as RowNumber;
      const group = groups.get(row);
      if (group) group.push(party);
      else groups.set(row, [party]);
    }
    return Array.from(groups.values(), (parties) => Bitset.of(parties));
  }

  /** What sources let out that share an egress row. */
  outletOf(sources: Bitset): Outlet {
    const number = this.sides.egress.rowOf[sources.first] as RowNumber;
    const known = this.outlets.get(number);
    if (known) return known;
    const oldest = this.outlets.size < KEPT ? undefined : this.outlets.keys().next().value;
    const spare = oldest === undefined ? undefined : this.outlets.get(oldest);
    if (oldest !== undefined) this.outlets.delete(oldest);
    const outlet = this.makeOutlet(number, spare?.kind === "many" ? spare.labels : undefined);
    this.outlets.set(number, outlet);
    return outlet;
  }

  private makeOutlet(number: RowNumber, spare: Int32Array | undefined): Outlet {
    const row = this.sides.egress.row(number, this.circumstance);
    if (row.words.length === 0) return { kind: "uniform", label: row.rest };
    const parties = this.ingressRow.length;
    if (row.rest === CLOSED && row.openCount * FEW < parties) return { kind: "few", ...row.openPeers() };
    const labels = spare ?? new Int32Array(parties + 31);
    row.spread(labels);
    return { kind: "many", labels };
  }
}

/** Slots in the order of their keys, and where each key's start. */
function arranged(slots: readonly Slot[], keys: number, keyOf: (slot: Slot) => number) {
  const starts = new Int32Array(keys + 1);
  for (const slot of slots) starts[keyOf(slot) + 1] = (starts[keyOf(slot) + 1] as number) + 1;
  for (let i = 1; i <= keys; i++) starts[i] = (starts[i] as number) + (starts[i - 1] as number);
  const next = starts.slice();
  const inOrder = new Array<Slot>(slots.length);
  for (const slot of slots) {
    const at = next[keyOf(slot)] as number;
    next[keyOf(slot)] = at + 1;
    inOrder[at] = slot;
  }
  return { starts, slots: inOrder };
}

/** Lists without what is the same as the one before it; `starts` tells where each list starts, and the last one ends. */
function distinctNeighbours(starts: Int32Array, values: Int32Array) {
  const fewer = { starts: new Int32Array(starts.length), values: new Int32Array(values.length) };
  let count = 0;
  for (let list = 0; list + 1 < starts.length; list++) {
    fewer.starts[list] = count;
    const start = starts[list] as number;
    const end = starts[list + 1] as number;
    for (let i = start; i < end; i++)
      if (i === start || values[i] !== values[i - 1]) fewer.values[count++] = values[i] as number;
  }
  fewer.starts[starts.length - 1] = count;
  return { starts: fewer.starts, values: fewer.values.slice(0, count) };
}
