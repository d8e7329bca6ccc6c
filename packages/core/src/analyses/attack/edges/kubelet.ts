import { nodeName } from "../nodes.ts";
import type { Site } from "../site.ts";

/** KUBELET: no policy keeps a pod from the kubelet of its own node, which may answer without asking who it is. */
export function kubeletEdges({ builder, footholds, nodes }: Site): void {
  for (const foothold of footholds) {
    const [pod] = foothold.pods;
    for (const node of nodes.of(foothold))
      builder.add({
        edge: "KUBELET",
        needs: [foothold.own],
        gives: builder.fact("hub", `pods on ${nodeName(node)}`),
        cost: 3,
        certainty: "conditional",
        because: `${foothold.id} reaches port 10250 of its own node`,
        assumption: "the kubelet takes commands without authentication",
        evidence: pod ? [pod.span] : [],
      });
  }
}
