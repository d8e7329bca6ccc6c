import { compile } from "../../compile/compile.ts";
import { ConnectionSet } from "../../model/connections.ts";
import { applySettings, movedPods, printSettings } from "../attack/settings.ts";
import { blastRadii } from "../blast-radius.ts";
import { applyEdits, printEdits } from "../edit.ts";
import { policyEdit, sideEffectsOf } from "../side-effects.ts";
import type { WhatIf } from "../what-if.ts";
import { attackOn } from "./attack.ts";
import { FindingContext, type Focus } from "./context.ts";
import type { FindingFix } from "./finding.ts";
import { Grounds, type TrialGround } from "./grounds.ts";
import type { FindingRule, FixProposal, Observation } from "./rule.ts";
import { isGraver, weigh } from "./severity.ts";

/** What a rule has seen, and the edits that might mend it. */
export interface Proposed {
  readonly rule: FindingRule;
  readonly observation: Observation;
  readonly proposals: readonly FixProposal[];
}

/**
 * Tries edits on the cluster of a context: what is proposed is applied, and the rule looks again where it saw something.
 *
 * An edit costs the rows of the subjects it touches, a look at every rule in force, what the rule does in one namespace or with one
 * policy, and for the fix the pairs it changes. Cost of opening: see {@link Grounds}.
 */
export class Trials {
  private readonly grounds: Grounds<Proposed>;

  constructor(
    private readonly context: FindingContext,
    proposed: readonly Proposed[],
  ) {
    this.grounds = new Grounds(context, proposed);
  }

  /**
   * What trying costs at least: looks at each endpoint and policy; of what is no policy at all pods, and at every pair for the attack
   * graph.
   */
  leastWork(one: Proposed): number {
    const { endpoints, cluster } = this.context;
    const once = endpoints.length + cluster.networkPolicies.length;
    const compiling = COMPILING * cluster.pods.length;
    if (isOfSettings(one)) return once + compiling + endpoints.length ** 2;
    return this.grounds.isApart(one) ? once + compiling : once;
  }

  /** The first proposal after which the rule no longer finds what it found, or, of those meant to, finds it less grave. */
  fixOf(one: Proposed): FindingFix | undefined {
    const { rule, observation, proposals } = one;
    const ground = this.grounds.of(one);
    for (const proposal of proposals) {
      const { edits, settings = [] } = proposal;
      const applied = ground.whatIf.apply([...edits.map(policyEdit), ...movedPods(this.context.cluster, settings)]);
      const context = this.under(ground, proposal, applied.after, one);
      const left = findingOf(rule, context, observation);
      if (!left) return this.effectOf(proposal, applied, context);
      if (proposal.aim !== "less") continue;
      const leaves = weigh(context, rule, left).severity;
      const isLess = isGraver(weigh(this.context, rule, observation).severity, leaves);
      if (isLess) return { ...this.effectOf(proposal, applied, context), leaves };
    }
    return undefined;
  }

  private under(
    { context, withPresumed }: TrialGround,
    { edits, settings = [] }: FixProposal,
    whatIf: WhatIf,
    { rule, observation: { namespace, about, endpoints = [], policy } }: Proposed,
  ): FindingContext {
    if (!context || namespace === undefined || settings.length > 0) {
      const { cluster, program, declared } = this.context;
      const edited = applySettings(applyEdits(cluster, edits), settings);
      return new FindingContext(compile(edited, program.options).program, declared);
    }
    const [subject] = endpoints.filter(({ id }) => id === about);
    const focus: Focus = {
      namespace,
      ...(subject && { subject: about }),
      ...(rule.each === "policy" && policy && { policy: policy.name }),
    };
    const after = {
      reachability: whatIf.reachability,
      withPresumed: () => withPresumed().apply(edits.map(policyEdit)).after.reachability,
    };
    return context.under(after, focus);
  }

  private effectOf(
    { title, edits, settings = [] }: FixProposal,
    applied: ReturnType<WhatIf["apply"]>,
    after: FindingContext,
  ): FindingFix {
    const effects = sideEffectsOf(applied);
    const needed = this.context.once(neededByPair);
    const breaks = effects.changes.filter(
      ({ from, to, closed }) => needed.get(from.id)?.get(to.id)?.intersect(closed).isEmpty === false,
    );
    return {
      title,
      patch: printEdits(edits),
      merge: printSettings(this.context.cluster, settings),
      edits,
      settings,
      ...(settings.length > 0 && {
        blastRadius: { before: this.context.once(meanRadius), after: after.once(meanRadius) },
      }),
      ...effects,
      needs: needed.size > 0 ? "inferred" : "unknown",
      breaks: breaks.map(({ from, to }) => ({ from: from.id, to: to.id })),
    };
  }
}

/** What compiling costs, in looks for each pod. */
const COMPILING = 100;

/** What it costs besides to tell what a fix changes: each pair is found, put in order, kept and told. */
export function tellingWork({ changes }: FindingFix): number {
  return 4 * changes.length;
}

/** Whether something else than policies would be changed. */
export function isOfSettings({ proposals }: Proposed): boolean {
  return proposals.some(({ settings = [] }) => settings.length > 0);
}

function findingOf(rule: FindingRule, context: FindingContext, { about }: Observation): Observation | undefined {
  for (const found of rule.find(context)) if (found.about === about) return found;
  return undefined;
}

/** How many others fall with one workload, on average. */
function meanRadius(context: FindingContext): number {
  return blastRadii(context.once(attackOn)).mean;
}

/** By id of the source, then of the destination. */
function neededByPair({ needed }: FindingContext): ReadonlyMap<string, ReadonlyMap<string, ConnectionSet>> {
  const pairs = new Map<string, Map<string, ConnectionSet>>();
  for (const { from, to, connections } of needed) {
    const own = pairs.get(from.id) ?? new Map<string, ConnectionSet>();
    pairs.set(from.id, own.set(to.id, (own.get(to.id) ?? ConnectionSet.NONE).union(connections)));
  }
  return pairs;
}
