import type { ConnectionSet } from "../../model/connections.ts";
import { type Statement, Statements, statementKey } from "../attack/statements.ts";
import type { FindingContext } from "../findings/context.ts";
import type { DimensionId } from "./dimension.ts";
import { knowsNeeds, segmentation } from "./flow-dimensions.ts";
import type { Ground } from "./ground.ts";
import { containment } from "./spread-dimensions.ts";

/** One rule or one opening that, narrowed to what is needed, would move a dimension, and how far. */
export interface Lever {
  readonly statement: Statement;
  /** Pairs of workloads in excess that it lets through by itself. */
  readonly pairs: number;
  readonly gains: { readonly [D in DimensionId]?: number };
}

/** Pairs in excess for which statements are looked up: more take too long. */
const MOST_PAIRS = 4000;

/**
 * The statements that alone let through pairs nobody needs, those that gain most first.
 *
 * Cost: a look at the rules of each pair in excess, and a search from each workload for each statement.
 */
export function leversOf(context: FindingContext, ground: Ground): readonly Lever[] {
  if (!knowsNeeds(ground)) return [];
  const excess: Excess[] = [];
  for (const pair of excessPairs(ground)) {
    if (excess.length === MOST_PAIRS) return [];
    excess.push(pair);
  }
  if (excess.length === 0) return [];
  const statements = new Statements(context.reachability);
  const byStatement = new Map<string, { readonly statement: Statement; readonly pairs: Set<number> }>();
  for (const { from, to, ports } of excess) {
    const [source, destination] = [ground.stations[from], ground.stations[to]];
    if (!source || !destination) continue;
    for (const bundle of statements.bundles(source.endpoint, destination.endpoint, ports)) {
      const [statement, ...more] = bundle;
      if (!statement || more.length > 0) continue;
      const key = statementKey(statement);
      const known = byStatement.get(key) ?? { statement, pairs: new Set<number>() };
      byStatement.set(key, { ...known, pairs: known.pairs.add(ground.lanes.pairOf(from, to)) });
    }
  }
  const [before, contained] = [segmentation(ground).value ?? 0, containment(ground).value];
  return [...byStatement.values()]
    .map(({ statement, pairs }): Lever => {
      const after = without(ground, pairs);
      const spread = containment(after).value;
      return {
        statement,
        pairs: pairs.size,
        gains: {
          segmentation: (segmentation(after).value ?? 0) - before,
          ...(contained !== undefined && spread !== undefined && { containment: spread - contained }),
        },
      };
    })
    .sort((a, b) => gainOf(b) - gainOf(a) || b.pairs - a.pairs);
}

/** The same ground if some pairs were closed. */
function without(ground: Ground, pairs: Iterable<number>): Ground {
  return { ...ground, lanes: ground.lanes.without(pairs) };
}

function gainOf({ gains }: Lever): number {
  return Math.max(...Object.values(gains));
}

/** A pair of workloads that nobody needs, and the ports it is about. */
interface Excess {
  readonly from: number;
  readonly to: number;
  readonly ports: ConnectionSet;
}

function* excessPairs({ stations, lanes, needs }: Ground): Generator<Excess> {
  for (const from of stations.keys()) {
    const needed = needs.between.get(from);
    for (const [to, { listens }] of stations.entries())
      if (from !== to && !needed?.has(to) && lanes.isOpen(from, to)) yield { from, to, ports: listens };
  }
}
