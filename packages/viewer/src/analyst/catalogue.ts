import type {
  Action,
  Assumption,
  ChangeAnswer,
  ConnectionsAnswer,
  Diagnostic,
  Direction,
  FindingsAnswer,
  PathsAnswer,
  PoliciesReport,
  PolicyRef,
  PostureAnswer,
  Protocol,
  SideExplanation,
  Span,
  TierName,
  TurnoverAnswer,
  Verdict,
} from "@watertight/core";
import type { Doubts } from "../model/doubts.ts";
import type { Graph } from "../model/graph.ts";
import type { Labelled } from "../model/templates.ts";

/**
 * Everything that can be asked about an input, by name: what is said with the question, and what comes back. All of it is plain
 * data, so that an answer can come from a worker.
 */
export interface Catalogue {
  /** The graph with some namespaces taken apart, and the pairs of others known as a whole; of an input small enough, all are apart. */
  readonly graph: { readonly ask: Namespaces; readonly answer: Graph };
  /** How the endpoint with these ids stands; several are one vertex. */
  readonly endpoint: { readonly ask: readonly string[]; readonly answer: EndpointFacts };
  /** The policies of a namespace, and those of the whole cluster that select something in it. */
  readonly namespace: { readonly ask: string; readonly answer: readonly PolicyFact[] };
  readonly decision: { readonly ask: ConnectionQuestion; readonly answer: Ruling | Refusal };
  /** What the input leaves open, and which pairs of endpoints hang on it. */
  readonly doubts: { readonly ask: null; readonly answer: Doubts };
  readonly connections: { readonly ask: null; readonly answer: ConnectionsAnswer };
  readonly findings: { readonly ask: null; readonly answer: FindingsAnswer };
  readonly posture: { readonly ask: null; readonly answer: PostureAnswer };
  readonly paths: { readonly ask: RouteQuestion; readonly answer: PathsAnswer | Refusal };
  /** Every policy, or with its rules and what they match, the one named. */
  readonly policies: { readonly ask: { readonly policy?: string }; readonly answer: PoliciesReport | Refusal };
  /** What differs in connections from the input opened under this number. */
  readonly change: { readonly ask: number; readonly answer: ChangeAnswer };
  /** What follows from that: gaps and paths that only one of the two inputs has. */
  readonly turnover: { readonly ask: number; readonly answer: TurnoverAnswer };
  /** The words a policy for this input can be written with. */
  readonly vocabulary: { readonly ask: null; readonly answer: Vocabulary };
  /** By which labels a selector tells a workload's pods, named by its id. */
  readonly labels: { readonly ask: string; readonly answer: Labelled | Refusal };
}

/** Everything that policies may name and the input has, sorted. */
export interface Vocabulary {
  readonly namespaces: readonly string[];
  readonly podLabels: Wording;
  readonly namespaceLabels: Wording;
  readonly nodeLabels: Wording;
  readonly ports: readonly PortWord[];
}

/** Values by label key. */
export type Wording = Readonly<Record<string, readonly string[]>>;

/** A port that containers declare, with the workloads whose containers do. */
export interface PortWord {
  readonly port: number;
  readonly protocol: Protocol;
  readonly name?: string;
  readonly workloads: readonly string[];
}

export type Name = keyof Catalogue;
export type Ask<N extends Name> = Catalogue[N]["ask"];
export type Answer<N extends Name> = Catalogue[N]["answer"];

export interface Namespaces {
  readonly apart: readonly string[];
  readonly whole: readonly string[];
}

/** Why a question has no answer, in words for whoever asked. */
export interface Refusal {
  readonly problem: string;
}

export interface ConnectionQuestion {
  readonly from: string;
  readonly to: string;
  /** `TCP/5432`; empty for every port. */
  readonly port: string;
}

/** A question about lateral movement; empty ends are the internet or every workload, and every crown jewel. */
export interface RouteQuestion {
  readonly from: string;
  readonly to: string;
  readonly edges: "network" | "all";
}

/** What an input is before anything is asked about it. */
export interface Overview {
  readonly graph: Graph;
  /** Of all there is, drawn or not; pairs as far as they are known. */
  readonly endpoints: number;
  readonly diagnostics: readonly Diagnostic[];
}

/** A decision with its reasons. */
export interface Ruling {
  readonly from: string;
  readonly to: string;
  readonly verdict: Verdict;
  /** `some` when only part of what was asked about is allowed: `allowed` says what. */
  readonly scope: "all" | "some";
  readonly allowed: string;
  readonly egress: SideExplanation;
  readonly ingress: SideExplanation;
  /** What may get through if open questions are settled otherwise; absent where every conforming implementation agrees. */
  readonly possible?: string;
  readonly assumptions: readonly Assumption[];
}

/** How a workload stands towards policies in one direction. */
export type Standing =
  /** No policy has a say. */
  | "open"
  /** Only admin or baseline rules have one: what none of them denies is still allowed. */
  | "governed"
  /** Only what some rule allows passes, for all of its pods or for part of them. */
  | "isolated"
  | "partly isolated";

export type EndpointFacts = {
  readonly [D in Direction]: { readonly standing: Standing; readonly governing: readonly Governing[] };
} & {
  /** Where a workload is written; absent of addresses, and of workloads that only their pods tell of. */
  readonly declared?: Span;
};

/** A policy that has a say on a workload in a direction. */
export interface Governing {
  readonly policy: PolicyRef;
  readonly tier: TierName;
  /** What its rules for this workload say, in their order. */
  readonly actions: readonly Action[];
}

export interface PolicyFact {
  readonly policy: PolicyRef;
  readonly tier: TierName;
  readonly isolates: readonly Direction[];
}
