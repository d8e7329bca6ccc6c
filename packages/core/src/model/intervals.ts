import { ascending } from "./order.ts";

/**
 * Sets of points on a line, kept as sorted, disjoint, non-adjacent half-open intervals.
 *
 * Half-open `[start, end)` makes adjacency plain equality, so one algebra serves ports (numbers) and addresses (bigints).
 * Every function takes canonical lists and returns one; none changes its arguments. Cost: linear in the intervals read.
 */
export type Point = number | bigint;
export type Interval<P extends Point> = readonly [start: P, end: P];
export type Intervals<P extends Point> = readonly Interval<P>[];

/** Any list of intervals, in any order and overlapping at will, as the canonical one. Empty intervals are dropped. */
export function canonical<P extends Point>(intervals: Iterable<Interval<P>>): Intervals<P> {
  const sorted = [...intervals].filter(([start, end]) => start < end).sort(([a], [b]) => ascending(a, b));
  const merged: [P, P][] = [];
  for (const [start, end] of sorted) {
    const last = merged.at(-1);
    if (last && start <= last[1]) {
      if (end > last[1]) last[1] = end;
    } else merged.push([start, end]);
  }
  return merged;
}

export function union<P extends Point>(a: Intervals<P>, b: Intervals<P>): Intervals<P> {
  return canonical([...a, ...b]);
}

export function intersect<P extends Point>(a: Intervals<P>, b: Intervals<P>): Intervals<P> {
  const common: Interval<P>[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    const [aStart, aEnd] = a[i] as Interval<P>;
    const [bStart, bEnd] = b[j] as Interval<P>;
    const start = aStart > bStart ? aStart : bStart;
    const end = aEnd < bEnd ? aEnd : bEnd;
    if (start < end) common.push([start, end]);
    if (aEnd < bEnd) i++;
    else j++;
  }
  return common;
}

export function subtract<P extends Point>(a: Intervals<P>, b: Intervals<P>): Intervals<P> {
  const left: Interval<P>[] = [];
  let j = 0;
  for (const [from, end] of a) {
    let start = from;
    while (j < b.length && (b[j] as Interval<P>)[1] <= start) j++;
    for (let k = j; k < b.length; k++) {
      const [cutStart, cutEnd] = b[k] as Interval<P>;
      if (cutStart >= end) break;
      if (cutStart > start) left.push([start, cutStart]);
      start = cutEnd;
    }
    if (start < end) left.push([start, end]);
  }
  return left;
}

export function contains<P extends Point>(a: Intervals<P>, point: P): boolean {
  let low = 0;
  let high = a.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const [start, end] = a[middle] as Interval<P>;
    if (point < start) high = middle - 1;
    else if (point >= end) low = middle + 1;
    else return true;
  }
  return false;
}

export function equal<P extends Point>(a: Intervals<P>, b: Intervals<P>): boolean {
  return a.length === b.length && a.every(([start, end], i) => start === b[i]?.[0] && end === b[i]?.[1]);
}
