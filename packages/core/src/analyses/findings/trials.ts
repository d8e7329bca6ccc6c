import { compile, type Prepared, prepare, withPolicies, wordsOf } from "../../compile/compile.ts";
import { NO_WORDS, together } from "../../compile/vocabulary.ts";
import { ConnectionSet } from "../../model/connections.ts";
import { after, applyEdits, type Edit, printEdits } from "../edit.ts";
import { sideEffects } from "../side-effects.ts";
import { WhatIf } from "../what-if.ts";
import { FindingContext, type Focus } from "./context.ts";
import type { FindingFix } from "./finding.ts";
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
 * The parties are made once, so that they tell apart whatever some proposal does. An edit then costs a look at every rule of every
 * policy, what the rule does in one namespace, and for the fix the pairs it changes.
 */
export class Trials {
  private readonly context: FindingContext;
  private readonly whatIf: WhatIf;
  private readonly ground: Ground | undefined;

  constructor(context: FindingContext, proposed: readonly Proposed[]) {
    const { cluster, program } = context;
    const policies = proposed.flatMap(({ proposals }) => proposals.flatMap(({ edits }) => edits.map(after)));
    const words = policies.map((policy) => wordsOf(program, policy)).reduce(together, NO_WORDS);
    this.context = context;
    this.whatIf = WhatIf.open(cluster, program.options, words);
    this.ground = groundOf(context, prepare(cluster, program.options, { more: words }));
  }

  /** The first proposal after which the rule no longer finds what it found. */
  fixOf({ rule, observation, proposals }: Proposed): FindingFix | undefined {
    const fix = proposals.find(({ edits }) => {
      const context = this.under(edits, observation);
      return ![...rule.find(context)].some(({ about }) => about === observation.about);
    });
    return fix && this.effectOf(fix);
  }

  private under(edits: readonly Edit[], { namespace, about, endpoints = [] }: Observation): FindingContext {
    const { cluster, program, declared } = this.context;
    const edited = applyEdits(cluster, edits);
    if (!this.ground || namespace === undefined)
      return new FindingContext(compile(edited, program.options).program, declared);
    const [subject] = endpoints.filter(({ id }) => id === about);
    const focus: Focus = { namespace, ...(subject && { subject: about }) };
    return this.ground.context.under(withPolicies(this.ground.prepared, edited.networkPolicies), focus);
  }

  private effectOf({ title, edits }: FixProposal): FindingFix {
    const { needed } = this.context;
    const effects = sideEffects(this.whatIf, edits);
    const closed = effects.changes.filter((change) => !change.closed.isEmpty);
    const byPair = this.context.once(neededByPair);
    const breaks = closed.filter(
      ({ from, to, closed }) => byPair.get(`${from.id}>${to.id}`)?.intersect(closed).isEmpty === false,
    );
    return {
      title,
      patch: printEdits(edits),
      edits,
      ...effects,
      needs: needed.length > 0 ? "inferred" : "unknown",
      breaks: breaks.map(({ from, to }) => ({ from: from.id, to: to.id })),
    };
  }
}

/** The same cluster over parties that proposals can tell apart too. */
interface Ground {
  readonly context: FindingContext;
  readonly prepared: Prepared;
}

/** Nothing where such parties split a workload that is one endpoint so far: what rules tell of it would be told of its parts. */
function groundOf({ declared, subjects }: FindingContext, prepared: Prepared): Ground | undefined {
  const context = new FindingContext(prepared.program, declared);
  const isSame =
    context.subjects.length === subjects.length && context.subjects.every(({ id }, at) => id === subjects[at]?.id);
  return isSame ? { context, prepared } : undefined;
}

function neededByPair({ needed }: FindingContext): ReadonlyMap<string, ConnectionSet> {
  const pairs = new Map<string, ConnectionSet>();
  for (const { from, to, connections } of needed) {
    const key = `${from.id}>${to.id}`;
    pairs.set(key, (pairs.get(key) ?? ConnectionSet.NONE).union(connections));
  }
  return pairs;
}
