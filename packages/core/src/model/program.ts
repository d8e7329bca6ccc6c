import type { Bitset } from "./bitset.ts";
import type { Cluster, Pod } from "./cluster.ts";
import type { Assumption, Direction, Family } from "./flow.ts";
import type { IpSet } from "./ip.ts";
import type { Memory } from "./memory.ts";
import type { Options } from "./options.ts";
import type { ContainerPort, PortMatch } from "./ports.ts";
import type { Span } from "./source.ts";

/**
 * The one compiled form of every policy dialect: selectors and CIDRs resolved, names gone, order made explicit.
 *
 * Everything policies can tell apart is a {@link Party}; rules speak of sets of parties by index. Layers are ANDed; inside a layer
 * tiers are asked in order; inside a tier rules are asked in order and the first that matches decides. A union dialect is a tier
 * in which every rule allows and `isolation` denies the rest; a first-match dialect is a tier of ordered allow, deny and pass
 * rules without isolation. Nothing here, and nothing that reads it, knows an `apiVersion`.
 */
export interface Program {
  readonly cluster: Cluster;
  readonly options: Options;
  /** Equivalence classes of pods first, then blocks of outside addresses; together they cover everything a flow can start or end at. */
  readonly parties: readonly Party[];
  readonly layers: readonly Layer[];
  /** The policies behind the rules, in the order their tiers are asked; those without a rule too. */
  readonly policies: readonly GoverningPolicy[];
  /** What might change verdicts without being a rule: policies that could not be used. */
  readonly caveats: readonly Caveat[];
  /** What has been worked out of it so far; it changes no answer. */
  readonly memory: Memory;
}

/** Index into {@link Program.parties}. */
export type PartyIndex = number;

export type Party = PodClass | AddressBlock;

/** Pods that no selector, named port or address block tells apart. */
export interface PodClass {
  readonly kind: "pods";
  readonly index: PartyIndex;
  readonly namespace: string;
  readonly pods: readonly Pod[];
  /** Declared ports of every pod of the class whose name some rule mentions. */
  readonly ports: readonly ContainerPort[];
  readonly network: "pod" | "host";
  /** Address families its pods have, or are taken to have where the input shows no address. */
  readonly families: readonly Family[];
}

/** Outside addresses of one family that every rule treats alike. */
export interface AddressBlock {
  readonly kind: "addresses";
  readonly index: PartyIndex;
  readonly addresses: IpSet;
  readonly family: Family;
}

/** One system that has to let a flow through. All layers must allow. */
export interface Layer {
  readonly name: "network";
  readonly tiers: { readonly [D in Direction]: readonly Tier[] };
  /** What happens to a flow that no tier decides. */
  readonly final: "allow" | "deny";
}

export type TierName = "admin" | "network-policy" | "baseline";

export interface Tier {
  readonly name: TierName;
  /** In the order they are asked. */
  readonly rules: readonly Rule[];
  /** Whether every rule allows, so that their order means nothing. */
  readonly allowing: boolean;
  /** Who is isolated: for them, what no rule of the tier decides is denied here. */
  readonly isolation: readonly Isolation[];
  /** Whether traffic between a pod and the node it runs on is exempt from the tier. */
  readonly ownNode: Exemption;
  /** Whether a pod that reaches itself through a Service is. */
  readonly hairpin: Exemption;
  /** What the tier does to protocols without ports at those it isolates: what its rules say, or one thing whatever they say. */
  readonly otherProtocols: "by-rules" | "allow" | "deny";
}

/** Whether a tier leaves something alone, and the assumption on which that rests, where the API does not settle it. */
export interface Exemption {
  readonly exempt: boolean;
  readonly doubt?: Assumption;
}

export interface Rule {
  readonly policy: PolicyRef;
  /** Position in the policy's list for this direction, from 0. */
  readonly index: number;
  readonly subject: Selection;
  /** Matches when one of them does. */
  readonly peers: "any" | readonly Peer[];
  /** Matches when one of them does. */
  readonly ports: "any" | readonly PortMatch[];
  /** Whether the API settles that port ranges reach to their end, or an implementation may stop at the first port. */
  readonly ranges: "whole" | "by-option";
  readonly action: Action;
  /** Shared by rules of different policies whose order the API does not settle; each of those policies might come first. */
  readonly tie?: number | undefined;
  readonly span: Span;
}

export type Action = "allow" | "deny" | "pass";

export interface Isolation {
  readonly policy: PolicyRef;
  readonly subject: Selection;
}

export interface Peer {
  /** How the peer was written; address peers differ by family and cannot resolve named ports of outside addresses. */
  readonly kind: "pods" | "addresses";
  readonly selection: { readonly [F in Family]: Selection };
  /** Addresses cut out of the block as written; for explanations. */
  readonly exceptions?: readonly string[];
  /** Whether it may be compared with the address of the Service that was dialled, in place of the endpoint's. */
  readonly serviceAddress: "ignored" | "by-option";
  /** Present when traffic under the address of a node may count as the peer's. */
  readonly nodes?: { readonly admitted: boolean; readonly doubt: Assumption };
  readonly span: Span;
}

/** A set of parties, with what the input leaves open about who belongs to it. */
export interface Selection {
  /** Members, taking every open question at its default. */
  readonly members: Bitset;
  readonly doubts: readonly Doubt[];
}

/** Parties whose membership rests on an assumption, whether they were counted in or not. */
export interface Doubt {
  readonly parties: Bitset;
  readonly assumption: Assumption;
}

export interface PolicyRef {
  readonly kind: string;
  /** Absent for cluster-scoped policies. */
  readonly namespace?: string;
  readonly name: string;
  readonly span: Span;
}

/** What a policy is before its rules: whom it selects, and where it comes in the order. */
export interface GoverningPolicy {
  readonly policy: PolicyRef;
  readonly tier: TierName;
  /** Lower first, `last` after them all; absent where order means nothing. */
  readonly priority?: number | "last";
  readonly subject: Selection;
  /** Directions in which what none of its tier's rules allows is denied to the subject. */
  readonly isolates: readonly Direction[];
}

/** `namespace/name`, or the name of a cluster-scoped policy. */
export function policyId(policy: PolicyRef): string {
  return policy.namespace === undefined ? policy.name : `${policy.namespace}/${policy.name}`;
}

/** An assumption that touches every verdict on these subjects. */
export interface Caveat {
  readonly policy: PolicyRef;
  readonly subjects: Bitset;
  /** What taking it into account could do to them: nothing, only deny more, or either. */
  readonly effect: "none" | "closes" | "either";
  readonly assumption: Assumption;
}
