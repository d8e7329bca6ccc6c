import type { Pod } from "../../model/cluster.ts";
import { type FindingContext, isOnHost } from "./context.ts";
import type { FindingRule } from "./rule.ts";
import { spanOf } from "./subjects.ts";
import { listed, shortId } from "./words.ts";

export const meshOrProxyBypass: FindingRule = {
  id: "NPG508",
  name: "mesh-or-proxy-bypass",
  severity: "medium",
  title: "A workload is protected by an AuthorizationPolicy only, and its traffic does not pass the proxy",
  description:
    "A mesh enforces its policies in the proxy beside the pod. A pod without one, or on the network of its node, is not reached by them; if no NetworkPolicy isolates it either, it is open.",
  mappings: ["ingress", "enforcement"],
  *find(context) {
    const policies = context.cluster.controls.authorizationPolicies;
    for (const subject of context.subjects) {
      const pod = subject.members[0]?.pods[0];
      if (!pod || context.isolatedBy(subject, "ingress").length > 0) continue;
      const meant = policies.filter(
        ({ namespace, selector }) =>
          namespace === pod.namespace &&
          [...(selector ?? [])].every(([key, value]) => pod.labels.values.get(key) === value),
      );
      const bypass = isOnHost(subject)
        ? "runs on the network of its node"
        : isInjected(context, pod)
          ? undefined
          : "has no proxy beside it";
      if (meant.length === 0 || bypass === undefined) continue;
      yield {
        about: subject.id,
        endpoints: [subject],
        namespace: pod.namespace,
        direction: "ingress",
        span: spanOf(context, subject),
        fact: `${shortId(subject)} is meant by ${listed(meant.map(({ namespace, name }) => `AuthorizationPolicy ${namespace}/${name}`))}, and ${bypass}.`,
        consequence: "The mesh does not see its traffic, and no NetworkPolicy isolates it.",
        advice: "Have the proxy injected, or isolate it with a NetworkPolicy.",
        certainty: "conditional",
        related: meant.slice(0, 3).map(({ span }) => ({ message: "is not enforced for it", span })),
      };
    }
  },
};

/** Whether the mesh takes care of a pod: by a proxy in its spec, a label or annotation of its own, or one of its namespace. */
function isInjected({ cluster }: FindingContext, { namespace, labels, annotations, spec }: Pod): boolean {
  const asked = labels.values.get("sidecar.istio.io/inject") ?? annotations.get("sidecar.istio.io/inject");
  if (asked !== undefined) return asked === "true";
  if (spec.containers.some(({ name }) => name === "istio-proxy")) return true;
  const home = cluster.namespaces.find(({ name }) => name === namespace)?.labels;
  if (!home || home.incomplete) return true;
  const { values } = home;
  return (
    values.get("istio-injection") === "enabled" ||
    values.has("istio.io/rev") ||
    values.get("istio.io/dataplane-mode") === "ambient"
  );
}
