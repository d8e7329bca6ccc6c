import { nameOf } from "../edit.ts";
import { DIRECTIONS, isOnHost } from "./context.ts";
import type { FindingRule } from "./rule.ts";
import { amountToEverything, denyAllIn } from "./statements.ts";
import { firstOf } from "./subjects.ts";
import { counted, listed, listedEndpoints, PEER_WORD } from "./words.ts";

export const denyCancelled: FindingRule = {
  id: "NPG406",
  name: "deny-cancelled",
  severity: "medium",
  title: "A policy denies a direction to every pod, and others hand it all back to some",
  description:
    "What policies allow adds up; a policy without rules takes nothing away from what another one allows. Pods under a default deny and an allow-all are open, however the list of policies looks.",
  mappings: ["ingress", "egress"],
  *find(context) {
    for (const { name: namespace } of context.cluster.namespaces) {
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
          consequence: `${counted(open.length, "workload")} ${open.length === 1 ? "is" : "are"} as open ${PEER_WORD[direction]} anybody as without any policy: ${listedEndpoints(open)}.`,
          advice: "Replace the rules that allow everything by what is needed.",
          related: [{ message: "the deny", span: deny.written.span }],
          witness: firstOf(open, (subject) =>
            direction === "egress"
              ? context.witness(subject, context.internet, "allow")
              : context.witness(context.internet, subject, "allow"),
          ),
          under: [`NPG704 ${namespace}`],
        };
      }
    }
  },
};
