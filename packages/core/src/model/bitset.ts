/**
 * An immutable set of small integers, 32 to a word.
 *
 * Only the words from the first member to the last are stored, so a set over a narrow range stays small wherever it lies, and equal
 * sets have equal words. Cost: linear in the words both sides have; `has` is one lookup.
 */
export class Bitset {
  private constructor(
    /** Position of the first word stored. */
    readonly firstWord: number,
    /** Words from {@link firstWord} on; neither the first nor the last is 0. Not to be written to. */
    readonly words: Int32Array,
  ) {}

  static readonly EMPTY = new Bitset(0, new Int32Array(0));

  static of(members: Iterable<number>): Bitset {
    const list = Array.isArray(members) ? (members as readonly number[]) : [...members];
    if (list.length === 0) return Bitset.EMPTY;
    let least = list[0] as number;
    let most = least;
    for (const member of list) {
      if (member < least) least = member;
      if (member > most) most = member;
    }
    const first = least >> 5;
    const words = new Int32Array((most >> 5) - first + 1);
    for (const member of list) setBit(words, member - (first << 5));
    return new Bitset(first, words);
  }

  /** The integers from `start` up to and without `end`. */
  static range(start: number, end: number): Bitset {
    if (start >= end) return Bitset.EMPTY;
    const first = start >> 5;
    const words = new Int32Array(((end - 1) >> 5) - first + 1).fill(-1);
    words[0] = (words[0] as number) & (-1 << (start & 31));
    const last = words.length - 1;
    words[last] = (words[last] as number) & (-1 >>> (31 - ((end - 1) & 31)));
    return new Bitset(first, words);
  }

  /** The set with these words, the first of which is at position `firstWord`. Takes the words over. */
  static fromWords(words: Int32Array, firstWord = 0): Bitset {
    let start = 0;
    let end = words.length;
    while (start < end && words[start] === 0) start++;
    while (end > start && words[end - 1] === 0) end--;
    if (start === end) return Bitset.EMPTY;
    return new Bitset(firstWord + start, start === 0 && end === words.length ? words : words.slice(start, end));
  }

  /** What at least one of the sets holds. */
  static union(sets: readonly Bitset[]): Bitset {
    let first = Number.POSITIVE_INFINITY;
    let end = 0;
    for (const set of sets) {
      if (set.isEmpty) continue;
      first = Math.min(first, set.firstWord);
      end = Math.max(end, set.endWord);
    }
    if (end === 0) return Bitset.EMPTY;
    const words = new Int32Array(end - first);
    for (const set of sets) {
      const offset = set.firstWord - first;
      const from = set.words;
      for (let i = 0; i < from.length; i++) words[offset + i] = (words[offset + i] as number) | (from[i] as number);
    }
    return new Bitset(first, words);
  }

  /** One past the position of the last word stored. */
  get endWord(): number {
    return this.firstWord + this.words.length;
  }

  /** The word at a position, as a signed integer. */
  wordAt(position: number): number {
    const at = position - this.firstWord;
    return at >= 0 && at < this.words.length ? (this.words[at] as number) : 0;
  }

  has(member: number): boolean {
    return ((this.wordAt(member >> 5) >>> (member & 31)) & 1) === 1;
  }

  union(other: Bitset): Bitset {
    if (other.isEmpty || other === this) return this;
    return this.isEmpty ? other : Bitset.union([this, other]);
  }

  intersect(other: Bitset): Bitset {
    const first = Math.max(this.firstWord, other.firstWord);
    const end = Math.min(this.endWord, other.endWord);
    if (first >= end) return Bitset.EMPTY;
    const words = this.words.slice(first - this.firstWord, end - this.firstWord);
    const offset = first - other.firstWord;
    for (let i = 0; i < words.length; i++) words[i] = (words[i] as number) & (other.words[offset + i] as number);
    return Bitset.fromWords(words, first);
  }

  subtract(other: Bitset): Bitset {
    const first = Math.max(this.firstWord, other.firstWord);
    const end = Math.min(this.endWord, other.endWord);
    if (first >= end) return this;
    const words = this.words.slice();
    for (let at = first; at < end; at++) {
      const i = at - this.firstWord;
      words[i] = (words[i] as number) & ~(other.words[at - other.firstWord] as number);
    }
    return Bitset.fromWords(words, this.firstWord);
  }

  /** The least member of a set that is not empty. */
  get first(): number {
    return (this.firstWord << 5) + lowestBit(this.words[0] as number);
  }

  get isEmpty(): boolean {
    return this.words.length === 0;
  }

  equals(other: Bitset): boolean {
    if (this === other) return true;
    if (this.firstWord !== other.firstWord || this.words.length !== other.words.length) return false;
    return this.words.every((word, i) => word === other.words[i]);
  }

  /** Members in ascending order. */
  *[Symbol.iterator](): Generator<number> {
    for (let i = 0; i < this.words.length; i++) {
      let word = this.words[i] as number;
      const base = (this.firstWord + i) << 5;
      while (word !== 0) {
        yield base + lowestBit(word);
        word &= word - 1;
      }
    }
  }

  /** The same without a list or a generator, for where there are many. */
  forEach(see: (member: number) => void): void {
    for (let i = 0; i < this.words.length; i++) {
      const base = (this.firstWord + i) << 5;
      for (let word = this.words[i] as number; word !== 0; word &= word - 1) see(base + lowestBit(word));
    }
  }

  get size(): number {
    let count = 0;
    for (const word of this.words) count += bitCount(word);
    return count;
  }
}

/** Position of the lowest bit of a word that is not 0. */
export function lowestBit(word: number): number {
  return 31 - Math.clz32(word & -word);
}

/** How many bits of a word are set. */
export function bitCount(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

function setBit(words: Int32Array, member: number): void {
  words[member >> 5] = (words[member >> 5] as number) | (1 << (member & 31));
}
