import { nameOf } from "../edit.ts";
import type { NetworkPolicyMatch } from "./context.ts";
import { revised } from "./repair.ts";
import type { FindingRule } from "./rule.ts";
import { listedEndpoints } from "./words.ts";

export const silentIngressOnly: FindingRule = {
  id: "NPG105",
  name: "silent-ingress-only",
  severity: "high",
  title: "A policy that reads as if it denied egress does not govern egress at all",
  description:
    "Where `policyTypes` is left out, a policy governs egress only if it has an egress rule. `egress: []`, or an `egress` key with nothing behind it, is no rule: outbound traffic stays as it was.",
  mappings: ["egress"],
  each: "policy",
  *find(context) {
    for (const policy of context.networkPolicies) {
      const { written } = policy;
      const evidence = evidenceOf(policy);
      if (!evidence) continue;
      const name = nameOf(written);
      const open = context.selected(policy).filter((subject) => context.open(subject, "egress") !== "nobody");
      yield {
        about: name,
        policy: policy.policy,
        namespace: written.namespace,
        direction: "egress",
        endpoints: open,
        span: written.span,
        fact: `${name} does not govern egress: it has no \`policyTypes\` and no egress rule.`,
        consequence: `${evidence.words} suggests that outbound traffic is denied${open.length > 0 ? `; ${listedEndpoints(open)} may connect anywhere` : ", and it is only where another policy says so"}.`,
        ...(evidence.kind === "name" && { certainty: "assumed" as const }),
        fixes: () => [
          {
            title: `Write \`policyTypes: [Ingress, Egress]\` in ${name}; then nothing gets out, DNS included`,
            edits: [revised(written, { policyTypes: ["ingress", "egress"], policyTypesWritten: true })],
          },
        ],
      };
    }
  },
};

function evidenceOf({
  written,
}: NetworkPolicyMatch): { readonly kind: "key" | "name"; readonly words: string } | undefined {
  const { name, oddities = [], policyTypes, policyTypesWritten } = written;
  if (policyTypesWritten || policyTypes.includes("egress")) return undefined;
  if (oddities.includes("egress-empty")) return { kind: "key", words: "The empty `egress`" };
  const claims = /egress|deny-?all|isolate-?all/i.test(name) && !/ingress/i.test(name) && written.ingress.length === 0;
  return claims ? { kind: "name", words: "Its name" } : undefined;
}
