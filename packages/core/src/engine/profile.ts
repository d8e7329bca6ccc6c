import { type Assumption, type Direction, HOST_NETWORK } from "../model/flow.ts";
import type { Options } from "../model/options.ts";
import type { Isolation, Layer, PartyIndex, Program, Rule, Selection, Tier } from "../model/program.ts";
import { Numbering, Sequences } from "../model/sequences.ts";

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

/** Every open question settled at its default. */
export const SETTLED: OpenQuestions = new Set();

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
  if (selection.doubts.length === 0) return expected ? YES : NO;
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

/** Profiles with everything left open. */
class KnownProfiles {
  readonly of = { ingress: new WeakMap<Layer, Profile[]>(), egress: new WeakMap<Layer, Profile[]>() };
}

/** The profile of one subject. Cost: one look at every rule of the layer, the first time it is asked for with everything left open. */
export function profileOf(
  { memory }: Program,
  layer: Layer,
  direction: Direction,
  subject: PartyIndex,
  open: OpenQuestions = "all",
): Profile {
  const work = () => layer.tiers[direction].map((tier) => tierProfile(tier, tier.rules, tier.isolation, subject, open));
  if (open !== "all") return work();
  const known = memory.of(KnownProfiles).of[direction];
  const ofLayer = known.get(layer) ?? [];
  known.set(layer, ofLayer);
  const profile = ofLayer[subject] ?? work();
  ofLayer[subject] = profile;
  return profile;
}

/**
 * What every party's profiles are when each open question is settled at its default: parties with the same rules and isolation have
 * the same number; for each number, one profile for each layer.
 *
 * Cost: one visit for each (distinct subject, party it holds) pair.
 */
export function profilesOf(
  program: Program,
  direction: Direction,
): { readonly numbers: Int32Array; readonly profiles: readonly (readonly Profile[])[] } {
  const subjects = bySubject(program, direction);
  const sequences = new Sequences();
  const lists = new Int32Array(program.parties.length);
  subjects.forEach(({ subject }, number) => {
    subject.members.forEach((party) => {
      lists[party] = sequences.append(lists[party] as number, number);
    });
  });
  const distinct = new Numbering<number>();
  const profiles: (readonly Profile[])[] = [];
  const numbers = lists.map((list) => {
    const number = distinct.of(list);
    if (number === profiles.length) {
      const says = sequences.elements(list).flatMap((subject) => (subjects[subject] as Governed).says);
      profiles.push(program.layers.map(({ tiers }) => tiers[direction].map((tier) => settledProfile(tier, says))));
    }
    return number;
  });
  return { numbers, profiles };
}

function settledProfile(tier: Tier, says: readonly Saying[]): TierProfile {
  const rules: Placed[] = [];
  const isolatedBy: Isolation[] = [];
  for (const own of says) {
    if (own.tier !== tier) continue;
    for (const rule of own.rules) rules.push(rule);
    for (const isolation of own.isolation) isolatedBy.push(isolation);
  }
  rules.sort((a, b) => a.position - b.position);
  return { tier, rules, isolation: isolatedBy.length > 0 ? YES : NO, isolatedBy };
}

/** One set of subjects, and all that tiers say about it. */
interface Governed {
  readonly subject: Selection;
  readonly says: readonly Saying[];
}

/** A rule of those it is for, and its place in the tier. */
interface Placed extends ApplicableRule {
  readonly position: number;
}

interface Saying {
  readonly tier: Tier;
  readonly rules: Placed[];
  readonly isolation: Isolation[];
}

function bySubject({ layers }: Program, direction: Direction): readonly Governed[] {
  const found = new Map<Selection, Saying[]>();
  const saying = (subject: Selection, tier: Tier): Saying => {
    let list = found.get(subject);
    if (!list) {
      list = [];
      found.set(subject, list);
    }
    let own = list.at(-1);
    if (own?.tier !== tier) {
      own = { tier, rules: [], isolation: [] };
      list.push(own);
    }
    return own;
  };
  for (const { tiers } of layers) {
    for (const tier of tiers[direction]) {
      tier.rules.forEach((rule, position) => {
        saying(rule.subject, tier).rules.push({ rule, applies: YES, position });
      });
      for (const isolation of tier.isolation) saying(isolation.subject, tier).isolation.push(isolation);
    }
  }
  return [...found].map(([subject, says]) => ({ subject, says }));
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
