import type { Family } from "../model/flow.ts";
import type { Interval } from "../model/intervals.ts";
import { type Address, IpSet } from "../model/ip.ts";
import { ascending } from "../model/order.ts";

/** Addresses of one family that lie in exactly the same of the given sets. */
export interface Block {
  readonly family: Family;
  readonly addresses: IpSet;
  /** Positions of the sets that contain it, ascending. */
  readonly within: readonly number[];
}

/**
 * Cuts all addresses into blocks that the given sets cannot tell apart: disjoint, together everything, IPv4 first, by lowest address.
 *
 * Cost: one sweep over the sorted bounds of the sets, times the number of sets that overlap at a point.
 */
export function cutIntoBlocks(sets: readonly IpSet[]): readonly Block[] {
  return (["IPv4", "IPv6"] as const).flatMap((family) => {
    const pieces = new Map<string, { within: readonly number[]; ranges: Interval<bigint>[] }>();
    for (const { range, within } of sweep(family, sets)) {
      const key = within.join();
      const piece = pieces.get(key) ?? { within, ranges: [] };
      piece.ranges.push(range);
      pieces.set(key, piece);
    }
    return [...pieces.values()].map(({ within, ranges }) => ({ family, within, addresses: IpSet.of(ranges) }));
  });
}

/** Positions of the blocks that addresses lie in. Cost: logarithmic once built. */
export interface BlockFinder {
  /** Of an IPv4 address, given as a number. */
  ipv4(point: number): number;
  any(address: Address): number;
}

export function blockFinder(blocks: readonly Block[]): BlockFinder {
  const starts = blocks
    .flatMap(({ family, addresses }, position) => addresses.ranges.map(([start]) => ({ family, start, position })))
    .sort((a, b) => ascending(a.start, b.start));
  const ipv4 = starts.filter(({ family }) => family === "IPv4");
  const ipv6 = starts.filter(({ family }) => family === "IPv6");
  // Comparing numbers is much cheaper than comparing bigints, and IPv4 addresses are exact as numbers.
  const ipv4Starts = Float64Array.from(ipv4, ({ start }) => Number(start));
  const ipv6Starts = ipv6.map(({ start }) => start);
  // Pods that follow each other mostly have addresses of one block.
  let last = { from: 0, to: 0, position: 0 };
  const ipv4At = (point: number) => {
    if (point >= last.from && point < last.to) return last.position;
    const at = lastUpTo(ipv4Starts, point);
    const to = ipv4Starts[at + 1] ?? Number.POSITIVE_INFINITY;
    last = { from: ipv4Starts[at] ?? 0, to, position: ipv4[at]?.position ?? 0 };
    return last.position;
  };
  return {
    ipv4: ipv4At,
    any: ({ family, point }) =>
      family === "IPv4" ? ipv4At(Number(point)) : (ipv6[lastUpTo(ipv6Starts, point)]?.position ?? 0),
  };
}

/** The last of the sorted points that is not beyond `point`; the first where all are. */
function lastUpTo<P extends number | bigint>(points: { readonly length: number; readonly [at: number]: P }, point: P) {
  let low = 0;
  let high = points.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    const start = points[middle] as P;
    if (start <= point) low = middle;
    else high = middle - 1;
  }
  return low;
}

function* sweep(
  family: Family,
  sets: readonly IpSet[],
): Generator<{ range: Interval<bigint>; within: readonly number[] }> {
  const whole = IpSet.whole(family);
  const events = sets.flatMap((set, i) =>
    set.intersect(whole).ranges.flatMap(([start, end]) => [
      { at: start, i, enters: true },
      { at: end, i, enters: false },
    ]),
  );
  events.sort((a, b) => ascending(a.at, b.at));
  const inside = new Set<number>();
  const [[from, to]] = whole.ranges as readonly [Interval<bigint>];
  let at = from;
  for (const event of events) {
    if (event.at > at) {
      yield { range: [at, event.at], within: [...inside].sort(ascending) };
      at = event.at;
    }
    if (event.enters) inside.add(event.i);
    else inside.delete(event.i);
  }
  if (at < to) yield { range: [at, to], within: [] };
}
