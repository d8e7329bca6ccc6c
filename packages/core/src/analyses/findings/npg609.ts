import { setOf } from "../side-effects.ts";
import { entriesOf } from "./entries.ts";
import type { FindingRule } from "./rule.ts";
import { isWorld } from "./statements.ts";
import { capitalised, shortId } from "./words.ts";

export const probeOrLbSourceBlocked: FindingRule = {
  id: "NPG609",
  name: "probe-or-lb-source-blocked",
  severity: "info",
  title: "A load balancer that talks to pods itself may be kept from checking their health",
  description:
    "Some load balancers send their health checks straight to the pods, from address ranges of the provider. If policies admit certain client addresses only, those checks fail and all backends count as down. Probes of the kubelet on the pod's own node always get through.",
  mappings: ["availability"],
  *find(context) {
    for (const { endpoint, through, ports, by, service, span } of context.once(entriesOf)) {
      if (by !== "client" || service?.type !== "LoadBalancer" || service.externalTrafficPolicy !== "Local") continue;
      const open = context.outside.filter((one) => !context.allowed(one, endpoint).intersect(ports).isEmpty);
      const cidrs = open.flatMap((one) => one.cidrs ?? []);
      if (open.length === 0 || isWorld(setOf(cidrs))) continue;
      yield {
        about: `${service.namespace}/${service.name} ${endpoint.id}`,
        endpoints: [endpoint],
        namespace: service.namespace,
        direction: "ingress",
        span,
        fact: `${capitalised(through)} leads to ${shortId(endpoint)}, whose policies admit certain outside addresses only.`,
        consequence: "If the load balancer checks the health of pods itself, its own addresses have to be among them.",
        advice: "Admit the address ranges the provider names for health checks.",
        certainty: "conditional",
      };
    }
  },
};
