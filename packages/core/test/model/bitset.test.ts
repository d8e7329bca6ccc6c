import fc from "fast-check";
import { expect, test } from "vitest";
import { Bitset, bitCount, lowestBit } from "../../src/model/bitset.ts";

const numbers = fc.array(fc.integer({ min: 0, max: 200 }));

test("a bitset holds exactly the numbers put in, in ascending order", () => {
  fc.assert(
    fc.property(numbers, fc.integer({ min: 0, max: 300 }), (list, probe) => {
      const set = Bitset.of(list);
      expect([...set]).toEqual([...new Set(list)].sort((a, b) => a - b));
      expect(set.has(probe)).toBe(list.includes(probe));
      expect(set.size).toBe(new Set(list).size);
      expect(set.isEmpty).toBe(list.length === 0);
    }),
  );
});

test("a bitset has what was put in and nothing else", () => {
  const put = [0, 1, 31, 32, 63, 95, 96, 200];
  const set = Bitset.of(put);
  expect(Array.from({ length: 300 }, (_, number) => number).filter((number) => set.has(number))).toEqual(put);
  expect(Bitset.of([]).has(0)).toBe(false);
  expect(Bitset.EMPTY.isEmpty).toBe(true);
});

test("union, intersection and difference hold what they say and leave both sides unchanged", () => {
  fc.assert(
    fc.property(numbers, numbers, (a, b) => {
      const [left, right] = [Bitset.of(a), Bitset.of(b)];
      expect(left.union(right).equals(Bitset.of([...a, ...b]))).toBe(true);
      expect(left.intersect(right).equals(Bitset.of(a.filter((one) => b.includes(one))))).toBe(true);
      expect(left.subtract(right).equals(Bitset.of(a.filter((one) => !b.includes(one))))).toBe(true);
      expect(left.equals(Bitset.of(a))).toBe(true);
      expect(right.equals(Bitset.of(b))).toBe(true);
    }),
  );
});

test("sets are equal exactly when their members are", () => {
  fc.assert(
    fc.property(numbers, numbers, (a, b) => {
      const same = [...new Set(a)].sort().join() === [...new Set(b)].sort().join();
      expect(Bitset.of(a).equals(Bitset.of(b))).toBe(same);
    }),
  );
});

/** Numbers that lie close together somewhere: sets of them have other first and last words, with a gap between or not. */
const somewhere = fc
  .record({ base: fc.nat({ max: 300 }), list: fc.array(fc.nat({ max: 70 }), { maxLength: 12 }) })
  .map(({ base, list }) => [...new Set(list.map((one) => base + one))].sort((a, b) => a - b));

test("sets that lie apart, touch or overlap are told apart and combined by their members", () => {
  fc.assert(
    fc.property(somewhere, somewhere, (a, b) => {
      const [left, right] = [Bitset.of(a), Bitset.of(new Set(b))];
      expect([...left.union(right)]).toEqual([...new Set([...a, ...b])].sort((one, other) => one - other));
      expect([...left.intersect(right)]).toEqual(a.filter((one) => b.includes(one)));
      expect([...left.subtract(right)]).toEqual(a.filter((one) => !b.includes(one)));
      const seen: number[] = [];
      left.forEach((one) => {
        seen.push(one);
      });
      expect(seen).toEqual([...left]);
      expect(left.subtract(left).isEmpty && left.intersect(Bitset.EMPTY).isEmpty).toBe(true);
      expect(left.equals(right)).toBe(a.join() === b.join());
      if (a.length > 0) expect(left.first).toBe(a[0]);
      for (const one of [left, left.union(right), left.intersect(right), left.subtract(right)]) {
        const { words } = one;
        // Neither the first word nor the last is 0, so that equal sets have equal words.
        expect(words.length === 0 || (words[0] !== 0 && words.at(-1) !== 0)).toBe(true);
        if (words.length === 0) expect(one).toBe(Bitset.EMPTY);
      }
    }),
    { numRuns: 300 },
  );
});

test("sets are not equal when a word, or where words start, is different", () => {
  const set = Bitset.of([1, 40]);
  for (const other of [[2, 40], [1, 41], [33, 72], [1], [40], [1, 40, 70], []])
    expect([set.equals(Bitset.of(other)), Bitset.of(other).equals(set)]).toEqual([false, false]);
  expect(set.equals(set)).toBe(true);
});

test("a word that is not stored is 0", () => {
  const set = Bitset.of([64, 100]);
  expect([0, 1, 2, 3, 4].map((at) => set.wordAt(at))).toEqual([0, 0, 1, 1 << 4, 0]);
});

test("a range ends where it says, at the edge of a word and beside it", () => {
  for (const [start, end] of [
    [0, 32],
    [31, 33],
    [5, 5],
    [6, 5],
    [32, 64],
    [0, 33],
    [63, 64],
  ] as const)
    expect([...Bitset.range(start, end)]).toEqual(
      Array.from({ length: Math.max(end - start, 0) }, (_, i) => start + i),
    );
});

test("a union of many is the union of them one by one", () => {
  fc.assert(
    fc.property(fc.array(numbers), (lists) => {
      const sets = lists.map((list) => Bitset.of(list));
      const oneByOne = sets.reduce((all, set) => all.union(set), Bitset.EMPTY);
      expect(Bitset.union(sets).equals(oneByOne)).toBe(true);
    }),
  );
});

test("a range holds its start and not its end", () => {
  fc.assert(
    fc.property(fc.nat(130), fc.nat(130), (start, end) => {
      const members = Array.from({ length: Math.max(end - start, 0) }, (_, i) => start + i);
      expect(Bitset.range(start, end).equals(Bitset.of(members))).toBe(true);
    }),
  );
});

test("words make the set they came from, whatever zeros surround them", () => {
  fc.assert(
    fc.property(numbers, (list) => {
      const set = Bitset.of(list);
      const padded = Int32Array.from([0, ...Array.from({ length: 8 }, (_, i) => set.wordAt(i)), 0]).subarray(1);
      expect(Bitset.fromWords(padded).equals(set)).toBe(true);
    }),
  );
});

test("bits of a word are counted and found", () => {
  fc.assert(
    fc.property(fc.integer(), (word) => {
      const digits = (word >>> 0).toString(2);
      expect(bitCount(word)).toBe([...digits].filter((digit) => digit === "1").length);
      if (word !== 0) expect(lowestBit(word)).toBe(digits.length - 1 - digits.lastIndexOf("1"));
    }),
  );
});
