import type { NetworkPolicy } from "../../model/cluster.ts";
import { nameOf } from "../edit.ts";
import type { FindingRule } from "./rule.ts";

export const duplicatePolicy: FindingRule = {
  id: "NPG702",
  name: "duplicate-policy",
  severity: "info",
  title: "Two policies of one namespace say the same",
  description:
    "Both select the same pods and have the same rules. One of them can go; while both are there, narrowing one changes nothing.",
  mappings: ["hygiene"],
  *find(context) {
    const seen = new Map<string, NetworkPolicy>();
    for (const { written, policy } of context.networkPolicies) {
      const meaning = meaningOf(written);
      const first = seen.get(meaning);
      if (!first) {
        seen.set(meaning, written);
        continue;
      }
      yield {
        about: nameOf(written),
        policy,
        namespace: written.namespace,
        span: written.span,
        fact: `${nameOf(written)} says the same as ${nameOf(first)}.`,
        consequence: "One of them has no effect of its own.",
        advice: "Remove one.",
        related: [{ message: "says the same", span: first.span }],
      };
    }
  },
};

/** A policy without what does not matter to its meaning: its name, whether types are written out, and the order of its lists. */
function meaningOf(policy: NetworkPolicy): string {
  const rules = (list: NetworkPolicy["ingress"]) => list.map((rule) => JSON.stringify(rule, withoutPlaces));
  const requirements = policy.podSelector.requirements.map(({ key, operator, values }) =>
    JSON.stringify([key, operator, [...values].sort()]),
  );
  const parts = {
    namespace: policy.namespace,
    selector: requirements.sort(),
    types: [...policy.policyTypes].sort(),
    ingress: policy.policyTypes.includes("ingress") ? rules(policy.ingress).sort() : [],
    egress: policy.policyTypes.includes("egress") ? rules(policy.egress).sort() : [],
  };
  return JSON.stringify(parts);
}

/** Where something is written, and the set a block comes to, say nothing that the rest does not. */
function withoutPlaces(key: string, value: unknown): unknown {
  return key === "span" || key === "addresses" ? undefined : value;
}
