import { type Decision, decide } from "../../engine/decide.ts";
import type { Endpoint } from "../../engine/endpoints.ts";
import { findEndpoint } from "../../engine/names.ts";
import { type Reachability, reach } from "../../engine/reach.ts";
import type { Cluster, NetworkPolicy } from "../../model/cluster.ts";
import { ConnectionSet } from "../../model/connections.ts";
import { type Direction, PROTOCOLS, type Protocol, type Verdict } from "../../model/flow.ts";
import type { Program } from "../../model/program.ts";
import { type Declared, NOTHING_DECLARED } from "../attack/declared.ts";
import { nameOf } from "../edit.ts";
import { type PolicyMatch, policyMatches } from "../policies.ts";
import type { Witness } from "./finding.ts";
import { type NeededFlow, neededFlows } from "./needed.ts";

/** A NetworkPolicy with whom it selects and what its rules match. */
export interface NetworkPolicyMatch extends PolicyMatch {
  readonly written: NetworkPolicy;
}

/** Whom an endpoint is open to on every port because no policy has a say: anybody, some, or nobody. */
export type Openness = "anyone" | "some" | "nobody";

export const DIRECTIONS: readonly Direction[] = ["ingress", "egress"];

/**
 * What all rules look at: the program, its reachability, and facts about both, each worked out once and only when asked for.
 *
 * Who may reach whom always comes from the engine.
 */
export class FindingContext {
  readonly reachability: Reachability;
  readonly cluster: Cluster;
  /** Everything that rules can name: workloads, then outside addresses. */
  readonly endpoints: readonly Endpoint[];
  /** The workloads, split where policies tell their pods apart. */
  readonly subjects: readonly Endpoint[];
  readonly outside: readonly Endpoint[];
  private readonly openness = new Map<string, Openness>();
  private matches: readonly PolicyMatch[] | undefined;
  private isolating: ReadonlyMap<string, readonly NetworkPolicyMatch[]> | undefined;
  private world: Endpoint | undefined;
  private readonly known = new Map<unknown, unknown>();
  private flows: readonly NeededFlow[] | undefined;

  /** `declared` is what a person says besides the manifests. */
  constructor(
    readonly program: Program,
    readonly declared: Declared = NOTHING_DECLARED,
  ) {
    this.cluster = program.cluster;
    this.reachability = reach(program);
    this.endpoints = this.reachability.endpoints;
    this.subjects = this.endpoints.filter(({ type }) => type !== "address");
    this.outside = this.endpoints.filter(({ type }) => type === "address");
  }

  /** Public addresses outside the cluster. */
  get internet(): Endpoint {
    this.world ??= internetOf(this.program);
    return this.world;
  }

  /** What workloads need to reach, as far as anything says so. */
  get needed(): readonly NeededFlow[] {
    this.flows ??= neededFlows(this.reachability, this.declared.needs);
    return this.flows;
  }

  /** What a function makes of this context, worked out once. */
  once<T>(work: (context: FindingContext) => T): T {
    if (!this.known.has(work)) this.known.set(work, work(this));
    return this.known.get(work) as T;
  }

  /** Policies of every kind, in the order tiers are asked. */
  get policies(): readonly PolicyMatch[] {
    this.matches ??= policyMatches(this.program, this.endpoints);
    return this.matches;
  }

  /** By namespace and name. */
  get networkPolicies(): readonly NetworkPolicyMatch[] {
    return this.once(networkPoliciesOf);
  }

  /** The NetworkPolicies that isolate an endpoint in a direction. */
  isolatedBy(endpoint: Endpoint, direction: Direction): readonly NetworkPolicyMatch[] {
    this.isolating ??= isolationIndex(this.networkPolicies);
    return this.isolating.get(`${direction} ${endpoint.id}`) ?? [];
  }

  /** The workloads a policy selects, as far as the input shows. */
  selected({ selects }: PolicyMatch): readonly Endpoint[] {
    return selects
      .filter(({ likelihood, endpoint }) => likelihood !== "possible" && endpoint.type !== "address")
      .map(({ endpoint }) => endpoint);
  }

  /** Whom no policy keeps an endpoint from accepting (ingress) or calling (egress), on every port. */
  open(endpoint: Endpoint, direction: Direction): Openness {
    const key = `${direction} ${endpoint.id}`;
    const known = this.openness.get(key) ?? this.opennessOf(endpoint, direction);
    this.openness.set(key, known);
    return known;
  }

  /** What `from` may open to `to`, both sides considered. */
  allowed(from: Endpoint, to: Endpoint): ConnectionSet {
    return this.reachability.connection(from, to).connections;
  }

  /** The workloads that may open something to it. */
  reachers(endpoint: Endpoint): readonly Endpoint[] {
    return this.subjects.filter((from) => from !== endpoint && this.reaches(from, endpoint));
  }

  /** The workloads that it may open something to. */
  reached(endpoint: Endpoint): readonly Endpoint[] {
    return this.subjects.filter((to) => to !== endpoint && this.reaches(endpoint, to));
  }

  /** Whether anything is allowed; where no policy has a say on either end that is seen without asking for the connections. */
  private reaches(from: Endpoint, to: Endpoint): boolean {
    const { egress, ingress } = this.once(unrestricted);
    const isOpen = egress.has(from) && ingress.has(to);
    return isOpen || !this.allowed(from, to).isEmpty;
  }

  decide(from: Endpoint, to: Endpoint, connections: ConnectionSet): Decision {
    return decide(this.program, { source: from, destination: to, connections });
  }

  /** A concrete flow with this verdict, out of the connections given; `undefined` when the engine says otherwise of the one tried. */
  witness(from: Endpoint, to: Endpoint, verdict: Verdict, among = ConnectionSet.ALL_PORTS): Witness | undefined {
    const open = this.reachability.connection(from, to).connections;
    const candidates = verdict === "allow" ? open.intersect(among) : among.subtract(open);
    const picked = pick(candidates, to);
    if (!picked) return undefined;
    const [protocol, port] = picked;
    const decision = this.decide(from, to, ConnectionSet.ports(protocol, port, port));
    return decision.verdict === verdict ? { from: from.id, to: to.id, protocol, port, verdict } : undefined;
  }

  private opennessOf(endpoint: Endpoint, direction: Direction): Openness {
    if (isOnHost(endpoint) || endpoint.type === "address") return "nobody";
    if (this.reachability.governed(endpoint, direction) === "no") return "anyone";
    if (this.reachability.isolated(endpoint, direction) === "yes") return "nobody";
    const peers = this.endpoints.filter((peer) => peer !== endpoint);
    const isOpen = (peer: Endpoint) => {
      const { connections, opening } = this.reachability.side(endpoint, peer, direction);
      return opening === "default" && connections.isAllPorts;
    };
    return peers.every(isOpen) ? "anyone" : peers.some(isOpen) ? "some" : "nobody";
  }
}

/** Whether its pods share the network of their node, where most implementations apply no policy. */
export function isOnHost({ members }: Endpoint): boolean {
  return members.some(({ pods }) => pods.some(({ network }) => network === "host"));
}

function networkPoliciesOf({ policies }: FindingContext): readonly NetworkPolicyMatch[] {
  return policies.filter(isNetworkPolicy).sort((a, b) => (nameOf(a.written) < nameOf(b.written) ? -1 : 1));
}

function isNetworkPolicy(match: PolicyMatch): match is NetworkPolicyMatch {
  return "podSelector" in match.written;
}

/** The ports an endpoint's containers declare. */
export function declaredPorts({ members }: Endpoint): ConnectionSet {
  return members
    .flatMap(({ pods }) => pods.flatMap(({ ports }) => ports))
    .reduce((set, { protocol, port }) => set.union(ConnectionSet.ports(protocol, port, port)), ConnectionSet.NONE);
}

/** The workloads of the most common address families on which no policy has a say, by direction. */
function unrestricted(context: FindingContext): { readonly [D in Direction]: ReadonlySet<Endpoint> } {
  const { parties } = context.program;
  const familiesOf = ({ members }: Endpoint) =>
    members.map(({ party }) => {
      const found = parties[party];
      return found?.kind === "pods" ? found.families.join() : "";
    });
  const usual = familiesOf(context.subjects[0] ?? context.internet).join();
  const open = (direction: Direction) =>
    new Set(
      context.subjects.filter((one) => context.open(one, direction) === "anyone" && familiesOf(one).join() === usual),
    );
  return { ingress: open("ingress"), egress: open("egress") };
}

function internetOf(program: Program): Endpoint {
  const named = findEndpoint(program, "internet");
  if (named.kind !== "endpoint") throw new Error("`internet` names no endpoint");
  return named.endpoint;
}

function isolationIndex(policies: readonly NetworkPolicyMatch[]): Map<string, NetworkPolicyMatch[]> {
  const index = new Map<string, NetworkPolicyMatch[]>();
  for (const policy of policies) {
    for (const direction of policy.isolates) {
      for (const { endpoint, likelihood } of policy.selects) {
        if (likelihood === "possible" || isOnHost(endpoint)) continue;
        const key = `${direction} ${endpoint.id}`;
        const known = index.get(key);
        if (known) known.push(policy);
        else index.set(key, [policy]);
      }
    }
  }
  return index;
}

const WEB = ConnectionSet.ports("TCP", 443, 443);

/** One port out of a set: one the destination declares if it can be, else the lowest. */
function pick(connections: ConnectionSet, to: Endpoint): readonly [Protocol, number] | undefined {
  const declared = connections.intersect(to.type === "address" ? WEB : declaredPorts(to));
  const from = declared.isEmpty ? connections : declared;
  for (const protocol of PROTOCOLS) {
    const [range] = from.portRanges(protocol);
    if (range) return [protocol, Math.max(range[0], 1)];
  }
  return undefined;
}
