/** A directed line between two things to be ordered. */
export interface Arc {
  readonly from: string;
  readonly to: string;
}

/**
 * A column for each node such that most arcs run from a lower to a higher one.
 *
 * Sources first, sinks last, and where arcs go round, the node that sends most and takes least comes first; arcs against that order
 * are not counted. Deterministic for a given order of nodes. Cost: quadratic in nodes at worst.
 */
export function ranksOf(nodes: readonly string[], arcs: readonly Arc[]): ReadonlyMap<string, number> {
  const known = new Set(nodes);
  const real = arcs.filter(({ from, to }) => from !== to && known.has(from) && known.has(to));
  const position = new Map(orderOf(nodes, real).map((node, index) => [node, index]));
  const at = (node: string) => position.get(node) ?? 0;
  const forward = real.filter(({ from, to }) => at(from) < at(to)).sort((a, b) => at(a.from) - at(b.from));
  const ranks = new Map(nodes.map((node) => [node, 0]));
  for (const { from, to } of forward) {
    ranks.set(to, Math.max(ranks.get(to) ?? 0, (ranks.get(from) ?? 0) + 1));
  }
  return ranks;
}

/** An order in which few arcs run backwards: the greedy rule of Eades, Lin and Smyth. */
function orderOf(nodes: readonly string[], arcs: readonly Arc[]): readonly string[] {
  const out = new Map(nodes.map((node) => [node, new Map<string, number>()]));
  const into = new Map(nodes.map((node) => [node, new Map<string, number>()]));
  for (const { from, to } of arcs) {
    count(out.get(from), to);
    count(into.get(to), from);
  }
  const left = new Set(nodes);
  const first: string[] = [];
  const last: string[] = [];
  const remove = (node: string) => {
    left.delete(node);
    for (const next of out.get(node)?.keys() ?? []) into.get(next)?.delete(node);
    for (const next of into.get(node)?.keys() ?? []) out.get(next)?.delete(node);
  };
  while (left.size > 0) {
    const sink = [...left].find((node) => out.get(node)?.size === 0 && into.get(node)?.size !== 0);
    const source = [...left].find((node) => into.get(node)?.size === 0);
    const next = source ?? sink ?? mostGiving([...left], out, into);
    if (source === undefined && sink !== undefined) last.unshift(next);
    else first.push(next);
    remove(next);
  }
  return [...first, ...last];
}

type Weights = ReadonlyMap<string, ReadonlyMap<string, number>>;

function mostGiving(nodes: readonly string[], out: Weights, into: Weights): string {
  const surplus = (node: string) => total(out.get(node)) - total(into.get(node));
  return nodes.reduce((best, node) => (surplus(node) > surplus(best) ? node : best));
}

function total(weights: ReadonlyMap<string, number> = new Map()): number {
  return [...weights.values()].reduce((sum, weight) => sum + weight, 0);
}

function count(weights: Map<string, number> | undefined, key: string): void {
  weights?.set(key, (weights.get(key) ?? 0) + 1);
}
