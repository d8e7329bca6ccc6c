import type { Endpoint } from "../../engine/endpoints.ts";
import { ConnectionSet } from "../../model/connections.ts";
import type { FindingContext } from "./context.ts";
import type { FindingRule } from "./rule.ts";
import { SENSITIVE_PORTS } from "./standing.ts";
import { type Statement, statementsIn, unlimitedKeys } from "./statements.ts";
import { causesOf, certaintyOf, firstOf, spanOf } from "./subjects.ts";
import { counted, listedEndpoints, shortId } from "./words.ts";

export const sensitivePortOpen: FindingRule = {
  id: "NPG209",
  name: "sensitive-port-open",
  severity: "medium",
  title: "A store or an admin port can be reached from other namespaces or from outside",
  description:
    "Databases, caches, brokers, secret stores and node agents listen on well-known ports and are often run without a login. Such a port should be open to the workloads that use it and to nobody else.",
  mappings: ["ingress", "kubelet"],
  *find(context) {
    for (const subject of context.examined) {
      for (const [port, what] of SENSITIVE_PORTS) {
        const flow = ConnectionSet.ports("TCP", port, port);
        if (!context.declaredPorts(subject).includes(flow)) continue;
        const statements = context.isolatedBy(subject, "ingress").flatMap((policy) => statementsIn(policy, "ingress"));
        const strangers = strangersOf(context, subject, flow, statements);
        const fromWorld = context.allowed(context.internet, subject).includes(flow);
        if (strangers.length === 0 && !fromWorld) continue;
        yield {
          about: `${subject.id} TCP/${port}`,
          endpoints: [subject],
          namespace: subject.namespace ?? "",
          direction: "ingress",
          span: spanOf(context, subject),
          fact: `TCP ${port} of ${shortId(subject)}, the port of ${what}, is open to ${fromWorld ? "public addresses" : "other namespaces"}.`,
          consequence:
            strangers.length > 0
              ? `${counted(strangers.length, "workload")} of other namespaces can open it: ${listedEndpoints(strangers)}.`
              : "No workload of another namespace can.",
          advice: "Admit to that port only the workloads that use it.",
          certainty: certaintyOf(context, subject, "ingress"),
          ...(fromWorld && { severity: { is: "high", because: "public addresses may open it" } as const }),
          witness:
            firstOf(strangers, (from) => context.witness(from, subject, "allow", flow)) ??
            context.witness(context.internet, subject, "allow", flow),
          under: [
            ...statements.flatMap((one) => [...unlimitedKeys(one), `NPG205 ${one.about}`, `NPG206 ${one.about}`]),
            `NPG101 ${subject.id}`,
            ...causesOf(subject, "ingress"),
          ],
        };
      }
    }
  },
};

/** Workloads of other namespaces that can open it, are not known to need to, and are not named by their labels. */
function strangersOf(
  context: FindingContext,
  subject: Endpoint,
  flow: ConnectionSet,
  statements: readonly Statement[],
): readonly Endpoint[] {
  const needing = new Set(context.needed.filter(({ to }) => to.id === subject.id).map(({ from }) => from.id));
  const meant = new Set(statements.flatMap(namedByLabels));
  return context.subjects.filter(
    (from) =>
      from.namespace !== subject.namespace &&
      !needing.has(from.id) &&
      !meant.has(from) &&
      context.allowed(from, subject).includes(flow),
  );
}

/** The workloads that a rule's podSelectors single out. */
function namedByLabels({ match }: Statement): readonly Endpoint[] {
  if (match.peers === "any") return [];
  return match.peers.flatMap(({ written, matches }) =>
    "podSelector" in written && written.podSelector.requirements.length > 0
      ? matches.map(({ endpoint }) => endpoint)
      : [],
  );
}
