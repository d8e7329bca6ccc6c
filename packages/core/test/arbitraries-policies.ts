import fc, { type Arbitrary } from "fast-check";
import type { NetworkPolicy, PolicyPeer, PolicyRule } from "../src/model/cluster.ts";
import type { Direction, Protocol } from "../src/model/flow.ts";
import { type IpSet, parseCidr } from "../src/model/ip.ts";
import type { PortMatch } from "../src/model/ports.ts";
import {
  EVERYTHING,
  NAMES,
  NAMESPACES,
  NOWHERE,
  namespaceSelector,
  PORTS,
  podSelector,
  protocol,
} from "./arbitraries-labels.ts";

export const BLOCKS = {
  IPv4: [
    "0.0.0.0/0",
    "0.0.0.0/0",
    "10.0.0.0/8",
    "10.0.0.0/24",
    "10.0.1.77/24",
    "10.0.0.0/30",
    "10.0.0.1/32",
    "10.0.1.2/32",
    "128.0.0.0/1",
    "192.168.0.0/24",
    "192.168.0.1/32",
    "203.0.113.0/24",
  ],
  IPv6: ["::/0", "::/0", "fd00::/64", "fd00::/126", "fd00::1/128", "fd01::/64", "2001:db8::/32"],
};

const portMatch: Arbitrary<PortMatch> = fc.oneof(
  { weight: 1, arbitrary: protocol.map((of) => ({ kind: "every-port" as const, protocol: of, span: NOWHERE })) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(protocol, fc.constantFrom(...PORTS))
      .map(([of, port]) => ({ kind: "range" as const, protocol: of, first: port, last: port, span: NOWHERE })),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(protocol, fc.constantFrom(1, 79, 79, 80, 442), fc.constantFrom(1, 2, 400, 65000))
      .map(([of, first, more]) => ({
        kind: "range" as const,
        protocol: of,
        first,
        last: Math.min(first + more, 65535),
        span: NOWHERE,
      })),
  },
  {
    weight: 6,
    arbitrary: fc
      .tuple(fc.constantFrom<Protocol>("TCP", "TCP", "TCP", "TCP", "UDP"), fc.constantFrom("http", "http", ...NAMES))
      .map(([of, name]) => ({ kind: "named" as const, protocol: of, name, span: NOWHERE })),
  },
);

const ipBlock: Arbitrary<PolicyPeer> = fc
  .constantFrom<"IPv4" | "IPv6">("IPv4", "IPv4", "IPv6")
  .chain((family) => fc.constantFrom(...BLOCKS[family]).map((cidr) => ({ cidr, all: BLOCKS[family] })))
  .chain(({ cidr, all }) => {
    const holes = [...new Set(all)].filter((hole) => liesStrictlyIn(hole, cidr));
    return fc.subarray(holes, { maxLength: Math.min(holes.length, 2) }).map((except) => blockPeer(cidr, except));
  });

/** An ipBlock peer as the parser would make it. */
export function blockPeer(cidr: string, except: readonly string[]): PolicyPeer {
  let addresses = setOf(cidr);
  for (const hole of except) addresses = addresses.subtract(setOf(hole));
  return { kind: "ipBlock", cidr, except, addresses, span: NOWHERE };
}

export function setOf(cidr: string): IpSet {
  const parsed = parseCidr(cidr);
  if (!parsed) throw new Error(`not a CIDR: ${cidr}`);
  return parsed.set;
}

function liesStrictlyIn(hole: string, cidr: string): boolean {
  return setOf(cidr).includes(setOf(hole)) && !setOf(cidr).equals(setOf(hole));
}

const peer: Arbitrary<PolicyPeer> = fc.oneof(
  { weight: 3, arbitrary: podSelector.map((pods) => ({ kind: "pods" as const, podSelector: pods, span: NOWHERE })) },
  {
    weight: 3,
    arbitrary: fc
      .oneof(
        { weight: 1, arbitrary: fc.constant([EVERYTHING, EVERYTHING] as const) },
        { weight: 4, arbitrary: fc.tuple(namespaceSelector, fc.oneof(fc.constant(EVERYTHING), podSelector)) },
      )
      .map(([of, pods]) => ({ kind: "namespaces" as const, namespaceSelector: of, podSelector: pods, span: NOWHERE })),
  },
  { weight: 4, arbitrary: ipBlock },
);

function anyOr<T>(entry: Arbitrary<T>, anyInTen: number): Arbitrary<"any" | T[]> {
  return fc.oneof(
    { weight: anyInTen, arbitrary: fc.constant<"any">("any") },
    { weight: 10 - anyInTen, arbitrary: fc.array(entry, { minLength: 1, maxLength: 2 }) },
  );
}

export const policyRule: Arbitrary<PolicyRule> = fc.record({
  peers: anyOr(peer, 3),
  ports: anyOr(portMatch, 3),
  span: fc.constant(NOWHERE),
});

const rules = fc.array(policyRule, { maxLength: 2, size: "max" });
const types = fc.constantFrom<readonly Direction[] | undefined>(
  undefined,
  ["ingress"],
  ["egress"],
  ["ingress", "egress"],
  ["ingress", "egress"],
);

/** A policy before it has a name. */
export const policyDraft: Arbitrary<Omit<NetworkPolicy, "name">> = fc
  .record({
    namespace: fc.constantFrom(...NAMESPACES),
    podSelector: fc.oneof(fc.constant({ requirements: [] }), podSelector),
    types,
    ingress: rules,
    egress: rules,
  })
  .map(({ types: written, ...policy }) => {
    // NP-10: what the API server fills in when no types are written.
    const byDefault: readonly Direction[] = policy.egress.length > 0 ? ["ingress", "egress"] : ["ingress"];
    return { ...policy, policyTypes: written ?? byDefault, policyTypesWritten: written !== undefined, span: NOWHERE };
  });
