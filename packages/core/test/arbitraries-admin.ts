import fc, { type Arbitrary } from "fast-check";
import type { AdminPeer, AdminPolicy, AdminRule, Cluster, NamespacedPods } from "../src/model/cluster.ts";
import { IpSet } from "../src/model/ip.ts";
import type { PortMatch } from "../src/model/ports.ts";
import type { LabelSelector } from "../src/model/selector.ts";
import { cluster } from "./arbitraries.ts";
import { NOWHERE, namespaceSelector, podSelector, protocol, times } from "./arbitraries-labels.ts";
import { BLOCKS, setOf } from "./arbitraries-policies.ts";

/** Which kinds of policy a random cluster has. */
export type Mix = keyof typeof MIXES;

type Kind = AdminPolicy["kind"];

const MIXES = {
  "NetworkPolicy only": [],
  "NetworkPolicy and ClusterNetworkPolicy": ["ClusterNetworkPolicy"],
  "NetworkPolicy, AdminNetworkPolicy and BaselineAdminNetworkPolicy": [
    "AdminNetworkPolicy",
    "AdminNetworkPolicy",
    "BaselineAdminNetworkPolicy",
  ],
  "every kind of policy": [
    "ClusterNetworkPolicy",
    "ClusterNetworkPolicy",
    "AdminNetworkPolicy",
    "BaselineAdminNetworkPolicy",
  ],
} as const satisfies Record<string, readonly Kind[]>;

export const MIX_NAMES = Object.keys(MIXES) as readonly Mix[];

// -------------------------------------------------------------------------------------------------------------------- peers

const EVERYTHING: LabelSelector = { requirements: [] };
const HOSTNAME = "kubernetes.io/hostname";

/** Subjects and peers are wide more often than not, or rules of several tiers would never meet. */
const namespacedPods: Arbitrary<NamespacedPods> = fc.record({
  namespaceSelector: fc.oneof(
    { weight: 2, arbitrary: fc.constant(EVERYTHING) },
    { weight: 3, arbitrary: namespaceSelector },
  ),
  podSelector: fc.oneof({ weight: 2, arbitrary: fc.constant(EVERYTHING) }, { weight: 3, arbitrary: podSelector }),
});

const podsPeer: Arbitrary<AdminPeer> = namespacedPods.map((pods) => ({ kind: "pods", ...pods, span: NOWHERE }));

const networksPeer: Arbitrary<AdminPeer> = fc
  .uniqueArray(fc.constantFrom(...BLOCKS.IPv4, ...BLOCKS.IPv6, "10.0.0.0/25", "10.0.0.128/25"), {
    minLength: 1,
    maxLength: 3,
  })
  .map((cidrs) => networks(cidrs));

/** A `networks` peer as the parser would make it. */
export function networks(cidrs: readonly string[]): AdminPeer {
  const addresses = cidrs.reduce((set, cidr) => set.union(setOf(cidr)), IpSet.NONE);
  return { kind: "networks", cidrs, addresses, span: NOWHERE };
}

const nodesPeer: Arbitrary<AdminPeer> = fc
  .constantFrom<LabelSelector>(
    EVERYTHING,
    { requirements: [{ key: HOSTNAME, operator: "In", values: ["n1"] }] },
    { requirements: [{ key: HOSTNAME, operator: "NotIn", values: ["n1"] }] },
    { requirements: [{ key: HOSTNAME, operator: "DoesNotExist", values: [] }] },
  )
  .map((selector) => ({ kind: "nodes", selector, span: NOWHERE }));

const domainNamesPeer: Arbitrary<AdminPeer> = fc
  .subarray(["example.com", "*.example.com", "db.svc.cluster.local"], { minLength: 1, maxLength: 2 })
  .map((names) => ({ kind: "domainNames", names, span: NOWHERE }));

const strangePeer: Arbitrary<AdminPeer> = fc.constant({ kind: "unrecognised", span: NOWHERE });

const sourcePeer = fc.oneof({ weight: 24, arbitrary: podsPeer }, { weight: 1, arbitrary: strangePeer });

const destinationPeer = fc.oneof(
  { weight: 8, arbitrary: podsPeer },
  { weight: 8, arbitrary: networksPeer },
  { weight: 5, arbitrary: nodesPeer },
  { weight: 3, arbitrary: domainNamesPeer },
  { weight: 1, arbitrary: strangePeer },
);

// -------------------------------------------------------------------------------------------------------------------- rules

const portMatch: Arbitrary<PortMatch> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc
      .tuple(protocol, fc.constantFrom(80, 81, 443, 5353))
      .map(([of, port]) => ({ kind: "range" as const, protocol: of, first: port, last: port, span: NOWHERE })),
  },
  {
    weight: 4,
    arbitrary: fc
      .tuple(protocol, fc.constantFrom([1, 65535], [80, 81], [1, 442], [81, 5353]))
      .map(([of, [first = 1, last = 1]]) => ({ kind: "range" as const, protocol: of, first, last, span: NOWHERE })),
  },
  {
    weight: 6,
    arbitrary: fc.constantFrom("http", "http", "dns").map((name) => ({ kind: "named" as const, name, span: NOWHERE })),
  },
);

const ports: Arbitrary<"any" | PortMatch[]> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<"any">("any") },
  { weight: 6, arbitrary: fc.array(portMatch, { minLength: 1, maxLength: 2 }) },
);

function rule(peer: Arbitrary<AdminPeer>): Arbitrary<AdminRule> {
  return fc
    .record({
      action: fc.constantFrom("allow" as const, "deny" as const, "deny" as const, "pass" as const),
      peers: fc.array(peer, { minLength: 1, maxLength: 2 }),
      ports,
      span: fc.constant(NOWHERE),
    })
    .map(asAccepted);
}

/** Now and then few or none, mostly as many as there may be, or hardly two would meet. */
function often<T>(item: Arbitrary<T>, most: number): Arbitrary<T[]> {
  return fc.oneof(
    { weight: 1, arbitrary: fc.array(item, { maxLength: most, size: "max" }) },
    { weight: 3, arbitrary: fc.array(item, { minLength: most - 1, maxLength: most, size: "max" }) },
  );
}

/** CNP-4, CNP-6: domain names can only be allowed, and only pods have named ports. */
function asAccepted(drawn: AdminRule): AdminRule {
  const hasNames = drawn.peers.some(({ kind }) => kind === "domainNames");
  const onlyPods = drawn.peers.every(({ kind }) => kind === "pods" || kind === "unrecognised");
  const byNumber = drawn.ports === "any" ? [] : drawn.ports.filter(({ kind }) => kind !== "named");
  return {
    ...drawn,
    action: hasNames ? "allow" : drawn.action,
    ports: onlyPods ? drawn.ports : byNumber.length > 0 ? byNumber : "any",
  };
}

// ----------------------------------------------------------------------------------------------------------------- policies

/** A policy before it has a name and a kind. */
export type AdminDraft = Omit<AdminPolicy, "name" | "kind" | "priority"> & { readonly priority: number };

export const adminDraft: Arbitrary<AdminDraft> = fc.record({
  tier: fc.constantFrom("admin" as const, "admin" as const, "baseline" as const),
  priority: fc.constantFrom(1, 1, 5, 10),
  subject: fc.oneof(
    { weight: 2, arbitrary: fc.constant({ namespaceSelector: EVERYTHING, podSelector: EVERYTHING }) },
    { weight: 3, arbitrary: namespacedPods },
  ),
  ingress: often(rule(sourcePeer), 3),
  egress: often(rule(destinationPeer), 3),
  span: fc.constant(NOWHERE),
});

function policyOf(draft: AdminDraft, kind: Kind, index: number): AdminPolicy {
  const name = `p${index}`;
  switch (kind) {
    case "ClusterNetworkPolicy":
      return { ...draft, kind, name };
    case "AdminNetworkPolicy":
      return { ...draft, kind, name, tier: "admin" };
    case "BaselineAdminNetworkPolicy":
      return {
        ...draft,
        kind,
        name: "default",
        tier: "baseline",
        priority: "last",
        ingress: draft.ingress.filter(({ action }) => action !== "pass"),
        egress: draft.egress.filter(
          ({ action, peers }) => action !== "pass" && peers.every((peer) => peer.kind !== "domainNames"),
        ),
      };
  }
}

/** A cluster with the policies of a mix: few NetworkPolicies beside them, so that the tiers below are reached. */
export function clusterWith(mix: Mix): Arbitrary<Cluster> {
  const kinds: readonly Kind[] = MIXES[mix];
  if (kinds.length === 0) return cluster;
  return fc
    .record({
      cluster,
      kept: fc.nat({ max: 3 }),
      drafts: often(fc.tuple(adminDraft, fc.constantFrom(...kinds)), 5),
      nodesHaveAddresses: times(9, true, false),
    })
    .map(({ cluster, kept, drafts, nodesHaveAddresses }) => ({
      ...cluster,
      nodes: nodesHaveAddresses
        ? cluster.nodes
        : cluster.nodes.map((node, i) => (i === 1 ? { ...node, addresses: [] } : node)),
      networkPolicies: cluster.networkPolicies.slice(0, kept),
      adminPolicies: withOneBaseline(drafts.map(([draft, kind], index) => policyOf(draft, kind, index))),
    }));
}

/** BANP-1: a cluster has one. */
function withOneBaseline(policies: readonly AdminPolicy[]): AdminPolicy[] {
  const last = policies.find(({ priority }) => priority === "last");
  const all = policies.filter((policy) => policy.priority !== "last" || policy === last);
  return all.sort((a, b) => (`${a.name}/${a.kind}` < `${b.name}/${b.kind}` ? -1 : 1));
}
