/** A priority queue: a binary heap. Cost: logarithmic for each entry put in or taken out. */
export class Heap<T> {
  private readonly entries: T[] = [];

  constructor(private readonly isBefore: (a: T, b: T) => boolean) {}

  push(entry: T): void {
    const { entries } = this;
    let at = entries.push(entry) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (!this.isBefore(entry, entries[above] as T)) break;
      entries[at] = entries[above] as T;
      at = above;
    }
    entries[at] = entry;
  }

  /** The first entry, taken out. */
  pop(): T | undefined {
    const { entries } = this;
    const [first] = entries;
    const last = entries.pop();
    if (last === undefined || entries.length === 0) return first;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= entries.length) break;
      if (below + 1 < entries.length && this.isBefore(entries[below + 1] as T, entries[below] as T)) below++;
      if (!this.isBefore(entries[below] as T, last)) break;
      entries[at] = entries[below] as T;
      at = below;
    }
    entries[at] = last;
    return first;
  }
}
