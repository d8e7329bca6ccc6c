import type { ServedPort } from "../analyses/service-targets.ts";
import type { Endpoint } from "../engine/endpoints.ts";
import type { Family } from "../model/flow.ts";
import type { Interval } from "../model/intervals.ts";
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
    const { id, type, namespace, kind, name } = endpoint;
    if (type === "address") return addressWords([endpoint], outside).join(", ");
    if (type === "namespace" || kind === "Service") return id;
    return bearers.get(`${namespace}/${name}`) === 1 ? `${namespace}/${name}` : id;
  };
}

/** Ports of a Service, and the ports at which their traffic arrives: `TCP 80 → 8080`. */
export function servedPorts(ports: readonly ServedPort[]): string {
  return ports.map(({ port: { protocol, port }, target }) => `${protocol} ${port} → ${target}`).join(", ");
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
  return IpSet.of(endpoints.flatMap(({ cidrs = [] }) => cidrs.flatMap((cidr) => parseCidr(cidr)?.set.ranges ?? [])));
}

/** The addresses of one family in the fewest CIDRs, exceptions among them. */
function shortest(set: IpSet, family: Family): readonly string[] {
  const part = set.intersect(IpSet.whole(family));
  const cidrs = part.toCidrs();
  const [block] = IpSet.whole(family).ranges;
  return cidrs.length < 3 || !block ? cidrs : inAndOut(part, block).inside.words;
}

interface Wording {
  readonly words: readonly string[];
  /** How many CIDRs the words hold. */
  readonly cidrs: number;
}

/** What of a block is in a set, and what is not, each in the fewest CIDRs: one half after the other, or all but the other side. */
function inAndOut(part: IpSet, block: Interval<bigint>): { readonly inside: Wording; readonly outside: Wording } {
  const whole = IpSet.of([block]);
  const all = { words: whole.toCidrs(), cidrs: 1 };
  if (part.isEmpty) return { inside: NOTHING, outside: all };
  if (part.equals(whole)) return { inside: all, outside: NOTHING };
  const [start, end] = block;
  const middle = start + (end - start) / 2n;
  const low = inAndOut(part.intersect(IpSet.of([[start, middle]])), [start, middle]);
  const high = inAndOut(part.intersect(IpSet.of([[middle, end]])), [middle, end]);
  const inside = joined(low.inside, high.inside);
  const outside = joined(low.outside, high.outside);
  const [head = ""] = all.words;
  return { inside: shorter(inside, allBut(head, outside)), outside: shorter(outside, allBut(head, inside)) };
}

const NOTHING: Wording = { words: [], cidrs: 0 };

function joined(a: Wording, b: Wording): Wording {
  return { words: [...a.words, ...b.words], cidrs: a.cidrs + b.cidrs };
}

function allBut(head: string, { words, cidrs }: Wording): Wording {
  return { words: excepting(head, words), cidrs: cidrs + 1 };
}

function shorter(plain: Wording, other: Wording): Wording {
  return other.cidrs < plain.cidrs ? other : plain;
}
