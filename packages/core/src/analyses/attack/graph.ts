import type { AttackRule, Fact, FactIndex, FactKind } from "./fact.ts";
import type { NetTable } from "./net.ts";

/**
 * What may follow from what: an AND/OR graph. A fact is held when some rule that gives it has all it needs.
 *
 * Rules are listed one by one, but for those packets make: any two workloads may be joined by one, so they are rows of bits in
 * {@link net}, and become rules when somebody asks.
 */
export interface AttackGraph {
  readonly facts: readonly Fact[];
  readonly rules: readonly AttackRule[];
  /** Positions in {@link rules} of those that need a fact, by fact. */
  readonly needing: readonly (readonly number[])[];
  readonly net: NetTable;
  /** The fact of a kind with a name. */
  find(kind: FactKind, name: string): Fact | undefined;
}

/** Facts and rules as they are found. Facts are made on first mention; rules that are there already are left out. */
export class GraphBuilder {
  private readonly facts: Fact[] = [];
  private readonly byName = new Map<string, Fact>();
  private readonly rules: AttackRule[] = [];
  private readonly seen = new Set<string>();

  /** The index of a fact. */
  fact(kind: FactKind, name: string): FactIndex {
    const key = `${kind} ${name}`;
    const known = this.byName.get(key);
    if (known) return known.index;
    const role = STEPS.has(kind) ? "step" : "goal";
    const fact: Fact = { index: this.facts.length, kind, name, role };
    this.facts.push(fact);
    this.byName.set(key, fact);
    return fact.index;
  }

  /** Of two rules that differ only in why they hold, the first counts. */
  add(rule: AttackRule): void {
    const { edge, needs, gives, cost, certainty } = rule;
    if (needs.includes(gives)) return;
    const key = `${edge} ${needs.join()} ${gives} ${cost} ${certainty}`;
    if (this.seen.has(key)) return;
    this.seen.add(key);
    this.rules.push(rule);
  }

  /** The name of a fact. */
  name(fact: FactIndex): string {
    return this.facts[fact]?.name ?? "";
  }

  /** The graph, once every fact is known, of the rules to be kept. */
  finish(net: NetTable, isKept: (rule: AttackRule) => boolean): AttackGraph {
    const { facts, byName } = this;
    const rules = this.rules.filter(isKept);
    const needing: number[][] = facts.map(() => []);
    rules.forEach(({ needs }, position) => {
      for (const need of needs) needing[need]?.push(position);
    });
    return { facts, rules, needing, net, find: (kind, name) => byName.get(`${kind} ${name}`) };
  }
}

/** Kinds that are only on the way to something. */
const STEPS: ReadonlySet<FactKind> = new Set<FactKind>(["api-route", "hub"]);
