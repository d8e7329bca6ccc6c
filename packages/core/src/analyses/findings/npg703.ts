import { setOf } from "../side-effects.ts";
import type { FindingContext } from "./context.ts";
import { coversPorts } from "./cover.ts";
import type { FindingRule } from "./rule.ts";
import { addressesOf, type Statement, statementsOf } from "./statements.ts";
import { capitalised } from "./words.ts";

export const exceptCancelled: FindingRule = {
  id: "NPG703",
  name: "except-cancelled",
  severity: "medium",
  title: "Addresses that one rule excepts another rule lets back in",
  description:
    "`except` is no deny: it only narrows its own block. Since rules add up, a block or an open rule elsewhere that holds the same addresses allows them all the same.",
  mappings: ["ingress", "egress"],
  *find(context) {
    const all = statementsOf(context);
    for (const statement of all) {
      const { policy, direction, words, about, written } = statement;
      if (written.peers === "any" || context.selected(policy).length === 0) continue;
      const others = all.filter((other) => other !== statement && meets(context, other, statement));
      for (const peer of written.peers) {
        if (peer.kind !== "ipBlock") continue;
        const own = written.peers.filter((one) => one !== peer);
        for (const except of peer.except) {
          const other = others.find((one) => addressesOf(one.written.peers).includes(setOf([except])));
          const isOwn = addressesOf(own).includes(setOf([except]));
          if (!other && !isOwn) continue;
          yield {
            about: `${about} ${except}`,
            policy: policy.policy,
            namespace: policy.written.namespace,
            direction,
            endpoints: context.selected(policy),
            span: peer.span,
            fact: `${capitalised(words)} excepts ${except}, and ${other ? other.words : "another block of it"} allows it.`,
            consequence: "The exception has no effect.",
            advice: "Put the same exception there, or drop it here.",
            ...(other && { related: [{ message: "allows what is excepted", span: other.written.span }] }),
          };
        }
      }
    }
  },
};

/** Whether the other rule is about all the pods of this one, in the same direction, and on all its ports. */
function meets(context: FindingContext, other: Statement, { policy, direction, written }: Statement): boolean {
  if (other.direction !== direction || other.policy.written.namespace !== policy.written.namespace) return false;
  const theirs = new Set(context.selected(other.policy));
  return coversPorts(other.written.ports, written.ports) && context.selected(policy).every((one) => theirs.has(one));
}
