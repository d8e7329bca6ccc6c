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

test("every address is found in the block that holds it", () => {
  fc.assert(
    fc.property(fc.array(set, { maxLength: 6 }), fc.oneof(fc.ipV4(), fc.ipV6()), (sets, text) => {
      const blocks = cutIntoBlocks(sets);
      const address = parseAddress(text);
      if (address) expect(blocks[blockFinder(blocks)(address)]?.addresses.has(address)).toBe(true);
    }),
  );
});
