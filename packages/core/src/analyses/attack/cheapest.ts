import type { FactIndex, StepCertainty } from "./fact.ts";
import type { AttackGraph } from "./graph.ts";
import { Heap } from "./heap.ts";
import type { DoorBits } from "./net.ts";

/** A rule as a proof uses it: the position of a listed one, or packets that one fact sends to another. */
export type Use = { readonly rule: number } | { readonly from: FactIndex; readonly to: FactIndex };

/** Equal for equal uses. */
export function useKey(graph: AttackGraph, use: Use): number {
  return "rule" in use ? use.rule : graph.rules.length + use.from * graph.facts.length + use.to;
}

/** What has to come before a use, and what comes of it. */
export function needsOf(graph: AttackGraph, use: Use): readonly FactIndex[] {
  return "rule" in use ? (graph.rules[use.rule]?.needs ?? []) : [use.from];
}

export function givesOf(graph: AttackGraph, use: Use): FactIndex {
  return "rule" in use ? (graph.rules[use.rule]?.gives ?? -1) : use.to;
}

/** How far a use can be trusted by itself; why packets get through is told with them. */
export function certaintyOf(graph: AttackGraph, use: Use): StepCertainty {
  return ("rule" in use ? graph.rules[use.rule]?.certainty : undefined) ?? "proved";
}

/** Which uses a search may make. */
export interface Limits {
  /** Keys of uses that are not to be made. */
  readonly banned: ReadonlySet<number>;
  /** For some facts, the one use that may give them. */
  readonly fixed: ReadonlyMap<FactIndex, number>;
  /** Packets between two facts, where some of them are stopped. */
  readonly isStopped?: (from: FactIndex, to: FactIndex) => boolean;
}

export const NO_LIMITS: Limits = { banned: new Set(), fixed: new Map() };

/** What counts first where ways are compared: what they cost, or of how many steps they are. The other decides between equals. */
export type Metric = "cost" | "hops";

/** How a search goes, and how far. */
export interface Search {
  readonly limits?: Limits;
  readonly metric?: Metric;
  /** Nothing is looked for once this fact is held. */
  readonly until?: FactIndex;
  /** Only what comes before it is looked for. */
  readonly below?: Price | undefined;
}

/** What it takes to come to hold a fact: what the steps cost, and how many of them are shown. */
export interface Price {
  readonly cost: number;
  readonly hops: number;
}

/** The cheapest way to each fact that can be held. */
export interface Cheapest {
  /** `undefined` for facts that cannot be held. */
  price(fact: FactIndex): Price | undefined;
  /** How a fact is first held; nothing for those held from the start. */
  use(fact: FactIndex): Use | undefined;
  /** Facts that can be held, in the order they are. */
  readonly held: readonly FactIndex[];
}

interface Offer extends Price {
  readonly fact: FactIndex;
}

/**
 * The cheapest proof of every fact from those held at the start: Dijkstra's algorithm as Knuth generalised it to rules that need
 * several facts. What a rule needs costs as much as the dearest of it, since the way to one is most often part of the way to another.
 *
 * Packets cost nothing by themselves, so the first to send some to a door is the cheapest, and each door is looked at once.
 * Equal prices go to the lower index, so the answer does not depend on anything but the input.
 * Cost: O(rules × log facts), and a row of bits for each fact held.
 */
export function cheapest(
  graph: AttackGraph,
  start: readonly FactIndex[],
  { limits = NO_LIMITS, metric = "cost", until, below }: Search = {},
): Cheapest {
  const { facts, rules, needing, net } = graph;
  const price: (Price | undefined)[] = new Array(facts.length);
  const uses: (Use | undefined)[] = new Array(facts.length);
  const settled = new Uint8Array(facts.length);
  const missing = graph.counts.slice();
  const doors = new OpenDoors(net.doors.length);
  const held: FactIndex[] = [];
  const order = comparing(metric);
  const heap = new Heap<Offer>((a, b) => (order(a, b) || a.fact - b.fact) < 0);

  const offer = (fact: FactIndex, next: Price, use: Use | undefined) => {
    if (settled[fact] || (below && order(next, below) >= 0)) return;
    if (use) {
      const key = useKey(graph, use);
      if (limits.banned.has(key)) return;
      const only = limits.fixed.get(fact);
      if (only !== undefined && only !== key) return;
    }
    const known = price[fact];
    if (known && order(known, next) <= 0) return;
    price[fact] = next;
    uses[fact] = use;
    heap.push({ fact, ...next });
  };

  for (const fact of start) offer(fact, { cost: 0, hops: 0 }, undefined);
  for (let top = heap.pop(); top; top = heap.pop()) {
    const { fact } = top;
    if (settled[fact]) continue;
    settled[fact] = 1;
    held.push(fact);
    if (fact === until) break;
    const own = price[fact] as Price;
    for (const position of needing[fact] ?? []) {
      missing[position] = (missing[position] ?? 0) - 1;
      const rule = rules[position];
      if (!rule || missing[position] !== 0) continue;
      const dearest = rule.needs
        .map((need) => price[need] ?? own)
        .reduce((most, other) => (order(other, most) > 0 ? other : most), own);
      const step = facts[rule.gives]?.role === "goal" ? 1 : 0;
      offer(rule.gives, { cost: dearest.cost + rule.cost, hops: dearest.hops + step }, { rule: position });
    }
    const row = net.row(fact);
    if (!row || (limits === NO_LIMITS && doors.isDone(row))) continue;
    if (below && order({ cost: own.cost + graph.entering, hops: own.hops }, below) >= 0) continue;
    doors.eachOf(row, (door) => {
      const to = net.doors[door]?.fact as FactIndex;
      if (limits.isStopped?.(fact, to)) return false;
      offer(to, own, { from: fact, to });
      return uses[to] !== undefined && price[to] === own;
    });
  }
  return {
    price: (fact) => (settled[fact] ? price[fact] : undefined),
    use: (fact) => uses[fact],
    held,
  };
}

/** By what counts first, the lower first; 0 for equal ones. */
export function comparing(metric: Metric): (a: Price, b: Price) => number {
  return metric === "cost"
    ? (a, b) => a.cost - b.cost || a.hops - b.hops
    : (a, b) => a.hops - b.hops || a.cost - b.cost;
}

/** The doors that nothing has come to yet. */
class OpenDoors {
  private readonly bits: Uint32Array;
  private readonly done = new Set<DoorBits>();
  private left: number;

  constructor(count: number) {
    this.bits = new Uint32Array(Math.ceil(count / 32)).fill(0xffffffff);
    this.left = count;
  }

  /** Whether a row has been gone through, or no door is left. */
  isDone(row: DoorBits): boolean {
    return this.left === 0 || this.done.has(row);
  }

  /** The open doors of a row, each of which is closed where `enter` says so. */
  eachOf(row: DoorBits, enter: (door: number) => boolean): void {
    this.done.add(row);
    if (this.left === 0) return;
    const { bits } = this;
    for (let i = 0; i < row.length; i++) {
      let word = (row[i] as number) & (bits[i] as number);
      while (word !== 0) {
        const lowest = word & -word;
        word ^= lowest;
        if (!enter((i << 5) + 31 - Math.clz32(lowest))) continue;
        bits[i] = (bits[i] as number) & ~lowest;
        this.left--;
      }
    }
  }
}

/** Everything that follows from some facts. Cost: as {@link cheapest}, without its prices. */
export function closure(
  graph: AttackGraph,
  start: readonly FactIndex[],
  limits: Limits = NO_LIMITS,
): readonly FactIndex[] {
  return cheapest(graph, start, { limits }).held;
}
