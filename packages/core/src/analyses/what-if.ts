import { type Prepared, prepare, resolvePolicy, wordsOf } from "../compile/compile.ts";
import { knowledge, together, type Vocabulary } from "../compile/vocabulary.ts";
import type { Sides } from "../engine/bond-between.ts";
import { Bonds } from "../engine/bonds.ts";
import { type Endpoint, endpointsOf } from "../engine/endpoints.ts";
import { anyOf, type TierProfile, YES } from "../engine/profile.ts";
import { SideTable } from "../engine/side-table.ts";
import type { Cluster, NetworkPolicy } from "../model/cluster.ts";
import { ConnectionSet } from "../model/connections.ts";
import type { Direction } from "../model/flow.ts";
import { type Options, UPSTREAM } from "../model/options.ts";
import { ascending } from "../model/order.ts";
import { type PolicyRef, policyId, type Tier } from "../model/program.ts";
import { Differences, type Edited, type Effects } from "./differences.ts";
import { nameOf } from "./edit.ts";

/** One NetworkPolicy before and after: without the one it is new, without the other it is gone. */
export interface PolicyEdit {
  readonly before?: NetworkPolicy;
  readonly after?: NetworkPolicy;
}

/**
 * A cluster under edit: what changing policies would do, worked out from what the change touches and nothing else.
 *
 * `apply` gives the cluster once edited and leaves this one as it is, so undoing is going on from this one. Only the subjects of the
 * edited policies get new rows; of the others nothing is computed again. Where a policy tells apart what none did before, everything
 * is compiled again, once. Cost of opening: compiling, and the rows of every subject.
 */
export class WhatIf {
  private constructor(
    private readonly base: Base,
    private readonly sides: Sides,
    /** What the policies edited since the base say, by name; nothing of those that are gone. */
    private readonly edited: ReadonlyMap<string, Resolved | undefined>,
  ) {}

  static open(cluster: Cluster, options: Options = UPSTREAM, words?: Vocabulary): WhatIf {
    const prepared = prepare(cluster, options, words && { more: words });
    const { program, vocabulary } = prepared;
    const sides = { egress: SideTable.of(program, "egress"), ingress: SideTable.of(program, "ingress") };
    const bonds = new Bonds({ egress: sides.egress.verdicts, ingress: sides.ingress.verdicts }, ConnectionSet.ALL);
    const base: Base = {
      prepared,
      differences: new Differences(program, sides, endpointsOf(program, "workload"), bonds),
      policies: new Map(cluster.networkPolicies.map((policy) => [nameOf(policy), policy])),
      knows: knowledge(vocabulary, cluster),
    };
    return new WhatIf(base, sides, new Map());
  }

  /** The cluster as edited so far. Cost: one look at each policy. */
  get cluster(): Cluster {
    const { cluster } = this.base.prepared.program;
    const kept = cluster.networkPolicies.filter((policy) => !this.edited.has(nameOf(policy)));
    const come = [...this.edited.values()].flatMap((resolved) => (resolved ? [resolved.policy] : []));
    return { ...cluster, networkPolicies: [...kept, ...come].sort((a, b) => ascending(nameOf(a), nameOf(b))) };
  }

  /** What changes are told of: workloads, and blocks of outside addresses. */
  get endpoints(): readonly Endpoint[] {
    return this.base.differences.endpoints;
  }

  /** The cluster once the edits are made, and what they change. A policy added under a name already taken takes its place. */
  apply(edits: readonly PolicyEdit[]): { readonly after: WhatIf; readonly effects: Effects } {
    const known = this.withWordsOf(edits);
    if (known !== this) return known.apply(edits);
    const changes = edits.flatMap((edit) => this.changesOf(edit));
    const sides = {
      egress: this.changed("egress", changes),
      ingress: this.changed("ingress", changes),
    };
    const edited = new Map(this.edited);
    for (const { name, after } of changes) edited.set(name, after);
    const effects = this.base.differences.between(this.sides, sides, changes.flatMap(causesOf));
    return { after: new WhatIf(this.base, sides, edited), effects };
  }

  /** This, or the same over parties that the edits' policies can tell apart. */
  private withWordsOf(edits: readonly PolicyEdit[]): WhatIf {
    const { program, vocabulary } = this.base.prepared;
    const words = edits.flatMap(({ after }) => (after ? [wordsOf(program, after)] : []));
    if (words.every(this.base.knows)) return this;
    return WhatIf.open(this.cluster, program.options, words.reduce(together, vocabulary));
  }

  private changesOf({ before, after }: PolicyEdit): readonly PolicyChange[] {
    const names = new Set([before, after].flatMap((policy) => (policy ? [nameOf(policy)] : [])));
    return [...names].map((name) => ({
      name,
      before: this.resolved(name),
      after: after && nameOf(after) === name ? this.resolve(after) : undefined,
    }));
  }

  private resolved(name: string): Resolved | undefined {
    if (this.edited.has(name)) return this.edited.get(name);
    const policy = this.base.policies.get(name);
    return policy && this.resolve(policy);
  }

  private resolve(policy: NetworkPolicy): Resolved {
    return { policy, tiers: new Map(resolvePolicy(this.base.prepared, policy)) };
  }

  /** One direction once policies are changed. */
  private changed(direction: Direction, changes: readonly PolicyChange[]): SideTable {
    return changes.reduce((table, { name, before, after }) => {
      const gone = before?.tiers.get(direction);
      const come = after?.tiers.get(direction);
      const subjects = [gone, come].map((tier) => tier?.isolation[0]?.subject.members);
      const touched = new Set(subjects.flatMap((members) => [...(members ?? [])]));
      const comes = (kind: number) => (kind === 1 ? come : undefined);
      return table.changed(
        touched,
        (subject) => (subjects[1]?.has(subject) ? 1 : 0),
        (profiles, kind) => profiles.map((profile) => profile.map((tier) => edit(tier, name, comes(kind)))),
      );
    }, this.sides[direction]);
  }
}

/** What clusters that come from one another by edits have in common. */
interface Base {
  readonly prepared: Prepared;
  readonly differences: Differences;
  /** By name. */
  readonly policies: ReadonlyMap<string, NetworkPolicy>;
  /** Whether the parties can tell apart what these words can. */
  readonly knows: (words: Vocabulary) => boolean;
}

/** A policy over the parties of a program: a tier of its own in each direction it is in force in. */
interface Resolved {
  readonly policy: NetworkPolicy;
  readonly tiers: ReadonlyMap<Direction, Tier>;
}

interface PolicyChange {
  readonly name: string;
  readonly before: Resolved | undefined;
  readonly after: Resolved | undefined;
}

/** A tier's profile without the policy of a name, and with what takes its place. */
function edit(profile: TierProfile, name: string, come: Tier | undefined): TierProfile {
  if (profile.tier.name !== "network-policy") return profile;
  const isOther = ({ policy }: { readonly policy: PolicyRef }) => policyId(policy) !== name;
  const rules = [
    ...profile.rules.filter(({ rule }) => isOther(rule)),
    ...(come?.rules ?? []).map((rule) => ({ rule, applies: YES })),
  ];
  const isolatedBy = [...profile.isolatedBy.filter(isOther), ...(come?.isolation ?? [])];
  return { ...profile, rules, isolatedBy, isolation: anyOf(isolatedBy.map(() => YES)) };
}

/** The policies of a change, with whom they are about. */
function causesOf({ before, after }: PolicyChange): readonly Edited[] {
  return [before, after].flatMap((resolved) =>
    resolved
      ? [...resolved.tiers].flatMap(([direction, { isolation }]) =>
          isolation.map(({ policy, subject }) => ({ policy, direction, subjects: subject.members })),
        )
      : [],
  );
}
