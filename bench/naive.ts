/**
 * What comparing pod by pod costs in the same language: for each pair every policy is matched again, and every rule walked. It serves
 * as a measure, not as an answer: NetworkPolicy only, and no doubts.
 */
import { type Cluster, ConnectionSet, type NetworkPolicy, type Reachability } from "@watertight/core";
import type { Pod, PolicyPeer, PolicyRule } from "../packages/core/src/model/cluster.ts";
import { parseAddress } from "../packages/core/src/model/ip.ts";
import { connectionsOf } from "../packages/core/src/model/ports.ts";
import { matches } from "../packages/core/src/model/selector.ts";

/** The work of answering these pairs of endpoint ids one by one. */
export function naive(
  cluster: Cluster,
  reachability: Reachability,
  pairs: readonly (readonly [from: string, to: string])[],
): () => void {
  const podOf = (id: string) => reachability.endpoint(id)?.members[0]?.pods[0];
  const labels = new Map(cluster.namespaces.map((namespace) => [namespace.name, namespace.labels]));
  const asked = pairs.flatMap(([from, to]) => {
    const [source, destination] = [podOf(from), podOf(to)];
    return source && destination ? [[source, destination] as const] : [];
  });

  const isPeer = (peer: PolicyPeer, policy: NetworkPolicy, pod: Pod): boolean => {
    if (peer.kind === "ipBlock")
      return pod.addresses.some((text) => {
        const address = parseAddress(text);
        return address !== undefined && peer.addresses.has(address);
      });
    if (!matches(peer.podSelector, pod.labels).holds) return false;
    if (peer.kind === "pods") return pod.namespace === policy.namespace;
    const own = labels.get(pod.namespace);
    return own !== undefined && matches(peer.namespaceSelector, own).holds;
  };
  const portsOf = ({ ports }: PolicyRule, destination: Pod) =>
    ports === "any"
      ? ConnectionSet.ALL
      : ports.reduce((set, port) => set.union(connectionsOf(port, destination.ports)), ConnectionSet.NONE);
  const side = (direction: "ingress" | "egress", subject: Pod, peer: Pod, destination: Pod): ConnectionSet => {
    const mine = cluster.networkPolicies.filter(
      (policy) =>
        policy.namespace === subject.namespace &&
        policy.policyTypes.includes(direction) &&
        matches(policy.podSelector, subject.labels).holds,
    );
    if (mine.length === 0) return ConnectionSet.ALL;
    return mine
      .flatMap((policy) =>
        policy[direction]
          .filter(({ peers }) => peers === "any" || peers.some((one) => isPeer(one, policy, peer)))
          .map((rule) => portsOf(rule, destination)),
      )
      .reduce((set, ports) => set.union(ports), ConnectionSet.NONE);
  };
  return () => {
    for (const [source, destination] of asked)
      side("egress", source, destination, destination).intersect(side("ingress", destination, source, destination));
  };
}
