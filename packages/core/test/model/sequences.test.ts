import fc from "fast-check";
import { expect, test } from "vitest";
import { Memory } from "../../src/model/memory.ts";
import { Numbering, Pairs, Sequences } from "../../src/model/sequences.ts";

const integer = fc.oneof(fc.nat({ max: 5 }), fc.integer());

test("pairs have numbers in the order in which they were first met, however many there are", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(integer, integer), { maxLength: 400 }), fc.nat({ max: 400 }), (met, more) => {
      const pairs = new Pairs();
      const all = [...met, ...Array.from({ length: more }, (_, i) => [i, -1 - i] as const), ...met];
      const distinct = [...new Set(all.map((pair) => pair.join()))];
      for (const [first, second] of all) {
        const number = pairs.of(first, second);
        expect(number).toBe(distinct.indexOf(`${first},${second}`));
        expect([pairs.first(number), pairs.second(number)]).toEqual([first, second]);
      }
      expect(pairs.size).toBe(distinct.length);
    }),
  );
});

test("pairs that share an integer, or places in the table, are apart", () => {
  const pairs = new Pairs();
  const all = Array.from({ length: 80 }, (_, first) =>
    Array.from({ length: 80 }, (_, second) => [first, second] as const),
  ).flat();
  const numbers = all.map(([first, second]) => pairs.of(first, second));
  expect(numbers).toEqual(all.map((_, i) => i));
  expect(all.map(([first, second]) => pairs.of(first, second))).toEqual(numbers);
  expect(numbers.map((number) => [pairs.first(number), pairs.second(number)])).toEqual(all);
});

test("values have numbers in the order in which they were first met", () => {
  const numbering = new Numbering<string>();
  expect(["b", "a", "b", "c", "a"].map((value) => numbering.of(value))).toEqual([0, 1, 0, 2, 1]);
  expect(numbering.size).toBe(3);
});

test("lists have the same number exactly when they are equal, and are known by it", () => {
  const lists = fc.array(fc.array(fc.nat({ max: 3 }), { maxLength: 5 }), { maxLength: 40 });
  fc.assert(
    fc.property(lists, (lists) => {
      const sequences = new Sequences();
      const numbers = lists.map((list) => list.reduce((number, one) => sequences.append(number, one), Sequences.EMPTY));
      numbers.forEach((number, i) => {
        expect(sequences.elements(number)).toEqual(lists[i]);
        expect(number === numbers[0]).toBe(lists[i]?.join() === lists[0]?.join());
      });
    }),
  );
});

test("a memory has one object of each kind", () => {
  class Kept {
    count = 0;
  }
  class Other {}
  const [memory, another] = [new Memory(), new Memory()];
  memory.of(Kept).count++;
  expect(memory.of(Kept).count).toBe(1);
  expect(memory.of(Other)).toBeInstanceOf(Other);
  expect(another.of(Kept).count).toBe(0);
});
