import { type Assumption, type Direction, HOST_NETWORK } from "../model/flow.ts";
import type { Options } from "../model/options.ts";
import type { Isolation, Layer, PartyIndex, Program, Rule, Selection, Tier } from "../model/program.ts";

/** How sure it is that something holds: as taken by default, beyond doubt, and at all. `certain` implies `expected` implies `possible`. */
export interface Likelihood {
  readonly expected: boolean;
  readonly certain: boolean;
  readonly possible: boolean;
}

/** Which open questions are left open; the others are settled at their defaults. */
export type OpenQuestions = "all" | ReadonlySet<Assumption> | HostNetworkSettled;

/**
 * How host-network pods are seen is settled, at its default or, where `otherwise` says how, the other way; what else is open is in
 * `open`. A pod is seen in one way on both sides, by all policies at once, so taking the two in turn says more than leaving it open.
 */
export interface HostNetworkSettled {
  readonly otherwise?: Options["hostNetworkPods"];
  readonly open: "all" | ReadonlySet<Assumption>;
}

/** What one tier has to say about one subject: the rules that apply to it, in order, and whether it is isolated. */
export interface TierProfile {
  readonly tier: Tier;
  readonly rules: readonly ApplicableRule[];
  readonly isolation: Likelihood;
  /** The policies that isolate the subject, or may. */
  readonly isolatedBy: readonly Isolation[];
}

export interface ApplicableRule {
  readonly rule: Rule;
  /** Whether the subject is the rule's. */
  readonly applies: Likelihood;
}

/** All that a layer says about one subject in one direction. */
export type Profile = readonly TierProfile[];

export const YES: Likelihood = { expected: true, certain: true, possible: true };
export const NO: Likelihood = { expected: false, certain: false, possible: false };

/** Whether a party belongs to a selection; `of` tells whether that is one of pods by their labels alone. */
export function membership(
  selection: Selection,
  party: PartyIndex,
  open: OpenQuestions = "all",
  of: "labelled pods" | "others" = "labelled pods",
): Likelihood {
  const expected = selection.members.has(party);
  const doubts = selection.doubts.filter(({ parties }) => parties.has(party)).map(({ assumption }) => assumption);
  const doubtful = doubts.some((assumption) => isOpen(open, assumption));
  const seenAs = hostNetworkOtherwise(open);
  const maybe = { expected, certain: false, possible: true };
  if (seenAs !== undefined && doubts.includes(HOST_NETWORK)) {
    if (of === "others") return maybe;
    if (seenAs === "node") return NO;
    return doubtful ? maybe : YES;
  }
  if (!doubtful) return expected ? YES : NO;
  return maybe;
}

export function isOpen(open: OpenQuestions, assumption: Assumption): boolean {
  if (open === "all") return true;
  if ("has" in open) return open.has(assumption);
  return assumption !== HOST_NETWORK && isOpen(open.open, assumption);
}

/** How host-network pods are seen where that is settled against the default. */
export function hostNetworkOtherwise(open: OpenQuestions): Options["hostNetworkPods"] | undefined {
  return open === "all" || "has" in open ? undefined : open.otherwise;
}

/** True when at least one holds, as far as each is known to. */
export function anyOf(each: readonly Likelihood[]): Likelihood {
  return {
    expected: each.some(({ expected }) => expected),
    certain: each.some(({ certain }) => certain),
    possible: each.some(({ possible }) => possible),
  };
}

/** Profiles with everything left open, of layers still in use. A layer never changes, so they hold as long as it is there. */
const kept = new WeakMap<Layer, Map<string, Profile>>();

/** The profile of one subject. Cost: one look at every rule of the layer, the first time it is asked for with everything left open. */
export function profileOf(
  layer: Layer,
  direction: Direction,
  subject: PartyIndex,
  open: OpenQuestions = "all",
): Profile {
  const work = () => layer.tiers[direction].map((tier) => tierProfile(tier, tier.rules, tier.isolation, subject, open));
  if (open !== "all") return work();
  const ofLayer = kept.get(layer) ?? new Map<string, Profile>();
  kept.set(layer, ofLayer);
  const key = `${direction} ${subject}`;
  const profile = ofLayer.get(key) ?? work();
  ofLayer.set(key, profile);
  return profile;
}

/**
 * The profiles of every party; parties with the same rules and isolation share one object, so it can serve as a key.
 * Cost: one visit for each (rule, subject) pair that applies.
 */
export function profiles(program: Program, layer: Layer, direction: Direction): readonly Profile[] {
  const tiers = layer.tiers[direction].map((tier) => ({
    tier,
    rules: bySubject(program, tier.rules),
    isolation: bySubject(program, tier.isolation),
  }));
  const shared = new Map<string, Profile>();
  return program.parties.map((_, party) => {
    const key = tiers
      .map(({ rules, isolation }) => signature(rules[party], party) + signature(isolation[party], party))
      .join("|");
    const known = shared.get(key);
    if (known) return known;
    const profile = tiers.map(({ tier, rules, isolation }) =>
      tierProfile(tier, entries(rules[party]), entries(isolation[party]), party, "all"),
    );
    shared.set(key, profile);
    return profile;
  });
}

function tierProfile(
  tier: Tier,
  rules: readonly Rule[],
  isolation: readonly Isolation[],
  subject: PartyIndex,
  open: OpenQuestions,
): TierProfile {
  const applicable: ApplicableRule[] = [];
  for (const rule of rules) {
    const applies = membership(rule.subject, subject, open);
    if (applies.possible) applicable.push({ rule, applies });
  }
  const isolatedBy = isolation.filter((entry) => membership(entry.subject, subject, open).possible);
  return {
    tier,
    rules: applicable,
    isolation: anyOf(isolatedBy.map((entry) => membership(entry.subject, subject, open))),
    isolatedBy,
  };
}

interface Entry<T> {
  readonly position: number;
  readonly value: T;
}

/** For each party, the entries whose subject it is or may be, in order. */
function bySubject<T extends { readonly subject: Selection }>(
  program: Program,
  all: readonly T[],
): readonly Entry<T>[][] {
  const index: Entry<T>[][] = program.parties.map(() => []);
  all.forEach((value, position) => {
    const possible = value.subject.doubts.reduce((set, doubt) => set.union(doubt.parties), value.subject.members);
    for (const party of possible) index[party]?.push({ position, value });
  });
  return index;
}

function entries<T>(list: readonly Entry<T>[] | undefined): readonly T[] {
  return (list ?? []).map(({ value }) => value);
}

/** Positions, each with how surely the party is a subject, so that only truly equal profiles are shared. */
function signature<T extends { readonly subject: Selection }>(
  list: readonly Entry<T>[] | undefined,
  party: PartyIndex,
): string {
  return (list ?? [])
    .map(({ position, value }) => {
      const { certain, expected } = membership(value.subject, party);
      return `${position}${certain ? "" : expected ? "+" : "?"}`;
    })
    .concat(";")
    .join();
}
