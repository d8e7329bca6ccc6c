import type { Endpoint } from "../../engine/endpoints.ts";
import { nameOf } from "../edit.ts";
import type { FindingContext, NetworkPolicyMatch } from "./context.ts";
import { neededRules } from "./needed-rules.ts";
import { limitedTo } from "./repair.ts";
import type { FindingRule, Observation } from "./rule.ts";
import { type Unlimited, unlimitedIn } from "./statements.ts";
import { firstOf } from "./subjects.ts";
import { capitalised, listedEndpoints } from "./words.ts";

export const allowAllEgress: FindingRule = {
  id: "NPG202",
  name: "allow-all-egress",
  severity: "medium",
  title: "A rule lets everything out",
  description:
    "An egress rule without `to` and without `ports` allows every destination. Where another policy denies egress to the same pods, this one hands it all back: rules of all policies add up.",
  mappings: ["egress"],
  weighs: "exposure",
  each: "policy",
  *find(context) {
    for (const policy of context.networkPolicies) {
      const subjects = context.selected(policy);
      if (subjects.length === 0) continue;
      for (const unlimited of unlimitedIn(policy, "egress")) yield observe(context, unlimited, subjects);
    }
  },
};

function observe(context: FindingContext, unlimited: Unlimited, subjects: readonly Endpoint[]): Observation {
  const { policy, about, words, span } = unlimited;
  const { namespace } = policy.written;
  const deny = denyOf(context, subjects);
  const needed = context.needed.filter((flow) => subjects.some(({ id }) => id === flow.from.id));
  return {
    about,
    policy: policy.policy,
    namespace,
    direction: "egress",
    endpoints: subjects,
    span,
    fact: `${capitalised(words)} lets ${listedEndpoints(subjects)} connect to anybody on every port.`,
    consequence: deny
      ? `${nameOf(deny.written)} denies egress to ${listedEndpoints(inBoth(context, deny, subjects))}, and this hands it all back.`
      : "Whoever takes such a pod over can carry data out and move on.",
    advice: "Name in `to` and `ports` what it needs, and DNS.",
    ...(deny && {
      severity: { is: "high", because: `${nameOf(deny.written)} claims that egress is denied` } as const,
      related: [{ message: "denies egress to the same pods", span: deny.written.span }],
    }),
    witness: firstOf(subjects, (subject) => context.witness(subject, context.internet, "allow")),
    fixes: () =>
      needed.length > 0
        ? [
            {
              title: `Replace ${words} by what is known to be needed, and DNS`,
              edits: limitedTo(unlimited, neededRules(context, subjects, "egress")),
            },
          ]
        : [],
    under: [`NPG704 ${namespace}`, `NPG406 ${namespace} egress`],
  };
}

/** A policy that denies all egress to some of these. */
function denyOf(context: FindingContext, subjects: readonly Endpoint[]): NetworkPolicyMatch | undefined {
  const isolating = subjects.flatMap((subject) => context.isolatedBy(subject, "egress"));
  return isolating.find(({ written }) => written.egress.length === 0);
}

function inBoth(context: FindingContext, deny: NetworkPolicyMatch, subjects: readonly Endpoint[]): readonly Endpoint[] {
  const denied = new Set(context.selected(deny));
  return subjects.filter((subject) => denied.has(subject));
}
