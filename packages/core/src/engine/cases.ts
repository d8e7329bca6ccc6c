import { type Bitset, lowestBit } from "../model/bitset.ts";
import type { PartyIndex } from "../model/program.ts";
import { Sequences } from "../model/sequences.ts";
import type { Entries } from "./entries.ts";
import { ANYONE, type PeerSet, type PeerSets } from "./peer-sets.ts";
import { type Extent, NO_EXTENT, type Ports } from "./ports.ts";
import type { Profile } from "./profile.ts";
import type { Row } from "./row.ts";
import type { Term } from "./terms.ts";
import { CLOSED, type Label } from "./verdicts.ts";

/** Whom the cases are of, and all that their verdicts can depend on. */
export interface CaseSubject {
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

/** What the cases of all rows of one direction have in common. */
export interface CaseBook {
  readonly sets: PeerSets;
  readonly ports: Ports;
  readonly sequences: Sequences;
  readonly entries: Entries;
}

/** Takes peers of one word on whom the verdict is the same. */
type See = (word: number, peers: number, label: Label) => "more" | "enough";

const ACTIONS = ["allow", "deny", "pass"] as const;

/** Up to this many sets, in which of them a peer stands out is one small number. */
const FEW = 30;

const SMALL = 64;

/**
 * One subject's verdicts in one direction, for every peer. Peers that stand out in the same sets of the terms are one case, and each
 * case gets its verdict once, when somebody asks about a peer it is the case of.
 */
export class Cases {
  /** The distinct sets of the terms that tell some peers from others. */
  readonly sets: readonly PeerSet[];
  /** Whether the verdict on some peers depends on what they mean by the name of a port. */
  readonly splitsByPorts: boolean;
  /** Whether even on peers that stand out in no set the verdict depends on the ports they name. */
  readonly splitsAll: boolean;
  private readonly standouts: Bitset[] = [];
  /** By what peers have in common: small numbers, of which there are mostly few, and others. */
  private readonly fewLabels: (Label | undefined)[] = [];
  private manyLabels: Map<number, Label> | undefined;
  private written: Row | undefined;
  private reach: readonly [first: number, end: number] | undefined;
  private restKnown: Label | undefined;
  private lastAlike = -1;
  private lastLabel: Label = CLOSED;

  constructor(
    private readonly of: CaseSubject,
    private readonly book: CaseBook,
  ) {
    const { sets, ports } = book;
    const distinct = new Set<PeerSet>();
    for (const { peers } of of.terms) if (peers !== ANYONE && sets.tells(peers)) distinct.add(peers);
    this.sets = [...distinct];
    for (const set of distinct) this.standouts.push(sets.standing(set));
    const named = of.namesOnPeer ? of.terms.filter((term) => ports.isNamed(term.ports)) : [];
    this.splitsByPorts = named.length > 0;
    this.splitsAll = named.some(({ peers }) => sets.isWide(peers));
  }

  /** The verdict on one peer. Cost: a look at each set. */
  at(peer: PartyIndex): Label {
    if (peer >= this.book.sets.settled) return this.of.labelOf(this.caseOf(peer), peer);
    const { standouts } = this;
    const few = standouts.length <= FEW;
    let standing = 0;
    for (let i = 0; i < standouts.length; i++)
      if ((standouts[i] as Bitset).has(peer))
        standing = few ? standing | (1 << i) : this.book.sequences.append(standing, i);
    return this.labelOf(this.splitsByPorts ? this.withPorts(standing, peer) : standing, peer);
  }

  /** Whether the verdict is {@link rest} on everybody. */
  get isSame(): boolean {
    return this.sets.length === 0 && !this.splitsByPorts;
  }

  /** The verdict on peers that stand out in no set, where they have one in common. */
  get rest(): Label {
    if (this.restKnown === undefined) {
      const unnamed = this.splitsAll ? undefined : this.unnamed();
      this.restKnown = unnamed === undefined ? CLOSED : this.at(unnamed);
    }
    return this.restKnown;
  }

  /** The verdict on peers that stand out in one set alone, as long as names of ports make no difference; any where there are none. */
  alone(set: PeerSet): Label {
    const own = this.standouts[this.sets.indexOf(set)] as Bitset;
    for (let i = 0; i < own.words.length; i++) {
      const word = own.firstWord + i;
      let left = (own.words[i] as number) & this.of.peers.wordAt(word);
      for (const other of this.standouts) if (other !== own) left &= ~other.wordAt(word);
      if (left !== 0) return this.at((word << 5) + lowestBit(left));
    }
    return CLOSED;
  }

  /** The verdicts on all peers, word by word. Cost: the words in which peers stand out × sets. */
  get row(): Row {
    this.written ??= this.write();
    return this.written;
  }

  /**
   * Some peers, word by word, by the verdict on them; those on whom it is {@link rest} too, unless that is nothing. Until `see` has
   * had enough.
   */
  eachOf(some: Bitset, see: See): void {
    const isWhole = this.splitsAll || this.rest !== CLOSED;
    const [from, to] = isWhole ? [some.firstWord, some.endWord] : this.extent;
    const end = Math.min(to, some.endWord);
    for (let word = Math.max(from, some.firstWord); word < end; word++) {
      const asked = some.wordAt(word) & (isWhole ? -1 : this.namedIn(word));
      if (asked !== 0 && this.cutWord(word, asked, see) === "enough") return;
    }
  }

  private write(): Row {
    const { peers } = this.of;
    const { rest } = this;
    const { entries } = this.book;
    const [first, end] = this.splitsAll ? [peers.firstWord, peers.endWord] : this.extent;
    const push = (word: number, mask: number, label: Label) => {
      if (label !== rest) entries.push(word, mask, label);
      return "more" as const;
    };
    for (let word = first; word < end; word++) {
      const asked = peers.wordAt(word) & (this.splitsAll ? -1 : this.namedIn(word));
      if (asked !== 0) this.cutWord(word, asked, push);
    }
    return entries.row(rest);
  }

  /** The words in which somebody stands out, from the first to past the last. */
  private get extent(): readonly [first: number, end: number] {
    this.reach ??= extentOf(this.standouts);
    return this.reach;
  }

  /** The first peer that stands out in no set, if there is one. */
  private unnamed(): PartyIndex | undefined {
    const { peers } = this.of;
    for (let word = peers.firstWord; word < peers.endWord; word++) {
      const left = peers.wordAt(word) & ~this.namedIn(word);
      if (left !== 0) return (word << 5) + lowestBit(left);
    }
    return undefined;
  }

  private namedIn(word: number): number {
    let named = 0;
    for (let i = 0; i < this.standouts.length; i++) named |= (this.standouts[i] as Bitset).wordAt(word);
    return named;
  }

  /** Cuts peers of one word by the sets in which they stand out. */
  private cutWord(word: number, all: number, see: See): "more" | "enough" {
    const { standouts } = this;
    const few = standouts.length <= FEW;
    for (let left = all; left !== 0; ) {
      const lowest = left & -left;
      let same = left;
      let standing = 0;
      for (let i = 0; i < standouts.length; i++) {
        const peers = (standouts[i] as Bitset).wordAt(word);
        if ((peers & lowest) === 0) same &= ~peers;
        else {
          same &= peers;
          standing = few ? standing | (1 << i) : this.book.sequences.append(standing, i);
        }
      }
      left &= ~same;
      const done = this.splitsByPorts
        ? this.cutByPorts(word, same, standing, see)
        : see(word, same, this.labelOfNext(standing, word, same));
      if (done === "enough") return done;
    }
    return "more";
  }

  private cutByPorts(word: number, mask: number, standing: number, see: See): "more" | "enough" {
    const { ports } = this.book;
    for (let left = mask; left !== 0; ) {
      const first = (word << 5) + lowestBit(left);
      let same = 0;
      for (let bits = left; bits !== 0; bits &= bits - 1)
        if (ports.classOf((word << 5) + lowestBit(bits)) === ports.classOf(first)) same |= bits & -bits;
      left &= ~same;
      const label = this.labelOfNext(this.withPorts(standing, first), word, same);
      if (see(word, same, label) === "enough") return "enough";
    }
    return "more";
  }

  private withPorts(standing: number, peer: PartyIndex): number {
    return this.book.ports.classOf(peer) * 2 ** FEW + standing;
  }

  /** The verdict on peers of a word that nothing tells apart; `alike` is a number for what they have in common. */
  private labelOfNext(alike: number, word: number, peers: number): Label {
    // Words that follow each other mostly hold like peers.
    if (alike !== this.lastAlike) {
      this.lastAlike = alike;
      this.lastLabel = this.labelOf(alike, (word << 5) + lowestBit(peers));
    }
    return this.lastLabel;
  }

  private labelOf(alike: number, peer: PartyIndex): Label {
    const known = alike < SMALL ? this.fewLabels[alike] : this.manyLabels?.get(alike);
    if (known !== undefined) return known;
    const label = this.of.labelOf(this.caseOf(peer), peer);
    if (alike < SMALL) this.fewLabels[alike] = label;
    else {
      this.manyLabels ??= new Map();
      this.manyLabels.set(alike, label);
    }
    return label;
  }

  /** All that the verdict on a peer can depend on: for each tier whether it isolates, and what the terms that name the peer come to. */
  private caseOf(peer: PartyIndex): number {
    const { profile, terms, subject, circumstance } = this.of;
    const { sets, ports, sequences } = this.book;
    let key = sequences.append(Sequences.EMPTY, circumstance);
    let next = 0;
    for (let at = 0; at < profile.length; at++) {
      const { tier, isolation } = profile[at] as Profile[number];
      key = sequences.append(key, isolation.expected ? 1 : 0);
      let union: Extent = NO_EXTENT;
      for (; next < terms.length && (terms[next] as Term).tier === at; next++) {
        const { peers, action, ports: spec } = terms[next] as Term;
        if (!sets.has(peers, peer)) continue;
        const extent = ports.extent(spec, subject, peer);
        if (tier.allowing) union = ports.union(union, extent);
        else if (extent !== NO_EXTENT) key = sequences.append(key, 2 + extent * 3 + ACTIONS.indexOf(action));
      }
      if (tier.allowing) key = sequences.append(key, 2 + union);
    }
    return key;
  }
}

/** The words that sets have members in, from the first to past the last. */
function extentOf(sets: readonly Bitset[]): readonly [first: number, end: number] {
  let [first, end] = [Number.POSITIVE_INFINITY, 0];
  for (const set of sets) {
    if (set.isEmpty) continue;
    first = Math.min(first, set.firstWord);
    end = Math.max(end, set.endWord);
  }
  return [first, end];
}
