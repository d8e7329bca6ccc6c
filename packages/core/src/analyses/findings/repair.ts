import type { Endpoint } from "../../engine/endpoints.ts";
import type { NetworkPolicy, PolicyPeer, PolicyRule } from "../../model/cluster.ts";
import { ConnectionSet } from "../../model/connections.ts";
import type { Direction, Family } from "../../model/flow.ts";
import { EVERYTHING, type LabelSelector } from "../../model/selector.ts";
import { type Edit, UNWRITTEN } from "../edit.ts";
import { otherEnd, peersFor } from "../flip/peers.ts";
import { entriesFor } from "../flip/ports.ts";
import { editsOf, type Revision, spliced } from "../flip/proposal.ts";
import { freeName, policyFor } from "../flip/rules.ts";
import type { FindingContext } from "./context.ts";

/** A selector for one label. */
export function labelled(key: string, value: string): LabelSelector {
  return { requirements: [{ key, operator: "In", values: [value] }] };
}

/** Where every cluster keeps its DNS pods, and how they are labelled. */
const DNS_PEER: PolicyPeer = {
  kind: "namespaces",
  namespaceSelector: labelled("kubernetes.io/metadata.name", "kube-system"),
  podSelector: labelled("k8s-app", "kube-dns"),
  span: UNWRITTEN,
};

/** Port 53 over both protocols to the DNS pods. */
export const DNS_RULE: PolicyRule = {
  peers: [DNS_PEER],
  ports: [
    { kind: "range", protocol: "UDP", first: 53, last: 53, span: UNWRITTEN },
    { kind: "range", protocol: "TCP", first: 53, last: 53, span: UNWRITTEN },
  ],
  span: UNWRITTEN,
};

/** Everything isolated in a namespace, with nothing but DNS let out. */
export function defaultDeny(context: FindingContext, namespace: string, directions: readonly Direction[]): Edit {
  return {
    kind: "add-policy",
    policy: {
      namespace,
      name: freeName(
        context.cluster,
        namespace,
        directions.length > 1 ? "default-deny" : `default-deny-${directions[0]}`,
      ),
      podSelector: EVERYTHING,
      policyTypes: directions,
      policyTypesWritten: true,
      ingress: [],
      egress: directions.includes("egress") ? [DNS_RULE] : [],
      span: UNWRITTEN,
    },
  };
}

/** A policy that lets one endpoint have what it is known to need in a direction, and DNS. */
export function onlyNeeded(context: FindingContext, subject: Endpoint, direction: Direction): Edit {
  const rules = neededRules(context, [subject], direction);
  const policy = policyFor(context.cluster, subject, direction, rules, "only-needed");
  return { kind: "add-policy", policy };
}

/** Rules for all that is known to be needed of the subjects in a direction; DNS goes with every egress. */
export function neededRules(
  context: FindingContext,
  subjects: readonly Endpoint[],
  direction: Direction,
): readonly PolicyRule[] {
  const ids = new Set(subjects.map(({ id }) => id));
  const [own, other] = direction === "ingress" ? (["to", "from"] as const) : (["from", "to"] as const);
  const byPeer = new Map<Endpoint, ConnectionSet>();
  for (const flow of context.needed) {
    if (!ids.has(flow[own].id)) continue;
    byPeer.set(flow[other], (byPeer.get(flow[other]) ?? ConnectionSet.NONE).union(flow.connections));
  }
  const namespace = subjects[0]?.namespace ?? "";
  const families: readonly Family[] = ["IPv4", "IPv6"];
  const rules = [...byPeer].map(
    ([peer, connections]): PolicyRule => ({
      peers: peersFor(otherEnd(context.cluster, peer, namespace, families)),
      ports: entriesFor(connections, UNWRITTEN),
      span: UNWRITTEN,
    }),
  );
  return direction === "egress" ? [...rules, DNS_RULE] : rules;
}

/** One rule of a policy replaced by others, or by none. */
export function withRules(
  policy: NetworkPolicy,
  direction: Direction,
  index: number,
  rules: readonly PolicyRule[],
): readonly Edit[] {
  const revision: Revision = { policy, direction, rules: spliced(policy[direction], index, rules) };
  return editsOf({ revisions: [revision], additions: [], phrases: [] });
}

/** A policy with some fields changed. */
export function revised(before: NetworkPolicy, change: Partial<NetworkPolicy>): Edit {
  return { kind: "replace-policy", before, after: { ...before, ...change } };
}
