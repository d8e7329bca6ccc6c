// Model: the snapshot, and the sets it is reasoned about with

// The questions people ask
export {
  type ExplainedStep,
  type Explanation,
  explain,
  type Reason,
  type SideExplanation,
} from "./analyses/explain.ts";
export { connectionsAsked, decide, type Flow, readPort } from "./analyses/query.ts";
export { type Compilation, compile } from "./compile/compile.ts";
// Program → answers
export type { Decision, Question, SideDecision } from "./engine/decide.ts";
export type { Endpoint, Grouping } from "./engine/endpoints.ts";
export type { Step } from "./engine/judge.ts";
export { findEndpoint, type Named } from "./engine/names.ts";
export { type Connection, type Isolated, type Opening, Reachability, reach } from "./engine/reach.ts";
export type * from "./model/cluster.ts";
export { ConnectionSet, type PortsByProtocol } from "./model/connections.ts";
export type * from "./model/diagnostic.ts";
export type * from "./model/flow.ts";
export { IpSet, parseAddress, parseCidr } from "./model/ip.ts";
export { type Options, PRESETS, readOptions, UPSTREAM } from "./model/options.ts";
export type { ContainerPort, PortMatch } from "./model/ports.ts";
export { formatPortMatch } from "./model/ports.ts";
export type * from "./model/program.ts";
export { policyId } from "./model/program.ts";
export type { LabelSelector, Labels, Requirement } from "./model/selector.ts";
export { formatSelector } from "./model/selector.ts";
export type { Source, Span } from "./model/source.ts";
export { formatSpan } from "./model/source.ts";
// Text → Cluster → Program
export { type Parsed, parse } from "./parse/parse.ts";
