import type { FindingRule } from "./rule.ts";

const LEGACY = "net.beta.kubernetes.io/network-policy";

export const legacyIsolation: FindingRule = {
  id: "NPG309",
  name: "legacy-isolation",
  severity: "high",
  title: "Isolation is asked for in a way that clusters no longer follow",
  description:
    "Before NetworkPolicy was stable a namespace was isolated by an annotation, and PodSecurityPolicy was taken out in Kubernetes 1.25. Both are accepted or ignored without a word, and protect nothing.",
  mappings: ["dead"],
  *find({ cluster }) {
    for (const { name, annotations, span } of cluster.namespaces) {
      if (!annotations.has(LEGACY)) continue;
      yield {
        about: `annotation ${name}`,
        namespace: name,
        span,
        fact: `Namespace ${name} carries the annotation ${LEGACY}, which has no effect on current clusters.`,
        consequence: "It was the default deny of the beta API; nothing is denied by it now.",
        advice: "Add a NetworkPolicy with `podSelector: {}` and policyTypes [Ingress].",
      };
    }
    for (const { name, span } of cluster.controls.podSecurityPolicies) {
      yield {
        about: `psp ${name}`,
        span,
        fact: `PodSecurityPolicy ${name} has no effect on clusters from Kubernetes 1.25 on.`,
        consequence: "What it forbids is not forbidden.",
        advice: "Label namespaces for Pod Security admission instead.",
      };
    }
  },
};
