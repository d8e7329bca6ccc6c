import { nameOf } from "../edit.ts";
import type { NetworkPolicyMatch } from "./context.ts";
import { DIRECTIONS } from "./context.ts";
import { revised } from "./repair.ts";
import type { FindingRule } from "./rule.ts";
import { amountToEverything } from "./statements.ts";
import { counted, listedEndpoints, TYPE_WORD } from "./words.ts";

export const ignoredDirection: FindingRule = {
  id: "NPG106",
  name: "ignored-direction",
  severity: "high",
  title: "A policy has rules for a direction that its policyTypes leave out",
  description:
    "Rules for a direction that `policyTypes` does not name have no effect: they neither isolate the pods nor allow anything. What the author meant to restrict stays as open as other policies leave it.",
  mappings: ["ingress", "egress"],
  each: "policy",
  *find(context) {
    for (const policy of context.networkPolicies) {
      for (const direction of DIRECTIONS) {
        const rules = policy.ignored.filter((rule) => rule.direction === direction);
        const [first] = rules;
        if (!first) continue;
        const { written } = policy;
        const name = nameOf(written);
        const subjects = context.selected(policy);
        const open = subjects.filter((subject) => context.open(subject, direction) !== "nobody");
        const isIdle = amountToEverything(written[direction]);
        yield {
          about: `${name} ${direction}`,
          policy: policy.policy,
          namespace: written.namespace,
          direction,
          endpoints: subjects,
          span: first.span,
          fact: `${counted(rules.length, `${direction} rule`)} in ${name} ${rules.length === 1 ? "has" : "have"} no effect: policyTypes is [${typesOf(policy)}].`,
          consequence: isIdle
            ? "The rules would allow everything, so that nothing would change."
            : open.length > 0
              ? `${listedEndpoints(open)} ${open.length === 1 ? "is" : "are"} not isolated for ${direction} by any policy.`
              : "Other policies isolate its pods in that direction, and what these rules were to allow is denied.",
          ...(isIdle && { severity: { is: "low", because: "the ignored rules would allow everything" } as const }),
          fixes: () => [
            {
              title: `Add ${TYPE_WORD[direction]} to the policyTypes of ${name}`,
              edits: [revised(written, { policyTypes: DIRECTIONS, policyTypesWritten: true })],
            },
          ],
        };
      }
    }
  },
};

function typesOf({ isolates }: NetworkPolicyMatch): string {
  return isolates.map((direction) => TYPE_WORD[direction]).join(", ");
}
