import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { IpSet, parseAddress, parseCidr, publicAddresses } from "../../src/model/ip.ts";

const ipv4 = fc.ipV4();
const ipv6 = fc.ipV6();
const cidr = fc.oneof(
  fc.tuple(ipv4, fc.integer({ min: 0, max: 32 })).map(([base, bits]) => `${base}/${bits}`),
  fc.tuple(ipv6, fc.integer({ min: 0, max: 128 })).map(([base, bits]) => `${base}/${bits}`),
);
const set = fc
  .array(cidr, { maxLength: 4 })
  .map((cidrs) => cidrs.reduce((all, text) => all.union(setOf(text)), IpSet.NONE));

function setOf(text: string): IpSet {
  return parseCidr(text)?.set ?? IpSet.NONE;
}

function addressOf(text: string) {
  const address = parseAddress(text);
  if (!address) throw new Error(`${text} is no address`);
  return address;
}

describe("address sets obey the algebra of sets", () => {
  test("union, intersection and difference agree with membership", () => {
    fc.assert(
      fc.property(set, set, fc.oneof(ipv4, ipv6), (a, b, text) => {
        const address = addressOf(text);
        const [inA, inB] = [a.has(address), b.has(address)];
        expect(a.union(b).has(address)).toBe(inA || inB);
        expect(a.intersect(b).has(address)).toBe(inA && inB);
        expect(a.subtract(b).has(address)).toBe(inA && !inB);
      }),
    );
  });

  test("the CIDRs of a set make it up again, disjoint and in order", () => {
    fc.assert(
      fc.property(set, (a) => {
        const parts = a.toCidrs().map(setOf);
        expect(parts.reduce((all, part) => all.union(part), IpSet.NONE).equals(a)).toBe(true);
        parts.forEach((part, i) => {
          expect(parts.slice(i + 1).every((other) => part.intersect(other).isEmpty)).toBe(true);
        });
      }),
    );
  });

  test("a CIDR contains its own base address and only its own family", () => {
    fc.assert(
      fc.property(cidr, (text) => {
        const parsed = parseCidr(text);
        const base = addressOf(text.split("/")[0] as string);
        // An IPv4-mapped base is read as IPv4 when it is an address of its own.
        fc.pre(parsed?.oddity !== "ipv4-mapped");
        expect(parsed?.set.has(base)).toBe(true);
        expect(parsed?.set.intersect(IpSet.whole(base.family === "IPv4" ? "IPv6" : "IPv4")).isEmpty).toBe(true);
      }),
    );
  });

  test("an address survives being written and read", () => {
    fc.assert(
      fc.property(fc.oneof(ipv4, ipv6), (text) => {
        const address = addressOf(text);
        const [written = ""] = IpSet.of([[address.point, address.point + 1n]]).toCidrs();
        expect(parseAddress(written.split("/")[0] ?? "")?.point).toBe(address.point);
      }),
    );
  });
});

describe("what counts as an address or a CIDR", () => {
  test.each(["10.0.0.1", "0.0.0.0", "::1", "2001:db8::1", "::ffff:10.0.0.1", "FE80::1"])("%s is an address", (text) => {
    expect(parseAddress(text)).toBeDefined();
  });

  test.each(["", "10.0.0", "10.0.0.256", "0x7f.0.0.1", "1.2.3.4.5", "fe80::1%eth0", ":::", "10.0.0.1/32", "localhost"])(
    "%j is no address",
    (text) => {
      expect(parseAddress(text)).toBeUndefined();
    },
  );

  test.each([
    "10.0.0.1",
    "10.0.0.0/33",
    "10.0.0.0/-1",
    "10.0.0.0/8/8",
    "10.0.0.0/08",
    "/8",
    "::/129",
    "10.0.0.0/ 8",
    "a/8",
  ])("%j is no CIDR", (text) => {
    expect(parseCidr(text)).toBeUndefined();
  });

  test.each([
    ["10.1.2.3/24", "10.1.2.0/24", "host-bits"],
    ["010.0.0.0/8", "10.0.0.0/8", "leading-zeros"],
    ["::ffff:10.0.0.0/104", "::ffff:10.0.0.0/104", "ipv4-mapped"],
    ["10.1.2.0/24", "10.1.2.0/24", undefined],
    ["2001:DB8::/32", "2001:db8::/32", undefined],
  ])("%s is read as %s", (text, canonical, oddity) => {
    expect(parseCidr(text)?.oddity).toBe(oddity);
    expect(setOf(canonical).equals(setOf(text))).toBe(true);
  });

  test("an IPv4-mapped address is the IPv4 address it carries", () => {
    expect(addressOf("::ffff:10.0.0.1")).toEqual(addressOf("10.0.0.1"));
  });

  test("public addresses leave out private, shared and documentation ranges", () => {
    const open = publicAddresses();
    for (const text of ["10.1.1.1", "100.64.0.1", "192.168.0.1", "203.0.113.7", "127.0.0.1", "fd00::1", "::1"]) {
      expect(open.has(addressOf(text))).toBe(false);
    }
    for (const text of ["8.8.8.8", "1.1.1.1", "2606:4700::1"]) expect(open.has(addressOf(text))).toBe(true);
  });
});
