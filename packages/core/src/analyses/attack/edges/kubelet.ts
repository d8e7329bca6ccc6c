import { ConnectionSet } from "../../../model/connections.ts";
import { nodeName } from "../nodes.ts";
import type { Site } from "../site.ts";

const KUBELET = ConnectionSet.ports("TCP", 10250, 10250);

/**
 * KUBELET: a kubelet that a pod reaches may answer without asking who it is. No policy keeps a pod from that of its own node; those of
 * others are addresses, as far as the input gives them.
 */
export function kubeletEdges({ builder, footholds, nodes, plane }: Site): void {
  const others = nodes.names.flatMap((name) => {
    const addresses = nodes.addressesOf(name);
    return addresses.isEmpty ? [] : [{ name, addresses }];
  });
  for (const foothold of footholds) {
    const own = nodes.of(foothold);
    const reached = others.filter(
      ({ name, addresses }) =>
        !own.includes(name) && !plane.outward(foothold.endpoint, addresses).intersect(KUBELET).isEmpty,
    );
    const evidence = foothold.pods.slice(0, 1).map(({ span }) => span);
    for (const node of [...own, ...reached.map(({ name }) => name)])
      builder.add({
        edge: "KUBELET",
        needs: [foothold.own],
        gives: builder.fact("hub", `pods on ${nodeName(node)}`),
        cost: 3,
        certainty: "conditional",
        because: own.includes(node)
          ? `${foothold.id} reaches port 10250 of its own node`
          : `policies let ${foothold.id} reach port 10250 of ${nodeName(node)}`,
        assumption: "the kubelet takes commands without authentication",
        evidence,
      });
  }
}
