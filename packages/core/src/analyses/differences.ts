import type { Sides } from "../engine/bond-between.ts";
import { bondBetween } from "../engine/bond-between.ts";
import type { BondNumber, Bonds } from "../engine/bonds.ts";
import type { Cases } from "../engine/cases.ts";
import { Columns } from "../engine/columns.ts";
import { type Circumstance, isNode, SIMPLE, speaks } from "../engine/encounter.ts";
import type { Endpoint } from "../engine/endpoints.ts";
import type { RowNumber } from "../engine/row.ts";
import type { SideTable } from "../engine/side-table.ts";
import type { Label } from "../engine/verdicts.ts";
import type { Bitset } from "../model/bitset.ts";
import type { ConnectionSet } from "../model/connections.ts";
import type { Direction } from "../model/flow.ts";
import type { PartyIndex, PolicyRef, Program } from "../model/program.ts";
import { Pairs, Sequences } from "../model/sequences.ts";

/** One ordered pair whose connections an edit changes. */
export interface PairEffect {
  readonly from: Endpoint;
  readonly to: Endpoint;
  readonly before: ConnectionSet;
  readonly after: ConnectionSet;
  /**
   * The edited policies, as they were and as they are, that select one of the two in a direction that counts; the edited pod, where it
   * is one of the two; an edited namespace, where it changes whom policies mean that select one of the two.
   */
  readonly causes: readonly PolicyRef[];
}

/** All that edits change. */
export interface Effects {
  /** How many ordered pairs. */
  readonly size: number;
  /** Each of them, made as it is read. */
  readonly changes: Iterable<PairEffect>;
}

/** Both, one after the other. */
export function joined(a: Effects, b: Effects): Effects {
  return {
    size: a.size + b.size,
    changes: {
      *[Symbol.iterator]() {
        yield* a.changes;
        yield* b.changes;
      },
    },
  };
}

/** An edited policy, or a namespace that policies mean, and whom they select in one direction. */
export interface Edited {
  readonly policy: PolicyRef;
  readonly direction: Direction;
  readonly subjects: Bitset;
}

/** Fewer peers than this are asked about one by one. */
const FEW = 32;

/** Changes as they are found: one entry of each list for a pair. */
interface Found {
  readonly from: number[];
  readonly to: number[];
  readonly before: BondNumber[];
  readonly after: BondNumber[];
}

/**
 * Tells what differs between tables made from one another, from the subjects whose rows differ.
 *
 * Where one family is all there is, each subject's two rows are compared, and where they differ the other side is asked; pairs of
 * which an end speaks for a node, and all pairs where there are two families, are asked for both readings.
 * Cost: the peers for which a changed row differs, and for each changed subject one sweep over the other side's rows.
 */
export class Differences {
  private readonly holders: readonly (readonly number[])[];
  private readonly isApart: Uint8Array;
  private readonly apart: readonly number[];
  private readonly circumstance: Circumstance | undefined;

  constructor(
    private readonly program: Program,
    private readonly columnsOf: ColumnsOf,
    readonly endpoints: readonly Endpoint[],
    private readonly bonds: Bonds,
  ) {
    const holders: number[][] = program.parties.map(() => []);
    endpoints.forEach(({ members }, position) => {
      for (const { party } of members) holders[party]?.push(position);
    });
    this.holders = holders;
    const spoken = SIMPLE.filter((one) =>
      endpoints.some(({ members }) => members.some(({ party }) => speaks(program, party, one))),
    );
    this.circumstance = spoken.length === 1 ? spoken[0] : undefined;
    this.isApart = Uint8Array.from(endpoints, ({ members }) => (!this.circumstance || members.some(isNode) ? 1 : 0));
    this.apart = endpoints.flatMap((_, position) => (this.isApart[position] === 1 ? [position] : []));
  }

  /** Positions in {@link endpoints} of those that have pods of a party, or its addresses. */
  holding(party: PartyIndex): readonly number[] {
    return this.holders[party] ?? [];
  }

  /** `among` are the peers on which rows may differ, where that is known. */
  between(before: Sides, after: Sides, edited: readonly Edited[], among?: Bitset): Effects {
    const found: Found = { from: [], to: [], before: [], after: [] };
    const sources = touched(before.egress, after.egress);
    const destinations = touched(before.ingress, after.ingress);
    this.compareApart(before, after, sources, destinations, found);
    if (this.circumstance) {
      this.compare("egress", before, after, sources, among, found);
      this.compare("ingress", before, after, destinations, among, found);
    }
    return { size: found.from.length, changes: { [Symbol.iterator]: () => this.told(found, edited) } };
  }

  /** Pairs of a changed subject and a peer on which its rows differ; on ingress, those on which the peer's own rows do not differ too. */
  private compare(
    direction: Direction,
    before: Sides,
    after: Sides,
    subjects: readonly PartyIndex[],
    among: Bitset | undefined,
    found: Found,
  ): void {
    const { bonds } = this;
    const other: Direction = direction === "egress" ? "ingress" : "egress";
    for (const { peers, was, is, members } of this.rowsThatDiffer(
      before[direction],
      after[direction],
      subjects,
      among,
    )) {
      const look = this.lookerOf(other, peers.length);
      for (const subject of members) {
        for (let i = 0; i < peers.length; i++) {
          const peer = peers[i] as PartyIndex;
          const theirs = look(before[other], peer, subject);
          const now = look(after[other], peer, subject);
          const [old, fresh] = [was[i] as Label, is[i] as Label];
          if (direction === "egress") {
            this.write(subject, peer, bonds.meet(old, theirs), bonds.meet(fresh, now), found);
          } else if (theirs === now) this.write(peer, subject, bonds.meet(theirs, old), bonds.meet(now, fresh), found);
        }
      }
    }
  }

  /** How to ask the other side: about few peers one by one; about many, with one sweep over all its rows. */
  private lookerOf(
    direction: Direction,
    peers: number,
  ): (table: SideTable, subject: PartyIndex, peer: PartyIndex) => Label {
    const circumstance = this.circumstance as Circumstance;
    if (peers < FEW) return (table, subject, peer) => table.look(subject, peer, circumstance);
    const columns = this.columnsOf(direction, circumstance);
    return (table, subject, peer) => columns.at(table, subject, peer);
  }

  /** Changed subjects by the rows they had and have, with the peers on which the two rows differ, and how. */
  private *rowsThatDiffer(
    before: SideTable,
    after: SideTable,
    subjects: readonly PartyIndex[],
    among: Bitset | undefined,
  ) {
    const circumstance = this.circumstance as Circumstance;
    const groups = new Map<number, PartyIndex[]>();
    const pairs = new Pairs();
    for (const subject of subjects) {
      const key = pairs.of(before.rowOf[subject] as RowNumber, after.rowOf[subject] as RowNumber);
      const group = groups.get(key);
      if (group) group.push(subject);
      else groups.set(key, [subject]);
    }
    const size = before.settled;
    const guests = this.program.parties.slice(size).filter(({ index }) => this.holding(index).length > 0);
    const all = among ? undefined : ([new Int32Array(size + 31), new Int32Array(size + 31)] as const);
    for (const members of groups.values()) {
      const [first] = members as [PartyIndex];
      const rows = [before, after].map((table) => table.cases(table.rowOf[first] as RowNumber, circumstance));
      const [had, has] = rows as [Cases, Cases];
      const peers: PartyIndex[] = [];
      const was: Label[] = [];
      const is: Label[] = [];
      const compare = (peer: PartyIndex, old: Label, fresh: Label) => {
        if (old === fresh) return;
        peers.push(peer);
        was.push(old);
        is.push(fresh);
      };
      if (!all) {
        among?.forEach((peer) => {
          if (before.has(peer)) compare(peer, had.at(peer), has.at(peer));
        });
      } else {
        had.row.spread(all[0]);
        has.row.spread(all[1]);
        for (let peer = 0; peer < size; peer++) compare(peer, all[0][peer] as Label, all[1][peer] as Label);
        for (const { index } of guests) compare(index, had.at(index), has.at(index));
      }
      yield { members, was, is, peers };
    }
  }

  /** Pairs that are not a matter of one row each: every other endpoint for those that stand apart, those that do for the others. */
  private compareApart(
    before: Sides,
    after: Sides,
    sources: readonly PartyIndex[],
    destinations: readonly PartyIndex[],
    found: Found,
  ): void {
    if (this.apart.length === 0) return;
    const everybody = this.endpoints.map((_, position) => position);
    const from = new Set(sources.flatMap((party) => this.holders[party] ?? []));
    const to = new Set(destinations.flatMap((party) => this.holders[party] ?? []));
    const othersOf = (position: number) => (this.isApart[position] === 1 ? everybody : this.apart);
    for (const source of from)
      for (const peer of othersOf(source)) this.comparePair(before, after, source, peer, found);
    for (const destination of to)
      for (const peer of othersOf(destination))
        if (!from.has(peer)) this.comparePair(before, after, peer, destination, found);
  }

  private comparePair(before: Sides, after: Sides, source: number, destination: number, found: Found): void {
    const { program, bonds } = this;
    const [from, to] = [this.endpoints[source] as Endpoint, this.endpoints[destination] as Endpoint];
    if (!isPair(from, to)) return;
    const was = bondBetween(program, before, bonds, from, to);
    const is = bondBetween(program, after, bonds, from, to);
    if (!this.isSame(was, is)) push(found, source, destination, was, is);
  }

  private write(source: PartyIndex, destination: PartyIndex, was: BondNumber, is: BondNumber, found: Found): void {
    if (this.isSame(was, is)) return;
    for (const from of this.holders[source] ?? []) {
      if (this.isApart[from] === 1) continue;
      for (const to of this.holders[destination] ?? []) {
        if (this.isApart[to] === 1) continue;
        if (isPair(this.endpoints[from] as Endpoint, this.endpoints[to] as Endpoint)) push(found, from, to, was, is);
      }
    }
  }

  /** Whether two bonds allow the same, whatever opened it. */
  private isSame(a: BondNumber, b: BondNumber): boolean {
    return a === b || this.bonds.bond(a).connections.equals(this.bonds.bond(b).connections);
  }

  private *told({ from, to, before, after }: Found, edited: readonly Edited[]): Generator<PairEffect> {
    const causesOf = this.causesAmong(edited);
    for (let i = 0; i < from.length; i++) {
      const [source, destination] = [from[i] as number, to[i] as number];
      yield {
        from: this.endpoints[source] as Endpoint,
        to: this.endpoints[destination] as Endpoint,
        before: this.bonds.bond(before[i] as BondNumber).connections,
        after: this.bonds.bond(after[i] as BondNumber).connections,
        causes: causesOf(source, destination),
      };
    }
  }

  /** The policies behind a change, by the positions of its ends: looked for once for each end, and for each two lists. */
  private causesAmong(edited: readonly Edited[]): (from: number, to: number) => readonly PolicyRef[] {
    const sequences = new Sequences();
    const selecting = (direction: Direction) => {
      const known = new Map<number, number>();
      return (position: number): number => {
        const number = known.get(position);
        if (number !== undefined) return number;
        const { members } = this.endpoints[position] as Endpoint;
        let list = Sequences.EMPTY;
        edited.forEach((one, at) => {
          const selects = one.direction === direction && members.some(({ party }) => one.subjects.has(party));
          if (selects) list = sequences.append(list, at);
        });
        known.set(position, list);
        return list;
      };
    };
    const [selectingSource, selectingDestination] = [selecting("egress"), selecting("ingress")];
    const pairs = new Pairs();
    const lists: (readonly PolicyRef[])[] = [];
    return (from, to) => {
      const [out, into] = [selectingSource(from), selectingDestination(to)];
      const number = pairs.of(out, into);
      const positions = () => [...sequences.elements(out), ...sequences.elements(into)].sort((a, b) => a - b);
      lists[number] ??= [...new Set(positions().map((at) => (edited[at] as Edited).policy))];
      return lists[number];
    };
  }
}

/** What the tables that all others were made from say of one peer, for a direction and the circumstance in which ends meet. */
export type ColumnsOf = (direction: Direction, circumstance: Circumstance) => Columns;

/** The columns of tables, made when they are first asked for and then kept. */
export function columnsOf(tables: Sides): ColumnsOf {
  const made = new Map<string, Columns>();
  return (direction, circumstance) => {
    const key = `${direction} ${circumstance.id}`;
    let columns = made.get(key);
    if (!columns) {
      columns = new Columns(tables[direction], circumstance);
      made.set(key, columns);
    }
    return columns;
  };
}

/** Subjects that have another row. */
function touched(before: SideTable, after: SideTable): readonly PartyIndex[] {
  const found: PartyIndex[] = [];
  if (before.rowOf === after.rowOf) return found;
  for (let party = 0; party < before.rowOf.length; party++)
    if (before.rowOf[party] !== after.rowOf[party]) found.push(party);
  return found;
}

/** Not an endpoint to itself, unless it stands for several pods; nor address to address. */
export function isPair(from: Endpoint, to: Endpoint): boolean {
  return (from !== to || from.pods > 1) && (from.type !== "address" || to.type !== "address");
}

function push(found: Found, from: number, to: number, before: BondNumber, after: BondNumber): void {
  found.from.push(from);
  found.to.push(to);
  found.before.push(before);
  found.after.push(after);
}
