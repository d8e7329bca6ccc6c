import { nameOf } from "../edit.ts";
import { coversPeer, coversPorts, selectsAll } from "./cover.ts";
import type { FindingRule } from "./rule.ts";
import { type Statement, statementsOf } from "./statements.ts";
import { capitalised, listed } from "./words.ts";

export const redundantRule: FindingRule = {
  id: "NPG701",
  name: "redundant-rule",
  severity: "info",
  title: "A rule allows nothing that other rules do not allow anyway",
  description:
    "Without it the same connections would be allowed, for every pod there is or could be. It may still be worth its place as documentation; but narrowing it changes nothing while the rule that covers it stands.",
  mappings: ["hygiene"],
  *find(context) {
    const all = statementsOf(context);
    for (const [position, statement] of all.entries()) {
      const others = all.filter(
        (other, i) =>
          other !== statement && isAlongside(other, statement) && (i < position || !isCovered(other, [statement])),
      );
      const covering = isCovered(statement, others);
      if (!covering) continue;
      const { policy, direction, words, about, written } = statement;
      yield {
        about,
        policy: policy.policy,
        namespace: policy.written.namespace,
        direction,
        endpoints: context.selected(policy),
        span: written.span,
        fact: `${capitalised(words)} allows nothing that ${listed(covering.map((one) => one.words))} does not allow.`,
        consequence: "Removing it changes nothing as long as that stands.",
        related: covering.slice(0, 3).map((one) => ({ message: "covers it", span: one.written.span })),
        under: [`NPG702 ${nameOf(policy.written)}`],
      };
    }
  },
};

function isAlongside(other: Statement, { policy, direction }: Statement): boolean {
  return (
    other.direction === direction &&
    other.policy.written.namespace === policy.written.namespace &&
    selectsAll(other.policy.written.podSelector, policy.written.podSelector)
  );
}

/** The rules that cover each of a rule's peers on all of its ports; `undefined` when some peer is left. */
function isCovered({ written, policy }: Statement, others: readonly Statement[]): readonly Statement[] | undefined {
  const { namespace } = policy.written;
  const fitting = others.filter((other) => coversPorts(other.written.ports, written.ports));
  if (written.peers === "any") {
    const wide = fitting.find((other) => other.written.peers === "any");
    return wide && [wide];
  }
  const covering = written.peers.map((peer) =>
    fitting.find((other) => coversPeer(other.written.peers, peer, namespace)),
  );
  return covering.every((one) => one !== undefined) ? [...new Set(covering)] : undefined;
}
