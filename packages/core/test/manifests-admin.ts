import type { AdminPeer, AdminPolicy, AdminRule, NamespacedPods } from "../src/model/cluster.ts";
import type { PortMatch } from "../src/model/ports.ts";
import { selectorOf } from "./manifests.ts";

/** An admin policy as a manifest; `kind` may be another than its own, to say the same in another API. */
export function adminManifest(policy: AdminPolicy, kind: AdminPolicy["kind"] = policy.kind): object {
  const isCnp = kind === "ClusterNetworkPolicy";
  return {
    apiVersion: `policy.networking.k8s.io/${isCnp ? "v1alpha2" : "v1alpha1"}`,
    kind,
    metadata: { name: policy.name },
    spec: {
      ...(isCnp && { tier: policy.tier === "admin" ? "Admin" : "Baseline" }),
      ...(kind !== "BaselineAdminNetworkPolicy" && { priority: policy.priority === "last" ? 1000 : policy.priority }),
      subject: { pods: podsOf(policy.subject) },
      ingress: policy.ingress.map((rule) => ruleOf(rule, "from", isCnp)),
      egress: policy.egress.map((rule) => ruleOf(rule, "to", isCnp)),
    },
  };
}

function ruleOf({ action, peers, ports }: AdminRule, field: "from" | "to", isCnp: boolean) {
  const actions = { allow: isCnp ? "Accept" : "Allow", deny: "Deny", pass: "Pass" };
  return {
    action: actions[action],
    [field]: peers.map(peerOf),
    ...(ports !== "any" && (isCnp ? { protocols: ports.map(protocolOf) } : { ports: ports.map(portOf) })),
  };
}

function peerOf(peer: AdminPeer): object {
  switch (peer.kind) {
    case "pods":
      return { pods: podsOf(peer) };
    case "networks":
      return { networks: peer.cidrs };
    case "nodes":
      return { nodes: selectorOf(peer.selector) };
    case "domainNames":
      return { domainNames: peer.names };
    case "unrecognised":
      return { moons: { phase: "full" } };
  }
}

function podsOf({ namespaceSelector, podSelector }: NamespacedPods) {
  return { namespaceSelector: selectorOf(namespaceSelector), podSelector: selectorOf(podSelector) };
}

function protocolOf(match: PortMatch): object {
  if (match.kind === "named") return { destinationNamedPort: match.name };
  if (match.kind === "every-port") return { [match.protocol.toLowerCase()]: { destinationPort: range(1, 65535) } };
  const { first, last } = match;
  return {
    [match.protocol.toLowerCase()]: { destinationPort: first === last ? { number: first } : range(first, last) },
  };
}

function range(start: number, end: number) {
  return { range: { start, end } };
}

function portOf(match: PortMatch): object {
  if (match.kind === "named") return { namedPort: match.name };
  const { protocol } = match;
  if (match.kind === "every-port") return { portRange: { protocol, start: 1, end: 65535 } };
  const { first, last } = match;
  return first === last
    ? { portNumber: { protocol, port: first } }
    : { portRange: { protocol, start: first, end: last } };
}
