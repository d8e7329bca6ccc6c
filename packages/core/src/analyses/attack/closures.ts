import type { Attack } from "./attack-graph.ts";
import { components } from "./components.ts";
import type { FactIndex } from "./fact.ts";
import { bitsOf } from "./net.ts";

/** The part of an {@link Attack} that closures are worked out from. */
export type Grounds = Pick<Attack, "graph" | "footholds" | "options">;

/** How much falls with each endpoint, and with how many each of some facts does. */
export interface Falls {
  /** By endpoint: how many others fall with it, and how many of the facts asked about. */
  readonly sizes: readonly { readonly id: string; readonly endpoints: number; readonly facts: number }[];
  /** By fact asked about: with how many endpoints other than itself it falls. */
  readonly withThem: readonly number[];
}

/**
 * How many other endpoints fall with each, and how many of some facts.
 *
 * Facts that lead to each other have one closure, so that of each strongly connected component is worked out once, from those it
 * leads to. Rules that need several facts are tried on each closure until none adds to it.
 * Cost: rules and rows of bits once; a union of bitsets for each component and each it leads to; a look at each endpoint for each other.
 */
export function allClosures(attack: Grounds, asked: readonly FactIndex[] = []): Falls {
  const { graph, footholds, options } = attack;
  const targets = footholds.map(({ own, id }) =>
    options.mode === "reach" ? graph.find("reach", `reach:${id}`)?.index : own,
  );
  const closures = closuresOf(
    attack,
    footholds.map(({ own }) => own),
  );
  const withThem = asked.map(() => 0);
  const sizes = footholds.map(({ own, id }, at) => {
    const closure = closures.get(own);
    const falls = (fact: FactIndex | undefined) => fact !== undefined && closure !== undefined && hasBit(closure, fact);
    const endpoints = targets.reduce((count: number, target, i) => count + (i !== at && falls(target) ? 1 : 0), 0);
    const fallen = asked.flatMap((fact, i) => (fact !== own && fact !== targets[at] && falls(fact) ? [i] : []));
    for (const i of fallen) withThem[i] = (withThem[i] ?? 0) + 1;
    return { id, endpoints, facts: fallen.length };
  });
  return { sizes, withThem };
}

type FactBits = Uint32Array;

/** What follows from each of some facts, by itself: sets of facts. */
export function closuresOf(attack: Grounds, from: readonly FactIndex[]): ReadonlyMap<FactIndex, FactBits> {
  const { graph } = attack;
  const words = Math.ceil(graph.facts.length / 32);
  const joint = graph.rules.filter(({ needs }) => needs.length > 1);
  const component = components(from, (fact) => followers(attack, fact));
  const done = new Map<number, FactBits>();
  /** Adds a fact and all that follows from it alone; components are numbered so that those led to come first. */
  const bitsFor = (fact: FactIndex): FactBits | undefined => done.get(component.of[fact] as number);
  component.members.forEach((members, number) => {
    const bits = new Uint32Array(words);
    for (const member of members) {
      setBit(bits, member);
      for (const next of followers(attack, member)) {
        if (component.of[next] === number) continue;
        const other = bitsFor(next);
        if (other) unite(bits, other);
      }
    }
    for (let added = true; added; ) {
      added = false;
      for (const { needs, gives } of joint) {
        if (hasBit(bits, gives) || !needs.every((need) => hasBit(bits, need))) continue;
        const other = bitsFor(gives);
        if (other) unite(bits, other);
        else reachOut(attack, bits, gives, bitsFor);
        added = true;
      }
    }
    done.set(number, bits);
  });
  return new Map(from.map((fact) => [fact, bitsFor(fact) ?? new Uint32Array(words)]));
}

/** What follows from a fact whose own closure is not known yet. */
function reachOut(
  attack: Grounds,
  bits: FactBits,
  first: FactIndex,
  known: (fact: FactIndex) => FactBits | undefined,
): void {
  const open = [first];
  for (let fact = open.pop(); fact !== undefined; fact = open.pop()) {
    if (hasBit(bits, fact)) continue;
    const closure = known(fact);
    if (closure) unite(bits, closure);
    setBit(bits, fact);
    if (!closure) open.push(...followers(attack, fact));
  }
}

/** What follows from a fact by itself in one use of a rule. */
function* followers({ graph }: Grounds, fact: FactIndex): Generator<FactIndex> {
  for (const position of graph.needing[fact] ?? []) {
    const rule = graph.rules[position];
    if (rule && rule.needs.length === 1) yield rule.gives;
  }
  const row = graph.net.row(fact);
  if (row) for (const door of bitsOf(row)) yield graph.net.doors[door]?.fact as FactIndex;
}

export function hasBit(bits: FactBits, at: number): boolean {
  return (((bits[at >> 5] ?? 0) >>> (at & 31)) & 1) === 1;
}

export function setBit(bits: FactBits, at: number): void {
  bits[at >> 5] = (bits[at >> 5] ?? 0) | (1 << (at & 31));
}

export function unite(bits: FactBits, other: FactBits): void {
  for (let i = 0; i < bits.length; i++) bits[i] = (bits[i] ?? 0) | (other[i] ?? 0);
}
