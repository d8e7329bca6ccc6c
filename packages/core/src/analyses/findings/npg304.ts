import { closest } from "../../engine/names.ts";
import { nameOf } from "../edit.ts";
import type { FindingRule } from "./rule.ts";
import { isSystem } from "./severity.ts";
import { listed } from "./words.ts";

export const policyInUnknownNamespace: FindingRule = {
  id: "NPG304",
  name: "policy-in-unknown-namespace",
  severity: "medium",
  title: "A policy is in a namespace that is neither declared nor used by any workload",
  description:
    "A policy governs pods of its own namespace only. In a namespace that does not exist the API server refuses it; in one that is misspelt it protects nobody.",
  mappings: ["dead"],
  *find(context) {
    const { namespaces, pods } = context.cluster;
    const populated = new Set(pods.map(({ namespace }) => namespace));
    const known = namespaces.filter(({ name, span }) => span !== undefined || populated.has(name));
    if (known.length === 0) return;
    for (const { written, policy } of context.networkPolicies) {
      const { namespace, span } = written;
      if (known.some(({ name }) => name === namespace) || isSystem(namespace)) continue;
      const similar = closest(
        namespace,
        known.map(({ name }) => ({ id: name, spellings: [name] })),
      ).slice(0, 3);
      yield {
        about: nameOf(written),
        policy,
        namespace,
        span,
        fact: `${nameOf(written)} is in namespace ${namespace}, which has no workload and no declaration in the input.`,
        consequence:
          similar.length > 0
            ? `It governs nothing; there is ${listed(similar)}.`
            : "It governs nothing that the input shows.",
        advice: "Correct `metadata.namespace`, or give the input the rest of that namespace.",
        ...(similar.length === 0 && {
          certainty: "assumed" as const,
          severity: { is: "low", because: "the namespace may be one that the input does not show" } as const,
        }),
      };
    }
  },
};
