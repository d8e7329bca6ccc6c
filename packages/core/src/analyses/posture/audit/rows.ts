import { mapped, type Steps } from "../../../model/steps.ts";
import type { FindingContext } from "../../findings/context.ts";
import { identityProvider, longLived, neededTokens, ownAccounts } from "./accounts.ts";
import { agentsEverywhere, auditsRun, compliant, controlsGuarded, enforced, environments } from "./environment.ts";
import { egressControl, nodeEntries, openLoadBalancers, requestFilter } from "./exposure.ts";
import { enrolled, layersAgree, meshDenies, nodeEncryption, strictMtls } from "./mesh.ts";
import { audited, flowsVisible, monitored } from "./monitoring.ts";
import { pinnedImages, podLevels, podSecurityEnforced, removedPolicies } from "./pods.ts";
import { clusterAdmin, clusterWide, escalation, everybody, wildcards } from "./roles.ts";
import type { AuditRow, AuditRule } from "./row.ts";
import { encryptedAtRest, encryptedVolumes, exposedCredentials, plainSecrets, secretVariables } from "./secrets.ts";
import { edgeTls, innerTls } from "./tls.ts";

/** Every question of the audit, by id. */
export const AUDIT_RULES: readonly AuditRule[] = [
  wildcards,
  clusterAdmin,
  clusterWide,
  escalation,
  everybody,
  ownAccounts,
  neededTokens,
  longLived,
  identityProvider,
  edgeTls,
  innerTls,
  requestFilter,
  openLoadBalancers,
  nodeEntries,
  egressControl,
  exposedCredentials,
  secretVariables,
  plainSecrets,
  encryptedAtRest,
  encryptedVolumes,
  strictMtls,
  enrolled,
  meshDenies,
  layersAgree,
  nodeEncryption,
  removedPolicies,
  podLevels,
  podSecurityEnforced,
  monitored,
  flowsVisible,
  audited,
  environments,
  agentsEverywhere,
  pinnedImages,
  auditsRun,
  compliant,
  enforced,
  controlsGuarded,
];

/** What each question comes to; every one is answered, if only by saying that it cannot be. */
export function auditOf(context: FindingContext): Steps<readonly AuditRow[]> {
  return mapped("working out the posture", AUDIT_RULES, (rule) => ({ rule, evidence: [], ...rule.look(context) }));
}
