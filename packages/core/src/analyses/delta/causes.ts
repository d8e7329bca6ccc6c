import { compile } from "../../compile/compile.ts";
import type { Estimate } from "../../engine/extent.ts";
import { membership } from "../../engine/profile.ts";
import type { Cluster } from "../../model/cluster.ts";
import type { ConnectionSet } from "../../model/connections.ts";
import type { Direction } from "../../model/flow.ts";
import type { Options } from "../../model/options.ts";
import type { PartyIndex, PolicyRef, Program, Selection } from "../../model/program.ts";
import type { Counterpart } from "./counterparts.ts";
import { Estimates } from "./estimates.ts";
import { type EditedPolicy, keyOfRef, type PolicyKey, withVersionsOf } from "./policy-versions.ts";

/** What a change of a pair is about: connections, and the readings of whether they are open. */
export interface Aspect {
  readonly of: ConnectionSet;
  readonly readings: Readings;
}

type Readings = "expected" | "every reading";

export function isSame(a: Estimate, b: Estimate, readings: Readings): boolean {
  if (!a.expected.equals(b.expected)) return false;
  return readings === "expected" || (a.certain.equals(b.certain) && a.possible.equals(b.possible));
}

/** What brought a change about. */
export interface Blame {
  /** Edited policies: with all of them as they were, the edits leave the pair alone; with no others edited, they change it as much. */
  readonly policies: readonly EditedPolicy[];
  /** Whether the change, or part of it, is there without any edit of policies: labels, ports, addresses or nodes are others. */
  readonly byObjects: boolean;
}

/** How many pods may be compiled to find out which of several edits a change needs. */
const MOST_TRIALS = 400_000;

/**
 * Finds the edits behind changes of pairs by undoing some and keeping others.
 *
 * Between two clusters lies a third: the objects of the one after with the policies of the one before. What differs from there on
 * is the doing of policies. Of those that select either end, only such are blamed as a smallest undoing needs, or a smallest doing;
 * all of them where trying would take too long.
 */
export class Causes {
  private readonly programs = new Map<string, Estimates>();
  private readonly subjects: ReadonlyMap<PolicyKey, Subjects>;
  private trials: number;

  constructor(
    private readonly before: Cluster,
    private readonly after: Estimates,
    private readonly edited: readonly EditedPolicy[],
    private readonly options: Options,
    private readonly among: readonly Cluster[],
  ) {
    this.programs.set("", after);
    this.trials = Math.floor(MOST_TRIALS / Math.max(after.program.cluster.pods.length, 1));
    this.subjects = subjectsOf([this.unedited.program, after.program]);
  }

  /** The parties that some edited policy selects, or may select, in a direction. */
  touched(direction: Direction): ReadonlySet<PartyIndex> {
    return new Set(this.edited.flatMap(({ key }) => [...(this.subjects.get(key)?.[direction] ?? [])]));
  }

  /** The objects of the cluster after, under the policies of the cluster before. */
  get unedited(): Estimates {
    return this.reverted(this.edited);
  }

  of(from: Counterpart, to: Counterpart, was: Estimate, aspect: Aspect): Blame {
    const { of, readings } = aspect;
    const base = this.estimate(this.edited, from, to, of);
    const byObjects = !isSame(was, base, readings);
    const policies = isSame(base, this.estimate([], from, to, of), readings) ? [] : this.needed(from, to, aspect);
    return { policies, byObjects };
  }

  private needed(from: Counterpart, to: Counterpart, { of, readings }: Aspect): readonly EditedPolicy[] {
    const relevant = this.edited.filter(({ key }) => this.governs(key, from, to));
    if (relevant.length < 2 || this.trials < 2 * relevant.length) return relevant;
    const result = this.estimate([], from, to, of);
    const base = this.estimate(this.edited, from, to, of);
    const undoes = (edits: readonly EditedPolicy[]) => isSame(this.estimate(edits, from, to, of), base, readings);
    const does = (edits: readonly EditedPolicy[]) =>
      isSame(
        this.estimate(
          relevant.filter((edit) => !edits.includes(edit)),
          from,
          to,
          of,
        ),
        result,
        readings,
      );
    const wanted = new Set([...smallest(relevant, undoes), ...smallest(relevant, does)]);
    const needed = relevant.filter((edit) => wanted.has(edit));
    return undoes(needed) && does(needed) ? needed : relevant;
  }

  /** Whether a policy selects the source for egress or the destination for ingress, in either version. */
  private governs(key: PolicyKey, from: Counterpart, to: Counterpart): boolean {
    const subjects = this.subjects.get(key);
    const isAny = (parties: ReadonlySet<PartyIndex> | undefined, { after }: Counterpart) =>
      parties !== undefined && (after?.members ?? []).some(({ party }) => parties.has(party));
    return isAny(subjects?.egress, from) || isAny(subjects?.ingress, to);
  }

  private estimate(edits: readonly EditedPolicy[], from: Counterpart, to: Counterpart, of: ConnectionSet): Estimate {
    if (!from.after || !to.after)
      throw new Error("only a pair of the cluster after can be looked at with edits undone");
    return this.reverted(edits).between(from.after, to.after, of);
  }

  /** The cluster after with some edits undone. Its parties are those of the cluster after, since the vocabulary is the same. */
  private reverted(edits: readonly EditedPolicy[]): Estimates {
    const keys = edits.map(({ key }) => key);
    const name = keys.join("\n");
    let estimates = this.programs.get(name);
    if (!estimates) {
      const cluster = withVersionsOf(this.before, this.after.program.cluster, new Set(keys));
      estimates = new Estimates(compile(cluster, this.options, this.among).program);
      this.programs.set(name, estimates);
      this.trials--;
    }
    return estimates;
  }
}

/** A set of edits from which none can be left out, found by leaving out one after the other. */
function smallest(
  edits: readonly EditedPolicy[],
  holds: (edits: readonly EditedPolicy[]) => boolean,
): readonly EditedPolicy[] {
  return edits.reduce((kept, edit) => {
    const fewer = kept.filter((one) => one !== edit);
    return holds(fewer) ? fewer : kept;
  }, edits);
}

type Subjects = { readonly [D in Direction]: Set<PartyIndex> };

/** Whom each policy of some programs of the same parties selects, or may select, by direction. */
function subjectsOf(programs: readonly Program[]): ReadonlyMap<PolicyKey, Subjects> {
  const found = new Map<PolicyKey, Subjects>();
  const entry = (key: PolicyKey) => {
    const known = found.get(key) ?? { egress: new Set<PartyIndex>(), ingress: new Set<PartyIndex>() };
    found.set(key, known);
    return known;
  };
  const add = (policy: PolicyRef, direction: Direction, subject: Selection, program: Program) => {
    const parties = entry(keyOfRef(policy))[direction];
    for (const { index } of program.parties) if (membership(subject, index).possible) parties.add(index);
  };
  for (const program of programs) {
    for (const { tiers } of program.layers)
      for (const direction of ["egress", "ingress"] as const)
        for (const { rules, isolation } of tiers[direction])
          for (const { policy, subject } of [...rules, ...isolation]) add(policy, direction, subject, program);
    for (const { policy, subjects } of program.caveats)
      for (const direction of ["egress", "ingress"] as const)
        for (const party of subjects) entry(keyOfRef(policy))[direction].add(party);
  }
  return found;
}
