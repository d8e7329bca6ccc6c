import { type Bitset, lowestBit } from "../model/bitset.ts";
import type { PartyIndex } from "../model/program.ts";
import { Sequences } from "../model/sequences.ts";
import type { Entries } from "./entries.ts";
import { NO_EXTENT, type Ports } from "./ports.ts";
import type { Profile } from "./profile.ts";
import type { Row } from "./row.ts";
import { allows, type Term } from "./terms.ts";
import { CLOSED, type Label } from "./verdicts.ts";

/** What a row is of. */
export interface RowSubject {
  readonly subject: PartyIndex;
  /** The tiers of all layers, one after the other. */
  readonly profile: Profile;
  readonly terms: readonly Term[];
  /** Whom it can be asked about. */
  readonly peers: Bitset;
  /** Whether names of ports are looked up on the peer, as on egress, and not on the subject. */
  readonly namesOnPeer: boolean;
  /** A number for all else that a verdict can depend on. */
  readonly circumstance: number;
  /** The verdict of a case: all it can depend on is a list, known by its number; the peer is one it is the case of. */
  readonly labelOf: (key: number, peer: PartyIndex) => Label;
}

const ACTIONS = ["allow", "deny", "pass"] as const;

/** Up to this many terms, which of them name a peer is one small number. */
const FEW = 30;

/**
 * Builds a row: peers are cut, word by word, into those that the same terms name, and each such case gets its verdict.
 * Cost: words of the terms' peers × terms.
 */
export class RowBuilder {
  private readonly selective: readonly Bitset[];
  private readonly splitsByPorts: boolean;
  private readonly labels = new Map<number, Label>();
  private rest: Label = CLOSED;
  private lastAlike = -1;
  private lastLabel: Label = CLOSED;

  constructor(
    private readonly row: RowSubject,
    private readonly ports: Ports,
    private readonly sequences: Sequences,
    private readonly entries: Entries,
  ) {
    this.selective = row.terms.flatMap(({ peers }) => (peers === "any" || peers.isEmpty ? [] : [peers]));
    this.splitsByPorts = row.namesOnPeer && row.terms.some((term) => ports.isNamed(term.ports));
  }

  build(): Row {
    const { peers, terms } = this.row;
    const splitsAll =
      this.splitsByPorts && terms.some((term) => term.peers === "any" && this.ports.isNamed(term.ports));
    const unnamed = splitsAll ? undefined : this.unnamed();
    if (unnamed !== undefined) this.rest = this.caseOf(unnamed);
    const [first, end] = splitsAll ? [peers.firstWord, peers.endWord] : extentOf(this.selective);
    for (let word = first; word < end; word++) {
      const asked = peers.wordAt(word) & (splitsAll ? -1 : this.namedIn(word));
      if (asked !== 0) this.cutWord(word, asked);
    }
    return this.entries.row(peers, this.rest);
  }

  /** The first peer that no term names, if there is one. */
  private unnamed(): PartyIndex | undefined {
    const { peers } = this.row;
    for (let word = peers.firstWord; word < peers.endWord; word++) {
      const left = peers.wordAt(word) & ~this.namedIn(word);
      if (left !== 0) return (word << 5) + lowestBit(left);
    }
    return undefined;
  }

  private namedIn(word: number): number {
    let named = 0;
    for (let i = 0; i < this.selective.length; i++) named |= (this.selective[i] as Bitset).wordAt(word);
    return named;
  }

  /** Cuts peers of one word by the terms that name them. */
  private cutWord(word: number, all: number): void {
    const { selective } = this;
    const few = selective.length <= FEW;
    for (let left = all; left !== 0; ) {
      const lowest = left & -left;
      let same = left;
      let naming = 0;
      for (let i = 0; i < selective.length; i++) {
        const { firstWord, words } = selective[i] as Bitset;
        const at = word - firstWord;
        if (at < 0 || at >= words.length) continue;
        const peers = words[at] as number;
        if ((peers & lowest) === 0) same &= ~peers;
        else {
          same &= peers;
          naming = few ? naming | (1 << i) : this.sequences.append(naming, i);
        }
      }
      left &= ~same;
      if (this.splitsByPorts) this.cutByPorts(word, same, naming);
      else this.write(word, same, naming);
    }
  }

  private cutByPorts(word: number, mask: number, naming: number): void {
    for (let left = mask; left !== 0; ) {
      const portClass = this.ports.classOf((word << 5) + lowestBit(left));
      let same = 0;
      for (let bits = left; bits !== 0; bits &= bits - 1)
        if (this.ports.classOf((word << 5) + lowestBit(bits)) === portClass) same |= bits & -bits;
      left &= ~same;
      this.write(word, same, portClass * 2 ** FEW + naming);
    }
  }

  /** Writes down the verdict on peers that nothing tells apart; `alike` is a number for what they have in common. */
  private write(word: number, mask: number, alike: number): void {
    // Words that follow each other mostly hold like peers.
    if (alike !== this.lastAlike) {
      this.lastAlike = alike;
      this.lastLabel = this.labelOf(alike, (word << 5) + lowestBit(mask));
    }
    const label = this.lastLabel;
    if (label === this.rest) return;
    this.entries.push(word, mask, label);
  }

  private labelOf(alike: number, peer: PartyIndex): Label {
    let label = this.labels.get(alike);
    if (label === undefined) {
      label = this.caseOf(peer);
      this.labels.set(alike, label);
    }
    return label;
  }

  private caseOf(peer: PartyIndex): Label {
    const { profile, terms, subject, circumstance, labelOf } = this.row;
    let key = this.sequences.append(Sequences.EMPTY, circumstance);
    profile.forEach(({ tier, isolation }, at) => {
      const extents = terms
        .filter((term) => term.tier === at && (term.peers === "any" || term.peers.has(peer)))
        .map((term) => ({ action: term.action, extent: this.ports.extent(term.ports, subject, peer) }));
      key = this.sequences.append(key, isolation.expected ? 1 : 0);
      if (allows(tier)) {
        const union = extents.reduce((all, { extent }) => this.ports.union(all, extent), NO_EXTENT);
        key = this.sequences.append(key, 2 + union);
        return;
      }
      for (const { action, extent } of extents)
        if (extent !== NO_EXTENT) key = this.sequences.append(key, 2 + extent * 3 + ACTIONS.indexOf(action));
    });
    return labelOf(key, peer);
  }
}

/** The words that sets have members in, from the first to past the last. */
function extentOf(sets: readonly Bitset[]): readonly [first: number, end: number] {
  if (sets.length === 0) return [0, 0];
  return [Math.min(...sets.map(({ firstWord }) => firstWord)), Math.max(...sets.map(({ endWord }) => endWord))];
}
