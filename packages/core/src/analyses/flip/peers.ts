import { knownAddresses } from "../../compile/parties.ts";
import type { Endpoint } from "../../engine/endpoints.ts";
import type { Cluster, IpBlock, PolicyPeer } from "../../model/cluster.ts";
import type { Family } from "../../model/flow.ts";
import { IpSet } from "../../model/ip.ts";
import { EVERYTHING, type LabelSelector, type Labels, matches, type Requirement } from "../../model/selector.ts";
import { UNWRITTEN } from "../edit.ts";
import { setOf } from "../side-effects.ts";
import { tellingSelector } from "./labels.ts";

/** The other end of a flow, in the terms a policy of `namespace` can name it by. */
export interface Other {
  readonly cluster: Cluster;
  readonly endpoint: Endpoint;
  /** The namespace of the policy that speaks of it. */
  readonly namespace: string;
  readonly families: readonly Family[];
  /** Empty for addresses. */
  readonly selector: LabelSelector;
}

const WHOLE = { IPv4: "0.0.0.0/0", IPv6: "::/0" } as const;

/** Address ranges that clusters give to pods and nodes. Source: RFC 1918, RFC 6598, RFC 4193. */
const PRIVATE = ["10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"];

export function otherEnd(cluster: Cluster, endpoint: Endpoint, namespace: string, families: readonly Family[]): Other {
  const selector = isPods(endpoint) ? tellingSelector(cluster, endpoint) : EVERYTHING;
  return { cluster, endpoint, namespace, families, selector };
}

/** Peers that stand for the other end and, as far as labels can tell it apart, for nobody else. */
export function peersFor({ cluster, endpoint, namespace, families, selector }: Other): readonly PolicyPeer[] {
  if (!isPods(endpoint)) return blocks(setOf(endpoint.cidrs ?? []), families);
  const pods = endpoint.members.flatMap((member) => member.pods);
  if (pods.some(({ network }) => network === "host")) {
    const points = pods.flatMap((pod) => knownAddresses(pod, cluster).map(({ point }) => [point, point + 1n] as const));
    return blocks(IpSet.of(points), families);
  }
  const { namespace: own = "" } = endpoint;
  return [own === namespace ? ownPods(selector) : podsOf(named("In", own), selector)];
}

/** How peers that admit everyone but the other end deal with addresses outside the cluster. */
export type Outside = "all" | "public" | "none";

/** Peers for everyone but the other end, as far as selectors and blocks can say it. */
export function peersForEveryoneElse(
  other: Other,
  outside: Outside,
  podCIDRs: readonly string[],
): readonly PolicyPeer[] {
  const { endpoint, families } = other;
  if (!isPods(endpoint)) {
    const rest = IpSet.ALL.subtract(setOf(endpoint.cidrs ?? []));
    return [podsOf(EVERYTHING, EVERYTHING), ...blocks(rest, families)];
  }
  const pods = [podsOf(named("NotIn", endpoint.namespace ?? ""), EVERYTHING), ...neighbours(other)];
  if (outside === "none") return pods;
  const cut = outside === "all" ? [] : podCIDRs.length > 0 ? podCIDRs : PRIVATE;
  return [...pods, ...blocks(IpSet.ALL.subtract(setOf(cut)), families)];
}

/** Peers for the pods beside the other end in its own namespace. */
function neighbours({ endpoint, namespace, selector }: Other): PolicyPeer[] {
  const own = endpoint.namespace ?? "";
  return complement(selector).map((rest) => (own === namespace ? ownPods(rest) : podsOf(named("In", own), rest)));
}

/** A peer narrowed until it leaves the other end out, in as many entries as that takes; empty when nothing remains of it. */
export function withoutOther(peer: PolicyPeer, other: Other): readonly PolicyPeer[] {
  if (peer.kind === "ipBlock") return blockWithout(peer, other);
  if (!isPods(other.endpoint)) return [peer];
  const inOwn = complement(other.selector).map((rest) => ({ ...peer, podSelector: all(peer.podSelector, rest) }));
  if (peer.kind === "pods") return inOwn.filter(({ podSelector }) => isSatisfiable(podSelector));
  const { namespaceSelector, podSelector } = peer;
  const elsewhere = otherNamespaces(peer.namespaceSelector, other);
  const bystanders = other.cluster.pods.filter(
    (pod) => elsewhere.has(pod.namespace) && isMatch(podSelector, pod.labels) && isMatch(other.selector, pod.labels),
  );
  if (elsewhere.size === 0 || bystanders.length === 0) return inOwn.filter((one) => isSatisfiable(one.podSelector));
  const own = other.endpoint.namespace ?? "";
  return [
    { ...peer, namespaceSelector: all(namespaceSelector, named("NotIn", own)) },
    ...inOwn.map((one) => ({ ...one, namespaceSelector: all(namespaceSelector, named("In", own)) })),
  ].filter((one) => isSatisfiable(one.podSelector));
}

function blockWithout(block: PolicyPeer & IpBlock, { endpoint, cluster }: Other): readonly PolicyPeer[] {
  const pods = endpoint.members.flatMap((member) => member.pods);
  const points = pods.flatMap((pod) => knownAddresses(pod, cluster).map(({ point }) => [point, point + 1n] as const));
  const cut = setOf(endpoint.cidrs ?? [])
    .union(IpSet.of(points))
    .intersect(block.addresses);
  if (cut.isEmpty || cut.equals(block.addresses)) return [];
  const { cidr, except } = block;
  return [{ ...blockOf(cidr, [...except, ...cut.toCidrs()]), span: block.span }];
}

/** A block without those of its exceptions that hold one of these addresses; `undefined` when none does. */
export function blockReadmitting(peer: PolicyPeer, addresses: IpSet): PolicyPeer | undefined {
  if (peer.kind !== "ipBlock") return undefined;
  const except = peer.except.filter((cidr) => setOf([cidr]).intersect(addresses).isEmpty);
  return except.length < peer.except.length ? { ...blockOf(peer.cidr, except), span: peer.span } : undefined;
}

function otherNamespaces(selector: LabelSelector, { cluster, endpoint }: Other): ReadonlySet<string> {
  const matching = cluster.namespaces.filter(({ labels }) => isMatch(selector, labels)).map(({ name }) => name);
  return new Set(matching.filter((name) => name !== endpoint.namespace));
}

function isMatch(selector: LabelSelector, labels: Labels): boolean {
  const { holds, doubt } = matches(selector, labels);
  return holds || doubt !== undefined;
}

/** Selectors that together match whatever a conjunction of plain equalities does not. */
function complement({ requirements }: LabelSelector): readonly LabelSelector[] {
  return requirements.map(({ key, values }) => ({ requirements: [{ key, operator: "NotIn", values }] }));
}

/** False only for what plainly contradicts itself: a key that must and must not have a value. */
function isSatisfiable({ requirements }: LabelSelector): boolean {
  const values = (operator: Requirement["operator"], key: string) =>
    requirements.filter((one) => one.operator === operator && one.key === key).flatMap((one) => one.values);
  return requirements.every(
    ({ operator, key, values: wanted }) =>
      operator !== "In" || wanted.some((value) => !values("NotIn", key).includes(value)),
  );
}

function all(a: LabelSelector, b: LabelSelector): LabelSelector {
  return { requirements: [...a.requirements, ...b.requirements] };
}

function named(operator: "In" | "NotIn", namespace: string): LabelSelector {
  return { requirements: [{ key: "kubernetes.io/metadata.name", operator, values: [namespace] }] };
}

function ownPods(podSelector: LabelSelector): PolicyPeer {
  return { kind: "pods", podSelector, span: UNWRITTEN };
}

function podsOf(namespaceSelector: LabelSelector, podSelector: LabelSelector): PolicyPeer {
  return { kind: "namespaces", namespaceSelector, podSelector, span: UNWRITTEN };
}

/** Addresses as the fewest entries: either their CIDRs, or everything of the family except the rest. */
function blocks(addresses: IpSet, families: readonly Family[]): readonly PolicyPeer[] {
  return families.flatMap((family) => {
    const wanted = addresses.intersect(IpSet.whole(family));
    const cidrs = wanted.toCidrs();
    const except = IpSet.whole(family).subtract(wanted).toCidrs();
    const whole = cidrs.length > 0 && except.length + 1 < cidrs.length;
    return whole ? [blockOf(WHOLE[family], except)] : cidrs.map((cidr) => blockOf(cidr, []));
  });
}

function blockOf(cidr: string, except: readonly string[]): PolicyPeer {
  const addresses = setOf([cidr]).subtract(setOf(except));
  return { kind: "ipBlock", cidr, except, addresses, span: UNWRITTEN };
}

export function isPods({ type }: Endpoint): boolean {
  return type !== "address";
}
