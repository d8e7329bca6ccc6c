/** More symbols and sequences than memory holds, so that a pair of them is one exact number. */
const SYMBOLS = 2 ** 26;

/**
 * Lists of small integers by number: equal lists, equal number, so that comparing long lists is comparing two numbers.
 *
 * The empty list is 0. Cost: one hash lookup for each integer appended.
 */
export class Sequences {
  private readonly longer = new Map<number, number>();
  private readonly before: number[] = [0];
  private readonly last: number[] = [-1];

  static readonly EMPTY = 0;

  /** The list with one integer more. */
  append(sequence: number, symbol: number): number {
    const key = sequence * SYMBOLS + symbol;
    const known = this.longer.get(key);
    if (known !== undefined) return known;
    const made = this.before.length;
    this.before.push(sequence);
    this.last.push(symbol);
    this.longer.set(key, made);
    return made;
  }

  /** The integers of a list, in the order they were appended. */
  elements(sequence: number): readonly number[] {
    const list: number[] = [];
    for (let at = sequence; at !== Sequences.EMPTY; at = this.before[at] as number) list.push(this.last[at] as number);
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
