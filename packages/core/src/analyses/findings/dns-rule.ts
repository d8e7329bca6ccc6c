import type { PolicyPeer, PolicyRule } from "../../model/cluster.ts";
import type { LabelSelector } from "../../model/selector.ts";
import { UNWRITTEN } from "../edit.ts";

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
