import type { Endpoint } from "../../engine/endpoints.ts";
import type { PolicyPeer } from "../../model/cluster.ts";
import { ConnectionSet, formatConnections } from "../../model/connections.ts";
import { connectionsOf, formatPortMatch } from "../../model/ports.ts";
import type { FindingContext } from "./context.ts";
import type { FindingRule } from "./rule.ts";
import { type Statement, statementsOf } from "./statements.ts";
import { capitalised, listedEndpoints } from "./words.ts";

export const portNobodyListens: FindingRule = {
  id: "NPG305",
  name: "port-nobody-listens",
  severity: "low",
  title: "A rule names a port that no pod it is about declares",
  description:
    "Rules speak of the ports of pods, after Services have translated theirs. A number that no container declares is often a Service's port, or one that was changed. Declaring ports is optional, so pods that declare none are left out of account.",
  mappings: ["dead"],
  *find(context) {
    for (const statement of statementsOf(context)) {
      const { policy, written, direction, words, about } = statement;
      const targets = targetsOf(context, statement);
      if (written.ports === "any" || targets.length === 0) continue;
      if (targets.some((one) => context.declaredPorts(one).isEmpty)) continue;
      const declared = ConnectionSet.union(targets.map((one) => context.declaredPorts(one)));
      for (const port of written.ports) {
        if (port.kind !== "range" || !connectionsOf(port, []).intersect(declared).isEmpty) continue;
        if (DNS.includes(connectionsOf(port, [])) && !declared.intersect(DNS).isEmpty) continue;
        yield {
          about: `${about} ${port.protocol}/${port.first}`,
          policy: policy.policy,
          namespace: policy.written.namespace,
          direction,
          endpoints: targets,
          span: port.span,
          fact: `${capitalised(words)} allows ${formatPortMatch(port)}, which no container of ${listedEndpoints(targets)} declares.`,
          consequence: `They declare ${formatConnections(declared)}.`,
          advice: "Name the port the containers listen on, or declare it.",
          under: [`NPG608 ${about} ${port.protocol}/${port.first}`],
        };
      }
    }
  },
};

/** What answers DNS over one protocol does over the other, whichever its containers declare. */
const DNS = ConnectionSet.union([ConnectionSet.ports("UDP", 53, 53), ConnectionSet.ports("TCP", 53, 53)]);

/** Whether a peer stands for more than the input can show: addresses, or pods of whatever namespaces there are. */
function isOpenEnded(peer: PolicyPeer): boolean {
  if (peer.kind !== "namespaces") return peer.kind === "ipBlock";
  return peer.namespaceSelector.requirements.every(
    ({ operator }) => operator === "NotIn" || operator === "DoesNotExist",
  );
}

/** The workloads whose ports a rule is about: its subjects on ingress, its peers on egress, where the input shows who those are. */
export function targetsOf(
  context: FindingContext,
  { policy, direction, written, match }: Statement,
): readonly Endpoint[] {
  const subjects = context.selected(policy);
  if (direction === "ingress" || subjects.length === 0) return subjects;
  if (match.peers === "any" || written.peers === "any" || written.peers.some(isOpenEnded)) return [];
  const matched = match.peers.flatMap(({ matches }) => matches.map(({ endpoint }) => endpoint));
  return [...new Set(matched)].filter(({ type }) => type !== "address");
}
