import { entriesOf } from "./entries.ts";
import type { FindingRule } from "./rule.ts";
import { capitalised, listed, shortId } from "./words.ts";

export const translatedSource: FindingRule = {
  id: "NPG503",
  name: "translated-source",
  severity: "medium",
  title: "Policies filter by client address where the client's address may not arrive",
  description:
    "With externalTrafficPolicy Cluster a node that forwards a connection usually puts its own address in the place of the client's. A rule that admits some addresses and not others then decides by the node, and either locks clients out or lets everybody in.",
  mappings: ["exposure"],
  *find(context) {
    for (const { endpoint, through, ports, by, service, span } of context.once(entriesOf)) {
      if (by !== "client" || service?.externalTrafficPolicy !== "Cluster") continue;
      const open = context.outside.filter((one) => !context.allowed(one, endpoint).intersect(ports).isEmpty);
      if (open.length === 0 || open.length === context.outside.length) continue;
      yield {
        about: `${service.namespace}/${service.name} ${endpoint.id}`,
        endpoints: [endpoint],
        namespace: service.namespace,
        direction: "ingress",
        span,
        fact: `${capitalised(through)} leads to ${shortId(endpoint)}, whose policies admit some outside addresses and not others: ${listed(open.map(shortId))}.`,
        consequence:
          "It forwards with externalTrafficPolicy Cluster, so that pods may see a node's address and not the client's.",
        advice: "Set externalTrafficPolicy: Local, or filter by loadBalancerSourceRanges.",
        certainty: "conditional",
        related: context
          .isolatedBy(endpoint, "ingress")
          .slice(0, 3)
          .map(({ written }) => ({ message: "filters by address", span: written.span })),
      };
    }
  },
};
