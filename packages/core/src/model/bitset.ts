/**
 * An immutable set of small integers, 32 to a word.
 *
 * Words beyond the last member are not stored, so sets over a narrow range stay small. Cost: linear in words; `has` is one lookup.
 */
export class Bitset {
  private constructor(private readonly words: Uint32Array) {}

  static readonly EMPTY = new Bitset(new Uint32Array(0));

  static of(members: Iterable<number>): Bitset {
    const list = [...members];
    if (list.length === 0) return Bitset.EMPTY;
    const words = new Uint32Array((list.reduce((most, member) => Math.max(most, member), 0) >> 5) + 1);
    for (const member of list) words[member >> 5] = (words[member >> 5] ?? 0) | (1 << (member & 31));
    return new Bitset(words);
  }

  has(member: number): boolean {
    return (((this.words[member >> 5] ?? 0) >>> (member & 31)) & 1) === 1;
  }

  union(other: Bitset): Bitset {
    const [long, short] =
      this.words.length >= other.words.length ? [this.words, other.words] : [other.words, this.words];
    if (short.length === 0) return long === this.words ? this : other;
    const words = Uint32Array.from(long);
    short.forEach((word, i) => {
      words[i] = (words[i] ?? 0) | word;
    });
    return new Bitset(words);
  }

  get isEmpty(): boolean {
    return this.words.every((word) => word === 0);
  }

  /** Members in ascending order. */
  *[Symbol.iterator](): Generator<number> {
    for (let i = 0; i < this.words.length; i++) {
      let word = this.words[i] ?? 0;
      while (word !== 0) {
        const lowest = word & -word;
        yield (i << 5) + 31 - Math.clz32(lowest);
        word ^= lowest;
      }
    }
  }

  get size(): number {
    let count = 0;
    for (const _ of this) count++;
    return count;
  }
}
