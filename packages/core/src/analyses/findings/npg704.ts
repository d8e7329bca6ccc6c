import { nameOf } from "../edit.ts";
import { DIRECTIONS } from "./context.ts";
import type { FindingRule } from "./rule.ts";
import { amountToEverything } from "./statements.ts";
import { listed } from "./words.ts";

export const vacuousSet: FindingRule = {
  id: "NPG704",
  name: "vacuous-set",
  severity: "medium",
  title: "The policies of a namespace change nothing: every pod is as open as without them",
  description:
    "For each pod and each direction that a policy governs, some rule allows everything. The namespace looks protected in every list of policies and is not.",
  mappings: ["hygiene", "ingress"],
  weighs: "exposure",
  *find(context) {
    for (const { name: namespace, span } of context.cluster.namespaces) {
      const policies = context.networkPolicies.filter(({ written }) => written.namespace === namespace);
      const governed = [...new Set(policies.flatMap((policy) => context.selected(policy)))];
      if (governed.length === 0) continue;
      const isOpen = governed.every((subject) =>
        DIRECTIONS.every((direction) => {
          const isolating = context.isolatedBy(subject, direction);
          return isolating.length === 0 || amountToEverything(isolating.flatMap(({ written }) => written[direction]));
        }),
      );
      if (!isOpen) continue;
      yield {
        about: namespace,
        namespace,
        endpoints: governed,
        span: policies[0]?.written.span ?? span,
        fact: `The policies of namespace ${namespace} change nothing: all that they govern is allowed by some rule.`,
        consequence: `Those are ${listed(policies.map(({ written }) => nameOf(written)))}.`,
        advice: "Replace the rules that allow everything by what is needed.",
      };
    }
  },
};
