import type { Holding } from "../../model/contents.ts";
import type { Storage } from "../../model/storage.ts";
import { nameOf } from "../edit.ts";
import type { FindingContext, NetworkPolicyMatch } from "./context.ts";
import { applierIn } from "./makers.ts";
import type { FindingRule, Observation } from "./rule.ts";
import { listed, listedEndpoints } from "./words.ts";

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
  *find(context) {
    const { cluster } = context;
    const applier = applierIn(context);
    for (const { what, namespace, name, key, span } of writtenAsData(cluster.storage))
      yield {
        about: `${what.toLowerCase()} ${namespace}/${name} ${key}`,
        namespace,
        span,
        fact: `${what} ${namespace}/${name} holds the text of a NetworkPolicy under ${key}, which is data and governs nothing.`,
        consequence: "Unless some controller applies it, no pod is isolated by it.",
        advice: "Apply it as an object of its own.",
        certainty: "conditional",
        ...(applier !== undefined && {
          severity: { is: "low", because: `the input has ${applier}, which may apply it` } as const,
        }),
      };
    for (const policy of context.networkPolicies) yield* misread(context, policy);
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

/** A policy with fields the API does not know: misspelt, or written on the wrong level. */
function* misread(context: FindingContext, policy: NetworkPolicyMatch): Generator<Observation> {
  const { written } = policy;
  const { strangers = [] } = written;
  const [first] = strangers;
  if (!first) return;
  const name = nameOf(written);
  const subjects = context.selected(policy);
  const left =
    subjects.length === 0
      ? "selects no pod of the input"
      : `isolates ${listedEndpoints(subjects)} for ${policy.isolates.join(" and ")}`;
  yield {
    about: name,
    policy: policy.policy,
    namespace: written.namespace,
    endpoints: subjects,
    span: first.span,
    fact: `${name} has ${strangers.length === 1 ? "a field" : "fields"} the API does not know: ${listed(strangers.map(({ field }) => field))}.`,
    consequence: `kubectl refuses it, unless it is told not to validate; then what is under ${strangers.length === 1 ? "it" : "them"} is dropped, and what is left ${left}.`,
    advice: `${strangers.map(({ field, fix }) => `For ${field}: ${fix}`).join(". ")}.`,
    certainty: "conditional",
  };
}
