import type { Holding } from "../../model/contents.ts";
import type { Storage } from "../../model/storage.ts";
import type { FindingRule } from "./rule.ts";

/** Every key of a ConfigMap or a Secret under which the text of a policy stands. */
function writtenAsData({ configMaps, secrets }: Storage) {
  const policiesIn = (holdings: readonly Holding[]) => holdings.filter(({ content }) => content.kind === "policy");
  return [
    ...configMaps.flatMap(({ namespace, name, holdings, entries, span }) =>
      policiesIn(holdings).map(({ key }) => {
        const entry = entries.find((one) => one.key === key);
        return { what: "ConfigMap", namespace, name, key, span: entry?.span ?? span };
      }),
    ),
    ...secrets.flatMap(({ namespace, name, holdings, span }) =>
      policiesIn(holdings).map(({ key }) => ({ what: "Secret", namespace, name, key, span })),
    ),
  ];
}

export const policyNotInForce: FindingRule = {
  id: "NPG310",
  name: "policy-not-in-force",
  severity: "high",
  title: "A policy is written where nothing reads it, or in a way the API server refuses",
  description:
    "The text of a NetworkPolicy inside a ConfigMap or a Secret is data, not a policy, and a policy with a mistake the API server refuses is not there at all. Either way the pods stay as open as without it.",
  mappings: ["dead", "ingress"],
  *find({ cluster }) {
    for (const { what, namespace, name, key, span } of writtenAsData(cluster.storage))
      yield {
        about: `${what.toLowerCase()} ${namespace}/${name} ${key}`,
        namespace,
        span,
        fact: `${what} ${namespace}/${name} holds the text of a NetworkPolicy under ${key}, which is data and governs nothing.`,
        consequence: "Unless some controller applies it, no pod is isolated by it.",
        advice: "Apply it as an object of its own.",
        certainty: "conditional",
      };
    for (const { kind, namespace, name, reason, span } of cluster.unusedPolicies) {
      if (reason !== "rejected") continue;
      const id = namespace === undefined ? name : `${namespace}/${name}`;
      yield {
        about: `${kind} ${id}`,
        ...(namespace !== undefined && { namespace }),
        policy: { kind, name, span, ...(namespace !== undefined && { namespace }) },
        span,
        fact: `${kind} ${id} is not in force: the API server refuses it as it is written.`,
        consequence: "Its pods are governed by the other policies only.",
        advice: "Mend what the messages about the input say of it.",
      };
    }
  },
};
