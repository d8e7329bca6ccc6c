import { type AttackRule, type Fact, type FactIndex, type FactKind, remediesOf } from "./fact.ts";
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
  /** Positions in {@link rules} of those that need a fact, by fact; and how many facts each rule needs, by position. */
  readonly needing: readonly (readonly number[])[];
  readonly counts: Int32Array;
  readonly net: NetTable;
  /** The least that a rule costs which needs packets to have come to a door. */
  readonly entering: number;
  /** The fact of a kind with a name. */
  find(kind: FactKind, name: string): Fact | undefined;
}

/** A graph of these facts and rules, with what searches look up in it. Cost: linear in the rules. */
export function graphOf({
  facts,
  rules,
  net,
  find,
}: Pick<AttackGraph, "facts" | "rules" | "net" | "find">): AttackGraph {
  const needing: number[][] = facts.map(() => []);
  rules.forEach(({ needs }, position) => {
    for (const need of needs) needing[need]?.push(position);
  });
  const beyond = net.doors.flatMap(({ fact }) => (needing[fact] ?? []).map((position) => rules[position]?.cost ?? 0));
  return {
    facts,
    rules,
    needing,
    counts: Int32Array.from(rules, ({ needs }) => needs.length),
    net,
    entering: beyond.reduce((least, cost) => Math.min(least, cost), Number.POSITIVE_INFINITY),
    find,
  };
}

/** Facts and rules as they are found. Facts are made on first mention; rules that are there already are left out. */
export class GraphBuilder {
  private readonly facts: Fact[] = [];
  private readonly byName = new Map<string, Fact>();
  private readonly rules: AttackRule[] = [];
  private readonly seen = new Map<string, number>();

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

  /** Of two rules that differ only in why they hold, the first counts; both reasons have to go for it to be gone. */
  add(rule: AttackRule): void {
    const { edge, needs, gives, cost, certainty } = rule;
    if (needs.includes(gives)) return;
    const key = `${edge} ${needs.join()} ${gives} ${cost} ${certainty}`;
    const known = this.seen.get(key);
    if (known === undefined) {
      this.seen.set(key, this.rules.length);
      this.rules.push(rule);
    } else this.rules[known] = withReason(this.rules[known] as AttackRule, rule);
  }

  /** The name of a fact. */
  name(fact: FactIndex): string {
    return this.facts[fact]?.name ?? "";
  }

  /** The graph, once every fact is known, of the rules to be kept. */
  finish(net: NetTable, isKept: (rule: AttackRule) => boolean): AttackGraph {
    const { facts, byName } = this;
    const rules = this.rules.filter(isKept);
    return graphOf({ facts, rules, net, find: (kind, name) => byName.get(`${kind} ${name}`) });
  }
}

/** A rule that holds for another reason too. */
function withReason(rule: AttackRule, other: AttackRule): AttackRule {
  if (rule.fix === undefined || other.fix === undefined) {
    const { fix: _f, change: _c, besides: _b, ...lasting } = rule;
    return lasting;
  }
  const all = remediesOf(rule);
  const more = remediesOf(other).filter(({ fix }) => !all.some((one) => one.fix === fix));
  return more.length === 0 ? rule : { ...rule, besides: [...all.slice(1), ...more] };
}

/** Kinds that are only on the way to something. */
const STEPS: ReadonlySet<FactKind> = new Set<FactKind>(["api-route", "hub"]);
