/** Lists of integers by number, one after the other in memory. */
export class Lists {
  private constructor(
    /** Where each list starts, and past the last one. */
    readonly starts: Int32Array,
    readonly values: Int32Array,
  ) {}

  /** So many lists, of what `each` adds to them; it is asked twice and has to add the same. */
  static of(size: number, each: (add: (list: number, value: number) => void) => void): Lists {
    const starts = new Int32Array(size + 1);
    each((list) => {
      starts[list + 1] = (starts[list + 1] as number) + 1;
    });
    for (let i = 1; i <= size; i++) starts[i] = (starts[i] as number) + (starts[i - 1] as number);
    const next = starts.slice();
    const values = new Int32Array(starts[size] as number);
    each((list, value) => {
      const at = next[list] as number;
      next[list] = at + 1;
      values[at] = value;
    });
    return new Lists(starts, values);
  }
}
