import type { LatentPeer } from "../analyses/exposure/latent-peers.ts";
import type { Matched } from "../analyses/membership.ts";
import type {
  IgnoredRule,
  PoliciesAnswer,
  PoliciesFor,
  PoliciesForDirection,
  PolicyMatch,
  PolicySummary,
} from "../analyses/policies.ts";
import type { PeerMatch, PortResolution, Resolved, RuleMatch, RuleRemark } from "../analyses/rule-match.ts";
import type { Endpoint } from "../engine/endpoints.ts";
import type { Isolated } from "../engine/reach.ts";
import type { UnusedPolicy } from "../model/cluster.ts";
import type { PortsByProtocol } from "../model/connections.ts";
import type { Diagnostic } from "../model/diagnostic.ts";
import type { Assumption, Direction, Family } from "../model/flow.ts";
import { formatPortMatch } from "../model/ports.ts";
import { type Action, policyId, type TierName } from "../model/program.ts";
import type { Span } from "../model/source.ts";
import { type DiagnosticAnswer, diagnosticAnswer, spanAnswer } from "./json.ts";
import { type LatentPeerReport, latentPeerReport } from "./latent-peers.ts";
import { peerWords, subjectWords } from "./policy-words.ts";

/** What `schema/policies-v1.json` describes. */
export interface PoliciesReport {
  readonly schema: "watertight/policies/v1";
  readonly about: PoliciesAnswer["about"];
  /** The endpoint asked about, and how it stands in each direction; null when it was not about one. */
  readonly endpoint: EndpointStanding | null;
  /** In the order tiers are asked. Rules are left out when the question was about all policies. */
  readonly policies: readonly PolicyReport[];
  /** Pods that are not there yet and would be let in or may be called; for a question about an endpoint that policies govern. */
  readonly latentPeers?: readonly LatentPeerReport[];
  readonly leftOut: readonly LeftOutReport[];
  /** Every endpoint the answer names, by workload, and the address blocks outside. */
  readonly endpoints: readonly NamedEndpoint[];
  /** Every assumption the answer names by number. */
  readonly assumptions: readonly Assumption[];
  readonly diagnostics: readonly DiagnosticAnswer[];
}

export interface EndpointStanding {
  readonly id: string;
  readonly governed: PoliciesFor["governed"];
  readonly ingress: DirectionStanding;
  readonly egress: DirectionStanding;
}

export interface DirectionStanding {
  readonly isolation: Isolated;
  /** Positions in {@link PoliciesReport.assumptions} of what might make it otherwise. */
  readonly assumptions: readonly number[];
  /** Positions in {@link PoliciesReport.policies} of those that isolate it or have a rule for it. */
  readonly policies: readonly number[];
}

export interface PolicyReport {
  /** `namespace/name`, or the name of a cluster-scoped policy. */
  readonly policy: string;
  readonly kind: string;
  readonly tier: TierName;
  /** Lower first, `last` after them all; null where order means nothing. */
  readonly priority: number | "last" | null;
  readonly source: Span;
  readonly selector: string;
  /** For a question about an endpoint: that part of it. */
  readonly selects: readonly MatchReport[];
  readonly isolates: readonly Direction[];
  readonly ruleCount: { readonly [D in Direction]: number };
  readonly rules?: readonly RuleReport[];
  readonly ignored: readonly IgnoredReport[];
}

export interface MatchReport {
  readonly endpoint: string;
  /** `expected` is counted in and `possible` left out, both in doubt. */
  readonly match: Matched["likelihood"];
  readonly families?: readonly Family[];
  readonly assumptions?: readonly number[];
}

export interface RuleReport {
  readonly direction: Direction;
  readonly rule: number;
  readonly action: Action;
  readonly remark: RuleRemark | null;
  readonly source: Span;
  readonly peers: "any" | readonly PeerReport[];
  readonly ports: "any" | readonly PortReport[];
}

export interface PeerReport {
  readonly peer: string;
  readonly source: Span;
  readonly matches: readonly MatchReport[];
}

/** `connections` of a number; `destinations` of a name, which each of them resolves for itself. */
export interface PortReport {
  readonly port: string;
  readonly source: Span;
  readonly connections?: PortsByProtocol;
  readonly assumptions?: readonly number[];
  readonly destinations?: readonly DestinationReport[];
}

export interface DestinationReport {
  readonly endpoint: string;
  readonly connections: PortsByProtocol;
  readonly assumptions?: readonly number[];
}

export interface IgnoredReport {
  readonly direction: Direction;
  readonly rule: number;
  readonly reason: IgnoredRule["reason"];
  readonly source: Span;
}

export interface LeftOutReport {
  readonly policy: string;
  readonly kind: string;
  readonly reason: UnusedPolicy["reason"];
  readonly source: Span;
}

export type NamedEndpoint =
  | { readonly id: string; readonly type: "address"; readonly cidrs: readonly string[] }
  | { readonly id: string; readonly type: "workload" | "pod" | "namespace"; readonly pods: number };

/** An answer about policies as `watertight/policies/v1`. */
export function policiesReport(
  answer: PoliciesAnswer,
  diagnostics: readonly Diagnostic[] = [],
  latent?: readonly LatentPeer[],
): PoliciesReport {
  const writer = new Writer();
  const endpoint = answer.about === "endpoint" ? writer.standing(answer) : null;
  const policies = policiesOf(answer).map((policy) => writer.policy(policy));
  return {
    schema: "watertight/policies/v1",
    about: answer.about,
    endpoint,
    policies,
    ...(latent && { latentPeers: latent.map(latentPeerReport) }),
    leftOut: answer.leftOut.map(leftOutReport),
    endpoints: inOrder(answer, writer.endpoints).map(namedEndpoint),
    assumptions: [...writer.assumptions],
    diagnostics: diagnostics.map(diagnosticAnswer),
  };
}

/** The policies an answer is about, each once, in the order tiers are asked. */
function policiesOf(answer: PoliciesAnswer): readonly (PolicySummary | PolicyMatch)[] {
  switch (answer.about) {
    case "all":
      return answer.policies;
    case "policy":
      return answer.match ? [answer.match] : [];
    case "endpoint":
      return answer.policies;
  }
}

/** The endpoint asked about first where it is none of the listing, then as in the listing. */
function inOrder({ endpoints }: PoliciesAnswer, named: ReadonlyMap<string, Endpoint>): readonly Endpoint[] {
  const position = new Map(endpoints.map(({ id }, i) => [id, i]));
  return [...named.values()].sort((a, b) => (position.get(a.id) ?? -1) - (position.get(b.id) ?? -1));
}

/** Writes parts of an answer, and keeps what they refer to. */
class Writer {
  readonly endpoints = new Map<string, Endpoint>();
  readonly assumptions: Assumption[] = [];

  standing({ endpoint, governed, policies, ingress, egress }: PoliciesFor): EndpointStanding {
    const at = new Map(policies.map(({ policy }, i) => [policy, i]));
    const side = ({ isolation, assumptions, policies: named }: PoliciesForDirection): DirectionStanding => ({
      isolation,
      assumptions: this.numbersOf(assumptions),
      policies: named.map(({ policy }) => at.get(policy) as number),
    });
    return { id: this.idOf(endpoint), governed, ingress: side(ingress), egress: side(egress) };
  }

  policy(policy: PolicySummary | PolicyMatch): PolicyReport {
    const { policy: ref, tier, priority, selects, isolates, count, ignored } = policy;
    return {
      policy: policyId(ref),
      kind: ref.kind,
      tier,
      priority: priority ?? null,
      source: spanAnswer(ref.span),
      selector: subjectWords(policy),
      selects: selects.map((match) => this.match(match)),
      isolates,
      ruleCount: { ingress: count.ingress, egress: count.egress },
      ...("rules" in policy && { rules: policy.rules.map((rule) => this.rule(rule)) }),
      ignored: ignored.map(({ direction, index, reason, span }) => ({
        direction,
        rule: index,
        reason,
        source: spanAnswer(span),
      })),
    };
  }

  private rule({ direction, index, action, remark, span, peers, ports }: RuleMatch): RuleReport {
    return {
      direction,
      rule: index,
      action,
      remark: remark ?? null,
      source: spanAnswer(span),
      peers: peers === "any" ? peers : peers.map((peer) => this.peer(peer)),
      ports: ports === "any" ? ports : ports.map((port) => this.port(port)),
    };
  }

  private peer(peer: PeerMatch): PeerReport {
    return {
      peer: peerWords(peer),
      source: spanAnswer(peer.span),
      matches: peer.matches.map((match) => this.match(match)),
    };
  }

  private port(port: PortResolution): PortReport {
    const { written } = port;
    const base = { port: formatPortMatch(written), source: spanAnswer(written.span) };
    if (port.kind === "everywhere") return { ...base, ...this.resolved(port) };
    return {
      ...base,
      destinations: port.destinations.map((destination) => ({
        endpoint: this.idOf(destination.endpoint),
        ...this.resolved(destination),
      })),
    };
  }

  private resolved({ connections, assumptions }: Resolved) {
    return { connections: connections.toJSON(), ...this.doubts(assumptions) };
  }

  private match({ endpoint, likelihood, families, assumptions }: Matched): MatchReport {
    return {
      endpoint: this.idOf(endpoint),
      match: likelihood,
      ...(families && { families }),
      ...this.doubts(assumptions),
    };
  }

  private doubts(assumptions: readonly Assumption[]) {
    return assumptions.length > 0 ? { assumptions: this.numbersOf(assumptions) } : {};
  }

  private numbersOf(assumptions: readonly Assumption[]): readonly number[] {
    return assumptions.map((assumption) => {
      const at = this.assumptions.indexOf(assumption);
      return at >= 0 ? at : this.assumptions.push(assumption) - 1;
    });
  }

  private idOf(endpoint: Endpoint): string {
    if (!this.endpoints.has(endpoint.id)) this.endpoints.set(endpoint.id, endpoint);
    return endpoint.id;
  }
}

function leftOutReport(policy: UnusedPolicy): LeftOutReport {
  return { policy: policyId(policy), kind: policy.kind, reason: policy.reason, source: spanAnswer(policy.span) };
}

function namedEndpoint({ id, type, pods, cidrs = [] }: Endpoint): NamedEndpoint {
  return type === "address" ? { id, type, cidrs } : { id, type, pods };
}
