import type { Cluster, IpBlock, NamespacedPods, NetworkPolicy, PolicyPeer } from "../model/cluster.ts";
import type { Assumption, Direction } from "../model/flow.ts";
import { IpSet, parseCidr } from "../model/ip.ts";
import type { Options } from "../model/options.ts";
import type { PolicyRef } from "../model/program.ts";
import type { IsolationDraft, PeerDraft, PodSelector, PolicyDraft, RuleDraft, TierDraft } from "./draft.ts";

const OWN_NODE_EGRESS: Assumption = {
  code: "own-node-egress",
  certainty: "implementation-defined",
  message: "implementations differ on whether egress policy applies to traffic from a pod to the node it runs on",
  option: "egressToOwnNode",
};

const HAIRPIN: Assumption = {
  code: "hairpin",
  certainty: "implementation-defined",
  message: "implementations differ on whether NetworkPolicy applies to a pod that reaches itself through a Service",
  option: "npHairpin",
};

const EMPTY_NAMESPACE_SELECTOR: Assumption = {
  code: "empty-namespace-selector",
  certainty: "implementation-defined",
  message: "an implementation may take an empty namespaceSelector to admit nodes and their host network too",
  option: "emptyNamespaceSelectorAdmitsHostNetwork",
};

const OTHER_PROTOCOLS = { "rules-without-ports": "by-rules", allow: "allow", deny: "deny" } as const;

/**
 * NetworkPolicy as a union dialect: every rule allows, order does not matter, and a policy isolates its pods for each of its types.
 *
 * Ingress from the node a pod runs on is never subject to policy; for egress to it implementations differ.
 * Source: networking.k8s.io/v1; docs/semantics.md NP-1 to NP-12, EP-2, EP-3, PORT-13, SVC-5.
 */
export function networkPolicyTier(cluster: Cluster, options: Options, direction: Direction): TierDraft {
  const inForce = cluster.networkPolicies.filter(({ policyTypes }) => policyTypes.includes(direction));
  const ownNode =
    direction === "ingress"
      ? { exempt: true }
      : { exempt: options.egressToOwnNode === "allow", doubt: OWN_NODE_EGRESS };
  return {
    name: "network-policy",
    direction,
    rules: inForce.flatMap((policy) => rulesOf(policy, direction, options)),
    isolation: inForce.map(isolationOf),
    ownNode,
    hairpin: { exempt: options.npHairpin === "allow", doubt: HAIRPIN },
    otherProtocols: OTHER_PROTOCOLS[options.icmp],
  };
}

/** Every NetworkPolicy, by id: among them order means nothing. */
export function networkPolicyDrafts({ networkPolicies }: Cluster): PolicyDraft[] {
  return networkPolicies.map((policy) => ({
    ...isolationOf(policy),
    tier: "network-policy",
    isolates: policy.policyTypes,
  }));
}

/** The same object for a policy each time, so that what is known of it need not be looked up by what it says. */
const isolations = new WeakMap<NetworkPolicy, IsolationDraft>();

function isolationOf(policy: NetworkPolicy): IsolationDraft {
  let isolation = isolations.get(policy);
  if (!isolation) {
    isolation = { policy: refTo(policy), subject: subjectOf(policy) };
    isolations.set(policy, isolation);
  }
  return isolation;
}

function rulesOf(policy: NetworkPolicy, direction: Direction, options: Options): RuleDraft[] {
  const { policy: ref, subject } = isolationOf(policy);
  return policy[direction].map(({ peers, ports, span }, index) => ({
    policy: ref,
    index,
    subject,
    peers: peers === "any" ? peers : peers.map((peer) => peerOf(peer, policy.namespace, direction, options)),
    ports,
    ranges: "by-option",
    action: "allow",
    span,
  }));
}

function peerOf(peer: PolicyPeer, ownNamespace: string, direction: Direction, options: Options): PeerDraft {
  switch (peer.kind) {
    case "pods":
      return {
        kind: "pods",
        selector: { namespaces: ownNamespace, pods: peer.podSelector, hostNetwork: "by-option" },
        span: peer.span,
      };
    case "namespaces":
      return {
        kind: "pods",
        selector: { namespaces: peer.namespaceSelector, pods: peer.podSelector, hostNetwork: "by-option" },
        ...(direction === "ingress" && isEveryPod(peer) && { hostNetwork: hostNetworkOf(options) }),
        span: peer.span,
      };
    case "ipBlock":
      return {
        kind: "addresses",
        addresses: peer.addresses,
        exceptions: exceptionsOf(peer),
        pods: "by-option",
        serviceAddress: "by-option",
        span: peer.span,
      };
  }
}

function isEveryPod({ namespaceSelector, podSelector }: NamespacedPods): boolean {
  return namespaceSelector.requirements.length === 0 && podSelector.requirements.length === 0;
}

function hostNetworkOf({ emptyNamespaceSelectorAdmitsHostNetwork: admitted }: Options) {
  return { admitted, doubt: EMPTY_NAMESPACE_SELECTOR };
}

function exceptionsOf({ cidr, addresses, except }: IpBlock): IpSet {
  if (except.length === 0) return IpSet.NONE;
  return (parseCidr(cidr)?.set ?? IpSet.NONE).subtract(addresses);
}

function subjectOf(policy: NetworkPolicy): PodSelector {
  return { namespaces: policy.namespace, pods: policy.podSelector, hostNetwork: "by-option" };
}

function refTo({ namespace, name, span }: NetworkPolicy): PolicyRef {
  return { kind: "NetworkPolicy", namespace, name, span };
}
