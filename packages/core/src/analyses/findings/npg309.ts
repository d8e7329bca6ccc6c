import type { FindingContext } from "./context.ts";
import { governsNewcomers } from "./newcomers.ts";
import { openIn } from "./npg103.ts";
import { defaultDeny } from "./repair.ts";
import type { FindingRule, FixProposal } from "./rule.ts";

const LEGACY = "net.beta.kubernetes.io/network-policy";

export const legacyIsolation: FindingRule = {
  id: "NPG309",
  name: "legacy-isolation",
  severity: "high",
  title: "Isolation is asked for in a way that clusters no longer follow",
  description:
    "Before NetworkPolicy was stable a namespace was isolated by an annotation, and PodSecurityPolicy was taken out in Kubernetes 1.25. Both are accepted or ignored without a word, and protect nothing.",
  mappings: ["dead"],
  *find(context) {
    const { cluster } = context;
    for (const { name, annotations, span } of cluster.namespaces) {
      if (!annotations.has(LEGACY)) continue;
      yield {
        about: `annotation ${name}`,
        namespace: name,
        span,
        fact: `Namespace ${name} carries the annotation ${LEGACY}, which has no effect on current clusters.`,
        consequence: "It was the default deny of the beta API; nothing is denied by it now.",
        fixes: () => [denyInstead(context, name)],
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

/** The annotation goes, and what it asked for comes in its place where nothing does it yet. */
function denyInstead(context: FindingContext, namespace: string): FixProposal {
  const settings = [{ kind: "no-annotation", namespace, key: LEGACY }] as const;
  const title = `Take the annotation from namespace ${namespace}`;
  if (governsNewcomers(context, namespace, "ingress")) return { title, edits: [], settings };
  const deny = defaultDeny(context, namespace, ["ingress"], openIn(context, namespace, "ingress"));
  return { title: `${deny.title}; ${title.charAt(0).toLowerCase()}${title.slice(1)}`, edits: deny.edits, settings };
}
