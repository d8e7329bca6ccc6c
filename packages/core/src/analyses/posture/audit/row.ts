import type { Span } from "../../../model/source.ts";
import type { FindingContext } from "../../findings/context.ts";
import type { Mappings } from "../../findings/mappings.ts";

/**
 * What an audit comes to. `unknown`: the input lacks the object that would decide; it is never a pass. `not-assessable`: no manifest
 * decides it.
 */
export const AUDIT_VERDICTS = ["fail", "warn", "unknown", "pass", "not-assessable"] as const;

export type AuditVerdict = (typeof AUDIT_VERDICTS)[number];

export const AUDIT_TOPICS = [
  "identity and access",
  "exposure and encryption in transit",
  "secrets and encryption at rest",
  "service mesh",
  "pods and images",
  "monitoring",
  "environment and controls",
] as const;

export type AuditTopic = (typeof AUDIT_TOPICS)[number];

/** One question of the audit, put as what should hold. */
export interface AuditRule {
  /** `ZT01`; permanent. */
  readonly id: string;
  readonly topic: AuditTopic;
  readonly claim: string;
  readonly controls: Mappings;
  readonly look: (context: FindingContext) => Outcome;
}

export interface Outcome {
  readonly verdict: AuditVerdict;
  /** One sentence without a full stop. */
  readonly because: string;
  readonly evidence?: readonly Evidence[];
}

/** An object of the input, and what of it counts. No value of a Secret or variable is in it. */
export interface Evidence {
  /** `ClusterRole reader`, `shop/Deployment/web`. */
  readonly object: string;
  readonly says: string;
  readonly span?: Span | undefined;
}

/** An audit rule with what it came to. */
export interface AuditRow extends Outcome {
  readonly rule: AuditRule;
  readonly evidence: readonly Evidence[];
}

/** Fails or warns if there is evidence, and passes otherwise. */
export function against(
  verdict: "fail" | "warn",
  evidence: readonly Evidence[],
  found: string,
  otherwise: string,
): Outcome {
  return evidence.length > 0 ? { verdict, because: found, evidence } : { verdict: "pass", because: otherwise };
}

export function unknown(because: string, evidence: readonly Evidence[] = []): Outcome {
  return { verdict: "unknown", because, evidence };
}

/** `3 Ingresses`, `1 Ingress`. */
export function some(count: number, singular: string, plural = `${singular}s`): string {
  return `${count} ${count === 1 ? singular : plural}`;
}
