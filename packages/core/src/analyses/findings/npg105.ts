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
      const subjects = context.selected(policy);
      const open = subjects.filter((subject) => context.open(subject, "egress") !== "nobody");
      const isIdle = subjects.length > 0 && open.length === 0;
      yield {
        about: name,
        policy: policy.policy,
        namespace: written.namespace,
        direction: "egress",
        endpoints: open,
        span: written.span,
        fact: `${name} does not govern egress: it has no \`policyTypes\` and no egress rule.`,
        consequence: `${evidence.words} suggests that outbound traffic is denied${open.length > 0 ? `; ${listedEndpoints(open)} may connect anywhere` : ", and it is only where another policy says so"}.`,
        ...(isIdle && {
          severity: { is: "low", because: "other policies isolate all of its pods for egress" } as const,
        }),
        ...(evidence.isWeak && { certainty: "assumed" as const }),
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

interface Evidence {
  readonly words: string;
  /** Whether whoever wrote it may have meant ingress alone. */
  readonly isWeak: boolean;
}

function evidenceOf({ written }: NetworkPolicyMatch): Evidence | undefined {
  const { name, annotations, oddities = [], policyTypes, policyTypesWritten, ingress } = written;
  if (policyTypesWritten || policyTypes.includes("egress")) return undefined;
  const said = [...(annotations?.values() ?? [])].join(" ");
  if (oddities.includes("egress-empty"))
    return { words: "The empty `egress`", isWeak: /ingress/i.test(name) && !/egress/i.test(name) };
  if (ingress.length > 0) return undefined;
  if (claims(name)) return { words: "Its name", isWeak: true };
  return claims(said) ? { words: "An annotation of it", isWeak: true } : undefined;
}

/** Whether words speak of egress, or of a deny that is not for ingress alone. */
function claims(words: string): boolean {
  return /egress/i.test(words) || (/deny-?all|isolate-?all/i.test(words) && !/ingress/i.test(words));
}
