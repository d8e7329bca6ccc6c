import type { FindingContext } from "./context.ts";
import { FINDING_SEVERITIES, type FindingSeverity, type Weight } from "./finding.ts";
import type { FindingRule, Observation } from "./rule.ts";
import { standingOf, worthOf } from "./standing.ts";
import { firstOf } from "./subjects.ts";

/** How grave a finding is in the end, and every step on the way there. */
export interface Weighed {
  readonly severity: FindingSeverity;
  readonly base: FindingSeverity;
  readonly weights: readonly Weight[];
}

/** Namespaces that belong to the cluster rather than to those who use it. */
export function isSystem(namespace: string): boolean {
  return /^(?:kube-|openshift-|gke-|calico-|tigera-)/.test(namespace) || SYSTEM.has(namespace);
}

const SYSTEM: ReadonlySet<string> = new Set(["openshift", "gatekeeper-system", "local-path-storage", "cilium"]);

/**
 * The severity of what a rule has seen: one step up where the workload can be entered from outside or holds what is worth taking,
 * one down in a system namespace, and no more than medium where it rests on an assumption.
 */
export function weigh(context: FindingContext, rule: FindingRule, observation: Observation): Weighed {
  const { severity: own, certainty, endpoints = [] } = observation;
  const weights: Weight[] = [];
  let severity = own?.is ?? rule.severity;
  const step = (by: 1 | -1, because: string) => {
    const next = stepped(severity, by);
    if (next !== severity) weights.push({ change: by > 0 ? "raised" : "lowered", because });
    severity = next;
  };
  if (own && own.is !== rule.severity)
    weights.push({ change: isGraver(own.is, rule.severity) ? "raised" : "lowered", because: own.because });
  const weighed = rule.weighs === "exposure" ? standingOf : worthOf;
  const reason = rule.weighs && !own ? firstOf(endpoints, (endpoint) => weighed(context, endpoint)) : undefined;
  if (reason !== undefined && isGraver("high", severity)) step(1, reason);
  if (isAllSystem(observation)) step(-1, "in a system namespace");
  if (certainty === "assumed" && isGraver(severity, "medium")) {
    weights.push({ change: "capped", because: "it rests on an assumption" });
    severity = "medium";
  }
  return { severity, base: rule.severity, weights };
}

export function isGraver(a: FindingSeverity, b: FindingSeverity): boolean {
  return FINDING_SEVERITIES.indexOf(a) < FINDING_SEVERITIES.indexOf(b);
}

function stepped(severity: FindingSeverity, by: 1 | -1): FindingSeverity {
  const at = FINDING_SEVERITIES.indexOf(severity) - by;
  return FINDING_SEVERITIES[Math.min(Math.max(at, 0), FINDING_SEVERITIES.length - 1)] ?? severity;
}

function isAllSystem({ namespace, endpoints = [] }: Observation): boolean {
  const namespaces = namespace === undefined ? endpoints.flatMap((one) => one.namespace ?? []) : [namespace];
  return namespaces.length > 0 && namespaces.every(isSystem);
}
