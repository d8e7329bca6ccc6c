import { Scalar, stringify } from "yaml";
import type { NetworkPolicy, PolicyPeer, PolicyRule } from "../model/cluster.ts";
import type { Direction } from "../model/flow.ts";
import type { PortMatch } from "../model/ports.ts";
import type { LabelSelector, Requirement } from "../model/selector.ts";
import { readPlain } from "./yaml-scalar.ts";

/**
 * A NetworkPolicy as the manifest a person would write: parsing it gives the policy back, places aside.
 *
 * `policyTypes` stays unwritten where it was and defaulting still gives the same. Text that any YAML version would take for
 * something else, such as `yes`, is quoted.
 */
export function printPolicy(policy: NetworkPolicy): string {
  const manifest = {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name: text(policy.name), namespace: text(policy.namespace) },
    spec: specOf(policy),
  };
  return stringify(manifest, { lineWidth: 0 });
}

/** Objects as YAML documents. What any YAML version would take for something else than text is quoted. */
export function printManifests(manifests: readonly object[]): string {
  return manifests
    .map((one) => stringify(one, { lineWidth: 0, version: "1.1", aliasDuplicateObjects: false }))
    .join("---\n");
}

/** The types that defaulting gives a policy which writes none. Source: docs/semantics.md NP-10. */
export function defaultTypes({ egress }: Pick<NetworkPolicy, "egress">): readonly Direction[] {
  return egress.length > 0 ? ["ingress", "egress"] : ["ingress"];
}

const TYPES = { ingress: "Ingress", egress: "Egress" } as const;
const PEERS = { ingress: "from", egress: "to" } as const;

function specOf(policy: NetworkPolicy) {
  const { podSelector, policyTypes, policyTypesWritten } = policy;
  const byDefault = !policyTypesWritten && policyTypes.join() === defaultTypes(policy).join();
  return {
    podSelector: selectorOf(podSelector),
    ...(!byDefault && { policyTypes: policyTypes.map((direction) => TYPES[direction]) }),
    ...rulesOf(policy, "ingress"),
    ...rulesOf(policy, "egress"),
  };
}

function rulesOf(policy: NetworkPolicy, direction: Direction) {
  const rules = policy[direction];
  return rules.length > 0 ? { [direction]: rules.map((rule) => ruleOf(rule, direction)) } : {};
}

function ruleOf({ peers, ports }: PolicyRule, direction: Direction) {
  return {
    ...(peers !== "any" && { [PEERS[direction]]: peers.map(peerOf) }),
    ...(ports !== "any" && { ports: ports.map(portOf) }),
  };
}

function peerOf(peer: PolicyPeer) {
  switch (peer.kind) {
    case "pods":
      return { podSelector: selectorOf(peer.podSelector) };
    case "namespaces": {
      const { namespaceSelector, podSelector } = peer;
      const pods = podSelector.requirements.length > 0 && { podSelector: selectorOf(podSelector) };
      return { namespaceSelector: selectorOf(namespaceSelector), ...pods };
    }
    case "ipBlock": {
      const except = peer.except.length > 0 && { except: peer.except.map(text) };
      return { ipBlock: { cidr: text(peer.cidr), ...except } };
    }
  }
}

function portOf(match: PortMatch) {
  const protocol = match.protocol && { protocol: match.protocol };
  switch (match.kind) {
    case "every-port":
      return { ...protocol };
    case "range":
      return { ...protocol, port: match.first, ...(match.last > match.first && { endPort: match.last }) };
    case "named":
      return { ...protocol, port: text(match.name) };
  }
}

/** Plain equalities at the start become `matchLabels`, so that reading keeps the order of what must hold. */
function selectorOf({ requirements }: LabelSelector) {
  const end = requirements.findIndex((requirement, i) => !isPlain(requirement) || isRepeated(requirements, i));
  const plain = requirements.slice(0, end === -1 ? undefined : end);
  const rest = requirements.slice(plain.length);
  return {
    ...(plain.length > 0 && {
      matchLabels: new Map(plain.map(({ key, values }) => [text(key), text(values[0] ?? "")])),
    }),
    ...(rest.length > 0 && { matchExpressions: rest.map(expressionOf) }),
  };
}

function isPlain({ operator, values }: Requirement): boolean {
  return operator === "In" && values.length === 1;
}

function isRepeated(requirements: readonly Requirement[], position: number): boolean {
  return requirements.findIndex(({ key }) => key === requirements[position]?.key) < position;
}

function expressionOf({ key, operator, values }: Requirement) {
  return { key: text(key), operator, ...(values.length > 0 && { values: values.map(text) }) };
}

function text(value: string): Scalar {
  const scalar = new Scalar(value);
  const plain = readPlain(value);
  if (plain.value !== value || plain.ambiguous) scalar.type = Scalar.QUOTE_DOUBLE;
  return scalar;
}
