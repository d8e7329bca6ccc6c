import { Bitset } from "../model/bitset.ts";
import type { PartyIndex } from "../model/program.ts";

/** Number of a set of peers. */
export type PeerSet = number;

/** Everybody. */
export const ANYONE: PeerSet = 0;

/**
 * The sets of peers that rules name, by number.
 *
 * Of each it is kept who stands out: its members or, where those are more than half of all parties, the others. So a set that leaves
 * somebody out costs as little as one that picks somebody.
 */
export class PeerSets {
  private readonly numbers = new Map<Bitset, PeerSet>();
  private readonly standouts: Bitset[] = [Bitset.EMPTY];
  private readonly wide: boolean[] = [true];
  private readonly half: number;

  constructor(private readonly everyone: Bitset) {
    this.half = everyone.size / 2;
  }

  /** The number of a set, known by the very object. */
  of(members: Bitset): PeerSet {
    const known = this.numbers.get(members);
    if (known !== undefined) return known;
    const isWide = members.size > this.half;
    const number = this.standouts.length;
    this.standouts.push(isWide ? this.everyone.subtract(members) : members);
    this.wide.push(isWide);
    this.numbers.set(members, number);
    return number;
  }

  has(set: PeerSet, peer: PartyIndex): boolean {
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

  get size(): number {
    return this.standouts.length;
  }
}
