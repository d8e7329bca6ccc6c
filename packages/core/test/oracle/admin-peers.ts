import type { AdminPeer, NamespacedPods, Node } from "../../src/model/cluster.ts";
import type { Direction, Family } from "../../src/model/flow.ts";
import type { LabelSelector } from "../../src/model/selector.ts";
import { type Address, parseAddress } from "./addresses.ts";
import type { Context, Endpoint } from "./context.ts";
import { addressesOf } from "./endpoints.ts";
import { networksMatch } from "./ip-blocks.ts";
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
      return networksMatch(entry.cidrs, peer, family, context);
    case "nodes":
      return nodesMatch(entry.selector, peer, family, context);
    case "domainNames":
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

/** CNP-17: an address does not tell its names, and a pod has none but those the cluster's own DNS may give it. */
function resolvesTo(name: string, peer: Endpoint, { world }: Context): boolean {
  if (peer.kind === "pod" && peer.pod.of.network === "pod" && !/\.cluster\.local\.?$/i.test(name)) return false;
  return world({ id: `${name} is ${nameOf(peer)}`, kind: "unknown", answers: ["no", "yes"] }) === "yes";
}

/**
 * CNP-14: the IP addresses of nodes with matching labels, and CNP-11: with them the host-network pods that run there. Pods have
 * addresses of their own.
 */
function nodesMatch(selector: LabelSelector, peer: Endpoint, family: Family, context: Context): boolean {
  if (peer.kind === "pod" && peer.pod.of.network === "pod") return false;
  const { cluster, asked, world } = context;
  const matching = cluster.nodes.filter(({ name, labels }) => selects(selector, labels, `node ${name}`, asked, world));
  const own = peer.kind === "pod" ? addressesOf(peer.pod, cluster) : [peer.address];
  const ofFamily = own.filter((address) => address.family === family);
  for (const node of matching) {
    if (node.addresses.some((text) => ofFamily.some((address) => isSame(parseAddress(text), address)))) return true;
  }

  // Without Node objects, or without the addresses of one that matches, nobody knows which addresses are meant.
  const areKnown = cluster.nodes.length > 0 && matching.every(({ addresses }) => addresses.length > 0);
  // EP-5: nor which are those of a host-network pod whose node is not known; as long as there is a node it could be.
  if (areKnown && (own.length > 0 || !matching.some((node) => hasFamily(node, family)))) return false;
  const id = `${nameOf(peer)} is a node that ${JSON.stringify(selector.requirements)} selects`;
  return world({ id, kind: "unknown", answers: ["no", "yes"] }) === "yes";
}

function hasFamily({ addresses }: Node, family: Family): boolean {
  return addresses.some((text) => parseAddress(text).family === family);
}

function nameOf(end: Endpoint): string {
  return end.kind === "pod" ? end.pod.id : `${end.address.family} ${end.address.value}`;
}

function isSame(a: Address, b: Address): boolean {
  return a.family === b.family && a.value === b.value;
}
