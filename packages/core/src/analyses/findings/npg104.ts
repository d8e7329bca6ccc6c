import { isOnHost } from "./context.ts";
import { deniesByDefault } from "./default-mode.ts";
import { defaultDeny } from "./repair.ts";
import type { FindingRule } from "./rule.ts";
import { certaintyOf, firstOf } from "./subjects.ts";
import { listedEndpoints } from "./words.ts";

export const namespaceNoPolicy: FindingRule = {
  id: "NPG104",
  name: "namespace-no-policy",
  severity: "medium",
  title: "No policy of any kind applies to any pod of a namespace",
  description:
    "Nothing restricts who may connect to these pods or where they may connect to. The findings about its single workloads are folded under this one, since one default deny mends them all.",
  mappings: ["ingress", "egress"],
  weighs: "exposure",
  *find(context) {
    if (deniesByDefault(context.cluster)) return;
    for (const { name: namespace, span } of context.namespaces) {
      const pods = context.subjects.filter((one) => one.namespace === namespace && !isOnHost(one));
      const isGoverned = context.policies.some(({ selects }) =>
        selects.some(({ endpoint }) => endpoint.namespace === namespace),
      );
      if (pods.length === 0 || isGoverned) continue;
      const isDoubtful = pods.some((pod) => certaintyOf(context, pod, "ingress") === "assumed");
      yield {
        about: namespace,
        namespace,
        endpoints: pods,
        span: span ?? pods[0]?.members[0]?.pods[0]?.span,
        fact: `No policy applies to any pod of namespace ${namespace}.`,
        consequence: `${listedEndpoints(pods)} may be reached by anybody on any port, and may reach anybody who does not refuse.`,
        advice:
          "Add a default deny for both directions with DNS let out, then a policy for each connection that is needed.",
        certainty: isDoubtful ? "assumed" : "proved",
        witness: firstOf(pods, (pod) => context.witness(context.internet, pod, "allow")),
        fixes: () => [defaultDeny(context, namespace, ["ingress", "egress"], pods)],
      };
    }
  },
};
