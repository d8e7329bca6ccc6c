import type { Direction } from "../../model/flow.ts";
import { nameOf } from "../edit.ts";
import { editsOf } from "../flip/proposal.ts";
import { DIRECTIONS, type FindingContext, isOnHost, type NetworkPolicyMatch } from "./context.ts";
import { neededRules } from "./needed-rules.ts";
import type { FindingRule, FixProposal } from "./rule.ts";
import { entryOf } from "./standing.ts";
import { amountToEverything, denyAllIn } from "./statements.ts";
import { firstOf } from "./subjects.ts";
import { counted, listed, listedEndpoints } from "./words.ts";

export const denyCancelled: FindingRule = {
  id: "NPG406",
  name: "deny-cancelled",
  severity: "medium",
  title: "A policy denies a direction to every pod, and others hand it all back to some",
  description:
    "What policies allow adds up; a policy without rules takes nothing away from what another one allows. Pods under a default deny and an allow-all are open, however the list of policies looks.",
  mappings: ["ingress", "egress"],
  *find(context) {
    for (const { name: namespace } of context.namespaces) {
      for (const direction of DIRECTIONS) {
        const deny = denyAllIn(context, namespace, direction);
        if (!deny) continue;
        const cancelling = context.networkPolicies.filter(
          ({ written, isolates }) =>
            written.namespace === namespace && isolates.includes(direction) && amountToEverything(written[direction]),
        );
        const open = [...new Set(cancelling.flatMap((policy) => context.selected(policy)))].filter(
          (one) => !isOnHost(one),
        );
        if (open.length === 0) continue;
        yield {
          about: `${namespace} ${direction}`,
          policy: deny.policy,
          namespace,
          direction,
          endpoints: open,
          span: cancelling[0]?.written.span,
          fact: `${nameOf(deny.written)} denies ${direction} to every pod of ${namespace}, and ${listed(cancelling.map(({ written }) => nameOf(written)))} ${cancelling.length === 1 ? "hands" : "hand"} it all back.`,
          consequence: `${counted(open.length, "workload")} ${open.length === 1 ? "is" : "are"} as open for ${direction} as without any policy: ${listedEndpoints(open)}.`,
          advice: "Replace the rules that allow everything by what is needed.",
          related: [{ message: "the deny", span: deny.written.span }],
          witness: firstOf(open, (subject) =>
            direction === "egress"
              ? context.witness(subject, context.internet, "allow")
              : context.witness(context.internet, subject, "allow"),
          ),
          fixes: () => narrowed(context, cancelling, direction),
          under: [`NPG704 ${namespace}`],
        };
      }
    }
  },
};

/** Every rule that allows everything, replaced by what its pods are known to need; only where something is known of it. */
function narrowed(
  context: FindingContext,
  cancelling: readonly NetworkPolicyMatch[],
  direction: Direction,
): readonly FixProposal[] {
  const end = direction === "ingress" ? "to" : "from";
  const subjects = cancelling.flatMap((policy) => context.selected(policy));
  const isKnown = context.needed.some((flow) => subjects.includes(flow[end]));
  const isEntry = direction === "ingress" && subjects.some((one) => entryOf(context, one) !== undefined);
  if (!isKnown || isEntry) return [];
  const revisions = cancelling.map((policy) => ({
    policy: policy.written,
    direction,
    rules: [
      ...policy.written[direction].filter((rule) => !amountToEverything([rule])),
      ...neededRules(context, context.selected(policy), direction),
    ],
  }));
  const what = direction === "egress" ? "what is known to be needed, and DNS" : "what is known to be needed";
  return [
    {
      title: `Replace the rules that allow everything by ${what}, in ${listed(cancelling.map(({ written }) => nameOf(written)))}`,
      edits: editsOf({ revisions, additions: [], phrases: [] }),
    },
  ];
}
