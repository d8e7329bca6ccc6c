import { type Prepared, resolvePolicy } from "../compile/compile.ts";
import type { Sides } from "../engine/bond-between.ts";
import { type ApplicableRule, anyOf, NO, type Profile, type TierProfile, YES } from "../engine/profile.ts";
import type { SideTable } from "../engine/side-table.ts";
import { Bitset } from "../model/bitset.ts";
import type { AdminPolicy, Namespace, NamespacedPods, NetworkPolicy } from "../model/cluster.ts";
import type { Direction } from "../model/flow.ts";
import { type PartyIndex, type PolicyRef, type Program, policyId, type Rule, type Tier } from "../model/program.ts";
import { type LabelSelector, matches } from "../model/selector.ts";
import { Sequences } from "../model/sequences.ts";
import type { Edited } from "./differences.ts";

/** A policy over the parties of a program: a tier of its own in each direction it is in force in. */
export interface Resolved {
  readonly policy: NetworkPolicy;
  readonly tiers: ReadonlyMap<Direction, Tier>;
}

/** A NetworkPolicy that is edited, or that means other pods since namespaces are. */
export interface PolicyChange {
  readonly name: string;
  readonly before: Resolved | undefined;
  readonly after: Resolved | undefined;
  /** The edited namespaces it means, where it is not edited itself. */
  readonly because?: readonly PolicyRef[];
}

/** An admin tier of which edited namespaces change whom its rules mean. */
export interface TierChange {
  readonly direction: Direction;
  readonly before: Tier;
  readonly after: Tier;
  readonly because: readonly PolicyRef[];
}

/** What a policy comes to over the parties, and the namespaces, of a program. */
export function resolved(prepared: Prepared, policy: NetworkPolicy): Resolved {
  return { policy, tiers: new Map(resolvePolicy(prepared, policy)) };
}

/** Both directions once policies and tiers are changed; these very ones where nothing is. */
export function sidesAfter(sides: Sides, policies: readonly PolicyChange[], tiers: readonly TierChange[]): Sides {
  if (policies.length === 0 && tiers.length === 0) return sides;
  const changed = (direction: Direction) =>
    tiers
      .filter((change) => change.direction === direction)
      .reduce(withTier, withPolicies(sides[direction], direction, policies));
  return { egress: changed("egress"), ingress: changed("ingress") };
}

/** All policies at once: each subject gets its new profile from the changes that touch it. */
function withPolicies(table: SideTable, direction: Direction, policies: readonly PolicyChange[]): SideTable {
  const sequences = new Sequences();
  const kinds = new Map<PartyIndex, number>();
  policies.forEach(({ before, after }, position) => {
    const [gone, come] = [before, after].map((resolved) => subjectsIn(resolved, direction)) as [Bitset, Bitset];
    gone.union(come).forEach((subject) => {
      const touch = position * 2 + (come.has(subject) ? 1 : 0);
      kinds.set(subject, sequences.append(kinds.get(subject) ?? Sequences.EMPTY, touch));
    });
  });
  if (kinds.size === 0) return table;
  return table.changed(
    kinds.keys(),
    (subject) => kinds.get(subject) as number,
    (profiles, kind) => {
      const touches = sequences.elements(kind);
      const gone = new Set(touches.map((touch) => (policies[touch >> 1] as PolicyChange).name));
      const come = touches.flatMap((touch) => {
        const tier = touch % 2 === 1 && policies[touch >> 1]?.after?.tiers.get(direction);
        return tier ? [tier] : [];
      });
      return profiles.map((profile) => profile.map((tier) => withRulesOf(tier, gone, come)));
    },
  );
}

function subjectsIn(resolved: Resolved | undefined, direction: Direction): Bitset {
  return resolved?.tiers.get(direction)?.isolation[0]?.subject.members ?? Bitset.EMPTY;
}

/** A tier's profile without the policies of some names, and with what takes their place. */
function withRulesOf(profile: TierProfile, gone: ReadonlySet<string>, come: readonly Tier[]): TierProfile {
  if (profile.tier.name !== "network-policy") return profile;
  const isOther = ({ policy }: { readonly policy: PolicyRef }) => !gone.has(policyId(policy));
  const rules = [
    ...profile.rules.filter(({ rule }) => isOther(rule)),
    ...come.flatMap((tier) => tier.rules.map((rule) => ({ rule, applies: YES }))),
  ];
  const isolatedBy = [...profile.isolatedBy.filter(isOther), ...come.flatMap(({ isolation }) => isolation)];
  return { ...profile, rules, isolatedBy, isolation: anyOf(isolatedBy.map(() => YES)) };
}

/** All that the tiers of a program, and NetworkPolicies, say about a party. */
export function profilesUnder(
  { layers }: Program,
  direction: Direction,
  policies: readonly Resolved[],
  party: PartyIndex,
): readonly Profile[] {
  const selecting = policies.flatMap((policy) => {
    const tier = policy.tiers.get(direction);
    return tier && subjectsIn(policy, direction).has(party) ? [tier] : [];
  });
  return layers.map(({ tiers }) =>
    tiers[direction].map((tier): TierProfile => {
      const rules = tier.name === "network-policy" ? [] : rulesFor(tier, party);
      return withRulesOf({ tier, rules, isolation: NO, isolatedBy: [] }, new Set(), selecting);
    }),
  );
}

function rulesFor({ rules }: Tier, party: PartyIndex): readonly ApplicableRule[] {
  return rules.filter(({ subject }) => subject.members.has(party)).map((rule) => ({ rule, applies: YES }));
}

/** Everybody whom some rule of an admin tier governs, or did, gets the rules that govern it now. */
function withTier(table: SideTable, { before, after }: TierChange): SideTable {
  const lists = new Map<string, { readonly kind: number; readonly rules: readonly Rule[] }>();
  const kinds: (readonly Rule[])[] = [];
  const kindOf = (subject: PartyIndex) => {
    const governing = after.rules.flatMap(({ subject: { members } }, position) =>
      members.has(subject) ? [position] : [],
    );
    const key = governing.join();
    let list = lists.get(key);
    if (!list) {
      list = { kind: kinds.length, rules: governing.map((position) => after.rules[position] as Rule) };
      lists.set(key, list);
      kinds.push(list.rules);
    }
    return list.kind;
  };
  const governedBy = (profile: Profile, kind: number) =>
    profile.map((tier): TierProfile => {
      if (tier.tier.name !== after.name) return tier;
      const rules = (kinds[kind] ?? []).map((rule) => ({ rule, applies: YES }));
      return { tier: after, rules, isolation: NO, isolatedBy: [] };
    });
  return table.changed(subjectsOf(before, after), kindOf, (profiles, kind) =>
    profiles.map((profile) => governedBy(profile, kind)),
  );
}

function subjectsOf(...tiers: readonly Tier[]): Bitset {
  return Bitset.union(tiers.flatMap(({ rules }) => rules.map(({ subject }) => subject.members)));
}

/** The edited policies and namespaces, with whom they are about. */
export function editedBy(policies: readonly PolicyChange[], tiers: readonly TierChange[]): readonly Edited[] {
  return [
    ...policies.flatMap(({ before, after, because }) =>
      [before, after].flatMap((resolved) =>
        [...(resolved?.tiers ?? [])].flatMap(([direction, { isolation }]) =>
          isolation.flatMap(({ policy, subject }) =>
            (because ?? [policy]).map((cause) => ({ policy: cause, direction, subjects: subject.members })),
          ),
        ),
      ),
    ),
    ...tiers.flatMap(({ direction, before, after, because }) => {
      const subjects = subjectsOf(before, after);
      return because.map((policy) => ({ policy, direction, subjects }));
    }),
  ];
}

/** An edited namespace, and whether a selector holds of it otherwise than before. */
export interface NamespaceEdited {
  readonly ref: PolicyRef;
  readonly differs: Meaning;
}

/** The edited namespaces that touch something. */
function refsOf(namespaces: readonly NamespaceEdited[], touches: (differs: Meaning) => boolean): readonly PolicyRef[] {
  return namespaces.filter(({ differs }) => touches(differs)).map(({ ref }) => ref);
}

/** The admin tiers whose rules mean an edited namespace. */
export function tiersMeaning(
  namespaces: readonly NamespaceEdited[],
  { cluster, layers }: Program,
  { layers: after }: Program,
): readonly TierChange[] {
  if (namespaces.length === 0) return [];
  return (["ingress", "egress"] as const).flatMap((direction) =>
    layers.flatMap(({ tiers }, layer) =>
      tiers[direction].flatMap((before, position) => {
        const own = cluster.adminPolicies.filter(({ tier }) => tier === before.name);
        const because = refsOf(namespaces, (differs) => own.some((policy) => touchesAdminPolicy(policy, differs)));
        const again = after[layer]?.tiers[direction][position];
        return because.length > 0 && again ? [{ direction, before, after: again, because }] : [];
      }),
    ),
  );
}

/** A namespace that is edited, as it was and as it is. */
export interface NamespaceChange {
  readonly before: Namespace | undefined;
  readonly after: Namespace | undefined;
}

/** Whether a selector of some policy holds of a namespace otherwise than it did. */
export type Meaning = (selector: LabelSelector) => boolean;

/** Asks each selector once. */
export function meaningOf({ before, after }: NamespaceChange): Meaning {
  const known = new Map<LabelSelector, boolean>();
  return (selector) => {
    let differs = known.get(selector);
    if (differs === undefined) {
      const [was, is] = [before, after].map((namespace) => namespace && matches(selector, namespace.labels));
      differs = was?.holds !== is?.holds || was?.doubt?.key !== is?.doubt?.key;
      known.set(selector, differs);
    }
    return differs;
  };
}

/** Finds policies by what their peers mean by namespaces. Cost: a look at each peer the first time; then at each distinct selector. */
export function policiesByMeaning(policies: readonly NetworkPolicy[]): (differs: Meaning) => readonly NetworkPolicy[] {
  let known:
    | ReadonlyMap<string, { readonly selector: LabelSelector; readonly policies: Set<NetworkPolicy> }>
    | undefined;
  return (differs) => {
    known ??= bySelector(policies);
    const found = new Set<NetworkPolicy>();
    for (const { selector, policies } of known.values())
      if (differs(selector)) for (const policy of policies) found.add(policy);
    return [...found];
  };
}

function bySelector(policies: readonly NetworkPolicy[]) {
  const found = new Map<string, { readonly selector: LabelSelector; readonly policies: Set<NetworkPolicy> }>();
  for (const policy of policies)
    for (const direction of policy.policyTypes)
      for (const { peers } of policy[direction])
        for (const peer of peers === "any" ? [] : peers) {
          if (peer.kind !== "namespaces") continue;
          const selector = peer.namespaceSelector;
          const text = JSON.stringify(selector.requirements);
          const same = found.get(text);
          if (same) same.policies.add(policy);
          else found.set(text, { selector, policies: new Set([policy]) });
        }
  return found;
}

/** Whether a NetworkPolicy has a peer that means other namespaces. */
export function touchesPolicy({ policyTypes, ...rules }: NetworkPolicy, differs: Meaning): boolean {
  return policyTypes.some((direction) =>
    rules[direction].some(
      ({ peers }) =>
        peers !== "any" && peers.some((peer) => peer.kind === "namespaces" && differs(peer.namespaceSelector)),
    ),
  );
}

/** Whether an admin policy selects or means pods of other namespaces. */
function touchesAdminPolicy({ subject, ingress, egress }: AdminPolicy, differs: Meaning): boolean {
  const touches = ({ namespaceSelector }: NamespacedPods) => differs(namespaceSelector);
  return (
    touches(subject) ||
    [...ingress, ...egress].some(({ peers }) => peers.some((peer) => peer.kind === "pods" && touches(peer)))
  );
}
