import type { IpBlock } from "../model/cluster.ts";
import { type Cidr, IpSet, parseAddress, parseCidr } from "../model/ip.ts";
import type { Options } from "../model/options.ts";
import { type Field, readList, readMap, readString } from "./field.ts";

/**
 * The addresses of an `ipBlock`, checked as the API server does on create. What is wrong with it is reported; the block is then
 * of no use, since its policy is left out.
 * Source: NetworkPolicy "ipBlock"; docs/semantics.md IPB-1, V-22 to V-26, V-42.
 */
export function readIpBlock(field: Field, options: Options): IpBlock | undefined {
  const block = readMap(field, ["cidr", "except"]);
  if (!block) return undefined;
  const refused = options.strictCIDR === "error" ? ODD : [];
  const except = readList(block.child("except"), "strings");
  const cidr = readCidr(block.child("cidr"), refused) ?? reportMissing(block);
  if (!cidr) return undefined;
  const holes = except.flatMap((item) => readExcept(item, cidr.read, refused));
  const excepted = IpSet.of(holes.flatMap(({ read }) => read.set.ranges));
  const addresses = cidr.read.set.subtract(excepted);
  return { kind: "ipBlock", addresses, cidr: cidr.written, except: holes.map(({ written }) => written) };
}

type Oddity = NonNullable<Cidr["oddity"]>;

/** What a strict API server rejects. */
const ODD: readonly Oddity[] = ["host-bits", "leading-zeros", "ipv4-mapped"];

interface WrittenCidr {
  readonly written: string;
  readonly read: Cidr;
}

function reportMissing(block: Field): undefined {
  const written = block.child("cidr");
  if (written && written.value !== "") return undefined;
  block.problems.reject(
    "field-required",
    written ?? block.keyPlace("cidr"),
    "the block has no `cidr`",
    "give one, such as `10.0.0.0/8`",
  );
}

function readExcept(item: Field, cidr: Cidr, refused: readonly Oddity[]): WrittenCidr[] {
  const hole = readCidr(item, refused, "checked");
  if (!hole) return [];
  const isStrictSubset = cidr.set.includes(hole.read.set) && !hole.read.set.equals(cidr.set);
  if (!isStrictSubset) {
    item.reject(
      "field-invalid",
      `\`${hole.written}\` is not strictly inside \`${cidr.canonical}\``,
      "list only parts of the cidr, in its own family",
    );
  }
  return [hole];
}

/**
 * A CIDR. Odd spellings are a warning, or an error where they are `refused`. An empty `cidr` is reported as missing, an empty
 * `except` as malformed: hence `emptiness`.
 */
export function readCidr(
  field: Field | undefined,
  refused: readonly Oddity[],
  emptiness?: "checked",
): WrittenCidr | undefined {
  const written = readString(field);
  if (!field || written === undefined || (written === "" && !emptiness)) return undefined;
  const read = parseCidr(written);
  if (!read) {
    const address = parseAddress(written);
    const fix = address
      ? `write \`${written}/${address.family === "IPv4" ? 32 : 128}\` for one address`
      : "write an address and a prefix length, such as `10.0.0.0/8`";
    field.reject("field-invalid", `\`${written.slice(0, 100)}\` is not a CIDR`, fix);
    return undefined;
  }
  if (read.oddity) reportOddity(field, written, read, refused);
  return { written, read };
}

const ODDITIES = {
  "host-bits": "has bits set beyond its prefix",
  "leading-zeros": "has octets with leading zeros",
  "ipv4-mapped": "is an IPv4 block written as IPv6",
  "ipv6-spelling": "is not the usual spelling of an IPv6 block",
} as const;

function reportOddity(field: Field, written: string, { oddity, canonical }: Cidr, refused: readonly Oddity[]): void {
  if (!oddity) return;
  const message = `\`${written}\` ${ODDITIES[oddity]}`;
  const fix = `write \`${canonical}\``;
  if (refused.includes(oddity)) field.reject("cidr-not-canonical", message, fix);
  else field.problems.note("warning", "cidr-not-canonical", field, `${message}; it is read as \`${canonical}\``, fix);
}
