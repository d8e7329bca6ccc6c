import { accountId } from "../attack/accounts.ts";
import { allows, grantsOf } from "../attack/grants.ts";
import type { FindingContext } from "./context.ts";

/** What in the input may make pods in a namespace that the input does not show, in words: an operator, or whoever may create pods. */
export function makerIn(context: FindingContext, namespace: string): string | undefined {
  const operator = operatorIn(context);
  if (operator !== undefined) return operator;
  const account = context.once(makersByScope).find(({ scope }) => scope === "*" || scope === namespace)?.account;
  return account && `ServiceAccount ${account}, which may create pods there`;
}

/** The accounts pods of the input run as that are named to create pods; who may do everything is not said to. */
function makersByScope(context: FindingContext): readonly { readonly account: string; readonly scope: string }[] {
  const used = new Set(
    context.cluster.pods.map(({ namespace, spec }) => accountId({ namespace, name: spec.serviceAccountName })),
  );
  return grantsOf(context).flatMap(({ holder, rule, scope }) => {
    const isMaker = rule.resources.includes("pods") && allows(rule, "", ["pods"], ["create"]);
    if (holder.kind !== "account" || !isMaker || !used.has(accountId(holder.account))) return [];
    return [{ account: accountId(holder.account), scope }];
  });
}

/** A kind of object in the input that an operator may turn into pods. */
export function operatorIn({ cluster: { controls } }: FindingContext): string | undefined {
  const resource = controls.customResources.find(({ group, kind }) => !isInert(group, kind));
  if (resource) return `a CustomResourceDefinition of ${resource.kind}`;
  const other = controls.otherKinds.find(({ group, kind }) => group.includes(".") && !isInert(group, kind));
  return other && `objects of kind ${other.kind}`;
}

/** What may apply a manifest that stands in a ConfigMap, in words: an operator, or an engine whose policies make objects. */
export function applierIn(context: FindingContext): string | undefined {
  const engine = context.cluster.controls.otherKinds.find(({ group }) => group === "kyverno.io");
  return operatorIn(context) ?? (engine && `objects of kind ${engine.kind}`);
}

/** Kinds of Kubernetes itself and of tools that make no pods. */
function isInert(group: string, kind: string): boolean {
  return /(^|\.)k8s\.io$/.test(group) || (INERT.test(group) && !MAKERS.test(kind));
}

/** Groups of kinds that make no pods, but for {@link MAKERS}. */
const INERT =
  /(^|\.)(monitoring\.coreos\.com|cert-manager\.io|istio\.io|kyverno\.io|cilium\.io|projectcalico\.org|linkerd\.io|traefik\.io|traefik\.containo\.us|external-secrets\.io|bitnami\.com|gatekeeper\.sh|keda\.sh)$/;
const MAKERS = /^(Prometheus|PrometheusAgent|Alertmanager|ThanosRuler|IstioOperator|Istio|ScaledJob)$/;
