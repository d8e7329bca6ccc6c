import type { FindingRule } from "./rule.ts";

export const policyNotInForce: FindingRule = {
  id: "NPG310",
  name: "policy-not-in-force",
  severity: "high",
  title: "A policy is written where nothing reads it, or in a way the API server refuses",
  description:
    "The text of a NetworkPolicy inside a ConfigMap is data, not a policy, and a policy with a mistake the API server refuses is not there at all. Either way the pods stay as open as without it.",
  mappings: ["dead", "ingress"],
  *find({ cluster }) {
    for (const { namespace, name, entries } of cluster.storage.configMaps) {
      for (const { key, value, span } of entries) {
        if (!/^\s*kind:\s*NetworkPolicy\s*$/m.test(value) || !/^\s*apiVersion:\s*\S*networking\.k8s\.io/m.test(value))
          continue;
        yield {
          about: `configmap ${namespace}/${name} ${key}`,
          namespace,
          span,
          fact: `ConfigMap ${namespace}/${name} holds the text of a NetworkPolicy under ${key}, which is data and governs nothing.`,
          consequence: "Unless some controller applies it, no pod is isolated by it.",
          advice: "Apply it as an object of its own.",
          certainty: "conditional",
        };
      }
    }
    for (const { kind, namespace, name, reason, span } of cluster.unusedPolicies) {
      if (reason !== "rejected") continue;
      const id = namespace === undefined ? name : `${namespace}/${name}`;
      yield {
        about: `${kind} ${id}`,
        ...(namespace !== undefined && { namespace }),
        policy: { kind, name, span, ...(namespace !== undefined && { namespace }) },
        span,
        fact: `${kind} ${id} is not in force: the API server refuses it as it is written.`,
        consequence: "Its pods are governed by the other policies only.",
        advice: "Mend what the messages about the input say of it.",
      };
    }
  },
};
