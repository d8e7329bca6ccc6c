/**
 * Pairs of integers by number, in the order in which they were first met: equal pairs, equal number.
 *
 * Integers of 32 bits, with no objects in between: a table with open addressing. Cost: one probe or few.
 */
export class Pairs {
  private firsts: Int32Array = new Int32Array(64);
  private seconds: Int32Array = new Int32Array(64);
  /** Numbers counted from 1 by hash, twice as many places as there is room for pairs; 0 is free. */
  private table: Int32Array = new Int32Array(128);
  private count = 0;

  of(first: number, second: number): number {
    const { firsts, seconds, table } = this;
    const last = table.length - 1;
    let at = hash(first, second) & last;
    for (let known = table[at] as number; known !== 0; known = table[at] as number) {
      if (firsts[known - 1] === first && seconds[known - 1] === second) return known - 1;
      at = (at + 1) & last;
    }
    if (this.count === firsts.length) {
      this.grow();
      return this.of(first, second);
    }
    firsts[this.count] = first;
    seconds[this.count] = second;
    table[at] = ++this.count;
    return this.count - 1;
  }

  first(number: number): number {
    return this.firsts[number] as number;
  }

  second(number: number): number {
    return this.seconds[number] as number;
  }

  get size(): number {
    return this.count;
  }

  private grow(): void {
    const { firsts, seconds } = this;
    this.firsts = new Int32Array(firsts.length * 2);
    this.firsts.set(firsts);
    this.seconds = new Int32Array(seconds.length * 2);
    this.seconds.set(seconds);
    this.table = new Int32Array(firsts.length * 4);
    const last = this.table.length - 1;
    for (let number = 0; number < this.count; number++) {
      let at = hash(firsts[number] as number, seconds[number] as number) & last;
      while (this.table[at] !== 0) at = (at + 1) & last;
      this.table[at] = number + 1;
    }
  }
}

/** Multiplies by large odd numbers and folds, so that neighbours lie apart. */
function hash(first: number, second: number): number {
  const mixed = Math.imul(first, 0x9e3779b1) ^ Math.imul(second, 0x85ebca6b);
  return mixed ^ (mixed >>> 15);
}

/**
 * Lists of small integers by number: equal lists, equal number, so that comparing long lists is comparing two numbers.
 *
 * The empty list is 0. Cost: one lookup for each integer appended.
 */
export class Sequences {
  private readonly longer = new Pairs();

  static readonly EMPTY = 0;

  /** The list with one integer more. */
  append(sequence: number, symbol: number): number {
    return this.longer.of(sequence, symbol) + 1;
  }

  /** The integers of a list, in the order they were appended. */
  elements(sequence: number): readonly number[] {
    const list: number[] = [];
    for (let at = sequence; at !== Sequences.EMPTY; at = this.longer.first(at - 1))
      list.push(this.longer.second(at - 1));
    return list.reverse();
  }
}

/** Values by number, in the order in which they were first met: equal values, equal number. */
export class Numbering<T> {
  private readonly numbers = new Map<T, number>();

  of(value: T): number {
    const known = this.numbers.get(value);
    if (known !== undefined) return known;
    const made = this.numbers.size;
    this.numbers.set(value, made);
    return made;
  }

  get size(): number {
    return this.numbers.size;
  }
}
