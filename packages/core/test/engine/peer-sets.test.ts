import fc from "fast-check";
import { expect, test } from "vitest";
import { ANYONE, PeerSets } from "../../src/engine/peer-sets.ts";
import { Bitset } from "../../src/model/bitset.ts";

test("a set has its members, and of it stand out those or, where they are more than half, the others", () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 80 }), (holds) => {
      const all = [...holds.keys()];
      const [inside, outside] = [all.filter((peer) => holds[peer]), all.filter((peer) => !holds[peer])];
      const sets = new PeerSets(Bitset.range(0, all.length));
      const set = sets.of(Bitset.of(inside));
      expect(all.filter((peer) => sets.has(set, peer))).toEqual(inside);
      expect(sets.isWide(set)).toBe(inside.length > outside.length);
      expect([...sets.standing(set)]).toEqual(inside.length > outside.length ? outside : inside);
    }),
  );
});

test("a set has one number, however often it is asked for, and everybody has another", () => {
  const sets = new PeerSets(Bitset.range(0, 3));
  const [some, other] = [Bitset.of([1]), Bitset.of([2])];
  expect([sets.of(some), sets.of(other), sets.of(some)]).toEqual([1, 2, 1]);
  expect(sets.size).toBe(3);
  expect([0, 1, 2].map((peer) => sets.has(ANYONE, peer))).toEqual([true, true, true]);
  expect([...sets.standing(ANYONE)]).toEqual([]);
});
