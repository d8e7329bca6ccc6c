import { DIRECTIONS, isOnHost } from "./context.ts";
import { governsNewcomers } from "./newcomers.ts";
import { openIn } from "./npg103.ts";
import { defaultDeny } from "./repair.ts";
import type { FindingRule } from "./rule.ts";
import { listed } from "./words.ts";

export const futurePodGap: FindingRule = {
  id: "NPG108",
  name: "future-pod-gap",
  severity: "low",
  title: "Every pod of a namespace is isolated, but a new one with other labels would not be",
  description:
    "Coverage that is the sum of policies for single applications ends with the next pod whose labels no selector asks for. A policy that selects everything closes that gap for good.",
  mappings: ["ingress", "egress"],
  *find(context) {
    for (const { name: namespace, span } of context.namespaces) {
      const pods = context.subjects.filter((one) => one.namespace === namespace && !isOnHost(one));
      for (const direction of DIRECTIONS) {
        if (pods.length === 0 || openIn(context, namespace, direction).length > 0) continue;
        if (governsNewcomers(context, namespace, direction)) continue;
        const policies = context.networkPolicies.filter(
          ({ written, isolates }) => written.namespace === namespace && isolates.includes(direction),
        );
        const keys = policies.flatMap(({ written }) => written.podSelector.requirements.map(({ key }) => key));
        const lacking =
          keys.length > 0 ? `without the right ${listed([...new Set(keys)].sort())}` : "that no admin policy selects";
        yield {
          about: `${namespace} ${direction}`,
          namespace,
          direction,
          endpoints: pods,
          span: span ?? policies[0]?.written.span,
          fact: `Every workload of namespace ${namespace} is isolated for ${direction}, but only by their labels.`,
          consequence: `The next pod ${lacking} starts open.`,
          fixes: () => [defaultDeny(context, namespace, [direction])],
        };
      }
    }
  },
};
