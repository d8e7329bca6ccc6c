import { Bitset } from "../model/bitset.ts";
import type { Family } from "../model/flow.ts";
import type { Rule, Tier } from "../model/program.ts";
import type { PortSpec, Ports } from "./ports.ts";
import type { Profile } from "./profile.ts";

/** Everything of a profile that can decide about a peer in one family: rules of like ports are one term where their order means nothing. */
export interface Term {
  /** Position of the tier, over all layers. */
  readonly tier: number;
  readonly action: Rule["action"];
  readonly ports: PortSpec;
  readonly peers: "any" | Bitset;
}

/** The terms of a profile, in the order they are asked; the profile's tiers are those of all layers, one after the other. */
export function termsOf(profile: Profile, family: Family, ports: Ports): readonly Term[] {
  return profile.flatMap(({ tier, rules }, at) => {
    const asWritten = rules.map(
      ({ rule }): Term => ({ tier: at, action: rule.action, ports: ports.spec(rule), peers: peersOf(rule, family) }),
    );
    return allows(tier) ? united(asWritten) : asWritten;
  });
}

const allowing = new WeakMap<Tier, boolean>();

/** Whether every rule of a tier allows, so that their order means nothing. */
export function allows(tier: Tier): boolean {
  let known = allowing.get(tier);
  if (known === undefined) {
    known = tier.rules.every(({ action }) => action === "allow");
    allowing.set(tier, known);
  }
  return known;
}

/** One term for each port list: where every rule allows, what several peers are allowed is what any of them is. */
function united(terms: readonly Term[]): readonly Term[] {
  if (terms.length < 2) return terms;
  const byPorts = new Map<PortSpec, Term[]>();
  for (const term of terms) {
    const same = byPorts.get(term.ports);
    if (same) same.push(term);
    else byPorts.set(term.ports, [term]);
  }
  return [...byPorts.values()].map((same) => ({
    ...(same[0] as Term),
    peers: unionOf(same.map(({ peers }) => peers)),
  }));
}

function unionOf(peers: readonly Term["peers"][]): Term["peers"] {
  const sets: Bitset[] = [];
  for (const set of peers) {
    if (set === "any") return "any";
    sets.push(set);
  }
  return sets.length === 1 ? (sets[0] as Bitset) : Bitset.union(sets);
}

function peersOf({ peers }: Rule, family: Family): Term["peers"] {
  if (peers === "any") return "any";
  return unionOf(peers.map(({ selection }) => selection[family].members));
}
