import {
  type Cheapest,
  cheapest,
  comparing,
  givesOf,
  type Limits,
  type Metric,
  NO_LIMITS,
  needsOf,
  type Price,
  type Use,
  useKey,
} from "./cheapest.ts";
import type { FactIndex } from "./fact.ts";
import type { AttackGraph } from "./graph.ts";
import { Heap } from "./heap.ts";

/** Why a fact can be held: the uses of rules it takes, each after what it needs, the one that gives the fact last. */
export interface Proof extends Price {
  readonly uses: readonly Use[];
}

/** The proof that a search found for a fact. */
export function proofOf(graph: AttackGraph, found: Cheapest, target: FactIndex): Proof | undefined {
  const price = found.price(target);
  if (!price) return undefined;
  const uses: Use[] = [];
  const done = new Set<FactIndex>();
  const visit = (fact: FactIndex) => {
    if (done.has(fact)) return;
    done.add(fact);
    const use = found.use(fact);
    if (!use) return;
    for (const need of needsOf(graph, use)) visit(need);
    uses.push(use);
  };
  visit(target);
  return { ...price, uses };
}

interface Candidate {
  readonly proof: Proof;
  readonly limits: Limits;
  /** Equal for equal proofs; decides between equal prices. */
  readonly key: string;
}

/** How many searches are made for each proof that is asked for. */
const SEARCHES_EACH = 60;

/**
 * Proofs of a fact from the cheapest on, or that of the fewest steps, as many as are taken.
 *
 * Yen's method on hyperpaths: the proofs other than the best are those that differ from it first, seen from the end, at one of its
 * uses; each such set is searched by fixing the uses after that one and banning it. Exact as far as it goes; it stops after
 * {@link SEARCHES_EACH} searches for each of `expected` proofs. Cost: one search for each use of each proof given.
 */
export function* proofs(
  graph: AttackGraph,
  start: readonly FactIndex[],
  target: FactIndex,
  {
    expected,
    limits = NO_LIMITS,
    metric = "cost",
  }: { readonly expected: number; readonly limits?: Limits; readonly metric?: Metric },
): Generator<Proof> {
  const order = comparing(metric);
  const heap = new Heap<Candidate>(
    (a, b) => order(a.proof, b.proof) < 0 || (order(a.proof, b.proof) === 0 && a.key < b.key),
  );
  let searches = 0;
  const search = (within: Limits) => {
    searches++;
    const proof = proofOf(graph, cheapest(graph, start, { limits: within, until: target, metric }), target);
    if (proof) heap.push({ proof, limits: within, key: keyOf(graph, proof) });
  };
  search(limits);
  for (let next = heap.pop(); next; next = heap.pop()) {
    yield next.proof;
    const { uses } = next.proof;
    const fixed = new Map(next.limits.fixed);
    for (let i = uses.length - 1; i >= 0 && searches < expected * SEARCHES_EACH; i--) {
      const use = uses[i] as Use;
      const key = useKey(graph, use);
      const given = givesOf(graph, use);
      if (next.limits.fixed.get(given) !== key)
        search({ ...next.limits, fixed: new Map(fixed), banned: new Set([...next.limits.banned, key]) });
      fixed.set(given, key);
    }
  }
}

function keyOf(graph: AttackGraph, { uses }: Proof): string {
  return uses.map((use) => String(useKey(graph, use)).padStart(16, "0")).join();
}
