import type { Endpoint } from "../../engine/endpoints.ts";
import { findEndpoint } from "../../engine/names.ts";
import { type Reachability, reach } from "../../engine/reach.ts";
import { Bitset } from "../../model/bitset.ts";
import type { Cluster, Namespace, NetworkPolicy } from "../../model/cluster.ts";
import { ConnectionSet } from "../../model/connections.ts";
import { type Direction, PROTOCOLS, type Protocol, type Verdict } from "../../model/flow.ts";
import type { PolicyRef, Program } from "../../model/program.ts";
import { type Declared, NOTHING_DECLARED } from "../attack/declared.ts";
import { nameOf } from "../edit.ts";
import { type PolicyMatch, policyMatches } from "../policies.ts";
import { deniesByDefault } from "./default-mode.ts";
import type { Witness } from "./finding.ts";
import { type NeededFlow, neededFlows } from "./needed.ts";

/** A NetworkPolicy with whom it selects and what its rules match. */
export interface NetworkPolicyMatch extends PolicyMatch {
  readonly written: NetworkPolicy;
}

/** Whom an endpoint is open to because no policy has a say, on some port at least: anybody, some, or nobody. */
export type Openness = "anyone" | "some" | "nobody";

export const DIRECTIONS: readonly Direction[] = ["ingress", "egress"];

/** What does not hang on NetworkPolicies: the same whatever becomes of them. */
export type Unpoliced = Pick<FindingContext, "endpoints" | "subjects" | "outside"> & {
  readonly cluster: Omit<Cluster, "networkPolicies">;
};

/** One namespace, or one workload or policy of it. */
export interface Focus {
  readonly namespace: string;
  /** By id. */
  readonly subject?: string;
  /** The name of a NetworkPolicy. */
  readonly policy?: string;
}

/** Who may reach whom once policies are edited. */
export interface AfterEdits {
  readonly reachability: Reachability;
  /** The same with what every cluster has put into it. */
  readonly withPresumed: () => Reachability;
}

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
  /** Those to be told of: all of them, or those in {@link focus}. */
  readonly examined: readonly Endpoint[];
  /** The namespaces to be told of. */
  readonly namespaces: readonly Namespace[];
  readonly outside: readonly Endpoint[];
  private readonly openness = new Map<string, Openness>();
  private matches: readonly PolicyMatch[] | undefined;
  private isolating: IsolationIndex | undefined;
  private world: Endpoint | undefined;
  private readonly known = new Map<unknown, unknown>();
  private lasting = new Map<unknown, unknown>();
  private flows: readonly NeededFlow[] | undefined;

  /** `declared` is what a person says besides the manifests. */
  constructor(
    readonly program: Program,
    readonly declared: Declared = NOTHING_DECLARED,
    /** What rules are to tell of, where not of everything: what they tell of it is the same. */
    readonly focus?: Focus,
    reachability = reach(program),
    /** With what every cluster has put into it, where somebody else works that out. */
    readonly withPresumed?: () => Reachability,
  ) {
    this.cluster = program.cluster;
    this.reachability = reachability;
    this.endpoints = this.reachability.endpoints;
    this.subjects = this.endpoints.filter(({ type }) => type !== "address");
    this.outside = this.endpoints.filter(({ type }) => type === "address");
    const { namespaces } = this.cluster;
    this.examined = focus ? this.subjects.filter((one) => isIn(one, focus)) : this.subjects;
    this.namespaces = focus ? namespaces.filter(({ name }) => name === focus.namespace) : namespaces;
  }

  /** A context of the same endpoints once policies are edited, for one look. What does not hang on policies is handed on. */
  under({ reachability, withPresumed }: AfterEdits, focus: Focus): FindingContext {
    const context = new FindingContext(reachability.program, this.declared, focus, reachability, withPresumed);
    context.flows = this.needed;
    context.lasting = this.lasting;
    return context;
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

  /** What a function makes of all but the policies, worked out once for all contexts that come of each other. */
  always<T>(work: (unpoliced: Unpoliced) => T): T {
    if (!this.lasting.has(work)) this.lasting.set(work, work(this));
    return this.lasting.get(work) as T;
  }

  /** Policies of every kind, in the order tiers are asked; of those of a namespace, the ones in {@link focus}. */
  get policies(): readonly PolicyMatch[] {
    this.matches ??= this.matching(this.focus);
    return this.matches;
  }

  private matching(focus: Focus | undefined): readonly PolicyMatch[] {
    const isWanted = ({ namespace, name }: Pick<PolicyRef, "namespace" | "name">) => {
      if (!focus) return true;
      if (focus.policy !== undefined) return namespace === focus.namespace && name === focus.policy;
      return namespace === undefined || namespace === focus.namespace;
    };
    return policyMatches(this.program, this.endpoints, isWanted);
  }

  /** By namespace and name, as far as they are in {@link focus}. */
  get networkPolicies(): readonly NetworkPolicyMatch[] {
    return this.once(networkPoliciesOf);
  }

  /** The NetworkPolicies that isolate an endpoint in a direction. In focus only of the focus: nobody asks about others there. */
  isolatedBy(endpoint: Endpoint, direction: Direction): readonly NetworkPolicyMatch[] {
    const { focus } = this;
    if (focus && endpoint.namespace !== focus.namespace) throw new Error(`${endpoint.id} is out of focus`);
    this.isolating ??= isolationIndex(
      focus?.policy === undefined ? this.networkPolicies : inOrder(this.matching({ namespace: focus.namespace })),
    );
    return this.isolating[direction].get(endpoint) ?? [];
  }

  /** The workloads a policy selects, as far as the input shows. */
  selected({ selects }: PolicyMatch): readonly Endpoint[] {
    return selects
      .filter(({ likelihood, endpoint }) => likelihood !== "possible" && endpoint.type !== "address")
      .map(({ endpoint }) => endpoint);
  }

  /** Whom no policy keeps an endpoint from accepting (ingress) or calling (egress), whatever an admin policy says of single ports. */
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

  /** The workloads that may open something to it. Cost: for the first asked about, a fan for each endpoint. */
  reachers(endpoint: Endpoint): readonly Endpoint[] {
    const sources = this.once(openedFrom)[this.always(positions).get(endpoint) ?? -1] ?? Bitset.EMPTY;
    return this.workloadsAt(sources, endpoint);
  }

  /** {@link allowed} for those who ask about many destinations of one source. Cost: a fan. */
  allowedFrom(from: Endpoint): (to: Endpoint) => ConnectionSet {
    const at = this.always(positions);
    const { row, bonds } = this.reachability.fan(from);
    const bondOf = new Int32Array(this.endpoints.length);
    row.spread(bondOf);
    return (to) => {
      const position = at.get(to);
      return position === undefined ? this.allowed(from, to) : bonds.bond(bondOf[position] as number).connections;
    };
  }

  /** The workloads that it may open something to. Cost: a fan. */
  reached(endpoint: Endpoint): readonly Endpoint[] {
    const { peers } = this.reachability.fan(endpoint).row.openPeers();
    return this.workloadsAt(Bitset.of(peers), endpoint);
  }

  private workloadsAt(positions: Bitset, but: Endpoint): readonly Endpoint[] {
    return [...positions]
      .map((position) => this.endpoints[position] as Endpoint)
      .filter((one) => one !== but && one.type !== "address");
  }

  /** The ports its containers declare. */
  declaredPorts(endpoint: Endpoint): ConnectionSet {
    return this.always(portsByEndpoint).get(endpoint) ?? portsOf(endpoint);
  }

  /** A concrete flow with this verdict, out of the connections given. */
  witness(from: Endpoint, to: Endpoint, verdict: Verdict, among = ConnectionSet.ALL_PORTS): Witness | undefined {
    const open = this.reachability.connection(from, to).connections;
    const candidates = verdict === "allow" ? open.intersect(among) : among.subtract(open);
    const picked = pick(candidates, to.type === "address" ? WEB : this.declaredPorts(to));
    if (!picked) return undefined;
    const [protocol, port] = picked;
    return { from: from.id, to: to.id, protocol, port, verdict };
  }

  private opennessOf(endpoint: Endpoint, direction: Direction): Openness {
    if (isOnHost(endpoint) || endpoint.type === "address" || deniesByDefault(this.cluster)) return "nobody";
    if (this.reachability.governed(endpoint, direction) === "no") return "anyone";
    if (this.reachability.isolated(endpoint, direction) === "yes") return "nobody";
    const peers = this.endpoints.filter((peer) => peer !== endpoint);
    const isOpen = (peer: Endpoint) => this.reachability.side(endpoint, peer, direction).opening !== "policy";
    return peers.every(isOpen) ? "anyone" : peers.some(isOpen) ? "some" : "nobody";
  }
}

function isIn({ id, namespace }: Endpoint, focus: Focus): boolean {
  return namespace === focus.namespace && (focus.subject === undefined || id === focus.subject);
}

/** Whether its pods share the network of their node, where most implementations apply no policy. */
export function isOnHost({ members }: Endpoint): boolean {
  return members.some(({ pods }) => pods.some(({ network }) => network === "host"));
}

function networkPoliciesOf({ policies }: FindingContext): readonly NetworkPolicyMatch[] {
  return inOrder(policies);
}

function inOrder(policies: readonly PolicyMatch[]): readonly NetworkPolicyMatch[] {
  return policies.filter(isNetworkPolicy).sort((a, b) => (nameOf(a.written) < nameOf(b.written) ? -1 : 1));
}

function isNetworkPolicy(match: PolicyMatch): match is NetworkPolicyMatch {
  return "podSelector" in match.written;
}

/** One object for all equal sets: most workloads declare what others do, and uniting those is then nothing to do. */
function portsByEndpoint({ endpoints }: Unpoliced): ReadonlyMap<Endpoint, ConnectionSet> {
  const sets = new Map<string, ConnectionSet>();
  const distinct = (set: ConnectionSet) => {
    const known = sets.get(set.key) ?? set;
    sets.set(set.key, known);
    return known;
  };
  return new Map(endpoints.map((endpoint) => [endpoint, distinct(portsOf(endpoint))]));
}

function portsOf({ members }: Endpoint): ConnectionSet {
  const declared = members.flatMap(({ pods }) => pods.flatMap(({ ports }) => ports));
  return ConnectionSet.union(declared.map(({ protocol, port }) => ConnectionSet.ports(protocol, port, port)));
}

/** For each endpoint of the listing, by position, the positions of those that may open something to it. */
function openedFrom({ reachability }: FindingContext): readonly Bitset[] {
  const { endpoints } = reachability;
  const width = Math.ceil(endpoints.length / 32);
  const words = endpoints.map(() => new Int32Array(width));
  endpoints.forEach((from, source) => {
    for (const to of reachability.fan(from).row.openPeers().peers) {
      const row = words[to] as Int32Array;
      row[source >> 5] = (row[source >> 5] as number) | (1 << (source & 31));
    }
  });
  return words.map((row) => Bitset.fromWords(row));
}

function positions({ endpoints }: Unpoliced): ReadonlyMap<Endpoint, number> {
  return new Map(endpoints.map((endpoint, position) => [endpoint, position]));
}

function internetOf(program: Program): Endpoint {
  const named = findEndpoint(program, "internet");
  if (named.kind !== "endpoint") throw new Error("`internet` names no endpoint");
  return named.endpoint;
}

type IsolationIndex = { readonly [D in Direction]: ReadonlyMap<Endpoint, readonly NetworkPolicyMatch[]> };

function isolationIndex(policies: readonly NetworkPolicyMatch[]): IsolationIndex {
  const index = {
    ingress: new Map<Endpoint, NetworkPolicyMatch[]>(),
    egress: new Map<Endpoint, NetworkPolicyMatch[]>(),
  };
  for (const policy of policies) {
    for (const direction of policy.isolates) {
      for (const { endpoint, likelihood } of policy.selects) {
        if (likelihood === "possible" || isOnHost(endpoint)) continue;
        const known = index[direction].get(endpoint);
        if (known) known.push(policy);
        else index[direction].set(endpoint, [policy]);
      }
    }
  }
  return index;
}

const WEB = ConnectionSet.ports("TCP", 443, 443);

/** One port out of a set: one of the usual ones if it can be, else the lowest. */
function pick(connections: ConnectionSet, usual: ConnectionSet): readonly [Protocol, number] | undefined {
  const known = connections.intersect(usual);
  const from = known.isEmpty ? connections : known;
  for (const protocol of PROTOCOLS) {
    const range = from.portRanges(protocol).find(([, last]) => last > 0);
    if (range) return [protocol, Math.max(range[0], 1)];
  }
  return undefined;
}
