import type { Endpoint } from "../engine/endpoints.ts";
import type { Family } from "../model/flow.ts";
import { IpSet, parseCidr } from "../model/ip.ts";

/** What all outside addresses together are called. */
export const OUTSIDE = "any outside address";

/**
 * What people call the endpoints of a listing: `namespace/name` where only one bears it, else the id.
 *
 * Every name is one that can be typed back as `--from` or `--to`, but for address blocks of many pieces.
 */
export function namesOf(endpoints: readonly Endpoint[]): (endpoint: Endpoint) => string {
  const bearers = new Map<string, number>();
  for (const { namespace, name } of endpoints) {
    const short = `${namespace}/${name}`;
    bearers.set(short, (bearers.get(short) ?? 0) + 1);
  }
  const outside = endpoints.filter(({ type }) => type === "address");
  return (endpoint) => {
    const { id, type, namespace, name } = endpoint;
    if (type === "address") return addressWords([endpoint], outside).join(", ");
    if (type === "namespace") return id;
    return bearers.get(`${namespace}/${name}`) === 1 ? `${namespace}/${name}` : id;
  };
}

/** Address endpoints in words to be joined by commas: all that there are, or the shortest way to write them. */
export function addressWords(endpoints: readonly Endpoint[], all: readonly Endpoint[]): readonly string[] {
  const set = addressesOf(endpoints);
  if (endpoints.length > 0 && set.equals(addressesOf(all))) return [OUTSIDE];
  return [...shortest(set, "IPv4"), ...shortest(set, "IPv6")];
}

/** `head (except a, b)`, as words to be joined by commas. */
export function excepting(head: string, exceptions: readonly string[]): readonly string[] {
  return exceptions.map(
    (word, i) => `${i === 0 ? `${head} (except ` : ""}${word}${i === exceptions.length - 1 ? ")" : ""}`,
  );
}

function addressesOf(endpoints: readonly Endpoint[]): IpSet {
  return endpoints
    .flatMap(({ cidrs = [] }) => cidrs)
    .reduce((set, cidr) => set.union(parseCidr(cidr)?.set ?? IpSet.NONE), IpSet.NONE);
}

/** The CIDRs of one family, or the smallest CIDR around them with its exceptions, whichever is shorter. */
function shortest(set: IpSet, family: Family): readonly string[] {
  const part = set.intersect(IpSet.whole(family));
  const cidrs = part.toCidrs();
  const around = enclosing(part, cidrs);
  if (!around) return cidrs;
  const except = around.set.subtract(part).toCidrs();
  return except.length + 1 < cidrs.length ? excepting(around.canonical, except) : cidrs;
}

function enclosing(set: IpSet, [first = ""]: readonly string[]) {
  const [base, length] = first.split("/");
  for (let prefix = Number(length); prefix >= 0; prefix--) {
    const cidr = parseCidr(`${base}/${prefix}`);
    if (cidr?.set.includes(set)) return cidr;
  }
  return undefined;
}
