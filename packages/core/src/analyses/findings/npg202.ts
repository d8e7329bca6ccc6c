import { nameOf } from "../edit.ts";
import { neededRules } from "./needed-rules.ts";
import { withRules } from "./repair.ts";
import type { FindingRule } from "./rule.ts";
import { allowsEveryPort, denyAllIn, namesEveryone, statementsOf } from "./statements.ts";
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
    for (const statement of statementsOf(context, "egress")) {
      const { policy, about, words, written } = statement;
      const subjects = context.selected(policy);
      if (subjects.length === 0 || !namesEveryone(written) || !allowsEveryPort(written)) continue;
      const { namespace } = policy.written;
      const deny = denyAllIn(context, namespace, "egress");
      const needed = context.needed.filter((flow) => subjects.some(({ id }) => id === flow.from.id));
      yield {
        about,
        policy: policy.policy,
        namespace,
        direction: "egress",
        endpoints: subjects,
        span: written.span,
        fact: `${capitalised(words)} lets ${listedEndpoints(subjects)} connect to anybody on every port.`,
        consequence: deny
          ? `${nameOf(deny.written)} denies egress to these pods, and this rule hands it all back.`
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
                  edits: withRules(policy.written, "egress", statement.index, neededRules(context, subjects, "egress")),
                },
              ]
            : [],
        under: [`NPG704 ${namespace}`, `NPG406 ${namespace} egress`],
      };
    }
  },
};
