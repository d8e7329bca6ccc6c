import { formatSelector } from "../../model/selector.ts";
import { nameOf } from "../edit.ts";
import type { FindingContext } from "./context.ts";
import type { FindingRule } from "./rule.ts";

export const selectsNothing: FindingRule = {
  id: "NPG301",
  name: "selects-nothing",
  severity: "medium",
  title: "A policy selects no pod of its namespace",
  description:
    "A policy whose podSelector matches no pod does nothing. It is a leftover, or was meant for pods that are labelled differently and now are not governed.",
  mappings: ["dead"],
  tells: { code: "selector-matches-nothing" },
  *find(context) {
    for (const { written, policy, selects } of context.networkPolicies) {
      if (selects.length > 0 || written.podSelector.requirements.length === 0) continue;
      const name = nameOf(written);
      const isEmpty = !context.cluster.pods.some(({ namespace }) => namespace === written.namespace);
      const operator = operatorIn(context);
      const claims = /deny|isolate|block|lockdown/i.test(written.name);
      yield {
        about: name,
        policy,
        namespace: written.namespace,
        span: written.span,
        fact: `${name} selects no pod: none in ${written.namespace} has ${formatSelector(written.podSelector)}.`,
        consequence: isEmpty
          ? "The input shows no pod of that namespace at all."
          : operator
            ? `Pods made by an operator may have it: the input has ${operator}, which it cannot follow.`
            : "It has no effect.",
        advice: "Correct its podSelector, or remove it.",
        ...(isEmpty
          ? {
              severity: { is: "info", because: "the input shows no pod of its namespace" } as const,
              certainty: "assumed" as const,
            }
          : operator !== undefined
            ? { severity: { is: "info", because: "an operator may make such pods" } as const }
            : claims && { severity: { is: "high", because: "its name says that it denies something" } as const }),
        under: [`NPG307 ${name} podSelector`, `NPG304 ${name}`],
      };
    }
  },
};

/** A kind of object in the input that an operator may turn into pods. */
export function operatorIn({ cluster: { controls } }: FindingContext): string | undefined {
  const resource = controls.customResources.find(({ group, kind }) => !isInert(group, kind));
  if (resource) return `a CustomResourceDefinition of ${resource.kind}`;
  const other = controls.otherKinds.find(({ group, kind }) => group.includes(".") && !isInert(group, kind));
  return other && `objects of kind ${other.kind}`;
}

/** Kinds of Kubernetes itself and of tools that make no pods. */
function isInert(group: string, kind: string): boolean {
  return /(^|\.)k8s\.io$/.test(group) || (INERT.test(group) && !MAKERS.test(kind));
}

/** Groups of kinds that make no pods, but for {@link MAKERS}. */
const INERT =
  /(^|\.)(monitoring\.coreos\.com|cert-manager\.io|istio\.io|kyverno\.io|cilium\.io|projectcalico\.org|linkerd\.io|traefik\.io|traefik\.containo\.us|external-secrets\.io|bitnami\.com|gatekeeper\.sh|keda\.sh)$/;
const MAKERS = /^(Prometheus|PrometheusAgent|Alertmanager|ThanosRuler|IstioOperator|Istio|ScaledJob)$/;
