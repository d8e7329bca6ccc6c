/** The direction of a rule or a verdict, seen from its subject. */
export type Direction = "ingress" | "egress";

/** Transport protocols that policies can name. */
export type Protocol = "TCP" | "UDP" | "SCTP";

export const PROTOCOLS: readonly Protocol[] = ["TCP", "UDP", "SCTP"];

export type Family = "IPv4" | "IPv6";

export type Verdict = "allow" | "deny";

/**
 * How far a verdict can be trusted: `specified` means every conforming implementation agrees, `implementation-defined` that the
 * API leaves it open and an option decides, `unknown` that the input lacks a fact.
 */
export type Certainty = "specified" | "implementation-defined" | "unknown";

/** Something a verdict rests on that the input does not settle. */
export interface Assumption {
  readonly code: AssumptionCode;
  /** How much certainty a verdict has left when this decides it; `specified` for what is worth saying but changes nothing. */
  readonly certainty: Certainty;
  readonly message: string;
  /** The option that decides it, for what implementations do differently. */
  readonly option?: string;
}

/** Several parts of an answer rest on this one, so it is stated once. */
export const HOST_NETWORK: Assumption = {
  code: "host-network",
  certainty: "implementation-defined",
  message: "implementations differ on whether policies see host-network pods; most treat them as their node",
  option: "hostNetworkPods",
};

export type AssumptionCode =
  | "ip-block-matches-pods"
  | "pod-address-unknown"
  | "label-value-unknown"
  | "namespace-labels-unknown"
  | "own-node-egress"
  | "empty-namespace-selector"
  | "hairpin"
  | "service-address"
  | "service-address-unknown"
  | "service-without-endpoints"
  | "service-load-balanced"
  | "service-source-ranges"
  | "service-traffic-local"
  | "source-translated"
  | "source-address-unknown"
  | "node-unknown"
  | "host-network"
  | "named-port-container"
  | "named-port-ip-block"
  | "non-port-protocol"
  | "end-port"
  | "policy-unsupported"
  | "policy-rejected"
  | "policy-malformed"
  | "priority-tie"
  | "domain-name"
  | "node-addresses-unknown"
  | "families-differ"
  | "nodes-reachable"
  | "balancer-audience"
  | "external-ip-routed"
  | "controller-assumed"
  | "controller-outside"
  | "controller-several"
  | "alias-followed";
