import { formatConnections } from "../../model/connections.ts";
import { entriesOf } from "./entries.ts";
import { admitsUnseen } from "./npg602.ts";
import { presumption } from "./presumed.ts";
import type { FindingRule } from "./rule.ts";
import { capitalised, listedEndpoints, shortId } from "./words.ts";

export const ingressBackendBlocked: FindingRule = {
  id: "NPG603",
  name: "ingress-backend-blocked",
  severity: "high",
  title: "A route from outside leads to pods whose policies refuse it",
  description:
    "What comes through an Ingress or a Gateway comes from the pods of its controller, not from the client; what comes through a load balancer, from outside addresses. If the policies of the backend admit neither, users get errors and nobody is told why.",
  mappings: ["availability"],
  *find(context) {
    for (const { endpoint, through, ports, by, open, span } of context.once(entriesOf)) {
      if (ports.isEmpty || !open.isEmpty) continue;
      const isPresumed = by !== "client" && by.basis === "presumed";
      if (isPresumed && admitsUnseen(context, endpoint)) continue;
      const who =
        by === "client"
          ? "public addresses"
          : isPresumed
            ? `an ingress controller (${presumption("ingress-controller")})`
            : listedEndpoints(by.endpoints);
      const witness = by === "client" ? context.internet : isPresumed ? undefined : by.endpoints[0];
      yield {
        about: `${through} ${endpoint.id}`,
        endpoints: [endpoint],
        namespace: endpoint.namespace ?? "",
        direction: "ingress",
        span,
        fact: `${capitalised(through)} leads to ${shortId(endpoint)}, which refuses ${formatConnections(ports)} from ${who}.`,
        consequence: "Requests from outside fail.",
        advice: `Admit ${who} on ${formatConnections(ports)}.`,
        certainty: isPresumed ? "conditional" : "proved",
        related: context
          .isolatedBy(endpoint, "ingress")
          .slice(0, 3)
          .map(({ written }) => ({ message: "isolates the backend", span: written.span })),
        witness: witness && context.witness(witness, endpoint, "deny", ports),
      };
    }
  },
};
