import { Bitset } from "../model/bitset.ts";
import { ConnectionSet } from "../model/connections.ts";
import type { Direction } from "../model/flow.ts";
import type { Layer, PartyIndex, Program, Rule } from "../model/program.ts";
import { CIRCUMSTANCES, type Circumstance } from "./encounter.ts";
import type { Side } from "./extent.ts";
import { judge } from "./judge.ts";
import { type Profile, profiles } from "./profile.ts";

/** What opened one side of a connection: no policy was in the way, a rule let it through, or both, for parts of it. */
export type Opening = "default" | "policy" | "mixed";

/** What one direction comes to for one subject and one peer. */
export class SideVerdict {
  constructor(
    readonly allowed: ConnectionSet,
    private readonly byDefault: ConnectionSet,
  ) {}

  /** What opened these of the allowed connections. */
  openingOf(connections: ConnectionSet): Opening {
    if (this.byDefault.includes(connections)) return "default";
    return this.byDefault.intersect(connections).isEmpty ? "policy" : "mixed";
  }
}

/**
 * One direction's verdicts for every subject and peer, worked out when looked at and then kept.
 *
 * Subjects with equal profiles share a row. In a row, peers that no rule names share one verdict, and the others share one for each
 * set of rules that names them; so judging is done once for each case that can differ, not for each pair.
 */
export class SideTable {
  private readonly layers: readonly ProfiledLayer[];
  private readonly rowOf: readonly number[];
  private readonly rows = new Map<number, Row>();

  constructor(
    private readonly program: Program,
    private readonly direction: Direction,
  ) {
    this.layers = program.layers.map((layer) => ({ layer, profiles: profiles(program, layer, direction) }));
    this.rowOf = numberRows(program, direction, this.layers);
  }

  /** Cost: a bit test for peers that no rule names, one for each rule otherwise; judging only for a case not seen before. */
  look(subject: PartyIndex, peer: PartyIndex, circumstance: Circumstance): SideVerdict {
    const at = (this.rowOf[subject] as number) * CIRCUMSTANCES.length + circumstance.id;
    let row = this.rows.get(at);
    if (!row) {
      row = new Row(this.program, this.layers, subject, circumstance, this.direction);
      this.rows.set(at, row);
    }
    return row.look(peer);
  }

  /** Whether some policy has a rule for the subject in this direction, or isolates it. */
  governs(subject: PartyIndex): boolean {
    return this.layers.some((layer) =>
      layer.profiles[subject]?.some(
        ({ rules, isolation }) => isolation.expected || rules.some(({ applies }) => applies.expected),
      ),
    );
  }

  /** Whether what no rule allows is denied to the subject in this direction. */
  isolates(subject: PartyIndex): boolean {
    return this.layers.some((layer) => layer.profiles[subject]?.some(({ isolation }) => isolation.expected));
  }
}

interface ProfiledLayer {
  readonly layer: Layer;
  readonly profiles: readonly Profile[];
}

/** One subject's verdicts, by peer. */
class Row {
  /** Rules that name their peers; which of them name a peer is all a verdict can depend on. */
  private readonly selective: readonly Rule[];
  private readonly named: Bitset;
  private readonly verdicts = new Map<string, SideVerdict>();
  private readonly resolvesOnPeer: boolean;
  private unnamed: SideVerdict | undefined;

  constructor(
    private readonly program: Program,
    private readonly layers: readonly ProfiledLayer[],
    private readonly subject: PartyIndex,
    private readonly circumstance: Circumstance,
    private readonly direction: Direction,
  ) {
    const rules = layers.flatMap(({ profiles }) =>
      (profiles[subject] ?? []).flatMap((tier) => tier.rules.map(({ rule }) => rule)),
    );
    const { family } = circumstance;
    this.selective = rules.filter(({ peers }) => peers !== "any");
    this.named = this.selective
      .flatMap(({ peers }) => (peers === "any" ? [] : peers))
      .reduce((set, { selection }) => set.union(selection[family].members), Bitset.EMPTY);
    const usesNames = ({ ports }: Rule) => ports !== "any" && ports.some(({ kind }) => kind === "named");
    this.resolvesOnPeer = direction === "egress" && rules.some(usesNames);
  }

  look(peer: PartyIndex): SideVerdict {
    if (!this.resolvesOnPeer && !this.named.has(peer)) {
      this.unnamed ??= this.judge(peer);
      return this.unnamed;
    }
    const key = this.named.has(peer) ? this.caseOf(peer) : this.portsOf(peer);
    let verdict = this.verdicts.get(key);
    if (!verdict) {
      verdict = this.judge(peer);
      this.verdicts.set(key, verdict);
    }
    return verdict;
  }

  /** Which rules name the peer, and what it declares where rules ask for that. */
  private caseOf(peer: PartyIndex): string {
    const { family } = this.circumstance;
    const names = ({ peers }: Rule) =>
      peers !== "any" && peers.some(({ selection }) => selection[family].members.has(peer));
    let key = "";
    this.selective.forEach((rule, i) => {
      if (names(rule)) key += `${i},`;
    });
    return `${key}|${this.portsOf(peer)}`;
  }

  private portsOf(peer: PartyIndex): string {
    const party = this.program.parties[peer];
    if (!this.resolvesOnPeer || party?.kind !== "pods" || party.ports.length === 0) return "";
    return party.network + JSON.stringify(party.ports);
  }

  private judge(peer: PartyIndex): SideVerdict {
    const { family, placement } = this.circumstance;
    const side: Side = { direction: this.direction, subject: this.subject, peer, family, placement, open: "all" };
    let allowed = ConnectionSet.ALL;
    let byDefault = ConnectionSet.ALL;
    for (const { layer, profiles } of this.layers) {
      const judgement = judge(this.program, layer, profiles[this.subject] as Profile, side);
      const untouched = judgement.steps.filter(({ reason, outcome }) => reason === "default" && outcome === "allow");
      allowed = allowed.intersect(judgement.allowed.expected);
      byDefault = byDefault.intersect(
        untouched.reduce((set, { connections }) => set.union(connections), ConnectionSet.NONE),
      );
    }
    return new SideVerdict(allowed, byDefault);
  }
}

/** Numbers subjects so that equal numbers mean equal rows; on ingress names resolve on the subject, so its ports count too. */
function numberRows(program: Program, direction: Direction, layers: readonly ProfiledLayer[]): number[] {
  const profileNumbers = new Map<Profile, number>();
  const rows = new Map<string, number>();
  return program.parties.map((party, index) => {
    const ports = direction === "ingress" && party.kind === "pods" ? party.network + JSON.stringify(party.ports) : "";
    const key = layers.map(({ profiles }) => number(profileNumbers, profiles[index] as Profile)).join() + ports;
    return number(rows, key);
  });
}

function number<K>(numbers: Map<K, number>, key: K): number {
  const known = numbers.get(key);
  if (known !== undefined) return known;
  numbers.set(key, numbers.size);
  return numbers.size - 1;
}
