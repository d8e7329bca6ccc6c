import type { Endpoint } from "../../engine/endpoints.ts";
import { ConnectionSet, formatConnections } from "../../model/connections.ts";
import { UNWRITTEN } from "../edit.ts";
import { entriesFor } from "../flip/ports.ts";
import { applicationOf } from "./identity.ts";
import { withRules } from "./repair.ts";
import type { FindingRule } from "./rule.ts";
import { jewelOf } from "./standing.ts";
import { amountToEverything, numericPorts, type Statement, statementsOf, unlimitedKeys } from "./statements.ts";
import { capitalised, listedEndpoints } from "./words.ts";

const EVERY_TCP = ConnectionSet.ports("TCP");

export const noPortRestriction: FindingRule = {
  id: "NPG208",
  name: "no-port-restriction",
  severity: "low",
  title: "A rule names its peers but no ports",
  description:
    "Without `ports` a rule allows every port of the pods, debug and admin ports included, though the containers declare which ones they serve.",
  mappings: ["ingress", "ports"],
  each: "policy",
  *find(context) {
    for (const statement of statementsOf(context, "ingress")) {
      const { policy, written, words, about } = statement;
      const subjects = context.selected(policy);
      if (!numericPorts(written).includes(EVERY_TCP) || amountToEverything([written])) continue;
      const declared = ConnectionSet.union(subjects.map((one) => context.declaredPorts(one)));
      if (
        subjects.length === 0 ||
        subjects.some((one) => context.declaredPorts(one).isEmpty) ||
        isAmongThemselves(statement, subjects)
      )
        continue;
      const { peers } = statement.match;
      if (peers !== "any" && peers.every(({ matches }) => matches.length === 0)) continue;
      const store = subjects.map(jewelOf).find((one) => one !== undefined);
      yield {
        about,
        policy: policy.policy,
        namespace: policy.written.namespace,
        direction: "ingress",
        endpoints: subjects,
        span: written.span,
        fact: `${capitalised(words)} allows its peers every port of ${listedEndpoints(subjects)}.`,
        consequence: `The containers declare ${formatConnections(declared)} only.`,
        under: [...unlimitedKeys(statement), `NPG205 ${about}`],
        ...(store !== undefined && { severity: { is: "medium", because: store } as const }),
        fixes: () => [
          {
            title: `Limit ${words} to ${formatConnections(declared)}`,
            edits: withRules(policy.written, "ingress", statement.index, [
              { ...written, ports: entriesFor(declared, UNWRITTEN) },
            ]),
          },
        ],
      };
    }
  },
};

/** Whether the rule is for pods of one application talking to each other, as members of a cluster do on ports nobody declares. */
function isAmongThemselves({ match }: Statement, subjects: readonly Endpoint[]): boolean {
  if (match.peers === "any") return false;
  const peers = match.peers.flatMap(({ matches }) => matches.map(({ endpoint }) => endpoint));
  const isOne = subjects.length === 1 || new Set(subjects.map((one) => applicationOf(one) ?? one)).size === 1;
  return isOne && peers.length > 0 && peers.every((peer) => subjects.includes(peer));
}
