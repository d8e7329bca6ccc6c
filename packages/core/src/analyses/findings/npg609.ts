import { titleOfLink } from "../exposure/entry.ts";
import type { FindingRule } from "./rule.ts";
import { waysIn } from "./standing.ts";
import { shortId } from "./words.ts";

export const probeOrLbSourceBlocked: FindingRule = {
  id: "NPG609",
  name: "probe-or-lb-source-blocked",
  severity: "info",
  title: "A load balancer that talks to pods itself may be kept from checking their health",
  description:
    "Some load balancers send their health checks straight to the pods, from address ranges of the provider. If policies admit certain client addresses only, those checks fail and all backends count as down. Probes of the kubelet on the pod's own node always get through.",
  mappings: ["availability"],
  *find(context) {
    for (const { endpoint, chain, kind, sources } of waysIn(context)) {
      const [first] = chain;
      const [client, ...others] = sources;
      const isFiltered = client?.as === "client" && client.passes.expected && client.admits !== "all";
      if (!first || kind !== "load-balancer" || !isFiltered || others.length > 0) continue;
      yield {
        about: `${titleOfLink(first)} ${endpoint.id}`,
        endpoints: [endpoint],
        namespace: endpoint.namespace ?? "",
        direction: "ingress",
        span: first.span,
        fact: `${titleOfLink(first)} leads to ${shortId(endpoint)}, whose policies admit certain outside addresses only.`,
        consequence: "If the load balancer checks the health of pods itself, its own addresses have to be among them.",
        advice: "Admit the address ranges the provider names for health checks.",
        certainty: "conditional",
      };
    }
  },
};
