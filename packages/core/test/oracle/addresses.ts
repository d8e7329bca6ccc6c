import type { Family } from "../../src/model/flow.ts";

/** An address as a number of its family. */
export interface Address {
  readonly family: Family;
  readonly value: bigint;
}

/** A CIDR as its first and last address, both included. */
export interface Block {
  readonly family: Family;
  readonly first: bigint;
  readonly last: bigint;
}

const WIDTH = { IPv4: 32n, IPv6: 128n } as const;

export function parseAddress(text: string): Address {
  const { family, value } = asWritten(text);
  // IPB-3: an IPv4-mapped probe address is the IPv4 address.
  if (family === "IPv6" && value >> 32n === 0xffffn) return { family: "IPv4", value: value & 0xffffffffn };
  return { family, value };
}

function asWritten(text: string): Address {
  if (!text.includes(":")) return { family: "IPv4", value: number(octets(text), 256n) };

  // The last 32 bits of an IPv6 address may be written as IPv4: turn them into two groups.
  const tail = text.slice(text.lastIndexOf(":") + 1);
  let groups = text;
  if (tail.includes(".")) {
    const [a = 0n, b = 0n, c = 0n, d = 0n] = octets(tail);
    groups = `${text.slice(0, -tail.length)}${(a * 256n + b).toString(16)}:${(c * 256n + d).toString(16)}`;
  }
  const [before = "", after] = groups.split("::");
  const left = hextets(before);
  const right = after === undefined ? [] : hextets(after);
  const zeros = after === undefined ? 0 : 8 - left.length - right.length;
  const all = [...left, ...Array.from({ length: zeros }, () => 0n), ...right];
  if (all.length !== 8) throw new Error(`not an address: ${text}`);
  return { family: "IPv6", value: number(all, 65536n) };
}

export function parseBlock(cidr: string): Block {
  const slash = cidr.indexOf("/");
  // V-26: a block of mapped addresses is suspicious, and stays what it is: a block of IPv6.
  const address = asWritten(cidr.slice(0, slash));
  const hostBits = WIDTH[address.family] - BigInt(cidr.slice(slash + 1));
  // IPB-2: bits beyond the prefix are masked off.
  const first = (address.value >> hostBits) << hostBits;
  return { family: address.family, first, last: first + (1n << hostBits) - 1n };
}

/** IPB-3: a block of one family holds no address of the other. */
export function holds(block: Block, address: Address): boolean {
  if (block.family !== address.family) return false;
  return block.first <= address.value && address.value <= block.last;
}

/** IPB-1: in the CIDR and in none of its exceptions. */
export function holdsExcept(cidr: string, except: readonly string[], address: Address): boolean {
  if (!holds(parseBlock(cidr), address)) return false;
  for (const hole of except) {
    if (holds(parseBlock(hole), address)) return false;
  }
  return true;
}

/**
 * Enough addresses inside `ranges` to tell apart every set made of `cidrs`: where a range starts, and where a CIDR starts or has just
 * ended. Between two such addresses nothing changes.
 */
export function samples(family: Family, ranges: readonly string[], cidrs: readonly string[]): Address[] {
  const found: Address[] = [];
  for (const range of ranges) {
    const inside = parseBlock(range);
    if (inside.family !== family) continue;
    const points = [inside.first];
    for (const cidr of cidrs) {
      const block = parseBlock(cidr);
      if (block.family === family) points.push(block.first, block.last + 1n);
    }
    for (const value of points) {
      const known = found.some((other) => other.value === value);
      if (!known && holds(inside, { family, value })) found.push({ family, value });
    }
  }
  return found;
}

function octets(text: string): bigint[] {
  const parts = text.split(".").map((part) => BigInt(part));
  if (parts.length !== 4 || parts.some((part) => part > 255n)) throw new Error(`not an address: ${text}`);
  return parts;
}

function hextets(text: string): bigint[] {
  return text === "" ? [] : text.split(":").map((group) => BigInt(`0x${group}`));
}

function number(digits: readonly bigint[], base: bigint): bigint {
  let value = 0n;
  for (const digit of digits) value = value * base + digit;
  return value;
}
