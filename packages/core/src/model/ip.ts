import ipaddr from "ipaddr.js";
import type { Family } from "./flow.ts";
import { canonical, contains, equal, type Interval, type Intervals, intersect, subtract, union } from "./intervals.ts";

const V4_END = 1n << 32n;
/** IPv6 follows IPv4 on the line of addresses with a gap between, so that no interval ever spans two families. */
const V6_START = 1n << 33n;
const V6_END = V6_START + (1n << 128n);

/** One address: its family and its point on the line of all addresses. */
export interface Address {
  readonly family: Family;
  readonly point: bigint;
}

/** A CIDR as written: the set it stands for, and what is unusual about the spelling. */
export interface Cidr {
  readonly family: Family;
  readonly set: IpSet;
  /** The same block without bits beyond the prefix, in the usual spelling. */
  readonly canonical: string;
  readonly prefix: number;
  /** Spellings that the API server warns of; a strict one rejects all but `ipv6-spelling`, any but the usual one. */
  readonly oddity?: "host-bits" | "leading-zeros" | "ipv4-mapped" | "ipv6-spelling";
}

/**
 * An immutable set of IPv4 and IPv6 addresses: disjoint ranges on one line, so the families can never mix.
 * Cost of each operation: linear in the ranges; `has` is a binary search.
 */
export class IpSet {
  /** Kept out of what is compared and printed. */
  #key: string | undefined;

  private constructor(readonly ranges: Intervals<bigint>) {}

  static readonly NONE = new IpSet([]);
  static readonly IPV4 = new IpSet([[0n, V4_END]]);
  static readonly IPV6 = new IpSet([[V6_START, V6_END]]);
  static readonly ALL = IpSet.IPV4.union(IpSet.IPV6);

  static of(ranges: Iterable<Interval<bigint>>): IpSet {
    return new IpSet(canonical(ranges));
  }

  static whole(family: Family): IpSet {
    return family === "IPv4" ? IpSet.IPV4 : IpSet.IPV6;
  }

  union(other: IpSet): IpSet {
    return new IpSet(union(this.ranges, other.ranges));
  }

  intersect(other: IpSet): IpSet {
    return new IpSet(intersect(this.ranges, other.ranges));
  }

  subtract(other: IpSet): IpSet {
    return new IpSet(subtract(this.ranges, other.ranges));
  }

  /** Equal sets, equal keys. */
  get key(): string {
    this.#key ??= this.ranges.join(";");
    return this.#key;
  }

  get isEmpty(): boolean {
    return this.ranges.length === 0;
  }

  equals(other: IpSet): boolean {
    return equal(this.ranges, other.ranges);
  }

  includes(other: IpSet): boolean {
    return other.subtract(this).isEmpty;
  }

  has(address: Address): boolean {
    return contains(this.ranges, address.point);
  }

  /** The fewest CIDRs that make up the set, in ascending order, IPv4 first. */
  toCidrs(): string[] {
    return this.ranges.flatMap(([start, end]) => cidrsOf(start, end));
  }
}

/** Reads an address; `undefined` when the text is none. An IPv4-mapped IPv6 address is read as the IPv4 address it carries. */
export function parseAddress(text: string): Address | undefined {
  const plain = parseIpv4(text);
  if (plain !== undefined) return { family: "IPv4", point: BigInt(plain) };
  const bytes = bytesOf(text);
  if (!bytes) return undefined;
  const mapped = mappedIpv4(bytes.bytes);
  return addressOf(mapped ?? bytes.bytes);
}

/** Reads `address/prefix` as the API server does; `undefined` when the text is no CIDR. */
export function parseCidr(text: string): Cidr | undefined {
  const slash = text.lastIndexOf("/");
  const length = text.slice(slash + 1);
  const parsed = bytesOf(text.slice(0, slash));
  if (!parsed || !/^(0|[1-9]\d{0,2})$/.test(length)) return undefined;
  const { family, point } = addressOf(parsed.bytes);
  const bits = family === "IPv4" ? 32 : 128;
  const prefix = Number(length);
  if (prefix > bits) return undefined;
  const size = 1n << BigInt(bits - prefix);
  const start = point - (offsetOf(point) % size);
  const oddity = mappedIpv4(parsed.bytes)
    ? "ipv4-mapped"
    : parsed.leadingZeros
      ? "leading-zeros"
      : start !== point
        ? "host-bits"
        : family === "IPv6" && text.slice(0, slash) !== formatPoint(point)
          ? "ipv6-spelling"
          : undefined;
  const set = IpSet.of([[start, start + size]]);
  return { family, set, canonical: `${formatPoint(start)}/${prefix}`, prefix, ...(oddity && { oddity }) };
}

/**
 * Address ranges that are not public: private, shared, loopback, link-local, documentation, benchmarking, multicast, reserved.
 * Source: the IANA IPv4 and IPv6 special-purpose address registries.
 */
const SPECIAL_PURPOSE: readonly string[] = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.88.99.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/4",
  "240.0.0.0/4",
  "::/128",
  "::1/128",
  "::ffff:0:0/96",
  "64:ff9b:1::/48",
  "100::/64",
  "2001::/23",
  "2001:db8::/32",
  "3fff::/20",
  "5f00::/16",
  "fc00::/7",
  "fe80::/10",
  "ff00::/8",
];

let known: IpSet | undefined;

/** The public addresses of both families, always the same set: everything outside the special-purpose ranges. */
export function publicAddresses(): IpSet {
  // Not as the module is loaded: few processes ever ask.
  known ??= SPECIAL_PURPOSE.reduce((set, cidr) => set.subtract(parseCidr(cidr)?.set ?? IpSet.NONE), IpSet.ALL);
  return known;
}

/** An IPv4 address in the usual spelling as one number, without a list or a bigint in between; `undefined` for anything else. */
export function parseIpv4(text: string): number | undefined {
  if (text.length > 15) return undefined;
  let address = 0;
  let octet = -1;
  let dots = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 46) {
      if (octet < 0) return undefined;
      address = address * 256 + octet;
      octet = -1;
      dots++;
    } else {
      if (code < 48 || code > 57 || octet === 0) return undefined;
      octet = (octet < 0 ? 0 : octet * 10) + code - 48;
      if (octet > 255) return undefined;
    }
  }
  return dots === 3 && octet >= 0 ? address * 256 + octet : undefined;
}

interface Spelling {
  readonly bytes: readonly number[];
  readonly leadingZeros: boolean;
}

function bytesOf(text: string): Spelling | undefined {
  const octets = octetsOf(text);
  if (octets || text.includes("%") || !ipaddr.IPv6.isValid(text)) return octets;
  const tail = text.slice(text.lastIndexOf(":") + 1);
  const leadingZeros = tail.includes(".") ? octetsOf(tail)?.leadingZeros : false;
  return leadingZeros === undefined ? undefined : { bytes: ipaddr.IPv6.parse(text).toByteArray(), leadingZeros };
}

/** Decimal IPv4 octets only: the hexadecimal, octal and shortened forms some libraries accept are not what an API server reads. */
function octetsOf(text: string): Spelling | undefined {
  if (!/^\d{1,3}(\.\d{1,3}){3}$/.test(text)) return undefined;
  const octets = text.split(".");
  const bytes = octets.map(Number);
  if (bytes.some((byte) => byte > 255)) return undefined;
  return { bytes, leadingZeros: octets.some((octet) => octet.length > 1 && octet.startsWith("0")) };
}

function mappedIpv4(bytes: readonly number[]): readonly number[] | undefined {
  const isMapped = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255;
  return isMapped ? bytes.slice(12) : undefined;
}

function addressOf(bytes: readonly number[]): Address {
  const value = bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  return bytes.length === 4 ? { family: "IPv4", point: value } : { family: "IPv6", point: V6_START + value };
}

function isIpv4(point: bigint): boolean {
  return point < V4_END;
}

function offsetOf(point: bigint): bigint {
  return isIpv4(point) ? point : point - V6_START;
}

function formatPoint(point: bigint): string {
  let rest = offsetOf(point);
  const bytes: number[] = [];
  for (let i = isIpv4(point) ? 4 : 16; i > 0; i--) {
    bytes.unshift(Number(rest & 255n));
    rest >>= 8n;
  }
  return isIpv4(point) ? bytes.join(".") : new ipaddr.IPv6(bytes).toRFC5952String();
}

function cidrsOf(start: bigint, end: bigint): string[] {
  const cidrs: string[] = [];
  for (let at = start; at < end; ) {
    let size = 1n;
    let prefix = isIpv4(start) ? 32 : 128;
    while (offsetOf(at) % (size << 1n) === 0n && at + (size << 1n) <= end) {
      size <<= 1n;
      prefix--;
    }
    cidrs.push(`${formatPoint(at)}/${prefix}`);
    at += size;
  }
  return cidrs;
}
