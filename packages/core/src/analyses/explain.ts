import type { Decision } from "../engine/decide.ts";
import { sideOf } from "../engine/encounter.ts";
import type { Endpoint } from "../engine/endpoints.ts";
import { peerHolds, portHolds, type Side } from "../engine/extent.ts";
import type { Step } from "../engine/judge.ts";
import type { SideDecision } from "../engine/meeting.ts";
import { formatConnections } from "../model/connections.ts";
import type { Direction, Verdict } from "../model/flow.ts";
import { formatPortMatch } from "../model/ports.ts";
import { type Party, type PolicyRef, type Program, policyId, type Rule, type TierName } from "../model/program.ts";
import { formatSpan, type Span } from "../model/source.ts";
import { type Miss, nearMisses, oneSided } from "./near-miss.ts";
import { witnessOf } from "./service-decision.ts";

/** A decision in a form that can be shown: what happened on each side, and a sentence for each step. */
export interface Explanation {
  readonly egress: SideExplanation;
  readonly ingress: SideExplanation;
  /** All sentences in order: the verdict, egress, ingress, then what it rests on. */
  readonly lines: readonly string[];
}

export interface SideExplanation {
  readonly verdict: Verdict;
  readonly steps: readonly ExplainedStep[];
}

export type Reason =
  | "rule"
  /** A rule of an admin or baseline tier denies. */
  | "tier-deny"
  | "not-selected"
  /** Policies select the endpoint, but for the other direction only. */
  | "direction-not-in-policyTypes"
  /** No rule of an admin or baseline tier matches. */
  | "no-match"
  | "default-allow"
  | "default-deny"
  | "local-node"
  | "self"
  /** A pod reaches itself through a Service, which the tier leaves alone. */
  | "hairpin"
  /** A protocol without ports passes whatever the rules say. */
  | "non-port-protocol"
  | "not-applicable"
  /** A Service that leads to nothing in the input. */
  | "no-endpoints"
  | Miss;

export interface ExplainedStep {
  readonly tier: TierName | "default";
  readonly outcome: Step["outcome"];
  readonly reason: Reason;
  readonly policy?: PolicyRef;
  /** Position of the rule that decided, or of the one that came closest. */
  readonly rule?: number;
  /** Position, in that rule's list, of the peer and the port that matched; absent when the list is open to all. */
  readonly peer?: number;
  readonly port?: number;
  readonly span?: Span;
  readonly sentence: string;
}

/**
 * Why a decision is what it is; of one about a Service, why at the endpoint that settles it. Reads the decision's trail; for a denial it adds each isolating policy's nearest miss.
 * Cost: one look at the rules of the policies involved.
 */
export function explain(program: Program, decision: Decision): Explanation {
  const { question, ...sides } = witnessOf(decision);
  const { source, destination } = question;
  const egress = explainSide(program, sides.egress, "egress", source, destination);
  const ingress = explainSide(program, sides.ingress, "ingress", destination, source);
  const lines = [
    headline(decision),
    ...[...egress.steps, ...ingress.steps].map(({ sentence }) => sentence),
    ...decision.assumptions.map(({ message, option }) => (option ? `${message} (option ${option})` : message)),
  ];
  return { egress, ingress, lines };
}

function headline({ verdict, scope, allowed, question }: Decision): string {
  const asked = question.connections;
  const what = scope === "some" && verdict === "allow" ? `, but only for ${formatConnections(allowed)}` : "";
  const partly =
    scope === "some" && allowed.equals(asked) ? ", for some of the pods, addresses or address families" : what;
  return `${question.source.id} ${verdict === "allow" ? "may" : "may not"} reach ${question.destination.id} on ${formatConnections(asked)}${partly}`;
}

function explainSide(
  program: Program,
  side: SideDecision,
  direction: Direction,
  subject: Endpoint,
  peer: Endpoint,
): SideExplanation {
  const { verdict, encounter } = side;
  if (side.applies === "self")
    return { verdict, steps: [plain("self", "allow", `${subject.id} reaches itself, which no policy can prevent`)] };
  if (!encounter && (subject.members.length === 0 || peer.members.length === 0))
    return { verdict, steps: [plain("no-endpoints", "deny", `${direction}: there is no endpoint to decide about`)] };
  if (!encounter)
    return {
      verdict,
      steps: [plain("family-mismatch", "deny", `${subject.id} and ${peer.id} share no address family`)],
    };
  const seen = sideOf(encounter, direction);
  const party = program.parties[seen.subject] as Party;
  if (party.kind === "addresses" || party.network === "host")
    return { verdict, steps: [notApplicable(party, direction, subject)] };
  return { verdict, steps: side.steps.flatMap((step) => explainStep(program, step, seen, subject, peer)) };
}

function notApplicable(party: Party, direction: Direction, subject: Endpoint): ExplainedStep {
  const why =
    party.kind === "addresses" ? "is outside the cluster" : "is on the host network, so its traffic is its node's";
  return plain("not-applicable", "allow", `${direction}: ${subject.id} ${why}, and no policy governs it`);
}

function plain(reason: Reason, outcome: Verdict, sentence: string): ExplainedStep {
  return { tier: "default", outcome, reason, sentence };
}

function explainStep(
  program: Program,
  step: Step,
  side: Side,
  subject: Endpoint,
  peer: Endpoint,
): readonly ExplainedStep[] {
  const { tier, outcome } = step;
  const { direction } = side;
  switch (step.reason) {
    case "rule":
      return step.rule ? [explainRule(program, step, step.rule, side)] : [];
    case "isolated":
      return nearMisses(program, step, side, peer).map(({ policy, reason, rule, span }) => ({
        tier,
        outcome,
        reason,
        policy,
        span,
        ...(rule !== undefined && { rule }),
        sentence: `${direction}: denied, since ${policyId(policy)} isolates ${subject.id} and ${missSentence(reason, direction, rule)} (${formatSpan(span)})`,
      }));
    case "not-isolated":
      return [tier === "network-policy" ? notIsolated(program, step, side, subject) : unmatched(step, direction)];
    case "own-node":
      return [
        {
          tier,
          outcome,
          reason: "local-node",
          sentence: `${direction}: traffic between a pod and its own node is exempt`,
        },
      ];
    case "hairpin":
      return [
        {
          tier,
          outcome,
          reason: "hairpin",
          sentence: `${direction}: a pod that reaches itself through a Service is exempt`,
        },
      ];
    case "other-protocol":
      return [
        { tier, outcome, reason: "non-port-protocol", sentence: `${direction}: allowed, as a protocol without ports` },
      ];
    case "default":
      return [
        {
          tier,
          outcome,
          reason: outcome === "allow" ? "default-allow" : "default-deny",
          sentence: `${direction}: ${outcome === "allow" ? "allowed" : "denied"} by default`,
        },
      ];
  }
}

/** Nothing isolates the subject: no policy selects it, or those that do are about the other direction. */
function notIsolated(program: Program, { tier, outcome }: Step, side: Side, { id }: Endpoint): ExplainedStep {
  const { direction } = side;
  const none = `${direction}: no policy isolates ${id} for ${direction}`;
  const [first, ...more] = oneSided(program, side);
  if (!first) return { tier, outcome, reason: "not-selected", sentence: none };
  const selects = more.length === 0 ? "selects" : `and ${more.length} more select`;
  return {
    tier,
    outcome,
    reason: "direction-not-in-policyTypes",
    policy: first,
    span: first.span,
    sentence: `${none}: ${policyId(first)} ${selects} it, without ${TYPES[direction]} among the policyTypes (${formatSpan(first.span)})`,
  };
}

const TYPES = { ingress: "Ingress", egress: "Egress" } as const;

function unmatched({ tier, outcome }: Step, direction: Direction): ExplainedStep {
  return { tier, outcome, reason: "no-match", sentence: `${direction}: no rule of the ${tier} tier matches` };
}

function explainRule(program: Program, { tier, outcome, connections }: Step, rule: Rule, side: Side): ExplainedStep {
  const peer = rule.peers === "any" ? -1 : rule.peers.findIndex((one) => peerHolds(program, one, side).expected);
  const port =
    rule.ports === "any"
      ? -1
      : rule.ports.findIndex((one) => !portHolds(program, one, rule, side).expected.intersect(connections).isEmpty);
  const verb = outcome === "allow" ? "allowed" : outcome === "deny" ? "denied" : "passed on";
  const written = rule.ports !== "any" && port >= 0 ? rule.ports[port] : undefined;
  const through = written ? ` for ${formatPortMatch(written)}` : " for every port";
  return {
    tier,
    outcome,
    reason: outcome === "deny" ? "tier-deny" : "rule",
    policy: rule.policy,
    rule: rule.index,
    ...(peer >= 0 && { peer }),
    ...(port >= 0 && { port }),
    span: rule.span,
    sentence: `${side.direction}: ${verb} by ${policyId(rule.policy)}, ${side.direction} rule ${rule.index + 1}${through} (${formatSpan(rule.span)})`,
  };
}

function missSentence(reason: Miss, direction: Direction, rule: number | undefined): string {
  const which = rule === undefined ? "no rule" : `rule ${rule + 1}`;
  const other = direction === "egress" ? "destination" : "source";
  switch (reason) {
    case "no-rules":
      return `has no ${direction} rule`;
    case "peer-mismatch":
      return `none of its rules names this ${other}; ${which} comes closest`;
    case "except":
      return `${which} excepts this address from its block`;
    case "family-mismatch":
      return `${which} speaks of the other address family`;
    case "port-mismatch":
      return `${which} names this ${other} but not this port`;
    case "protocol-mismatch":
      return `${which} names this ${other} but not this protocol`;
    case "named-port-unresolved":
      return `the port name in ${which} is not declared by the destination`;
  }
}
