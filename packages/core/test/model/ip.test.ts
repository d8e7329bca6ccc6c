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
  test.each([
    ["10.0.0.1", "IPv4"],
    ["0.0.0.0", "IPv4"],
    ["255.255.255.255", "IPv4"],
    ["010.0.0.1", "IPv4"],
    ["::ffff:10.0.0.1", "IPv4"],
    ["::", "IPv6"],
    ["::1", "IPv6"],
    ["2001:db8::1", "IPv6"],
    ["FE80::1", "IPv6"],
    ["64:ff9b::10.0.0.1", "IPv6"],
  ])("%s is an address of %s", (text, family) => {
    expect(parseAddress(text)?.family).toBe(family);
  });

  test.each([
    "",
    "10.0.0",
    "10.0.0.256",
    "10.0.0.0001",
    "0x7f.0.0.1",
    "1.2.3.4.5",
    "x10.0.0.1",
    "10.0.0.1x",
    "fe80::1%eth0",
    ":::",
    "::10.0.0",
    "::ffff:10.0.0.256",
    "::ffff:0x0a.0.0.1",
    "10.0.0.1/32",
    "localhost",
  ])("%j is no address", (text) => {
    expect(parseAddress(text)).toBeUndefined();
  });

  test.each([
    "10.0.0.1",
    "10.0.0.0/33",
    "10.0.0.0/-1",
    "10.0.0.0/8/8",
    "10.0.0.0/08",
    "/8",
    "::/129",
    "10.0.0.0/ 8",
    "10.0.0.0/8 ",
    "10.0.0.0/",
    "10.0.0.0/1000",
    "::ffff:0x0a.0.0.0/104",
    "a/8",
  ])("%j is no CIDR", (text) => {
    expect(parseCidr(text)).toBeUndefined();
  });

  test.each([
    ["10.1.2.3/24", "10.1.2.0/24", "host-bits"],
    ["010.0.0.0/8", "10.0.0.0/8", "leading-zeros"],
    ["10.0.0.00/8", "10.0.0.0/8", "leading-zeros"],
    ["64:ff9b::010.0.0.0/104", "64:ff9b::a00:0/104", "leading-zeros"],
    ["::ffff:10.0.0.0/104", "::ffff:a00:0/104", "ipv4-mapped"],
    ["10.1.2.0/24", "10.1.2.0/24", undefined],
    ["10.0.0.0/8", "10.0.0.0/8", undefined],
    ["0.0.0.0/0", "0.0.0.0/0", undefined],
    ["10.0.0.1/32", "10.0.0.1/32", undefined],
    ["2001:DB8::/32", "2001:db8::/32", "ipv6-spelling"],
    ["64:ff9b::10.0.0.0/104", "64:ff9b::a00:0/104", "ipv6-spelling"],
    ["2001:db8::/32", "2001:db8::/32", undefined],
    ["2001:db8:0:0:0:0:0:1/64", "2001:db8::/64", "host-bits"],
    ["::/0", "::/0", undefined],
    ["::1/128", "::1/128", undefined],
  ])("%s is read as %s", (text, canonical, oddity) => {
    const [, length] = text.split("/");
    expect(parseCidr(text)).toMatchObject({
      canonical,
      prefix: Number(length),
      family: canonical.includes(":") ? "IPv6" : "IPv4",
    });
    expect(parseCidr(text)?.oddity).toBe(oddity);
    expect(setOf(text).toCidrs()).toEqual([canonical]);
  });

  test("an IPv4-mapped address is the IPv4 address it carries", () => {
    expect(addressOf("::ffff:10.0.0.1")).toEqual(addressOf("10.0.0.1"));
  });

  test.each(["::ff00:a00:1", "::ff:a00:1", "1::ffff:a00:1", "::1:ffff:a00:1", "::a00:1"])(
    "%s carries no IPv4 address",
    (text) => {
      expect(parseAddress(text)?.family).toBe("IPv6");
    },
  );

  test("a set includes exactly those of which it leaves nothing", () => {
    expect(setOf("10.0.0.0/8").includes(setOf("10.1.0.0/16"))).toBe(true);
    expect(setOf("10.1.0.0/16").includes(setOf("10.0.0.0/8"))).toBe(false);
    expect(IpSet.ALL.includes(IpSet.IPV6)).toBe(true);
    expect(IpSet.IPV4.includes(IpSet.NONE)).toBe(true);
    expect(IpSet.NONE.isEmpty).toBe(true);
    expect(IpSet.IPV4.isEmpty).toBe(false);
  });

  test("a range that is no block is written as the fewest blocks, in order", () => {
    const range = (first: string, last: string) => IpSet.of([[addressOf(first).point, addressOf(last).point + 1n]]);
    expect(range("10.0.0.1", "10.0.0.6").toCidrs()).toEqual([
      "10.0.0.1/32",
      "10.0.0.2/31",
      "10.0.0.4/31",
      "10.0.0.6/32",
    ]);
    expect(range("10.0.0.0", "10.0.1.127").toCidrs()).toEqual(["10.0.0.0/24", "10.0.1.0/25"]);
    expect(range("2001:db8::1", "2001:db8::3").toCidrs()).toEqual(["2001:db8::1/128", "2001:db8::2/127"]);
    expect(IpSet.ALL.toCidrs()).toEqual(["0.0.0.0/0", "::/0"]);
    expect(IpSet.NONE.toCidrs()).toEqual([]);
  });

  // First and last address of each range, from the IANA special-purpose registries.
  test.each([
    ["0.0.0.0", "0.255.255.255"],
    ["10.0.0.0", "10.255.255.255"],
    ["100.64.0.0", "100.127.255.255"],
    ["127.0.0.0", "127.255.255.255"],
    ["169.254.0.0", "169.254.255.255"],
    ["172.16.0.0", "172.31.255.255"],
    ["192.0.0.0", "192.0.0.255"],
    ["192.0.2.0", "192.0.2.255"],
    ["192.88.99.0", "192.88.99.255"],
    ["192.168.0.0", "192.168.255.255"],
    ["198.18.0.0", "198.19.255.255"],
    ["198.51.100.0", "198.51.100.255"],
    ["203.0.113.0", "203.0.113.255"],
    ["224.0.0.0", "239.255.255.255"],
    ["240.0.0.0", "255.255.255.255"],
    ["::", "::1"],
    ["64:ff9b:1::", "64:ff9b:1:ffff:ffff:ffff:ffff:ffff"],
    ["100::", "100::ffff:ffff:ffff:ffff"],
    ["2001::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff"],
    ["2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"],
    ["3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff"],
    ["5f00::", "5f00:ffff:ffff:ffff:ffff:ffff:ffff:ffff"],
    ["fc00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"],
    ["fe80::", "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff"],
    ["ff00::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"],
  ])("no address from %s to %s is public", (first, last) => {
    const range = IpSet.of([[addressOf(first).point, addressOf(last).point + 1n]]);
    expect(publicAddresses().intersect(range).toCidrs()).toEqual([]);
  });

  test("IPv6 addresses that stand for IPv4 ones are not public", () => {
    expect(publicAddresses().intersect(setOf("::ffff:0:0/96")).isEmpty).toBe(true);
  });

  test.each([
    "1.1.1.1",
    "8.8.8.8",
    "11.0.0.0",
    "100.128.0.0",
    "172.32.0.0",
    "198.20.0.0",
    "223.255.255.255",
    "::2",
    "2001:200::",
    "2606:4700::1",
    "4000::",
  ])("%s is public", (text) => {
    expect(publicAddresses().has(addressOf(text))).toBe(true);
  });
});
