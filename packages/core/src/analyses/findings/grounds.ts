import { prepare, wordsOf } from "../../compile/compile.ts";
import { allTogether, NO_WORDS, type Vocabulary } from "../../compile/vocabulary.ts";
import { type Endpoint, endpointsOf } from "../../engine/endpoints.ts";
import { after } from "../edit.ts";
import { WhatIf } from "../what-if.ts";
import { FindingContext } from "./context.ts";
import { withPresumed } from "./presumed.ts";
import type { FixProposal } from "./rule.ts";

/** Where proposals are tried: the cluster over parties that they can tell apart too. */
export interface TrialGround {
  readonly whatIf: WhatIf;
  /** With what every cluster has put into it; opened when somebody asks. */
  readonly withPresumed: () => WhatIf;
  /** Nothing where such parties split a workload that is one endpoint so far: what rules tell of it would be told of its parts. */
  readonly context: FindingContext | undefined;
}

interface Several {
  readonly proposals: readonly FixProposal[];
}

/**
 * One ground for all whose edits leave every workload in one piece, and one for each of the others.
 *
 * Cost: compiling once, and where there are others a few times for each to find out which they are, and once more when it is tried.
 */
export class Grounds<T extends Several> {
  private readonly words: ReadonlyMap<T, Vocabulary>;
  private readonly splitting: ReadonlySet<T>;
  private readonly shared: TrialGround;

  constructor(
    private readonly context: FindingContext,
    proposed: readonly T[],
  ) {
    this.words = new Map(proposed.map((one) => [one, wordsIn(context, one)]));
    const all = this.open(proposed);
    const isEnough = all.context !== undefined || proposed.length < 2;
    this.splitting = new Set(isEnough ? [] : culprits(proposed, (some) => this.leavesWhole(some)));
    this.shared = isEnough ? all : this.open(proposed.filter((one) => !this.splitting.has(one)));
  }

  /** Whether it has a ground of its own. */
  isApart(one: T): boolean {
    return this.splitting.has(one);
  }

  of(one: T): TrialGround {
    return this.splitting.has(one) ? this.open([one]) : this.shared;
  }

  private open(proposed: readonly T[]): TrialGround {
    const { cluster, program, declared } = this.context;
    const words = this.united(proposed);
    const whatIf = WhatIf.open(cluster, program.options, words);
    let presumed: WhatIf | undefined;
    const ground = {
      whatIf,
      withPresumed() {
        presumed ??= WhatIf.open(withPresumed(cluster), program.options, words);
        return presumed;
      },
    };
    if (!this.isWhole(whatIf.endpoints)) return { ...ground, context: undefined };
    const { reachability } = whatIf;
    return { ...ground, context: new FindingContext(reachability.program, declared, undefined, reachability) };
  }

  private leavesWhole(proposed: readonly T[]): boolean {
    const { cluster, program } = this.context;
    return this.isWhole(
      endpointsOf(prepare(cluster, program.options, { more: this.united(proposed) }).program, "workload"),
    );
  }

  private isWhole(endpoints: readonly Endpoint[]): boolean {
    const workloads = endpoints.filter(({ type }) => type !== "address");
    const { subjects } = this.context;
    return workloads.length === subjects.length && workloads.every(({ id }, at) => id === subjects[at]?.id);
  }

  private united(proposed: readonly T[]): Vocabulary {
    return allTogether(proposed.map((one) => this.words.get(one) ?? NO_WORDS));
  }
}

/** How many that split a workload are told from others; each takes compiling a few times. */
const MOST_CULPRITS = 8;

/**
 * Those on which it hangs that something does not hold of all: it holds of several where it holds of each. Once many are found, all
 * that are left count as such.
 */
function culprits<T>(all: readonly T[], holds: (some: readonly T[]) => boolean, found: T[] = []): readonly T[] {
  if (found.length < MOST_CULPRITS && (all.length === 0 || holds(all))) return found;
  if (all.length === 1 || found.length >= MOST_CULPRITS) {
    found.push(...all);
    return found;
  }
  const half = all.length >> 1;
  culprits(all.slice(0, half), holds, found);
  return culprits(all.slice(half), holds, found);
}

function wordsIn({ program }: FindingContext, { proposals }: Several): Vocabulary {
  const policies = proposals.flatMap(({ edits }) => edits.map(after));
  return allTogether(policies.map((policy) => wordsOf(program, policy)));
}
