import { formatConnections } from "../../model/connections.ts";
import { nameOf } from "../edit.ts";
import type { FindingRule } from "./rule.ts";
import { spanOf } from "./subjects.ts";
import { capitalised, listed, shortId } from "./words.ts";

export const neededFlowDenied: FindingRule = {
  id: "NPG607",
  name: "needed-flow-denied",
  severity: "medium",
  title: "A connection that the manifests say is needed is denied",
  description:
    "A workload is given the name of a Service by a variable, an argument or a ConfigMap, and policies keep it from the pods behind it. What it is configured to do will fail.",
  mappings: ["availability"],
  *find(context) {
    for (const { from, to, connections, because } of context.needed) {
      if (!context.allowed(from, to).intersect(connections).isEmpty) continue;
      const refusing = [
        ...(context.reachability.side(from, to, "egress").connections.intersect(connections).isEmpty
          ? context.isolatedBy(from, "egress")
          : []),
        ...(context.reachability.side(to, from, "ingress").connections.intersect(connections).isEmpty
          ? context.isolatedBy(to, "ingress")
          : []),
      ];
      yield {
        about: `${from.id} ${to.id}`,
        endpoints: [from, to],
        namespace: from.namespace ?? "",
        span: spanOf(context, from),
        fact: `${shortId(from)} needs ${formatConnections(connections)} of ${shortId(to)}, and may not open it.`,
        consequence: `${capitalised(because)}; ${listed([...new Set(refusing.map(({ written }) => nameOf(written)))])} ${refusing.length === 1 ? "stands" : "stand"} in the way.`,
        advice: `\`watertight query --from ${shortId(from)} --to ${shortId(to)}\` gives the edit that allows it.`,
        related: refusing.slice(0, 3).map(({ written }) => ({ message: "does not allow it", span: written.span })),
        witness: context.witness(from, to, "deny", connections),
      };
    }
  },
};
