import type { NamespacedPods, NetworkPolicy, PolicyPeer } from "../../src/model/cluster.ts";
import type { Direction } from "../../src/model/flow.ts";
import type { LabelSelector, Labels } from "../../src/model/selector.ts";
import type { Connection, Context, Endpoint } from "./context.ts";
import { isNode, isSeenAsPod } from "./endpoints.ts";
import { blockMatches } from "./ip-blocks.ts";
import { selects } from "./labels.ts";
import type { SinglePod } from "./pods.ts";

export function peerMatches(
  entry: PolicyPeer,
  policy: NetworkPolicy,
  direction: Direction,
  peer: Endpoint,
  { family, via }: Connection,
  context: Context,
): boolean {
  switch (entry.kind) {
    // PEER-1: pods of the policy's namespace. PEER-6: never an address, nor a host-network pod.
    case "pods":
      if (peer.kind === "address" || !isSeenAsPod(peer.pod, context)) return false;
      return peer.pod.of.namespace === policy.namespace && selectsPod(entry.podSelector, peer.pod, context);
    // PEER-1, PEER-2, PEER-3: both selectors, the policy's own namespace like any other.
    case "namespaces":
      if (peer.kind === "address" || !isSeenAsPod(peer.pod, context)) {
        return direction === "ingress" && isEmpty(entry) && admitsHostNetwork(peer, context);
      }
      return (
        selectsNamespace(entry.namespaceSelector, peer.pod.of.namespace, context) &&
        selectsPod(entry.podSelector, peer.pod, context)
      );
    case "ipBlock":
      return blockMatches(entry, peer, family, context, direction === "egress" ? via : undefined);
  }
}

function isEmpty({ namespaceSelector, podSelector }: NamespacedPods): boolean {
  return namespaceSelector.requirements.length === 0 && podSelector.requirements.length === 0;
}

/** EP-5: to OVN-Kubernetes a peer that is nothing but an empty namespaceSelector is every host network too, and with it every node. */
function admitsHostNetwork(peer: Endpoint, context: Context): boolean {
  if (!context.options.emptyNamespaceSelectorAdmitsHostNetwork || !isNode(peer, context)) return false;
  const answers = ["yes", "no"];
  return context.world({ id: "empty namespaceSelector", kind: "implementation-defined", answers }) === "yes";
}

export function selectsPod(selector: LabelSelector, pod: SinglePod, context: Context): boolean {
  return selects(selector, pod.labels, `pod ${pod.id}`, context.asked, context.world);
}

export function selectsNamespace(selector: LabelSelector, name: string, context: Context): boolean {
  const namespace = context.cluster.namespaces.find((candidate) => candidate.name === name);
  // IN-3: a namespace without an object exists all the same, with one label. IN-2: which every namespace has.
  const known: Labels = namespace?.labels ?? { values: new Map(), incomplete: true };
  const labels = { ...known, values: new Map([...known.values, ["kubernetes.io/metadata.name", name]]) };
  return selects(selector, labels, `namespace ${name}`, context.asked, context.world);
}
