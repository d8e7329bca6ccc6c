import type { Family } from "../model/flow.ts";
import type { Rule } from "../model/program.ts";
import { ANYONE, type PeerSet, type PeerSets } from "./peer-sets.ts";
import type { PortSpec, Ports } from "./ports.ts";
import type { Profile } from "./profile.ts";

/** One entry of a rule's peers, with all else of the rule that can decide about a peer in one family. */
export interface Term {
  /** Position of the tier, over all layers. */
  readonly tier: number;
  readonly action: Rule["action"];
  readonly ports: PortSpec;
  readonly peers: PeerSet;
}

/** The terms of a profile, in the order they are asked; the profile's tiers are those of all layers, one after the other. */
export function termsOf(profile: Profile, family: Family, ports: Ports, sets: PeerSets): readonly Term[] {
  const terms: Term[] = [];
  profile.forEach(({ tier, rules }, at) => {
    const said = new Set<number>();
    for (const { rule } of rules) {
      const spec = ports.spec(rule);
      for (const peers of peersOf(rule, family, sets)) {
        // Where order means nothing, saying a thing once is enough.
        const key = peers * 2 ** 26 + spec;
        if (tier.allowing && said.has(key)) continue;
        said.add(key);
        terms.push({ tier: at, action: rule.action, ports: spec, peers });
      }
    }
  });
  return terms;
}

const ANYONE_AT_ALL: readonly PeerSet[] = [ANYONE];

function peersOf({ peers }: Rule, family: Family, sets: PeerSets): readonly PeerSet[] {
  if (peers === "any") return ANYONE_AT_ALL;
  const found: PeerSet[] = [];
  for (const { selection } of peers) {
    const { members } = selection[family];
    if (!members.isEmpty) found.push(sets.of(members));
  }
  return found;
}
