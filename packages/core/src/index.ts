// The snapshot, and the sets it is reasoned about with
export type {
  AdminPeer,
  AdminPolicy,
  AdminRule,
  Cluster,
  IpBlock,
  Namespace,
  NetworkPolicy,
  Node,
  Ordinals,
  Pod,
  PolicyPeer,
  PolicyRule,
  UnusedPolicy,
  Workload,
} from "./model/cluster.ts";
export type {
  ApiService,
  AuthorizationPolicy,
  AuthorizationRule,
  CallerIdentity,
  CallerSource,
  Controls,
  CustomResource,
  Monitor,
  NamedCallers,
  OtherKind,
  PeerAuthentication,
  PodSecurityPolicy,
  Webhook,
  WebhookTarget,
} from "./model/control.ts";
export type { Identities, Role, RoleBinding, RoleRule, ServiceAccount, Subject } from "./model/identity.ts";
export type {
  Gateway,
  GatewayClass,
  GatewayRoute,
  Ingress,
  IngressBackend,
  IngressClass,
  IngressPath,
  IstioGateway,
  Listener,
  OpenshiftIngressController,
  OpenshiftRoute,
  ReferenceGrant,
  RouteBackend,
  RouteParent,
  Routes,
  VirtualService,
} from "./model/routes.ts";
export type {
  ConfigMapSource,
  Container,
  ContainerSecurity,
  EnvSource,
  EnvVar,
  HostPort,
  Mount,
  PodSpec,
  ProjectedSource,
  SecretSource,
  Taint,
  Toleration,
  Volume,
} from "./model/security.ts";
export type { Content, Holding } from "./model/contents.ts";
export type {
  ConfigEntry,
  ConfigMap,
  PersistentVolume,
  Secret,
  Storage,
  StorageClass,
  VolumeClaim,
} from "./model/storage.ts";
export type { Diagnostic, DiagnosticCode, Severity } from "./model/diagnostic.ts";
export type { Assumption, AssumptionCode, Certainty, Direction, Family, Protocol, Verdict } from "./model/flow.ts";
export {
  type EndpointGroup,
  type EndpointPort,
  type Service,
  type ServiceEndpoint,
  type ServiceEndpoints,
  type ServicePort,
  serviceId,
} from "./model/service.ts";
export { finish, mapped, type Progress, type Stage, type Steps } from "./model/steps.ts";
export type { Source, Span } from "./model/source.ts";
export { formatSpan } from "./model/source.ts";
export { ConnectionSet, type PortsByProtocol } from "./model/connections.ts";
export { IpSet, parseAddress, parseCidr } from "./model/ip.ts";
export { type ContainerPort, formatPortMatch, type PortMatch } from "./model/ports.ts";
export { formatSelector, type Labels, type LabelSelector, type Requirement } from "./model/selector.ts";
export { type AssumptionHelp, assumptionsHelp, type Options, PRESETS, readOptions, UPSTREAM } from "./model/options.ts";

// Text → Cluster → Program
export { type Parsed, parse, parseSteps, Reading } from "./parse/parse.ts";
export type { ListBytes } from "./parse/json-list.ts";
export type { ListReading } from "./parse/list-reading.ts";
export { withoutObjectText } from "./parse/cut.ts";
export type { Depth } from "./parse/pod-spec.ts";
export { overlay } from "./parse/overlay.ts";
export { type Compilation, compile, compileSteps } from "./compile/compile.ts";
export type {
  Action,
  AddressBlock,
  Caveat,
  Doubt,
  GoverningPolicy,
  Isolation,
  Layer,
  Party,
  PartyIndex,
  Peer,
  PodClass,
  PolicyRef,
  Program,
  Rule,
  Selection,
  Tier,
  TierName,
} from "./model/program.ts";
export { policyId } from "./model/program.ts";

// Program → answers
export { connectionsAsked, decide, type Flow, readPort } from "./analyses/query.ts";
export type { Decision, Question } from "./engine/decide.ts";
export type { SideDecision } from "./engine/meeting.ts";
export { findDestination, type NamedDestination } from "./analyses/find-destination.ts";
export { decideService, type ServiceQuestion, type Unanswerable } from "./analyses/service.ts";
export type { Arrival, ServiceClients, ServiceConnection } from "./analyses/service-clients.ts";
export { type EndpointDecision, isServiceDecision, type ServiceDecision } from "./analyses/service-decision.ts";
export type { ServedPort } from "./analyses/service-targets.ts";
export { type Fulfilment, fulfilment } from "./analyses/fulfilment.ts";
export type { Step } from "./engine/judge.ts";
export { type Connection, type Isolated, Reachability, reach } from "./engine/reach.ts";
export type { Opening } from "./engine/verdicts.ts";
export { type Endpoint, endpointsOf, type Grouping } from "./engine/endpoints.ts";
export { closest, findEndpoint, type Named } from "./engine/names.ts";
export {
  type ExplainedStep,
  type Explanation,
  explain,
  type Reason,
  type SideExplanation,
} from "./analyses/explain.ts";
export { findPolicy, type NamedPolicy } from "./analyses/find-policy.ts";
export type { Effects, PairEffect } from "./analyses/differences.ts";
export type { ClusterEdit, NamespaceEdit, PodEdit, PolicyEdit } from "./analyses/cluster-edit.ts";
export { WhatIf } from "./analyses/what-if.ts";
export {
  type IgnoredRule,
  type PoliciesAnswer,
  type PoliciesFor,
  type PoliciesForDirection,
  type PolicyAnswer,
  type PolicyList,
  type PolicyMatch,
  type PolicySummary,
  policiesFor,
  policyAnswer,
  policyList,
  qualifiedId,
} from "./analyses/policies.ts";
export type { Matched } from "./analyses/membership.ts";
export type { PeerMatch, PortResolution, RuleMatch, RuleRemark } from "./analyses/rule-match.ts";
export {
  ATTACK_OPTIONS,
  type Attack,
  type AttackOptions,
  attackGraph,
  attackSteps,
} from "./analyses/attack/attack-graph.ts";
export {
  type Declared,
  type DeclaredEntry,
  type DeclaredJewel,
  type DeclaredSides,
  NOTHING_DECLARED,
} from "./analyses/attack/declared.ts";
export { declaredIn } from "./analyses/declarations.ts";
export type { Metric } from "./analyses/attack/cheapest.ts";
export { type EntryPoint, INTERNET } from "./analyses/attack/entry-points.ts";
export type { AttackRule, EdgeName, Fact, FactIndex, FactKind, Remedy, StepCertainty } from "./analyses/attack/fact.ts";
export type { AttackGraph } from "./analyses/attack/graph.ts";
export { JEWEL_ANNOTATION, type Jewel } from "./analyses/attack/jewels.ts";
export type { Unfollowed } from "./analyses/attack/unfollowed.ts";
export type { AttackPath, PathStep } from "./analyses/attack/path.ts";
export type { AttackMode } from "./analyses/attack/site.ts";
export { inferNeeds, type Need } from "./analyses/attack/needs.ts";
export type { PodChange, PodSetting } from "./analyses/attack/pod-settings.ts";
export type { Bound, Right, RightsChange } from "./analyses/attack/rights.ts";
export { applySettings, type SettingChange } from "./analyses/attack/settings.ts";
export type { Statement } from "./analyses/attack/statements.ts";
export { type ChokePoint, type ChokePoints, chokePoints, type Verification } from "./analyses/choke-points.ts";
export {
  type PathsQuestion,
  type PathsReport,
  pathsReport,
  pathsSteps,
  type ShownPath,
} from "./analyses/paths-report.ts";
export { cheapestPaths, dominators, findFact, findPaths, whoCanReach } from "./analyses/paths.ts";
export {
  type BlastRadii,
  type BlastRadius,
  blastRadii,
  blastRadius,
  type Fallen,
} from "./analyses/blast-radius.ts";
export {
  type Controller,
  type DeadEnd,
  type Entry,
  type EntryKind,
  type EntryPort,
  isBlocked,
  type Link,
  type ObservedSource,
} from "./analyses/exposure/entry.ts";
export type { ControllerMapping } from "./analyses/exposure/controller-mapping.ts";
export { type Exposure, type ExposureReport, findExposure } from "./analyses/exposure/exposure.ts";
export { type LatentPeer, latentPeerRule, latentPeers, latentPeerWords } from "./analyses/exposure/latent-peers.ts";
export { type Answer, answerOf } from "./analyses/exposure/likelihood.ts";
export type { Likelihood } from "./engine/profile.ts";
export { applyEdits, type Edit } from "./analyses/edit.ts";
export { type Flip, flip, flips } from "./analyses/flip.ts";
export { type Failure, type Tested, type TestOptions, testExpectations } from "./analyses/expectations.ts";
export { objectKeys, withoutObjects } from "./analyses/objects.ts";
export { gapsDelta, pathsDelta, type Turnover } from "./analyses/turnover.ts";
export { type ExposureChange, exposureDelta, type WayChange } from "./analyses/exposure/exposure-delta.ts";
export type { Change } from "./analyses/side-effects.ts";
export { type Delta, delta, deltaSteps, type EndpointsDelta } from "./analyses/delta.ts";
export type { Cause, IsolationChange, PairChange } from "./analyses/delta/change.ts";
export type { Trait } from "./analyses/delta/traits.ts";

export {
  check,
  checkIn,
  type Findings,
  type Found,
  findIn,
  findSteps,
  fixSteps,
  tryFixes,
} from "./analyses/findings/check.ts";
export {
  FINDING_SEVERITIES,
  type Finding,
  type FindingCertainty,
  type FindingFix,
  type FindingSeverity,
  findingMessage,
  type Weight,
  type Witness,
} from "./analyses/findings/finding.ts";
export {
  BUNDLES,
  type Bundle,
  FRAMEWORKS,
  type Framework,
  type FrameworkId,
  type Mappings,
  mappingsOf,
} from "./analyses/findings/mappings.ts";
export { RULES } from "./analyses/findings/registry.ts";
export type { FindingRule, FixProposal, Observation } from "./analyses/findings/rule.ts";
export { FindingContext, type NetworkPolicyMatch, type Openness } from "./analyses/findings/context.ts";
export { type Posture, type PostureOptions, postureOf, postureSteps, UNDECIDABLE } from "./analyses/posture/posture.ts";
export type { Profile } from "./analyses/posture/profile.ts";
export type { Dimension, DimensionId } from "./analyses/posture/dimension.ts";
export { WEIGHTS, type Weights } from "./model/weights.ts";
export {
  AUDIT_VERDICTS,
  type AuditRow,
  type AuditRule,
  type AuditTopic,
  type AuditVerdict,
  type Evidence,
} from "./analyses/posture/audit/row.ts";
export { AUDIT_RULES } from "./analyses/posture/audit/rows.ts";
export { keysOf, type Screened, type Screening, screen } from "./analyses/findings/screen.ts";
export { annotatedSuppressions } from "./analyses/findings/suppressions.ts";
export { untold } from "./analyses/findings/untold.ts";
export { fingerprint } from "./analyses/findings/fingerprint.ts";
export type { Suppression } from "./model/suppression.ts";
export type {
  ControllerByPerson,
  Declarations,
  NamedByPerson,
  NeedByPerson,
} from "./model/declaration.ts";
export { type Config, readConfig } from "./parse/config.ts";
export { readExpectations } from "./parse/expectations.ts";
export type {
  EndPattern,
  Expectation,
  FlowExpectation,
  GapsExpectation,
  PathExpectation,
} from "./model/expectation.ts";

// Answers → text
export { type PathsAnswer, pathsAnswer } from "./report/paths-json.ts";
export { pathsCsv, pathsDot, pathsMarkdown, pathsMermaid } from "./report/paths-formats.ts";
export { pathsText } from "./report/paths-text.ts";
export { answerText, type ConnectionsAnswer, connectionsAnswer, connectionsJson } from "./report/json.ts";
export {
  type Asked,
  type DecisionAnswer,
  decisionAnswer,
  type EndpointAnswer,
  flipAnswer,
} from "./report/decision-json.ts";
export { namesOf } from "./report/names.ts";
export { openQuestions, type UncertainPair, type Uncertainty, uncertainty } from "./analyses/uncertain.ts";
export { endpointsWithin, type Listing, listConnections, listServiceClients, type Scope } from "./report/listing.ts";
export { connectionsText, type TextOptions } from "./report/text.ts";
export { connectionsOverview, isTooLongToRead, overviewSteps } from "./report/overview.ts";
export { decisionText } from "./report/decision-text.ts";
export { type PoliciesReport, policiesReport } from "./report/policies-json.ts";
export { type ExposureAnswer, exposureAnswer } from "./report/exposure-json.ts";
export { exposureCsv, exposureMarkdown } from "./report/exposure-tables.ts";
export { exposureText } from "./report/exposure-text.ts";
export { latentPeersMarkdown, latentPeersText } from "./report/latent-peers.ts";
export { policiesText } from "./report/policies-text.ts";
export { policiesMarkdown } from "./report/policies-markdown.ts";
export type { FindingsReport } from "./report/findings.ts";
export { type FindingAnswer, type FindingsAnswer, findingsAnswer } from "./report/findings-json.ts";
export { findingsText } from "./report/findings-text.ts";
export { findingsMarkdown } from "./report/findings-markdown.ts";
export { type PostureAnswer, postureAnswer } from "./report/posture-json.ts";
export { postureText } from "./report/posture-text.ts";
export { postureMarkdown } from "./report/posture-markdown.ts";
export { findingsCsv } from "./report/findings-csv.ts";
export { findingsSarif, type SarifOptions } from "./report/sarif.ts";
export { findingsJunit } from "./report/junit.ts";
export { connectionsCsv, csvRow } from "./report/csv.ts";
export { connectionsMarkdown, markdownRow } from "./report/markdown.ts";
export { connectionsDot } from "./report/dot.ts";
export { connectionsMermaid } from "./report/mermaid.ts";
export { type DeltaReport, deltaReport, deltaReportSteps, isEmptyDelta } from "./report/delta.ts";
export {
  type ChangeAnswer,
  changeAnswer,
  type DeltaAnswer,
  deltaAnswer,
} from "./report/delta-json.ts";
export { type TurnoverAnswer, turnoverAnswer } from "./report/turnover-json.ts";
export type { CauseAnswer } from "./report/cause-json.ts";
export { deltaText } from "./report/delta-text.ts";
export { deltaMarkdown } from "./report/delta-markdown.ts";
export { deltaMermaid } from "./report/delta-mermaid.ts";
export { deltaDot } from "./report/delta-dot.ts";
export {
  expectationsJunit,
  expectationsText,
  expectationTitle,
  type TestAnswer,
  testAnswer,
} from "./report/expectations.ts";
export { repairsText } from "./report/repairs.ts";
export type { Paint } from "./report/table.ts";
export { formatDiagnostic, sortDiagnostics } from "./report/diagnostics.ts";
export { printable } from "./report/escape.ts";
