import type { Cluster } from "../../src/model/cluster.ts";
import type { Family } from "../../src/model/flow.ts";
import { type Address, holds, parseAddress, parseBlock } from "./addresses.ts";
import type { Context, Endpoint, OracleEnd, OracleFlow, Setting } from "./context.ts";
import type { SinglePod } from "./pods.ts";

/** §14.1: a pod by its id or by its address; EP-4, EP-11: every other address is just that, a node's among them. */
export function endpoint(end: OracleEnd, { cluster, everybody }: Setting): Endpoint {
  if ("pod" in end) {
    const pod = everybody.find(({ of, replica }) => of.id === end.pod && replica === (end.replica ?? 0));
    if (!pod) throw new Error(`no such pod: ${end.pod}`);
    return { kind: "pod", pod };
  }
  const address = parseAddress(end.address);
  const pod = everybody.find(({ of }) => of.network === "pod" && includes(of.addresses, address));
  if (pod && !isNodeAddress(address, cluster)) return { kind: "pod", pod, family: address.family };
  return { kind: "address", address };
}

/** EP-5: host-network pods are their node by default, and ordinary pods in the other permitted model. */
export function isSeenAsPod(pod: SinglePod, { options, world }: Context): boolean {
  if (pod.of.network === "pod") return true;
  const model = world({
    id: "host-network pods",
    kind: "implementation-defined",
    answers: options.hostNetworkPods === "node" ? ["node", "pod"] : ["pod", "node"],
  });
  return model === "pod";
}

export function isNode(end: Endpoint, context: Context): boolean {
  if (end.kind === "address") return end.node !== undefined || isNodeAddress(end.address, context.cluster);
  return !isSeenAsPod(end.pod, context);
}

/** EP-2, EP-3: whether `peer` is the node `pod` runs on. EP-5: unknown counts as another one. */
export function isOwnNode(pod: SinglePod, peer: Endpoint, { cluster, world }: Context): boolean {
  const own = pod.of.node;
  // SVC-6: the node on the way from outside is another one where there is one.
  if (peer.kind === "address" && peer.node) return false;
  if (peer.kind === "address" && includes(pod.of.nodeAddresses, peer.address)) return true;
  const other = peer.kind === "address" ? nodeNameOf(peer.address, cluster) : peer.pod.of.node;
  if (own !== undefined && other !== undefined) return own === other;
  const peerName = peer.kind === "address" ? String(peer.address.value) : peer.pod.id;
  return world({ id: `node of ${pod.id} and ${peerName}`, kind: "unknown", answers: ["other", "same"] }) === "same";
}

/** The addresses of a pod; EP-5: those of its node when it is on the host network. */
export function addressesOf({ of }: SinglePod, cluster: Cluster): Address[] {
  if (of.network === "pod" || of.addresses.length > 0) return of.addresses.map(parseAddress);
  if (of.nodeAddresses.length > 0) return of.nodeAddresses.map(parseAddress);
  const node = cluster.nodes.find(({ name }) => name === of.node);
  return (node?.addresses ?? []).map(parseAddress);
}

function isNodeAddress(address: Address, cluster: Cluster): boolean {
  if (cluster.nodes.some(({ addresses }) => includes(addresses, address))) return true;
  return cluster.pods.some(
    (pod) => includes(pod.nodeAddresses, address) || (pod.network === "host" && includes(pod.addresses, address)),
  );
}

export function nodeNameOf(address: Address, cluster: Cluster): string | undefined {
  for (const node of cluster.nodes) {
    if (includes(node.addresses, address)) return node.name;
  }
  for (const pod of cluster.pods) {
    if (pod.node === undefined) continue;
    if (includes(pod.nodeAddresses, address)) return pod.node;
    if (pod.network === "host" && includes(pod.addresses, address)) return pod.node;
  }
  return undefined;
}

function includes(addresses: readonly string[], address: Address): boolean {
  return addresses.some((text) => {
    const { family, value } = parseAddress(text);
    return holds({ family, first: value, last: value }, address);
  });
}

/** IPB-4: the families both ends have; an address has its own, and a pod given by its address is meant in that family. */
export function familiesOf(flow: OracleFlow, source: Endpoint, destination: Endpoint, context: Context): Family[] {
  const atSource = familiesAt(source, destination, context);
  const atDestination = familiesAt(destination, source, context);
  const shared = atSource.filter((family) => atDestination.includes(family));
  return flow.family === undefined ? shared : shared.filter((family) => family === flow.family);
}

function familiesAt(end: Endpoint, other: Endpoint, { cluster, options, everybody, blocks, world }: Context): Family[] {
  if (end.kind === "address") return [end.address.family];
  if (end.family) return [end.family];
  const known = addressesOf(end.pod, cluster).map(({ family }) => family);
  if (known.length > 0) return inOrder(known);

  // IPB-6, "the pod may have that family": as the pod CIDRs say, else as other pods have it.
  const configured = options.podCIDRs.map((cidr) => parseBlock(cidr).family);
  if (configured.length > 0) return inOrder(configured);
  const elsewhere = everybody.flatMap(({ of }) => of.addresses.map((text) => parseAddress(text).family));
  if (elsewhere.length > 0) return inOrder(elsewhere);
  // Nothing to go by: IPv4, and IPv6 where some policy speaks of it, which is a guess unless the other end settles it.
  if (!blocks.some(({ cidr }) => parseBlock(cidr).family === "IPv6")) {
    if (other.kind === "pod" || other.address.family === "IPv4") return ["IPv4"];
    const dual = world({ id: "pods have IPv6 addresses", kind: "unknown", answers: ["no", "yes"] }) === "yes";
    return dual ? ["IPv4", "IPv6"] : ["IPv4"];
  }
  if (other.kind === "address" || addressesOf(other.pod, cluster).length > 0) return ["IPv4", "IPv6"];
  const dual = world({ id: "pods have IPv6 addresses", kind: "unknown", answers: ["yes", "no"] }) === "yes";
  return dual ? ["IPv4", "IPv6"] : ["IPv4"];
}

function inOrder(families: readonly Family[]): Family[] {
  return (["IPv4", "IPv6"] as const).filter((family) => families.includes(family));
}
