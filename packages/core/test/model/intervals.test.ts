import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  canonical,
  contains,
  equal,
  type Interval,
  type Intervals,
  intersect,
  subtract,
  union,
} from "../../src/model/intervals.ts";

/** Few points, so that intervals overlap, touch and coincide more often than not. */
const POINTS = Array.from({ length: 13 }, (_, point) => point);
const point = fc.integer({ min: 0, max: 12 });
const interval = fc.tuple(point, point) as fc.Arbitrary<Interval<number>>;
const list = fc.array(interval, { maxLength: 5 });
const set = list.map(canonical);

/** The points of intervals, by looking at every point. */
function pointsOf(intervals: readonly Interval<number>[]): number[] {
  return POINTS.filter((at) => intervals.some(([start, end]) => start <= at && at < end));
}

/** The one way to write a set of points. */
function written(points: readonly number[]): Intervals<number> {
  const starts = points.filter((at) => !points.includes(at - 1));
  const ends = points.filter((at) => !points.includes(at + 1)).map((at) => at + 1);
  return starts.map((start, i) => [start, ends[i] as number]);
}

describe("the one form of a set of points", () => {
  test("has the points of any list of intervals, sorted, disjoint and not touching", () => {
    fc.assert(
      fc.property(list, (intervals) => {
        expect(canonical(intervals)).toEqual(written(pointsOf(intervals)));
      }),
    );
  });

  test("is reached from addresses just as from ports", () => {
    expect(
      canonical([
        [5n, 7n],
        [1n, 3n],
        [3n, 4n],
        [6n, 6n],
      ]),
    ).toEqual([
      [1n, 4n],
      [5n, 7n],
    ]);
  });

  test("is what union, intersection and difference give", () => {
    fc.assert(
      fc.property(set, set, (a, b) => {
        const [inA, inB] = [pointsOf(a), pointsOf(b)];
        expect(union(a, b)).toEqual(written(POINTS.filter((at) => inA.includes(at) || inB.includes(at))));
        expect(intersect(a, b)).toEqual(written(inA.filter((at) => inB.includes(at))));
        expect(subtract(a, b)).toEqual(written(inA.filter((at) => !inB.includes(at))));
      }),
      { numRuns: 500 },
    );
  });
});

test("a point is contained exactly when some interval has it", () => {
  fc.assert(
    fc.property(set, (a) => {
      for (const at of [-1, ...POINTS, 13]) expect(contains(a, at)).toBe(pointsOf(a).includes(at));
    }),
  );
});

test("lists are equal exactly when they hold the same points", () => {
  fc.assert(
    fc.property(set, set, (a, b) => {
      expect(equal(a, b)).toBe(pointsOf(a).join() === pointsOf(b).join());
      expect(equal(a, [...a])).toBe(true);
      expect(equal(a, a)).toBe(true);
    }),
  );
  expect(equal([[1, 3]], [[1, 4]])).toBe(false);
  expect(equal([[1, 3]], [[2, 3]])).toBe(false);
  expect(
    equal(
      [[1, 3]],
      [
        [1, 3],
        [5, 6],
      ],
    ),
  ).toBe(false);
});

test("no operation changes what it is given", () => {
  fc.assert(
    fc.property(set, set, (a, b) => {
      const before = JSON.stringify([a, b]);
      union(a, b);
      intersect(a, b);
      subtract(a, b);
      expect(JSON.stringify([a, b])).toBe(before);
    }),
  );
});
