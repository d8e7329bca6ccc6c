import { Bitset } from "../model/bitset.ts";
import { ConnectionSet } from "../model/connections.ts";
import type { Direction } from "../model/flow.ts";
import type { PartyIndex, Program } from "../model/program.ts";
import { Numbering, Sequences } from "../model/sequences.ts";
import { CIRCUMSTANCES, type Circumstance } from "./encounter.ts";
import type { Side } from "./extent.ts";
import { judge } from "./judge.ts";
import { Ports } from "./ports.ts";
import { type Profile, Profiles, SETTLED } from "./profile.ts";
import type { Row } from "./row.ts";
import { RowBuilder, type RowSubject } from "./row-builder.ts";
import { termsOf } from "./terms.ts";
import { type Label, Verdicts } from "./verdicts.ts";

/** Number of a {@link Row}, and of the subjects that share it. */
export type RowNumber = number;

/**
 * One direction's verdicts for every subject and peer, open questions settled at their defaults; worked out when looked at, then kept.
 *
 * Subjects with equal profiles share a row. In a row, peers that the same terms name share a verdict. What a verdict is comes from
 * `judge`, asked once for each distinct list of what the terms come to, wherever it occurs: the work is words of peers, not pairs.
 */
export class SideTable {
  readonly verdicts = new Verdicts();
  /** For each party, the number of its row. */
  readonly rowOf: Int32Array;
  private readonly everyone: Bitset;
  private readonly pods: Bitset;
  private readonly addresses: Bitset;
  private readonly profiles: Profiles;
  private readonly ports: Ports;
  private readonly profileOfRow: number[] = [];
  private readonly subjectOfRow: PartyIndex[] = [];
  private readonly rows: (Row | undefined)[] = [];
  private readonly sequences = new Sequences();
  private readonly labelOf = new Map<number, Label>();

  constructor(
    private readonly program: Program,
    private readonly direction: Direction,
  ) {
    const pods = program.parties.filter(({ kind }) => kind === "pods").length;
    this.pods = Bitset.range(0, pods);
    this.addresses = Bitset.range(pods, program.parties.length);
    this.everyone = Bitset.range(0, program.parties.length);
    this.profiles = new Profiles(program, direction);
    this.ports = new Ports(program, direction);
    this.rowOf = this.numberRows();
  }

  get rowCount(): number {
    return this.profileOfRow.length;
  }

  look(subject: PartyIndex, peer: PartyIndex, circumstance: Circumstance): Label {
    return this.row(this.rowOf[subject] as RowNumber, circumstance, peer).at(peer);
  }

  /** The row of these subjects. Where the other end runs is all that makes what kind of peer it is matter. */
  row(number: RowNumber, circumstance: Circumstance, peer: PartyIndex = 0): Row {
    const { id, placement } = circumstance;
    const isAddress = placement !== "elsewhere" && this.program.parties[peer]?.kind === "addresses";
    const at = (number * CIRCUMSTANCES.length + id) * 2 + (isAddress ? 1 : 0);
    let row = this.rows[at];
    if (!row) {
      row = this.build(number, circumstance, isAddress);
      this.rows[at] = row;
    }
    return row;
  }

  /** Whether some policy has a rule for the subject in this direction, or isolates it. */
  governs(subject: PartyIndex): boolean {
    return this.profilesOf(subject).some((profile) =>
      profile.some(({ rules, isolation }) => isolation.expected || rules.length > 0),
    );
  }

  /** Whether what no rule allows is denied to the subject in this direction. */
  isolates(subject: PartyIndex): boolean {
    return this.profilesOf(subject).some((profile) => profile.some(({ isolation }) => isolation.expected));
  }

  private profilesOf(subject: PartyIndex): readonly Profile[] {
    return this.profiles.profiles(this.profiles.numbers[subject] as number);
  }

  /** Equal numbers mean equal rows. On ingress names resolve on the subject, so there its ports count where some rule uses names. */
  private numberRows(): Int32Array {
    const { numbers } = this.profiles;
    const usesNames = new Map<number, boolean>();
    const keys = new Numbering<number>();
    return numbers.map((profile, party) => {
      let named = usesNames.get(profile);
      if (named === undefined) {
        named = this.direction === "ingress" && this.profiles.profiles(profile).some((one) => this.usesNames(one));
        usesNames.set(profile, named);
      }
      const row = keys.of(profile * 2 ** 26 + (named ? this.ports.classOf(party) + 1 : 0));
      if (row === this.profileOfRow.length) {
        this.profileOfRow.push(profile);
        this.subjectOfRow.push(party);
      }
      return row;
    });
  }

  private usesNames(profile: Profile): boolean {
    return profile.some(({ rules }) => rules.some(({ rule }) => this.ports.isNamed(this.ports.spec(rule))));
  }

  private build(number: RowNumber, circumstance: Circumstance, isAddress: boolean): Row {
    const profiles = this.profiles.profiles(this.profileOfRow[number] as number);
    const subject = this.subjectOfRow[number] as PartyIndex;
    const profile = profiles.flat();
    const terms = termsOf(profile, circumstance.family, this.ports);
    const row: RowSubject = {
      subject,
      profile,
      terms,
      peers: circumstance.placement === "elsewhere" ? this.everyone : isAddress ? this.addresses : this.pods,
      namesOnPeer: this.direction === "egress",
      circumstance: circumstance.placement === "elsewhere" ? 0 : 1 + 2 * circumstance.id + (isAddress ? 1 : 0),
      labelOf: (key, peer) => this.label(key, profiles, subject, peer, circumstance),
    };
    return new RowBuilder(row, this.ports, this.sequences).build();
  }

  /** What a list of terms comes to; judged on one subject and peer for which they are all that matters. */
  private label(
    key: number,
    profiles: readonly Profile[],
    subject: PartyIndex,
    peer: PartyIndex,
    { family, placement }: Circumstance,
  ): Label {
    const known = this.labelOf.get(key);
    if (known !== undefined) return known;
    const side: Side = { direction: this.direction, subject, peer, family, placement, open: SETTLED };
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
    const label = this.verdicts.label({ allowed, byDefault });
    this.labelOf.set(key, label);
    return label;
  }
}
