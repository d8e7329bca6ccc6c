import fc from "fast-check";
import { expect, test } from "vitest";
import { ANYONE, PeerSets } from "../../src/engine/peer-sets.ts";
import { Bitset } from "../../src/model/bitset.ts";
import type { Selection } from "../../src/model/program.ts";

const selection = (members: readonly number[]): Selection => ({ members: Bitset.of(members), doubts: [] });

test("a set has its members, and of it stand out those or, where they are more than half, the others", () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 80 }), (holds) => {
      const all = [...holds.keys()];
      const [inside, outside] = [all.filter((peer) => holds[peer]), all.filter((peer) => !holds[peer])];
      const sets = new PeerSets(Bitset.range(0, all.length));
      const set = sets.of(selection(inside));
      expect(all.filter((peer) => sets.has(set, peer))).toEqual(inside);
      expect(sets.isWide(set)).toBe(inside.length > outside.length);
      expect([...sets.standing(set)]).toEqual(inside.length > outside.length ? outside : inside);
    }),
  );
});

test("a set has one number, however often it is asked for, and everybody has another", () => {
  const sets = new PeerSets(Bitset.range(0, 3));
  const [some, other] = [selection([1]), selection([2])];
  expect([sets.of(some), sets.of(other), sets.of(some)]).toEqual([1, 2, 1]);
  expect(sets.size).toBe(3);
  expect([0, 1, 2].map((peer) => sets.has(ANYONE, peer))).toEqual([true, true, true]);
  expect([...sets.standing(ANYONE)]).toEqual([]);
});

test("of guests it is asked when somebody wants to know, once for a set, and they stand out nowhere", () => {
  const sets = new PeerSets(Bitset.range(0, 3));
  const [few, none, most] = [selection([1]), selection([]), selection([0, 1, 2])];
  const [before, empty] = [sets.of(few), sets.of(none)];
  const asked: Selection[] = [];
  const batch = (end: number, come: ReadonlyMap<Selection, number>) =>
    sets.admit({
      end,
      among: (one) => {
        asked.push(one);
        return Bitset.of([come.get(one) ?? []].flat());
      },
    });
  batch(5, new Map([[few, 3], [none, 4]])); // biome-ignore format: a table
  batch(6, new Map([[most, 5]]));
  const after = sets.of(most);
  const membersOf = (set: number) => [3, 4, 5].filter((guest) => sets.has(set, guest));
  expect([before, empty, after].map(membersOf)).toEqual([[3], [4], [5]]);
  expect(membersOf(ANYONE)).toEqual([3, 4, 5]);
  expect([...sets.standing(before)]).toEqual([1]);
  expect(sets.settled).toBe(3);
  const count = asked.length;
  for (const set of [before, empty, after]) membersOf(set);
  expect(asked).toHaveLength(count);
});
