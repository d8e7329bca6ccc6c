import { podIngressOpen } from "./npg101.ts";
import { podEgressOpen } from "./npg102.ts";
import { namespaceNoDefaultDeny } from "./npg103.ts";
import { namespaceNoPolicy } from "./npg104.ts";
import { silentIngressOnly } from "./npg105.ts";
import { ignoredDirection } from "./npg106.ts";
import { partialCoverage } from "./npg107.ts";
import { futurePodGap } from "./npg108.ts";
import { allowAllIngress } from "./npg201.ts";
import { allowAllEgress } from "./npg202.ts";
import { egressAnyIp } from "./npg203.ts";
import { metadataReachable } from "./npg204.ts";
import { worldIngressOnInternal } from "./npg205.ts";
import { allNamespacesPeer } from "./npg206.ts";
import { orInsteadOfAnd } from "./npg207.ts";
import { noPortRestriction } from "./npg208.ts";
import { sensitivePortOpen } from "./npg209.ts";
import { ipBlockCoversCluster } from "./npg210.ts";
import { apiServerReachableUnneeded } from "./npg211.ts";
import { pivotAndExfil } from "./npg212.ts";
import { environmentCrossing } from "./npg213.ts";
import { spoofableIdentity } from "./npg214.ts";
import { excessVsIntent } from "./npg215.ts";
import { dnsToAnywhere } from "./npg216.ts";
import { singleStackRule } from "./npg217.ts";
import { widePortRange } from "./npg218.ts";
import { selectsNothing } from "./npg301.ts";
import { peerMatchesNoPod } from "./npg302.ts";
import { peerMatchesNoNamespace } from "./npg303.ts";
import { policyInUnknownNamespace } from "./npg304.ts";
import { portNobodyListens } from "./npg305.ts";
import { namedPortMismatch } from "./npg306.ts";
import { nearMissLabel } from "./npg307.ts";
import { cidrProblem } from "./npg308.ts";
import { legacyIsolation } from "./npg309.ts";
import { policyNotInForce } from "./npg310.ts";
import { serviceAsPeer } from "./npg311.ts";
import { invertedDirection } from "./npg401.ts";
import { nameContradictsEffect } from "./npg402.ts";
import { halfOpenPair } from "./npg403.ts";
import { selfPeerBlocked } from "./npg404.ts";
import { accidentalSelectAll } from "./npg405.ts";
import { denyCancelled } from "./npg406.ts";
import { enforcementUnknownOrAbsent } from "./npg501.ts";
import { hostNetworkOutsidePolicy } from "./npg502.ts";
import { translatedSource } from "./npg503.ts";
import { escapeVoidsSegmentation } from "./npg504.ts";
import { segmentationEditable } from "./npg505.ts";
import { featureNotSupported } from "./npg506.ts";
import { nonL4Protocols } from "./npg507.ts";
import { meshOrProxyBypass } from "./npg508.ts";
import { dnsEgressMissing } from "./npg601.ts";
import { serviceBlockedForAll } from "./npg602.ts";
import { ingressBackendBlocked } from "./npg603.ts";
import { monitoringBlinded } from "./npg604.ts";
import { controlPlaneCallbackBlocked } from "./npg605.ts";
import { apiEgressMissing } from "./npg606.ts";
import { neededFlowDenied } from "./npg607.ts";
import { servicePortUsedInPolicy } from "./npg608.ts";
import { probeOrLbSourceBlocked } from "./npg609.ts";
import { danglingServiceOrRoute } from "./npg610.ts";
import { redundantRule } from "./npg701.ts";
import { duplicatePolicy } from "./npg702.ts";
import { exceptCancelled } from "./npg703.ts";
import { vacuousSet } from "./npg704.ts";
import { fragileSelector } from "./npg705.ts";
import type { FindingRule } from "./rule.ts";

/** Every rule, by id. */
export const RULES: readonly FindingRule[] = [
  podIngressOpen,
  podEgressOpen,
  namespaceNoDefaultDeny,
  namespaceNoPolicy,
  silentIngressOnly,
  ignoredDirection,
  partialCoverage,
  futurePodGap,
  allowAllIngress,
  allowAllEgress,
  egressAnyIp,
  metadataReachable,
  worldIngressOnInternal,
  allNamespacesPeer,
  orInsteadOfAnd,
  noPortRestriction,
  sensitivePortOpen,
  ipBlockCoversCluster,
  apiServerReachableUnneeded,
  pivotAndExfil,
  environmentCrossing,
  spoofableIdentity,
  excessVsIntent,
  dnsToAnywhere,
  singleStackRule,
  widePortRange,
  selectsNothing,
  peerMatchesNoPod,
  peerMatchesNoNamespace,
  policyInUnknownNamespace,
  portNobodyListens,
  namedPortMismatch,
  nearMissLabel,
  cidrProblem,
  legacyIsolation,
  policyNotInForce,
  serviceAsPeer,
  invertedDirection,
  nameContradictsEffect,
  halfOpenPair,
  selfPeerBlocked,
  accidentalSelectAll,
  denyCancelled,
  enforcementUnknownOrAbsent,
  hostNetworkOutsidePolicy,
  translatedSource,
  escapeVoidsSegmentation,
  segmentationEditable,
  featureNotSupported,
  nonL4Protocols,
  meshOrProxyBypass,
  dnsEgressMissing,
  serviceBlockedForAll,
  ingressBackendBlocked,
  monitoringBlinded,
  controlPlaneCallbackBlocked,
  apiEgressMissing,
  neededFlowDenied,
  servicePortUsedInPolicy,
  probeOrLbSourceBlocked,
  danglingServiceOrRoute,
  redundantRule,
  duplicatePolicy,
  exceptCancelled,
  vacuousSet,
  fragileSelector,
];

/** The rule of an id such as `NPG101`. */
export function ruleOf(id: string): FindingRule | undefined {
  return RULES.find((rule) => rule.id === id);
}
