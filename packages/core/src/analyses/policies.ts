import { type Endpoint, endpointsOf } from "../engine/endpoints.ts";
import { anyOf, membership } from "../engine/profile.ts";
import type { Isolated } from "../engine/reach.ts";
import type { AdminPolicy, AdminRule, NetworkPolicy, PolicyRule, UnusedPolicy } from "../model/cluster.ts";
import type { Assumption, Direction } from "../model/flow.ts";
import type { GoverningPolicy, PolicyRef, Program, Rule } from "../model/program.ts";
import type { Span } from "../model/source.ts";
import { type Candidates, candidatesAmong, type Matched } from "./membership.ts";
import { matchRule, type RuleMatch } from "./rule-match.ts";

/** The answer to one of the three questions there are about policies. */
export type PoliciesAnswer = PolicyList | PoliciesFor | PolicyAnswer;

/** Every policy, in the order tiers are asked. */
export interface PolicyList {
  readonly about: "all";
  readonly endpoints: readonly Endpoint[];
  readonly policies: readonly PolicySummary[];
  readonly leftOut: readonly UnusedPolicy[];
}

/** The policies that select an endpoint, by direction. */
export interface PoliciesFor {
  readonly about: "endpoint";
  /** Everything rules can name, by workload. */
  readonly endpoints: readonly Endpoint[];
  readonly endpoint: Endpoint;
  /** Policies govern pods with a network of their own; all others are `outside` or on the `host-network`. */
  readonly governed: "pods" | "host-network" | "outside";
  /** Those that select it, or may, with all their rules. */
  readonly policies: readonly PolicyMatch[];
  readonly ingress: PoliciesForDirection;
  readonly egress: PoliciesForDirection;
  /** Policies that might have selected it, but could not be used. */
  readonly leftOut: readonly UnusedPolicy[];
}

export interface PoliciesForDirection {
  /** Whether what no rule of a NetworkPolicy allows is denied to it, or to part of it. */
  readonly isolation: Isolated;
  /** What might make it otherwise. */
  readonly assumptions: readonly Assumption[];
  /** Those that isolate it or have a rule for it, with the rules of this direction only. */
  readonly policies: readonly PolicyMatch[];
}

/** Whom one policy selects and what each of its rules matches. */
export interface PolicyAnswer {
  readonly about: "policy";
  readonly endpoints: readonly Endpoint[];
  /** Absent when the policy was left out. */
  readonly match?: PolicyMatch;
  /** The policy, when it was. */
  readonly leftOut: readonly UnusedPolicy[];
}

export interface PolicySummary extends Omit<GoverningPolicy, "subject"> {
  /** The object as it was read. */
  readonly written: NetworkPolicy | AdminPolicy;
  /** What it selects; for {@link PoliciesFor}, of the endpoint asked about. Nothing is an answer too. */
  readonly selects: readonly Matched[];
  /** How many rules it has for each direction, those that are ignored not counted. */
  readonly count: { readonly [D in Direction]: number };
  readonly ignored: readonly IgnoredRule[];
}

export interface PolicyMatch extends PolicySummary {
  readonly rules: readonly RuleMatch[];
}

/** A rule that is written but not in force. */
export interface IgnoredRule {
  readonly direction: Direction;
  readonly index: number;
  /** Its policy types leave the direction out; or a peer of a newer API keeps it from allowing anything. */
  readonly reason: "direction-not-governed" | "unrecognised-peer";
  readonly span: Span;
}

const DIRECTIONS: readonly Direction[] = ["ingress", "egress"];

/** All policies with whom they select. Cost: the endpoints, and those that each policy selects. */
export function policyList(program: Program): PolicyList {
  const endpoints = endpointsOf(program, "workload");
  const candidates = candidatesAmong(program, endpoints);
  const inForce = rulesInForce(program);
  return {
    about: "all",
    endpoints,
    policies: program.policies.flatMap((governing) => summarise(governing, inForce, candidates) ?? []),
    leftOut: program.cluster.unusedPolicies,
  };
}

/**
 * Which policies select an endpoint, in each direction, and what their rules say.
 *
 * A policy counts for a direction when it isolates there or has a rule, in force or not. Cost: policies, and for those that select
 * it what their peers match.
 */
export function policiesFor(program: Program, endpoint: Endpoint): PoliciesFor {
  const endpoints = endpointsOf(program, "workload");
  const candidates = candidatesAmong(program, endpoints);
  const parts = candidatesAmong(program, partsOf(endpoint, endpoints));
  const inForce = rulesInForce(program);
  const policies = program.policies.flatMap((governing) => {
    const summary = summarise(governing, inForce, parts);
    return summary && summary.selects.length > 0 ? [withRules(program, summary, inForce, candidates)] : [];
  });
  const side = (direction: Direction): PoliciesForDirection => ({
    ...isolationOf(program, endpoint, direction),
    policies: policies.filter((policy) => concerns(policy, direction)).map((policy) => inDirection(policy, direction)),
  });
  return {
    about: "endpoint",
    endpoints,
    endpoint,
    governed: governedAs(program, endpoint),
    policies,
    ingress: side("ingress"),
    egress: side("egress"),
    leftOut: leftOutFor(program, endpoint),
  };
}

/** Whom a policy selects, and rule by rule what its peers and ports match. Cost: the endpoints, and what the peers match. */
export function policyAnswer(program: Program, policy: GoverningPolicy | UnusedPolicy): PolicyAnswer {
  const endpoints = endpointsOf(program, "workload");
  if ("reason" in policy) return { about: "policy", endpoints, leftOut: [policy] };
  const candidates = candidatesAmong(program, endpoints);
  const inForce = rulesInForce(program);
  const summary = summarise(policy, inForce, candidates);
  return {
    about: "policy",
    endpoints,
    ...(summary && { match: withRules(program, summary, inForce, candidates) }),
    leftOut: [],
  };
}

/** Every policy that was not left out, or those wanted, with all its rules. Cost: the endpoints, and what the peers match. */
export function policyMatches(
  program: Program,
  endpoints = endpointsOf(program, "workload"),
  isWanted: (policy: PolicyName) => boolean = () => true,
): readonly PolicyMatch[] {
  const candidates = candidatesAmong(program, endpoints);
  const inForce = rulesInForce(program, isWanted);
  return program.policies.flatMap((governing) => {
    const summary = isWanted(governing.policy) ? summarise(governing, inForce, candidates) : undefined;
    return summary ? [withRules(program, summary, inForce, candidates)] : [];
  });
}

/** `Kind/namespace/name`, or `Kind/name` of a cluster-scoped policy: what no two policies share. */
export function qualifiedId(policy: Pick<PolicyRef, "kind" | "namespace" | "name">): string {
  const { kind, namespace, name } = policy;
  return namespace === undefined ? `${kind}/${name}` : `${kind}/${namespace}/${name}`;
}

/** What tells a policy from others of its kind. */
type PolicyName = Pick<PolicyRef, "namespace" | "name">;

interface RuleInForce {
  readonly direction: Direction;
  readonly rule: Rule;
}

/** What policies come to and what they were read from, by {@link qualifiedId}. */
interface RulesInForce {
  readonly rules: ReadonlyMap<string, readonly RuleInForce[]>;
  readonly written: ReadonlyMap<string, NetworkPolicy | AdminPolicy>;
}

/** Compiled rules are listed ingress first. */
function rulesInForce(
  { layers, cluster }: Program,
  isWanted: (policy: PolicyName) => boolean = () => true,
): RulesInForce {
  const byPolicy = new Map<string, RuleInForce[]>();
  for (const direction of DIRECTIONS) {
    const tiers = layers.flatMap((layer) => layer.tiers[direction]);
    for (const rule of tiers.flatMap(({ rules }) => rules.filter(({ policy }) => isWanted(policy)))) {
      const key = qualifiedId(rule.policy);
      const known = byPolicy.get(key);
      if (known) known.push({ direction, rule });
      else byPolicy.set(key, [{ direction, rule }]);
    }
  }
  const written = new Map<string, NetworkPolicy | AdminPolicy>([
    ...cluster.networkPolicies
      .filter(isWanted)
      .map((one) => [qualifiedId({ ...one, kind: "NetworkPolicy" }), one] as const),
    ...cluster.adminPolicies.filter(isWanted).map((one) => [qualifiedId(one), one] as const),
  ]);
  return { rules: byPolicy, written };
}

function summarise(
  { subject, ...governing }: GoverningPolicy,
  inForce: RulesInForce,
  candidates: Candidates,
): PolicySummary | undefined {
  const id = qualifiedId(governing.policy);
  const written = inForce.written.get(id);
  if (!written) return undefined;
  const rules = inForce.rules.get(id) ?? [];
  const count = (wanted: Direction) => rules.filter(({ direction }) => direction === wanted).length;
  return {
    ...governing,
    written,
    selects: candidates.matching({ IPv4: subject, IPv6: subject }),
    count: { ingress: count("ingress"), egress: count("egress") },
    ignored: DIRECTIONS.flatMap((direction) => ignoredRules(written, direction, rules)),
  };
}

function withRules(
  program: Program,
  summary: PolicySummary,
  inForce: RulesInForce,
  candidates: Candidates,
): PolicyMatch {
  const match = (): readonly RuleMatch[] => {
    const subjects = summary.selects.map(({ endpoint }) => endpoint);
    return (inForce.rules.get(qualifiedId(summary.policy)) ?? []).map(({ direction, rule }) =>
      matchRule(program, { direction, rule, written: summary.written[direction][rule.index], subjects }, candidates),
    );
  };
  let rules: readonly RuleMatch[] | undefined;
  return {
    ...summary,
    // Worked out when somebody looks: many ask about policies only whom they select.
    get rules() {
      rules ??= match();
      return rules;
    },
  };
}

/** Written rules that compiled to nothing. */
function ignoredRules(
  written: NetworkPolicy | AdminPolicy,
  direction: Direction,
  inForce: readonly RuleInForce[],
): readonly IgnoredRule[] {
  const compiled = new Set(inForce.filter((one) => one.direction === direction).map(({ rule }) => rule.index));
  const reason = "policyTypes" in written ? "direction-not-governed" : "unrecognised-peer";
  const rules: readonly (PolicyRule | AdminRule)[] = written[direction];
  return rules.flatMap(({ span }, index) => (compiled.has(index) ? [] : [{ direction, index, reason, span }]));
}

/** One endpoint for each party: the endpoint itself, or the parts of a workload that policies tell apart. */
function partsOf(endpoint: Endpoint, endpoints: readonly Endpoint[]): readonly Endpoint[] {
  if (endpoint.members.length === 1) return [endpoint];
  const pods = new Set(endpoint.members.flatMap((member) => member.pods));
  return endpoints.filter(({ members }) => members.some((member) => member.pods.some((pod) => pods.has(pod))));
}

function isolationOf(
  program: Program,
  { members }: Endpoint,
  direction: Direction,
): Omit<PoliciesForDirection, "policies"> {
  const isolating = program.policies.filter(({ isolates }) => isolates.includes(direction));
  const each = members.map(({ party }) => ({
    party,
    ...anyOf(isolating.map(({ subject }) => membership(subject, party))),
  }));
  const open = each.filter(({ certain, possible }) => certain !== possible).map(({ party }) => party);
  const doubts = isolating.flatMap(({ subject }) => subject.doubts);
  const assumptions = doubts.filter(({ parties }) => open.some((party) => parties.has(party)));
  const isolated = each.filter(({ expected }) => expected).length;
  return {
    isolation: isolated === 0 ? "no" : isolated === each.length ? "yes" : "partly",
    assumptions: [...new Set(assumptions.map(({ assumption }) => assumption))],
  };
}

function concerns({ isolates, rules, ignored }: PolicyMatch, direction: Direction): boolean {
  return isolates.includes(direction) || [...rules, ...ignored].some((rule) => rule.direction === direction);
}

function inDirection(policy: PolicyMatch, direction: Direction): PolicyMatch {
  return {
    ...policy,
    rules: policy.rules.filter((rule) => rule.direction === direction),
    ignored: policy.ignored.filter((rule) => rule.direction === direction),
  };
}

function governedAs({ parties }: Program, { members }: Endpoint): PoliciesFor["governed"] {
  const each = members.map(({ party }) => parties[party]);
  if (each.every((party) => party?.kind === "addresses")) return "outside";
  return each.every((party) => party?.kind === "pods" && party.network === "host") ? "host-network" : "pods";
}

function leftOutFor({ cluster, caveats }: Program, { members }: Endpoint): readonly UnusedPolicy[] {
  const places = new Set(
    caveats.filter(({ subjects }) => members.some(({ party }) => subjects.has(party))).map(({ policy }) => policy.span),
  );
  return cluster.unusedPolicies.filter(({ span }) => places.has(span));
}
