import { calledPorts } from "./callbacks.ts";
import type { FindingRule } from "./rule.ts";
import { hasEntries, isPublished } from "./standing.ts";
import { addressesOf, isWorld, statementsOf, unlimitedKeys } from "./statements.ts";
import { firstOf, portsOn } from "./subjects.ts";
import { capitalised, listedEndpoints } from "./words.ts";

export const worldIngressOnInternal: FindingRule = {
  id: "NPG205",
  name: "world-ingress-on-internal",
  severity: "high",
  title: "A rule admits every address to a workload that nothing exposes",
  description:
    "No Service or route of the input leads to the workload from outside, yet a rule admits the whole world to it. The day something does expose it, no policy will stand in the way; until then nodes and everything routed into the pod network may come in.",
  mappings: ["exposure"],
  *find(context) {
    for (const statement of statementsOf(context, "ingress")) {
      const { policy, written, words, about } = statement;
      if (!isWorld(addressesOf(written.peers))) continue;
      const inner = context
        .selected(policy)
        .filter(
          (subject) =>
            !isPublished(context, subject) && !calledPorts(context, subject).includes(portsOn(written.ports, subject)),
        );
      if (inner.length === 0) continue;
      const isExplicit = written.peers !== "any";
      yield {
        about,
        policy: policy.policy,
        namespace: policy.written.namespace,
        direction: "ingress",
        endpoints: inner,
        span: written.span,
        fact: `${capitalised(words)} admits every address to ${listedEndpoints(inner)}, which nothing in the input exposes.`,
        consequence: isExplicit
          ? "Whatever exposes it later is not stopped by policy."
          : "Without `from` a rule is not for callers inside only: it admits every source.",
        advice: "Name the callers, or expose the workload on purpose.",
        certainty: hasEntries(context) ? "proved" : "assumed",
        ...(!isExplicit && {
          severity: {
            is: "medium",
            because: "a rule that only names ports is often meant for callers without labels, such as the API server",
          } as const,
        }),
        witness: firstOf(inner, (subject) => context.witness(context.internet, subject, "allow")),
        under: unlimitedKeys(statement),
      };
    }
  },
};
