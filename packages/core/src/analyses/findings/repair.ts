import type { Endpoint } from "../../engine/endpoints.ts";
import type { NetworkPolicy, PolicyPeer, PolicyRule } from "../../model/cluster.ts";
import { ConnectionSet } from "../../model/connections.ts";
import type { Direction, Family } from "../../model/flow.ts";
import { EVERYTHING, type LabelSelector } from "../../model/selector.ts";
import { accountId } from "../attack/accounts.ts";
import { type Edit, UNWRITTEN } from "../edit.ts";
import type { Entry } from "../exposure/entry.ts";
import { otherEnd, peersFor } from "../flip/peers.ts";
import { entriesFor } from "../flip/ports.ts";
import { editsOf, type Revision, spliced } from "../flip/proposal.ts";
import { freeName, policyFor } from "../flip/rules.ts";
import type { FindingContext } from "./context.ts";
import { accountsWithGrants } from "./npg211.ts";
import type { FixProposal } from "./rule.ts";
import { entriesOf } from "./standing.ts";
import { listedEndpoints } from "./words.ts";

type AddPolicy = Extract<Edit, { readonly kind: "add-policy" }>;

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

/**
 * A default deny for a namespace with DNS let out, and beside it what its open workloads are known to need, or are entered by.
 *
 * Who has a role needs the API server, whose address is no pod's: that is left to say, not let out.
 */
export function defaultDeny(
  context: FindingContext,
  namespace: string,
  directions: readonly Direction[],
  open: readonly Endpoint[] = [],
): FixProposal {
  const kept = open.flatMap((subject) =>
    directions.flatMap((direction): readonly AddPolicy[] => {
      const needed = neededRules(context, [subject], direction).filter((rule) => rule !== DNS_RULE);
      return needed.length > 0 ? [allowing(context, subject, direction, needed)] : [];
    }),
  );
  const callers = directions.includes("egress") ? open.filter((one) => callsApi(context, one)) : [];
  const parts = [
    ...(directions.includes("egress") ? ["DNS let out"] : []),
    ...(kept.length > 0 ? ["known needs and ways in kept"] : []),
  ];
  const whom = directions.length > 1 ? "both directions" : directions[0];
  const rest =
    callers.length > 0
      ? `; ${listedEndpoints(callers)} may need a rule for the API server besides, since roles are bound to ${callers.length === 1 ? "its account" : "their accounts"}`
      : "";
  return {
    title: `Add a default deny for ${whom} to namespace ${namespace}${parts.length > 0 ? `, with ${parts.join(" and ")}` : ""}${rest}`,
    edits: [denyAll(context, namespace, directions), ...apart(kept)],
  };
}

/** Under different names: parts of one workload are called the same. */
function apart(edits: readonly AddPolicy[]): readonly Edit[] {
  const counts = new Map<string, number>();
  return edits.map(({ kind, policy }) => {
    const count = (counts.get(policy.name) ?? 0) + 1;
    counts.set(policy.name, count);
    return { kind, policy: count === 1 ? policy : { ...policy, name: `${policy.name}-${count}` } };
  });
}

function callsApi(context: FindingContext, { members }: Endpoint): boolean {
  const pod = members[0]?.pods[0];
  const account = pod && accountId({ namespace: pod.namespace, name: pod.spec.serviceAccountName });
  return account !== undefined && context.once(accountsWithGrants).has(account);
}

/** Everything isolated in a namespace, with nothing but DNS let out. */
function denyAll(context: FindingContext, namespace: string, directions: readonly Direction[]): Edit {
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
  return allowing(context, subject, direction, neededRules(context, [subject], direction));
}

function allowing(
  { cluster }: FindingContext,
  subject: Endpoint,
  direction: Direction,
  rules: readonly PolicyRule[],
): AddPolicy {
  return { kind: "add-policy", policy: policyFor(cluster, subject, direction, rules, "only-needed") };
}

/** Rules for all that is known to be needed of the subjects in a direction: the ways in from outside with ingress, DNS with egress. */
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
  const rules = [...byPeer].map(
    ([peer, connections]): PolicyRule => ({
      peers: peersFor(otherEnd(context.cluster, peer, namespace, FAMILIES)),
      ports: entriesFor(connections, UNWRITTEN),
      span: UNWRITTEN,
    }),
  );
  if (direction === "egress") return [...rules, DNS_RULE];
  const ways = subjects.flatMap((subject) => entriesOf(context, subject));
  return [...rules, ...ways.map((way) => ruleFor(context, way, namespace))];
}

/** A rule that admits a way in from outside: the proxy where there is one, else any source, on the ports of the pod. */
function ruleFor({ cluster }: FindingContext, { ports, sources }: Entry, namespace: string): PolicyRule {
  const [source] = sources;
  const connections = ConnectionSet.union(
    ports.map(({ protocol, target }) => ConnectionSet.ports(protocol, target, target)),
  );
  return {
    peers: source?.as === "proxy" ? peersFor(otherEnd(cluster, source.endpoint, namespace, FAMILIES)) : "any",
    ports: entriesFor(connections, UNWRITTEN),
    span: UNWRITTEN,
  };
}

const FAMILIES: readonly Family[] = ["IPv4", "IPv6"];

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
