import type { Endpoint } from "../../engine/endpoints.ts";
import type { PolicyRule } from "../../model/cluster.ts";
import type { FindingContext } from "./context.ts";
import type { FindingRule } from "./rule.ts";
import { servicesOf } from "./services.ts";
import { isSystem } from "./severity.ts";
import { namesEveryone, statementsOf } from "./statements.ts";
import { firstOf } from "./subjects.ts";
import { capitalised, counted, listedEndpoints, PEER_WORD } from "./words.ts";

export const allNamespacesPeer: FindingRule = {
  id: "NPG206",
  name: "all-namespaces-peer",
  severity: "medium",
  title: "A rule names the pods of all namespaces",
  description:
    "`namespaceSelector: {}` without a podSelector stands for every pod of every namespace, those of other teams and those to come included.",
  mappings: ["ingress"],
  weighs: "value",
  *find(context) {
    for (const { policy, written, match, direction, words, about } of statementsOf(context)) {
      const subjects = context.selected(policy);
      if (subjects.length === 0 || namesEveryone(written) || !namesAllNamespaces(written)) continue;
      const others = context.subjects.filter(({ namespace }) => namespace !== policy.written.namespace);
      const meant = match.peers === "any" ? [] : match.peers.flatMap(({ matches }) => matches);
      const named = new Set(meant.map(({ endpoint }) => endpoint));
      const admitted = others.filter((one) => named.has(one));
      const users = new Set(admitted.flatMap(({ namespace = "" }) => (isSystem(namespace) ? [] : namespace)));
      const lesser = isMetrics(context, written, subjects)
        ? "the rule is about a metrics port only"
        : users.size === 0
          ? "the input has no other namespace of users"
          : direction === "egress"
            ? "the other end has a say too"
            : undefined;
      yield {
        about,
        policy: policy.policy,
        namespace: policy.written.namespace,
        direction,
        endpoints: subjects,
        span: written.span,
        fact: `${capitalised(words)} allows traffic ${PEER_WORD[direction]} the pods of all namespaces for ${listedEndpoints(subjects)}.`,
        consequence:
          admitted.length === 0
            ? "The input has no workload of another namespace, but whatever comes is meant too."
            : `${counted(admitted.length, "workload")} of other namespaces ${admitted.length === 1 ? "is" : "are"} meant by it now, and whatever comes.`,
        advice: "Name the namespace by its label kubernetes.io/metadata.name, and its pods by a podSelector beside it.",
        ...(lesser !== undefined && { severity: { is: "low", because: lesser } as const }),
        witness: firstOf(subjects, (subject) =>
          firstOf(admitted, (other) =>
            direction === "ingress"
              ? context.witness(other, subject, "allow")
              : context.witness(subject, other, "allow"),
          ),
        ),
      };
    }
  },
};

function namesAllNamespaces({ peers }: PolicyRule): boolean {
  return (
    peers !== "any" &&
    peers.some(
      (peer) =>
        peer.kind === "namespaces" &&
        peer.namespaceSelector.requirements.length === 0 &&
        peer.podSelector.requirements.length === 0,
    )
  );
}

/** Whether all of a rule's ports are for metrics, by their names or by the names that containers or Services give them. */
function isMetrics(context: FindingContext, { ports }: PolicyRule, subjects: readonly Endpoint[]): boolean {
  if (ports === "any") return false;
  const declared = subjects.flatMap(({ members }) => members.flatMap(({ pods }) => pods.flatMap((pod) => pod.ports)));
  const served = subjects
    .flatMap((subject) => servicesOf(context, subject))
    .flatMap((service) => service.ports.map(({ name, targetPort }) => ({ name, port: targetPort })));
  const names = [...declared, ...served];
  const isCalledSo = (name: string | undefined) => name !== undefined && /metric|prom/i.test(name);
  return ports.every(
    (port) =>
      (port.kind === "named" && isCalledSo(port.name)) ||
      (port.kind === "range" && names.some((one) => one.port === port.first && isCalledSo(one.name))),
  );
}
