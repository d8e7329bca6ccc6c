import type { AdminPeer, NamespacedPods } from "../../src/model/cluster.ts";
import type { Direction, Family } from "../../src/model/flow.ts";
import type { LabelSelector, Labels } from "../../src/model/selector.ts";
import { type Address, parseAddress } from "./addresses.ts";
import type { Context, Endpoint } from "./context.ts";
import { addressesOf, isNodeAddress, nodeNameOf } from "./endpoints.ts";
import { networksHold } from "./ip-blocks.ts";
import { selects } from "./labels.ts";
import { selectsNamespace, selectsPod } from "./peers.ts";
import type { SinglePod } from "./pods.ts";

export function adminPeerMatches(
  entry: AdminPeer,
  direction: Direction,
  peer: Endpoint,
  family: Family,
  context: Context,
): boolean {
  if (entry.kind === "pods") {
    // CNP-11: no host-network pod, and no address.
    if (peer.kind === "address" || peer.pod.of.network === "host") return false;
    return inNamespacedPods(entry, peer.pod, context);
  }
  // CNP-4: there is no way to match an outside or node source.
  if (direction === "ingress") return false;
  switch (entry.kind) {
    // CNP-12: the destination address, pods included, whatever `ipBlock` does; CNP-11: a host-network pod has its node's.
    case "networks":
      return networksHold(entry.cidrs, peer, family, context);
    case "nodes":
      return nodesMatch(entry.selector, peer, family, context);
    // CNP-17: an address does not tell its names. Pods are reached by selectors and networks.
    case "domainNames":
      if (peer.kind === "pod" && peer.pod.of.network === "pod") return false;
      return entry.names.some((name) => resolvesTo(name, peer, context));
    // CNP-18: the rule has been dealt with.
    case "unrecognised":
      return false;
  }
}

/** CNP-2: both selectors; one left out selects everything. */
export function inNamespacedPods(
  { namespaceSelector, podSelector }: NamespacedPods,
  pod: SinglePod,
  context: Context,
): boolean {
  return selectsNamespace(namespaceSelector, pod.of.namespace, context) && selectsPod(podSelector, pod, context);
}

function resolvesTo(name: string, peer: Endpoint, { world }: Context): boolean {
  const destination = peer.kind === "pod" ? peer.pod.id : `${peer.address.family} ${peer.address.value}`;
  return world({ id: `${name} is ${destination}`, kind: "unknown", answers: ["no", "yes"] }) === "yes";
}

/** CNP-14: the IP addresses of nodes with matching labels, and CNP-11: with them the host-network pods that run there. */
function nodesMatch(selector: LabelSelector, peer: Endpoint, family: Family, context: Context): boolean {
  if (peer.kind === "pod" && peer.pod.of.network === "pod") return false;
  return peer.kind === "pod"
    ? nodeOfPodMatches(selector, peer.pod, family, context)
    : nodeAtMatches(selector, peer.address, context);
}

function nodeAtMatches(selector: LabelSelector, address: Address, context: Context): boolean {
  const { cluster } = context;
  const listed = cluster.nodes.find(({ addresses }) => addresses.some((text) => isSame(parseAddress(text), address)));
  if (listed) return selectsNode(selector, listed.labels, listed.name, context);

  // Some pod says that a node has this address. Where that node is listed, its own list counts.
  if (isNodeAddress(address, cluster)) {
    const name = nodeNameOf(address, cluster);
    if (cluster.nodes.some((node) => node.name === name)) return false;
    return selectsNode(selector, NOT_LISTED, name ?? String(address.value), context);
  }
  // Without any Node object nobody knows which addresses are nodes.
  if (cluster.nodes.length > 0) return false;
  const isNode = context.world({ id: `${address.value} is a node`, kind: "unknown", answers: ["no", "yes"] });
  return isNode === "yes" && selectsNode(selector, NOT_LISTED, String(address.value), context);
}

function nodeOfPodMatches(selector: LabelSelector, pod: SinglePod, family: Family, context: Context): boolean {
  // `{}` is all nodes, and the pod runs on one of them.
  if (selector.requirements.length === 0) return true;
  const { cluster } = context;
  const addresses = addressesOf(pod, cluster).filter((address) => address.family === family);
  const name = pod.of.node ?? addresses.map((address) => nodeNameOf(address, cluster)).find((found) => found);
  const listed = cluster.nodes.find((node) => node.name === name);
  if (listed) return selectsNode(selector, listed.labels, listed.name, context);
  if (name !== undefined) return selectsNode(selector, NOT_LISTED, name, context);

  // On any node there is, or on one that the input does not show.
  const answers = ["one not listed", ...cluster.nodes.map((node) => node.name)];
  const answer = context.world({ id: `node of ${pod.id}`, kind: "unknown", answers });
  const chosen = cluster.nodes.find((node) => node.name === answer);
  return selectsNode(selector, chosen?.labels ?? NOT_LISTED, chosen?.name ?? `of ${pod.id}`, context);
}

/** A node that exists, with labels the input does not show. */
const NOT_LISTED: Labels = { values: new Map(), incomplete: true };

function selectsNode(selector: LabelSelector, labels: Labels, name: string, { asked, world }: Context): boolean {
  return selects(selector, labels, `node ${name}`, asked, world);
}

function isSame(a: Address, b: Address): boolean {
  return a.family === b.family && a.value === b.value;
}
