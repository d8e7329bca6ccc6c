import { finish, type Steps, within } from "../../model/steps.ts";
import { WEIGHTS, type Weights } from "../../model/weights.ts";
import type { Need } from "../attack/needs.ts";
import { inferNeeds } from "../attack/needs.ts";
import { attackOn } from "../findings/attack.ts";
import type { FindingContext } from "../findings/context.ts";
import type { AuditRow } from "./audit/row.ts";
import { auditOf } from "./audit/rows.ts";
import { type Profile, profileOf } from "./profile.ts";

/** How a cluster stands: a profile of its segmentation, an audit of what else manifests show, and what they cannot. */
export interface Posture {
  readonly profile: Profile;
  readonly audit: readonly AuditRow[];
  readonly undecidable: readonly string[];
}

export interface PostureOptions {
  /** Needed flows that a person declared, besides those that can be inferred; by default those of the context. */
  readonly needs: readonly Need[];
  /** Those that are not as usual. */
  readonly weights: Partial<Weights>;
}

/**
 * The posture of a cluster. It compares a cluster with its own needs; it is no probability of a breach and no compliance.
 *
 * Cost: see {@link profileOf}; the audit is linear in the input but for what the findings it rests on cost. Errors: none.
 * Source: docs/posture.md.
 */
export function postureOf(context: FindingContext, options: Partial<PostureOptions> = {}): Posture {
  return finish(postureSteps(context, options));
}

/** {@link postureOf} with pauses. */
export function* postureSteps(
  context: FindingContext,
  { needs = context.declared.needs, weights = {} }: Partial<PostureOptions> = {},
): Steps<Posture> {
  yield { stage: "working out the posture", done: 0 };
  const { footholds, entries } = context.once(attackOn);
  const all = [...needs, ...inferNeeds(context.cluster, footholds, entries)];
  yield { stage: "working out the posture", done: 0.2 };
  const profile = profileOf(context, all, { ...WEIGHTS, ...weights });
  const audit = yield* within("working out the posture", auditOf(context), 0.6, 1);
  return { profile, audit, undecidable: UNDECIDABLE };
}

/** What no manifest decides. */
export const UNDECIDABLE: readonly string[] = [
  "what traffic there really is",
  "whether the network plugin does what it should, and has no flaw",
  "firewalls of nodes, security groups and identities of the cloud",
  "who people are, how they log in, and from which devices",
  "whether alerts fire and anybody reads them",
  "encryption at rest in managed control planes, and the strength of ciphers",
  "whether a service has a flaw, and what the application itself authorises",
  "copies of secrets outside the cluster",
  "spoofing of ARP or DNS between pods of a node",
  "covert channels through allowed flows, such as DNS or services of others",
  "whether the cluster is as its manifests say, and pods that operators make at run time",
  "compliance itself",
];
