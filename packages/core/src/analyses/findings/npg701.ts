import type { PolicyRule } from "../../model/cluster.ts";
import { formatPortMatch, type PortMatch } from "../../model/ports.ts";
import { nameOf } from "../edit.ts";
import type { FindingContext } from "./context.ts";
import { coversPeer, coversPorts, selectsAll } from "./cover.ts";
import { withRules } from "./repair.ts";
import type { FindingRule, FixProposal, Observation } from "./rule.ts";
import { type Statement, statementsOf } from "./statements.ts";
import { capitalised, listed, PEER_WORD } from "./words.ts";

export const redundantRule: FindingRule = {
  id: "NPG701",
  name: "redundant-rule",
  severity: "info",
  title: "A rule, or a part of one, allows nothing that is not allowed anyway",
  description:
    "Without it the same connections would be allowed, for every pod there is or could be. It may still be worth its place as documentation; but narrowing it changes nothing while the rule that covers it stands.",
  mappings: ["hygiene"],
  *find(context) {
    for (const all of sideBySide(context)) {
      const redundant = new Set<Statement>();
      for (const [position, statement] of all.entries()) {
        const others = all.filter(
          (other, i) =>
            other !== statement && isAlongside(other, statement) && (i < position || !isCovered(other, [statement])),
        );
        const covering = isCovered(statement, others);
        if (!covering) continue;
        redundant.add(statement);
        yield {
          ...observed(context, statement, covering),
          about: statement.about,
          fact: `${capitalised(statement.words)} allows nothing that ${listed(covering.map((one) => one.words))} does not allow.`,
          fixes: () => [without(statement)],
        };
      }
      const kept = all.filter((statement) => !redundant.has(statement));
      for (const statement of kept) {
        yield* redundantPeers(context, statement, kept);
        yield* redundantPorts(context, statement);
      }
    }
  },
};

/** The rules of each namespace and direction: only those add up. */
function sideBySide(context: FindingContext): Iterable<readonly Statement[]> {
  const groups = new Map<string, Statement[]>();
  for (const statement of statementsOf(context)) {
    const key = `${statement.policy.written.namespace} ${statement.direction}`;
    const group = groups.get(key);
    if (group) group.push(statement);
    else groups.set(key, [statement]);
  }
  return groups.values();
}

/** Peers of a rule that another peer of it covers, or a rule beside it. Of two that cover each other the later one is named. */
function* redundantPeers(
  context: FindingContext,
  statement: Statement,
  kept: readonly Statement[],
): Iterable<Observation> {
  const { policy, written, direction, words } = statement;
  if (written.peers === "any") return;
  const { namespace } = policy.written;
  const position = kept.indexOf(statement);
  for (const [at, peer] of written.peers.entries()) {
    const covering = kept.find((other, i) => {
      if (other !== statement && !(isAlongside(other, statement) && coversPorts(other.written.ports, written.ports)))
        return false;
      if (other.written.peers === "any") return true;
      return other.written.peers.some((wide, j) => {
        if (wide === peer || !coversPeer([wide], peer, namespace)) return false;
        const isMutual =
          coversPeer([peer], wide, namespace) &&
          isAlongside(statement, other) &&
          coversPorts(written.ports, other.written.ports);
        return !isMutual || i < position || (i === position && j < at);
      });
    });
    if (!covering) continue;
    const whose = covering === statement ? "another peer of it" : covering.words;
    yield {
      ...observed(context, statement, [covering]),
      about: `${statement.about}.${PEER_WORD[direction]}[${at}]`,
      span: peer.span,
      fact: `Peer ${at + 1} of ${words} allows nothing that ${whose} does not allow.`,
      fixes: () => [
        without(statement, {
          ...written,
          peers: written.peers === "any" ? "any" : written.peers.filter((one) => one !== peer),
        }),
      ],
    };
  }
}

/** Ports of a rule that its other ports hold already. */
function* redundantPorts(context: FindingContext, statement: Statement): Iterable<Observation> {
  const { written, words } = statement;
  const { ports } = written;
  if (ports === "any") return;
  for (const [at, port] of ports.entries()) {
    const isCoveredBy = (other: PortMatch, j: number) =>
      other !== port && coversPorts([other], [port]) && (j < at || !coversPorts([port], [other]));
    if (!ports.some(isCoveredBy)) continue;
    yield {
      ...observed(context, statement, [statement]),
      about: `${statement.about}.ports[${at}]`,
      span: port.span,
      fact: `${formatPortMatch(port)} in ${words} allows nothing that its other ports do not allow.`,
      fixes: () => [without(statement, { ...written, ports: ports.filter((one) => one !== port) })],
    };
  }
}

function observed(context: FindingContext, { policy, direction, written }: Statement, covering: readonly Statement[]) {
  return {
    policy: policy.policy,
    namespace: policy.written.namespace,
    direction,
    endpoints: context.selected(policy),
    span: written.span,
    consequence: "Removing it changes nothing as long as that stands.",
    related: covering.slice(0, 3).map((one) => ({ message: "covers it", span: one.written.span })),
    under: [`NPG702 ${nameOf(policy.written)}`],
  };
}

/** The policy without a rule, or with what is left of it. */
function without({ policy, direction, index, words }: Statement, rest?: PolicyRule): FixProposal {
  const title = rest ? `Take it out of ${words}` : `Remove ${words}`;
  return { title, edits: withRules(policy.written, direction, index, rest ? [rest] : []) };
}

/** Whether a rule is for all the pods that another one is for. */
function isAlongside({ policy }: Statement, other: Statement): boolean {
  return selectsAll(policy.written.podSelector, other.policy.written.podSelector);
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
