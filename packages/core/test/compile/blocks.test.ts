import fc from "fast-check";
import { expect, test } from "vitest";
import { blockFinder, cutIntoBlocks } from "../../src/compile/blocks.ts";
import { IpSet, parseAddress, parseCidr } from "../../src/model/ip.ts";

const cidr = fc.oneof(
  fc.tuple(fc.constantFrom("10.0.0.0", "10.128.0.0", "10.0.0.1", "192.168.0.0"), fc.integer({ min: 0, max: 32 })),
  fc.tuple(fc.constantFrom("2001:db8::", "fd00::1"), fc.integer({ min: 0, max: 128 })),
);
const set = fc
  .array(
    cidr.map(([base, bits]) => parseCidr(`${base}/${bits}`)?.set ?? IpSet.NONE),
    { minLength: 1, maxLength: 3 },
  )
  .map(([first = IpSet.NONE, ...except]) => except.reduce((left, cut) => left.subtract(cut), first));

test("blocks are disjoint, cover every address, and lie wholly inside or outside each set", () => {
  fc.assert(
    fc.property(fc.array(set, { maxLength: 6 }), (sets) => {
      const blocks = cutIntoBlocks(sets);
      expect(blocks.reduce((all, { addresses }) => all.union(addresses), IpSet.NONE).equals(IpSet.ALL)).toBe(true);
      blocks.forEach(({ addresses, within, family }, i) => {
        expect(addresses.isEmpty).toBe(false);
        expect(within).toEqual([...within].sort((a, b) => a - b));
        expect(IpSet.whole(family).includes(addresses)).toBe(true);
        expect(blocks.slice(i + 1).every((other) => other.addresses.intersect(addresses).isEmpty)).toBe(true);
        sets.forEach((one, position) => {
          expect(within.includes(position)).toBe(one.includes(addresses));
          if (!within.includes(position)) expect(one.intersect(addresses).isEmpty).toBe(true);
        });
      });
    }),
  );
});

test("no two blocks of a family lie in the same sets", () => {
  fc.assert(
    fc.property(fc.array(set, { maxLength: 6 }), (sets) => {
      const signatures = cutIntoBlocks(sets).map(({ family, within }) => `${family} ${within.join()}`);
      expect(new Set(signatures).size).toBe(signatures.length);
    }),
  );
});

test("sets that are everything leave no block beside them", () => {
  expect(cutIntoBlocks([IpSet.ALL, IpSet.IPV4])).toEqual([
    { family: "IPv4", addresses: IpSet.IPV4, within: [0, 1] },
    { family: "IPv6", addresses: IpSet.IPV6, within: [0] },
  ]);
});

test("sets are told by their positions in ascending order, however they begin", () => {
  const sets = Array.from(
    { length: 12 },
    (_, i) => parseCidr(`10.0.0.${11 - i}/32`)?.set.union(IpSet.IPV6) ?? IpSet.NONE,
  );
  expect(cutIntoBlocks(sets).at(-1)?.within).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  const nested = ["10.0.0.0/24", "10.0.0.0/16", "10.0.0.0/8"].map((text) => parseCidr(text)?.set ?? IpSet.NONE);
  const narrowing = [nested[2], nested[1], nested[0]].map((one) => one ?? IpSet.NONE);
  expect(cutIntoBlocks(narrowing).map(({ within }) => within)).toContainEqual([0, 1, 2]);
  const late = [parseCidr("10.0.128.0/17")?.set ?? IpSet.NONE, ...nested.slice(1)];
  expect(cutIntoBlocks(late).map(({ within }) => within)).toContainEqual([0, 1, 2]);
});

test("the first and the last address of every range are found in its block", () => {
  fc.assert(
    fc.property(fc.array(set, { maxLength: 6 }), (sets) => {
      const blocks = cutIntoBlocks(sets);
      const { any: blockOf } = blockFinder(blocks);
      blocks.forEach(({ addresses, family }, position) => {
        for (const [start, end] of addresses.ranges)
          for (const point of [start, end - 1n]) expect(blockOf({ family, point })).toBe(position);
      });
    }),
  );
});

test("every address is found in the block that holds it", () => {
  fc.assert(
    fc.property(fc.array(set, { maxLength: 6 }), fc.oneof(fc.ipV4(), fc.ipV6()), (sets, text) => {
      const blocks = cutIntoBlocks(sets);
      const address = parseAddress(text);
      if (address) expect(blocks[blockFinder(blocks).any(address)]?.addresses.has(address)).toBe(true);
    }),
  );
});
