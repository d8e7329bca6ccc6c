import type { NamespacedPods, NetworkPolicy, PolicyPeer } from "../model/cluster.ts";
import type { Assumption, Direction } from "../model/flow.ts";
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
export function networkPolicyTier(policies: readonly Headed[], options: Options, direction: Direction): TierDraft {
  const inForce = policies.filter(({ policy }) => policy.policyTypes.includes(direction));
  const ownNode =
    direction === "ingress"
      ? { exempt: true }
      : { exempt: options.egressToOwnNode === "allow", doubt: OWN_NODE_EGRESS };
  return {
    name: "network-policy",
    direction,
    rules: inForce.flatMap((headed) => rulesOf(headed, direction, options)),
    isolation: inForce.map(({ head }) => head),
    ownNode,
    hairpin: { exempt: options.npHairpin === "allow", doubt: HAIRPIN },
    otherProtocols: OTHER_PROTOCOLS[options.icmp],
  };
}

/** Every NetworkPolicy, by id: among them order means nothing. */
export function networkPolicyDrafts(policies: readonly Headed[]): PolicyDraft[] {
  return policies.map(({ policy, head }) => ({
    policy: head.policy,
    subject: head.subject,
    tier: "network-policy",
    isolates: policy.policyTypes,
  }));
}

/** A policy, and what it is in whatever direction: the same objects for all that comes of it. */
export interface Headed {
  readonly policy: NetworkPolicy;
  readonly head: IsolationDraft;
}

export function headed(policies: readonly NetworkPolicy[]): readonly Headed[] {
  return policies.map((policy) => ({ policy, head: { policy: refTo(policy), subject: subjectOf(policy) } }));
}

function rulesOf({ policy, head }: Headed, direction: Direction, options: Options): RuleDraft[] {
  const { policy: ref, subject } = head;
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
    case "namespaces": {
      const { namespaceSelector: namespaces, podSelector: pods, span } = peer;
      const selector: PodSelector = { namespaces, pods, hostNetwork: "by-option" };
      return direction === "ingress" && isEveryPod(peer)
        ? { kind: "pods", selector, hostNetwork: hostNetworkOf(options), span }
        : { kind: "pods", selector, span };
    }
    case "ipBlock":
      return {
        kind: "addresses",
        addresses: peer.addresses,
        exceptions: peer.except,
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

function subjectOf(policy: NetworkPolicy): PodSelector {
  return { namespaces: policy.namespace, pods: policy.podSelector, hostNetwork: "by-option" };
}

function refTo({ namespace, name, span }: NetworkPolicy): PolicyRef {
  return { kind: "NetworkPolicy", namespace, name, span };
}
