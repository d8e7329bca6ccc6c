import type { AdminPeer, AdminPolicy, AdminRule, Cluster, NamespacedPods } from "../model/cluster.ts";
import type { Assumption, Direction } from "../model/flow.ts";
import { IpSet, parseAddress } from "../model/ip.ts";
import { ascending } from "../model/order.ts";
import type { PolicyRef, TierName } from "../model/program.ts";
import { type LabelSelector, matches } from "../model/selector.ts";
import type { PeerDraft, PodSelector, PolicyDraft, RuleDraft, TierDraft } from "./draft.ts";

const DOMAIN_NAME: Assumption = {
  code: "domain-name",
  certainty: "unknown",
  message: "a rule names DNS names, and what they resolve to is not in the input",
};

const NODE_ADDRESSES_UNKNOWN: Assumption = {
  code: "node-addresses-unknown",
  certainty: "unknown",
  message: "a rule names nodes, and the input does not show the addresses of all of them",
};

/**
 * ClusterNetworkPolicy, AdminNetworkPolicy and BaselineAdminNetworkPolicy as first-match dialects: ordered rules that allow, deny
 * or pass, and isolate nobody. Policies come by priority, then by name where the API leaves the order open.
 *
 * Source: policy.networking.k8s.io/v1alpha1, v1alpha2 and v1beta1; docs/semantics.md CNP-10 to CNP-35, ANP-5, BANP-2, BANP-3.
 */
export function adminTier(
  cluster: Cluster,
  name: Exclude<TierName, "network-policy">,
  direction: Direction,
): TierDraft {
  const policies = ofTier(cluster, name);
  return {
    name,
    direction,
    rules: policies.flatMap((policy) => rulesOf(cluster, policy, direction, policies)),
    isolation: [],
    ownNode: { exempt: false },
    hairpin: { exempt: false },
    otherProtocols: "by-rules",
  };
}

/** The policies of a tier in the order they are asked. */
export function adminDrafts(cluster: Cluster, name: Exclude<TierName, "network-policy">): PolicyDraft[] {
  return ofTier(cluster, name).map((policy) => ({
    policy: refTo(policy),
    tier: name,
    priority: policy.priority,
    subject: podsOf(policy.subject),
    isolates: [],
  }));
}

function ofTier({ adminPolicies }: Cluster, name: TierName): AdminPolicy[] {
  return adminPolicies.filter(({ tier }) => tier === name).sort(byPriority);
}

function byPriority(a: AdminPolicy, b: AdminPolicy): number {
  return ascending(rankOf(a), rankOf(b)) || ascending(a.name, b.name);
}

function rankOf({ priority }: AdminPolicy): number {
  return priority === "last" ? Number.POSITIVE_INFINITY : priority;
}

function rulesOf(
  cluster: Cluster,
  policy: AdminPolicy,
  direction: Direction,
  all: readonly AdminPolicy[],
): RuleDraft[] {
  const { priority } = policy;
  const ref = refTo(policy);
  const subject = podsOf(policy.subject);
  const isTied = priority !== "last" && all.filter((other) => other.priority === priority).length > 1;
  return policy[direction].flatMap((rule, index) => {
    const peers = failClosed(rule) ?? rule.peers.map((peer) => peerOf(cluster, peer));
    if (peers === "nothing") return [];
    const ports = peers === "any" ? "any" : rule.ports;
    const action = peers === "any" ? "deny" : rule.action;
    const tie = isTied && { tie: priority };
    return [{ policy: ref, index, subject, peers, ports, ranges: "whole", action, ...tie, span: rule.span }];
  });
}

export function refTo({ kind, name, span }: AdminPolicy): PolicyRef {
  return { kind, name, span };
}

/** A rule with a peer of a newer API never lets more through than was meant: it matches nothing, or denies everything. */
function failClosed({ action, peers }: AdminRule): "nothing" | "any" | undefined {
  if (!peers.some(({ kind }) => kind === "unrecognised")) return undefined;
  return action === "allow" ? "nothing" : "any";
}

function peerOf(cluster: Cluster, peer: AdminPeer): PeerDraft {
  const { span } = peer;
  switch (peer.kind) {
    case "pods":
      return { kind: "pods", selector: podsOf(peer), span };
    case "networks":
      return { ...NO_EXCEPTIONS, addresses: peer.addresses, pods: "always", span };
    case "nodes":
      return nodesOf(cluster, peer.selector, span);
    default:
      return {
        kind: "undecidable",
        assumption: DOMAIN_NAME,
        mayBePods: peer.kind === "domainNames" && peer.names.some(isClusterName),
        span,
      };
  }
}

/** What these policies say of addresses holds for the connection's own destination. Source: docs/semantics.md CNP-12. */
const NO_EXCEPTIONS = { kind: "addresses", exceptions: [], serviceAddress: "ignored" } as const;

/** Nodes are the IP addresses they have. Without Node objects nobody can tell which those are. */
function nodesOf({ nodes }: Cluster, selector: LabelSelector, span: PeerDraft["span"]): PeerDraft {
  const matching = nodes.filter(({ labels }) => matches(selector, labels).holds);
  const areKnown = nodes.length > 0 && matching.every(({ addresses }) => addresses.length > 0);
  const points = matching.flatMap(({ addresses }) => addresses.flatMap((text) => parseAddress(text)?.point ?? []));
  const addresses = IpSet.of(points.map((point) => [point, point + 1n]));
  const missing = !areKnown && { missing: NODE_ADDRESSES_UNKNOWN };
  return { ...NO_EXCEPTIONS, addresses, pods: "never", ...missing, span };
}

/** Names the cluster's own DNS gives to pods, which an implementation may cover. */
function isClusterName(name: string): boolean {
  return /(^|\.)(svc|pod)\.|\.cluster\.local\.?$/.test(name.toLowerCase());
}

export function podsOf({ namespaceSelector, podSelector }: NamespacedPods): PodSelector {
  return { namespaces: namespaceSelector, pods: podSelector, hostNetwork: "never" };
}
