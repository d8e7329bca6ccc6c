import {
  type ExplainedStep,
  type Explanation,
  explain,
  type Reason,
  type SideExplanation,
} from "../analyses/explain.ts";
import { type Flip, flip } from "../analyses/flip.ts";
import { type EndpointDecision, isServiceDecision } from "../analyses/service-decision.ts";
import type { Change } from "../analyses/side-effects.ts";
import type { Decision } from "../engine/decide.ts";
import type { Endpoint } from "../engine/endpoints.ts";
import type { PortsByProtocol } from "../model/connections.ts";
import type { Assumption, Certainty, Protocol, Verdict } from "../model/flow.ts";
import { type Program, policyId } from "../model/program.ts";
import type { Span } from "../model/source.ts";
import { assumptionAnswer, type ServedPortAnswer, servedPortAnswer, spanAnswer } from "./json.ts";

/** What `schema/decision-v1.json` describes. */
export interface DecisionAnswer {
  readonly schema: "watertight/decision/v1";
  readonly from: string;
  readonly to: string;
  /** Null when every protocol was asked about. */
  readonly protocol: Protocol | "other" | null;
  /** Null when every port was asked about. */
  readonly port: number | null;
  readonly verdict: Verdict;
  readonly certainty: Certainty;
  /** Whether anything of what was asked about may get through under some settlement of what the input and the API leave open. */
  readonly may: boolean;
  /** Whether all of it gets through under every one. */
  readonly must: boolean;
  /** `some` when only part of what was asked about is allowed. */
  readonly scope: "all" | "some";
  /** What is allowed of what was asked about; `{}` when nothing is. */
  readonly ports: PortsByProtocol;
  readonly egress: SideAnswer;
  readonly ingress: SideAnswer;
  readonly assumptions: readonly Assumption[];
  /** Null where no edit of the policies turns the verdict round. */
  readonly flip: FlipAnswer | null;
  /** Of a Service: every endpoint it leads to. The sides are then those of the endpoint that settles the verdict. */
  readonly endpoints?: readonly EndpointAnswer[];
}

/** One endpoint of a Service; its verdict is about the ports at which traffic arrives there. */
export interface EndpointAnswer {
  readonly id: string;
  readonly pods: number;
  readonly ports: readonly ServedPortAnswer[];
  readonly verdict: Verdict;
  readonly certainty: Certainty;
  readonly may: boolean;
  readonly must: boolean;
  readonly scope: "all" | "some";
  /** From outside: whose address traffic is taken to arrive under. */
  readonly view?: "client" | "node";
  readonly egress: SideAnswer;
  readonly ingress: SideAnswer;
}

export interface FlipAnswer {
  readonly verdict: Verdict;
  readonly certainty: Certainty;
  readonly summary: string;
  /** YAML documents: each policy added or replaced, in full. */
  readonly patch: string;
  /** Every other pair whose connections the edit changes. */
  readonly changes: readonly ChangeAnswer[];
  /** `some` when only changes of the two ends asked about are listed. */
  readonly counted: Flip["counted"];
}

export interface ChangeAnswer {
  readonly from: string;
  readonly to: string;
  readonly opened: PortsByProtocol;
  readonly closed: PortsByProtocol;
}

export interface SideAnswer {
  readonly verdict: Verdict;
  readonly steps: readonly StepAnswer[];
}

export interface StepAnswer {
  readonly tier: ExplainedStep["tier"];
  readonly outcome: ExplainedStep["outcome"];
  /** `namespace/name`; null for what no policy says. */
  readonly policy: string | null;
  /** Position, in the policy's list for the direction, of the rule that decided, from 0; null when none did. */
  readonly rule: number | null;
  readonly reason: Reason;
  readonly source: Span | null;
  /** Positions in the rule's lists of what matched; absent when the list is open to all. */
  readonly peer?: number;
  readonly portEntry?: number;
  /** For a denial that no rule decided: position of the rule that came closest to allowing. */
  readonly nearestRule?: number;
  readonly explanation: string;
}

/** How a question was put, where the decision alone does not show it. */
export interface Asked {
  readonly protocol?: Protocol | "other";
  readonly port?: number;
}

/** A decision as `watertight/decision/v1`. */
export function decisionAnswer(
  program: Program,
  decision: Decision,
  { protocol, port }: Asked = {},
  explanation: Explanation = explain(program, decision),
  reversal: Flip | undefined = flip(program, decision),
): DecisionAnswer {
  const { question, allowed, assumptions } = decision;
  return {
    schema: "watertight/decision/v1",
    from: idOf(question.source),
    to: idOf(question.destination),
    protocol: protocol ?? null,
    port: port ?? null,
    ...verdictOf(decision),
    ports: allowed.toJSON(),
    egress: sideAnswer(explanation.egress),
    ingress: sideAnswer(explanation.ingress),
    assumptions: assumptions.map(assumptionAnswer),
    flip: reversal ? flipAnswer(reversal) : null,
    ...(isServiceDecision(decision) && { endpoints: decision.endpoints.map((one) => endpointAnswer(program, one)) }),
  };
}

function verdictOf({ verdict, certainty, possible, certain, question, scope }: Decision) {
  return { verdict, certainty, may: !possible.isEmpty, must: certain.includes(question.connections), scope };
}

function endpointAnswer(program: Program, { endpoint, ports, view, decision }: EndpointDecision): EndpointAnswer {
  const { egress, ingress } = explain(program, decision);
  return {
    id: idOf(endpoint),
    pods: endpoint.pods,
    ports: ports.map(servedPortAnswer),
    ...verdictOf(decision),
    ...(view && { view }),
    egress: sideAnswer(egress),
    ingress: sideAnswer(ingress),
  };
}

/** An edit that reverses a verdict, with all that it does. */
export function flipAnswer({ verdict, certainty, summary, patch, changes, counted }: Flip): FlipAnswer {
  return { verdict, certainty, summary, patch, changes: changes.map(changeAnswer), counted };
}

function changeAnswer({ from, to, opened, closed }: Change): ChangeAnswer {
  return { from: idOf(from), to: idOf(to), opened: opened.toJSON(), closed: closed.toJSON() };
}

/** The id, which for addresses is their CIDR wherever one CIDR says it all. */
function idOf({ id, type, cidrs }: Endpoint): string {
  return type === "address" && cidrs?.length === 1 ? (cidrs[0] ?? id) : id;
}

function sideAnswer({ verdict, steps }: SideExplanation): SideAnswer {
  return { verdict, steps: steps.map(stepAnswer) };
}

function stepAnswer({ tier, outcome, reason, policy, rule, peer, port, span, sentence }: ExplainedStep): StepAnswer {
  const isRule = reason === "rule" || reason === "tier-deny";
  return {
    tier,
    outcome,
    policy: policy ? policyId(policy) : null,
    rule: isRule ? (rule ?? null) : null,
    reason,
    source: span ? spanAnswer(span) : null,
    ...(peer !== undefined && { peer }),
    ...(port !== undefined && { portEntry: port }),
    ...(!isRule && rule !== undefined && { nearestRule: rule }),
    explanation: sentence,
  };
}
