import { Bitset } from "../model/bitset.ts";
import type { PartyIndex, Selection } from "../model/program.ts";

/** Number of a set of peers. */
export type PeerSet = number;

/** Everybody. */
export const ANYONE: PeerSet = 0;

/** Parties that join a program after sets were numbered, with the next indices: who of them is in a set is found when somebody asks. */
export interface Guests {
  /** Past the last of them. */
  readonly end: PartyIndex;
  /** Those of them that belong to a selection, which does not list them. */
  among(selection: Selection): Bitset;
}

/**
 * The sets of peers that rules name, by number.
 *
 * Of each it is kept who stands out: its members or, where those are more than half of all parties, the others. So a set that leaves
 * somebody out costs as little as one that picks somebody. Guests never stand out in what is kept; they are asked about one by one.
 */
export class PeerSets {
  private readonly numbers = new Map<Selection, PeerSet>();
  private readonly selections: (Selection | undefined)[] = [undefined];
  private readonly standouts: Bitset[] = [Bitset.EMPTY];
  private readonly wide: boolean[] = [true];
  private readonly half: number;
  private readonly guests: { readonly all: Guests; readonly known: (Bitset | undefined)[] }[] = [];
  /** Past the last party that is no guest. */
  readonly settled: PartyIndex;

  constructor(private readonly everyone: Bitset) {
    this.half = everyone.size / 2;
    this.settled = everyone.size;
  }

  /** The number of a set, known by the very object. */
  of(selection: Selection): PeerSet {
    const known = this.numbers.get(selection);
    if (known !== undefined) return known;
    const { members } = selection;
    const isWide = members.size > this.half;
    const number = this.standouts.length;
    this.selections.push(selection);
    this.standouts.push(isWide ? this.everyone.subtract(members) : members);
    this.wide.push(isWide);
    this.numbers.set(selection, number);
    return number;
  }

  /** Parties join, after those that did before. */
  admit(guests: Guests): void {
    this.guests.push({ all: guests, known: [] });
  }

  has(set: PeerSet, peer: PartyIndex): boolean {
    if (peer >= this.settled) return this.hasGuest(set, peer);
    return (this.standouts[set] as Bitset).has(peer) !== (this.wide[set] as boolean);
  }

  /** Members of a set that has few, or those that are not in one that has most. */
  standing(set: PeerSet): Bitset {
    return this.standouts[set] as Bitset;
  }

  /** Whether it is the others that stand out. */
  isWide(set: PeerSet): boolean {
    return this.wide[set] as boolean;
  }

  /** Whether it tells some parties from others. */
  tells(set: PeerSet): boolean {
    return this.isWide(set) || !this.standing(set).isEmpty;
  }

  get size(): number {
    return this.standouts.length;
  }

  private hasGuest(set: PeerSet, peer: PartyIndex): boolean {
    const selection = this.selections[set];
    const guests = this.guests.find(({ all }) => peer < all.end);
    if (!selection || !guests) return this.isWide(set);
    let members = guests.known[set];
    if (!members) {
      members = guests.all.among(selection);
      guests.known[set] = members;
    }
    return members.has(peer);
  }
}
