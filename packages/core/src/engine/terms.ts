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
  const terms = new Terms();
  for (let at = 0; at < profile.length; at++) {
    const { tier, rules } = profile[at] as Profile[number];
    terms.begin(at, tier.allowing);
    for (const { rule } of rules) {
      const spec = ports.spec(rule);
      if (rule.peers === "any") terms.add(rule.action, spec, ANYONE);
      else
        for (const { selection } of rule.peers) {
          const { members } = selection[family];
          if (!members.isEmpty) terms.add(rule.action, spec, sets.of(members));
        }
    }
  }
  return terms.all;
}

/** Collects terms, tier by tier. Where order means nothing, saying a thing once is enough. */
class Terms {
  readonly all: Term[] = [];
  private tier = 0;
  private allowing = false;
  private readonly said = new Set<number>();

  begin(tier: number, allowing: boolean): void {
    this.tier = tier;
    this.allowing = allowing;
    this.said.clear();
  }

  add(action: Term["action"], ports: PortSpec, peers: PeerSet): void {
    const { tier, said } = this;
    if (this.allowing) {
      const before = said.size;
      if (said.add(peers * 2 ** 26 + ports).size === before) return;
    }
    this.all.push({ tier, action, ports, peers });
  }
}
