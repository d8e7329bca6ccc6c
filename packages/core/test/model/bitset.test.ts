import fc from "fast-check";
import { expect, test } from "vitest";
import { Bitset } from "../../src/model/bitset.ts";

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

test("a union holds what either holds and leaves both unchanged", () => {
  fc.assert(
    fc.property(numbers, numbers, (a, b) => {
      const [left, right] = [Bitset.of(a), Bitset.of(b)];
      expect([...left.union(right)]).toEqual([...Bitset.of([...a, ...b])]);
      expect([...left]).toEqual([...Bitset.of(a)]);
      expect([...right]).toEqual([...Bitset.of(b)]);
    }),
  );
});
