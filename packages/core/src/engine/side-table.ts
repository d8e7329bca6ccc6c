import { Bitset } from "../model/bitset.ts";
import { ConnectionSet } from "../model/connections.ts";
import type { Direction, Family } from "../model/flow.ts";
import type { PartyIndex, Program, Rule } from "../model/program.ts";
import { Pairs, Sequences } from "../model/sequences.ts";
import { type CaseBook, type CaseSubject, Cases } from "./cases.ts";
import { CIRCUMSTANCES, type Circumstance } from "./encounter.ts";
import { Entries } from "./entries.ts";
import type { Side } from "./extent.ts";
import { judge } from "./judge.ts";
import { type Guests, PeerSets } from "./peer-sets.ts";
import { Ports } from "./ports.ts";
import { type ApplicableRule, type Profile, profilesOf, SETTLED, type TierProfile } from "./profile.ts";
import type { Row, RowNumber } from "./row.ts";
import { Slices } from "./slices.ts";
import { TermReader } from "./terms.ts";
import { type Label, Verdicts } from "./verdicts.ts";

/** In place of a row. */
const ABSENT = -1;

/**
 * One direction's verdicts for every subject and peer, open questions settled at their defaults; worked out when looked at, then kept.
 *
 * Subjects with equal profiles share a row. In a row, peers that the same terms name share a verdict. What a verdict is comes from
 * `judge`, asked once for each distinct list of what the terms come to, wherever it occurs: the work is words of peers, not pairs.
 */
export class SideTable {
  private constructor(
    private readonly store: RowStore,
    /** For each party, the number of its row; none for guests that are not there. */
    readonly rowOf: Int32Array,
  ) {}

  static of(program: Program, direction: Direction): SideTable {
    const store = new RowStore(program, direction);
    const { numbers, profiles } = profilesOf(program, direction);
    const rows = new Pairs();
    const rowOf = numbers.map((number, party) => {
      const own = profiles[number] as readonly Profile[];
      const row = rows.of(number, store.portsThatMatter(own, party));
      if (row === store.size) store.add(own, party);
      return row;
    });
    return new SideTable(store, rowOf);
  }

  /**
   * The table once some subjects have other profiles. Rows are added and none is changed, so this table stays as it is.
   * Subjects with equal rows and equal `kind` must be given equal profiles.
   */
  changed(
    subjects: Iterable<PartyIndex>,
    kindOf: (subject: PartyIndex) => number,
    profilesOf: (before: readonly Profile[], kind: number) => readonly Profile[],
  ): SideTable {
    const rowOf = this.rowOf.slice();
    const made = new Map<string, { readonly profiles: readonly Profile[]; readonly rows: Map<number, RowNumber> }>();
    for (const subject of subjects) {
      if (!this.has(subject)) continue;
      const kind = kindOf(subject);
      const before = this.rowOf[subject] as RowNumber;
      const key = `${before} ${kind}`;
      let group = made.get(key);
      if (!group) {
        group = { profiles: profilesOf(this.store.profiles(before), kind), rows: new Map() };
        made.set(key, group);
      }
      const ports = this.store.portsThatMatter(group.profiles, subject);
      let row = group.rows.get(ports);
      if (row === undefined) {
        row = this.store.add(group.profiles, subject);
        group.rows.set(ports, row);
      }
      rowOf[subject] = row;
    }
    return new SideTable(this.store, rowOf);
  }

  /** Parties of a program, after those that rows know by now, may join this table and every one made from the same. */
  admit(program: Program, guests: Guests): void {
    this.store.admit(program, guests);
  }

  /** The table with some parties that joined, each with its profiles. */
  joinedBy(guests: Iterable<PartyIndex>, profilesOf: (guest: PartyIndex) => readonly Profile[]): SideTable {
    const rowOf = new Int32Array(this.store.parties).fill(ABSENT);
    rowOf.set(this.rowOf);
    for (const guest of guests) rowOf[guest] = this.store.add(profilesOf(guest), guest);
    return new SideTable(this.store, rowOf);
  }

  /** Whether a party is there. Others may have joined other tables made from the same one. */
  has(party: PartyIndex): boolean {
    return party < this.rowOf.length && this.rowOf[party] !== ABSENT;
  }

  /** Past the last party that is no guest. */
  get settled(): PartyIndex {
    return this.store.settled;
  }

  /** How many rows there are, those of tables made from this one included. */
  get rowCount(): number {
    return this.store.size;
  }

  get verdicts(): Verdicts {
    return this.store.verdicts;
  }

  /** `peerIs` tells a node under its own address, of which rows know no more than of all its block. */
  look(subject: PartyIndex, peer: PartyIndex, circumstance: Circumstance, peerIs?: "node"): Label {
    const row = this.rowOf[subject] as RowNumber;
    return peerIs ? this.store.ofNode(row, subject, peer, circumstance) : this.cases(row, circumstance).at(peer);
  }

  /** The verdicts of the subjects that share a row; of nodes under their own address {@link look} knows more. */
  cases(number: RowNumber, circumstance: Circumstance): Cases {
    return this.store.cases(number, circumstance);
  }

  row(number: RowNumber, circumstance: Circumstance): Row {
    return this.cases(number, circumstance).row;
  }

  /** All rows there are by now, turned round. */
  slices(circumstance: Circumstance): Slices {
    return this.store.slices(circumstance);
  }

  /** Whether some policy has a rule for the subject in this direction, or isolates it. */
  governs(subject: PartyIndex): boolean {
    return this.profiles(subject).some((profile) =>
      profile.some(({ rules, isolation }) => isolation.expected || rules.length > 0),
    );
  }

  /** Whether what no rule allows is denied to the subject in this direction. */
  isolates(subject: PartyIndex): boolean {
    return this.profiles(subject).some((profile) => profile.some(({ isolation }) => isolation.expected));
  }

  private profiles(subject: PartyIndex): readonly Profile[] {
    return this.store.profiles(this.rowOf[subject] as RowNumber);
  }
}

/** The rows of one direction. They are only ever added to. */
class RowStore {
  readonly verdicts = new Verdicts();
  private readonly everyone: Bitset;
  private readonly ports: Ports;
  private readonly specs: { readonly profiles: readonly Profile[]; readonly subject: PartyIndex }[] = [];
  /** By circumstance, then by row. */
  private readonly made: (Cases | undefined)[][] = CIRCUMSTANCES.map(() => []);
  private readonly book: CaseBook;
  private readonly terms: TermReader;
  private readonly labelOf = new Map<number, Label>();
  private readonly nodeLabels = new Map<number, Label>();
  private readonly naming = new Map<readonly Profile[], boolean>();

  constructor(
    private program: Program,
    private readonly direction: Direction,
  ) {
    this.everyone = Bitset.range(0, program.parties.length);
    this.ports = new Ports(program, direction);
    this.book = {
      sets: new PeerSets(this.everyone),
      ports: this.ports,
      sequences: new Sequences(),
      entries: new Entries(),
    };
    this.terms = new TermReader(this.ports, this.book.sets);
  }

  get size(): number {
    return this.specs.length;
  }

  get settled(): PartyIndex {
    return this.book.sets.settled;
  }

  get parties(): number {
    return this.program.parties.length;
  }

  admit(program: Program, guests: Guests): void {
    this.program = program;
    this.ports.admit(program);
    this.book.sets.admit(guests);
  }

  /** `subject` stands for all with these profiles whose ports do not matter or are the same. */
  add(profiles: readonly Profile[], subject: PartyIndex): RowNumber {
    this.specs.push({ profiles, subject });
    return this.specs.length - 1;
  }

  profiles(number: RowNumber): readonly Profile[] {
    return this.spec(number).profiles;
  }

  /** On ingress names resolve on the subject: a number for its ports where some rule uses names, else 0. */
  portsThatMatter(profiles: readonly Profile[], subject: PartyIndex): number {
    if (this.direction === "egress") return 0;
    let named = this.naming.get(profiles);
    if (named === undefined) {
      named = profiles.some((profile) => profile.some(({ rules }) => rules.some(({ rule }) => this.usesNames(rule))));
      this.naming.set(profiles, named);
    }
    return named ? this.ports.classOf(subject) : 0;
  }

  private usesNames(rule: Rule): boolean {
    return this.ports.isNamed(this.ports.spec(rule));
  }

  private spec(number: RowNumber) {
    return this.specs[number] as (typeof this.specs)[number];
  }

  cases(number: RowNumber, circumstance: Circumstance): Cases {
    const made = this.made[circumstance.id] as (Cases | undefined)[];
    let cases = made[number];
    if (!cases) {
      cases = this.make(number, circumstance);
      made[number] = cases;
    }
    return cases;
  }

  slices(circumstance: Circumstance): Slices {
    const rows = Array.from({ length: this.size }, (_, number) => this.cases(number, circumstance));
    return new Slices(rows, this.book, this.book.sets.settled);
  }

  private make(number: RowNumber, circumstance: Circumstance): Cases {
    const { profiles, subject } = this.spec(number);
    const profile = profiles.flat();
    const of: CaseSubject = {
      subject,
      profile,
      terms: this.terms.read(profile, circumstance.family),
      peers: this.everyone,
      namesOnPeer: this.direction === "egress",
      circumstance: circumstance.placement === "elsewhere" ? 0 : circumstance.id,
      labelOf: (key, peer) => this.label(key, profiles, subject, peer, circumstance),
    };
    return new Cases(of, this.book);
  }

  /** What a list of terms comes to; judged on one subject and peer for which the rules that name the peer are all that matters. */
  private label(
    key: number,
    profiles: readonly Profile[],
    subject: PartyIndex,
    peer: PartyIndex,
    { family, placement }: Circumstance,
  ): Label {
    const known = this.labelOf.get(key);
    if (known !== undefined) return known;
    const { direction } = this;
    const named = profiles.map((profile) => profile.map((tier) => this.asNamed(tier, peer, family)));
    const label = this.judged(named, { direction, subject, peer, family, placement, open: SETTLED });
    this.labelOf.set(key, label);
    return label;
  }

  /** A tier's rules that name a peer, made to name anybody: whom a rule means is known here of guests too. */
  private asNamed(tier: TierProfile, peer: PartyIndex, family: Family): TierProfile {
    const { sets } = this.book;
    const isNamed = ({ peers }: Rule) =>
      peers === "any" || peers.some(({ selection }) => sets.has(sets.of(selection[family]), peer));
    const rules = tier.rules
      .filter(({ rule }) => isNamed(rule))
      .map(({ rule, applies }): ApplicableRule => ({ rule: { ...rule, peers: "any" }, applies }));
    return { ...tier, rules };
  }

  /** Of a node under its own address. Judged on one subject for all that share the row. */
  ofNode(number: RowNumber, subject: PartyIndex, peer: PartyIndex, { id, family, placement }: Circumstance): Label {
    const key = (number * CIRCUMSTANCES.length + id) * 2 ** 26 + peer;
    const known = this.nodeLabels.get(key);
    if (known !== undefined) return known;
    const { direction } = this;
    const side: Side = { direction, subject, peer, peerIs: "node", family, placement, open: SETTLED };
    const label = this.judged(this.profiles(number), side);
    this.nodeLabels.set(key, label);
    return label;
  }

  private judged(profiles: readonly Profile[], side: Side): Label {
    let allowed = ConnectionSet.ALL;
    let byDefault = ConnectionSet.ALL;
    this.program.layers.forEach((layer, i) => {
      const judgement = judge(this.program, layer, profiles[i] as Profile, side);
      const untouched = judgement.steps.filter(({ reason, outcome }) => reason === "default" && outcome === "allow");
      allowed = allowed.intersect(judgement.allowed.expected);
      byDefault = byDefault.intersect(
        untouched.reduce((set, { connections }) => set.union(connections), ConnectionSet.NONE),
      );
    });
    return this.verdicts.label({ allowed, byDefault });
  }
}
