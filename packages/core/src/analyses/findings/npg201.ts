import type { Endpoint } from "../../engine/endpoints.ts";
import type { FindingContext } from "./context.ts";
import { neededRules } from "./needed-rules.ts";
import { limitedTo } from "./repair.ts";
import type { FindingRule, Observation } from "./rule.ts";
import { hasEntries, isPublished } from "./standing.ts";
import { type Unlimited, unlimitedIn } from "./statements.ts";
import { firstOf } from "./subjects.ts";
import { capitalised, counted, listedEndpoints } from "./words.ts";

export const allowAllIngress: FindingRule = {
  id: "NPG201",
  name: "allow-all-ingress",
  severity: "medium",
  title: "A rule admits everybody on every port",
  description:
    "An ingress rule without `from` and without `ports` allows every source and every port, and since rules only add up, no other rule takes any of it back. The pods are isolated in name only.",
  mappings: ["ingress"],
  each: "policy",
  weighs: "value",
  *find(context) {
    for (const policy of context.networkPolicies) {
      const subjects = context.selected(policy);
      if (subjects.length === 0) continue;
      for (const unlimited of unlimitedIn(policy, "ingress")) yield observe(context, unlimited, subjects);
    }
  },
};

function observe(context: FindingContext, unlimited: Unlimited, subjects: readonly Endpoint[]): Observation {
  const { policy, about, words, span } = unlimited;
  const inner = subjects.filter((subject) => !isPublished(context, subject));
  const sources = new Set(subjects.flatMap((subject) => context.reachers(subject)));
  const wanted = context.needed.filter((flow) => subjects.some(({ id }) => id === flow.to.id));
  const needed = new Set(wanted.map(({ from }) => from.id));
  const unneeded = [...sources].filter(({ id }) => !needed.has(id));
  return {
    about,
    policy: policy.policy,
    namespace: policy.written.namespace,
    direction: "ingress",
    endpoints: subjects,
    span,
    fact: `${capitalised(words)} admits everybody on every port to ${listedEndpoints(subjects)}.`,
    consequence:
      needed.size > 0
        ? `${counted(unneeded.length, "workload")} not known to need it can reach it: ${listedEndpoints(unneeded)}.`
        : `${counted(sources.size, "workload")} and any address can reach it.`,
    advice: "Name in `from` and `ports` who needs it and on which port.",
    ...(inner.length > 0 &&
      hasEntries(context) && {
        severity: { is: "high", because: "no Service or route of the input leads there from outside" } as const,
      }),
    witness: firstOf(inner, (subject) => firstOf(unneeded, (from) => context.witness(from, subject, "allow"))),
    fixes: () =>
      wanted.length > 0
        ? [
            {
              title: `Replace ${words} by what is known to be needed`,
              edits: limitedTo(unlimited, neededRules(context, subjects, "ingress")),
            },
          ]
        : [],
    under: [`NPG704 ${policy.written.namespace}`, `NPG406 ${policy.written.namespace} ingress`],
  };
}
