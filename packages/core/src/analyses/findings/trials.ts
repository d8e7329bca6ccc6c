import { compile } from "../../compile/compile.ts";
import { ConnectionSet } from "../../model/connections.ts";
import { applyEdits, printEdits } from "../edit.ts";
import { policyEdit, sideEffectsOf } from "../side-effects.ts";
import type { WhatIf } from "../what-if.ts";
import { FindingContext, type Focus } from "./context.ts";
import type { FindingFix } from "./finding.ts";
import { type Ground, groundsOf } from "./grounds.ts";
import type { FindingRule, FixProposal, Observation } from "./rule.ts";

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
 * policy, and for the fix the pairs it changes. Cost of opening: see {@link groundsOf}.
 */
export class Trials {
  private readonly groundOf: (one: Proposed) => Ground;

  constructor(
    private readonly context: FindingContext,
    proposed: readonly Proposed[],
  ) {
    this.groundOf = groundsOf(context, proposed);
  }

  /** The first proposal after which the rule no longer finds what it found. */
  fixOf(one: Proposed): FindingFix | undefined {
    const { rule, observation, proposals } = one;
    const ground = this.groundOf(one);
    for (const proposal of proposals) {
      const applied = ground.whatIf.apply(proposal.edits.map(policyEdit));
      const context = this.under(ground, applied.after, proposal, one);
      if (!finds(rule, context, observation)) return this.effectOf(proposal, applied);
    }
    return undefined;
  }

  private under(
    { context }: Ground,
    after: WhatIf,
    { edits }: FixProposal,
    { rule, observation: { namespace, about, endpoints = [], policy } }: Proposed,
  ): FindingContext {
    if (!context || namespace === undefined) {
      const { cluster, program, declared } = this.context;
      return new FindingContext(compile(applyEdits(cluster, edits), program.options).program, declared);
    }
    const [subject] = endpoints.filter(({ id }) => id === about);
    const focus: Focus = {
      namespace,
      ...(subject && { subject: about }),
      ...(rule.each === "policy" && policy && { policy: policy.name }),
    };
    return context.under(edits.map(policyEdit), after.reachability, focus);
  }

  private effectOf({ title, edits }: FixProposal, applied: ReturnType<WhatIf["apply"]>): FindingFix {
    const effects = sideEffectsOf(applied);
    const needed = this.context.once(neededByPair);
    const breaks = effects.changes.filter(
      ({ from, to, closed }) => needed.get(from.id)?.get(to.id)?.intersect(closed).isEmpty === false,
    );
    return {
      title,
      patch: printEdits(edits),
      edits,
      ...effects,
      needs: needed.size > 0 ? "inferred" : "unknown",
      breaks: breaks.map(({ from, to }) => ({ from: from.id, to: to.id })),
    };
  }
}

function finds(rule: FindingRule, context: FindingContext, { about }: Observation): boolean {
  for (const found of rule.find(context)) if (found.about === about) return true;
  return false;
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
