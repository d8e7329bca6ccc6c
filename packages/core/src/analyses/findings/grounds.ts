import { prepare, wordsOf } from "../../compile/compile.ts";
import { NO_WORDS, together, type Vocabulary } from "../../compile/vocabulary.ts";
import { type Endpoint, endpointsOf } from "../../engine/endpoints.ts";
import { after } from "../edit.ts";
import { WhatIf } from "../what-if.ts";
import { FindingContext } from "./context.ts";
import type { FixProposal } from "./rule.ts";

/** Where proposals are tried: the cluster over parties that they can tell apart too. */
export interface Ground {
  readonly whatIf: WhatIf;
  /** Nothing where such parties split a workload that is one endpoint so far: what rules tell of it would be told of its parts. */
  readonly context: FindingContext | undefined;
}

interface Several {
  readonly proposals: readonly FixProposal[];
}

/**
 * One ground for all whose edits leave every workload in one piece, and one for each of the others.
 *
 * Cost: compiling once, and where there are others once more for each, and for each a few times to find out which they are.
 */
export function groundsOf<T extends Several>(context: FindingContext, proposed: readonly T[]): (one: T) => Ground {
  const { cluster, program, declared } = context;
  const words = new Map(proposed.map((one) => [one, wordsIn(context, one)]));
  const isWhole = (endpoints: readonly Endpoint[]) => areSame(workloadsAmong(endpoints), context.subjects);
  const open = (of: readonly T[]): Ground => {
    const whatIf = WhatIf.open(cluster, program.options, united(of, words));
    if (!isWhole(whatIf.endpoints)) return { whatIf, context: undefined };
    const { reachability } = whatIf;
    return { whatIf, context: new FindingContext(reachability.program, declared, undefined, reachability) };
  };
  const leavesWhole = (some: readonly T[]) =>
    isWhole(endpointsOf(prepare(cluster, program.options, { more: united(some, words) }).program, "workload"));

  const all = open(proposed);
  if (all.context || proposed.length < 2) return () => all;
  const splitting = new Set(culprits(proposed, leavesWhole));
  const shared = open(proposed.filter((one) => !splitting.has(one)));
  return (one) => (splitting.has(one) ? open([one]) : shared);
}

/** Those on which it hangs that something does not hold of all: it holds of several where it holds of each. */
function culprits<T>(all: readonly T[], holds: (some: readonly T[]) => boolean): readonly T[] {
  if (all.length === 0 || holds(all)) return [];
  if (all.length === 1) return all;
  const half = all.length >> 1;
  return [...culprits(all.slice(0, half), holds), ...culprits(all.slice(half), holds)];
}

function wordsIn({ program }: FindingContext, { proposals }: Several): Vocabulary {
  const policies = proposals.flatMap(({ edits }) => edits.map(after));
  return policies.map((policy) => wordsOf(program, policy)).reduce(together, NO_WORDS);
}

function united<T>(some: readonly T[], words: ReadonlyMap<T, Vocabulary>): Vocabulary {
  return some.map((one) => words.get(one) ?? NO_WORDS).reduce(together, NO_WORDS);
}

function workloadsAmong(endpoints: readonly Endpoint[]): readonly Endpoint[] {
  return endpoints.filter(({ type }) => type !== "address");
}

function areSame(a: readonly Endpoint[], b: readonly Endpoint[]): boolean {
  return a.length === b.length && a.every(({ id }, at) => id === b[at]?.id);
}
