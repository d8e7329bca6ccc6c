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

/** Reads the terms of profiles in one family. */
export class TermReader {
  private terms: Term[] = [];
  /** What a tier of rules that all allow has said: where order means nothing, saying a thing once is enough. */
  private readonly said = new Set<number>();

  constructor(
    private readonly ports: Ports,
    private readonly sets: PeerSets,
  ) {}

  /** The terms of a profile, in the order they are asked; the profile's tiers are those of all layers, one after the other. */
  read(profile: Profile, family: Family): readonly Term[] {
    this.terms = [];
    for (let at = 0; at < profile.length; at++) {
      const { tier, rules } = profile[at] as Profile[number];
      if (this.said.size > 0) this.said.clear();
      for (const { rule } of rules) this.readRule(rule, family, at, tier.allowing);
    }
    return this.terms;
  }

  private readRule(rule: Rule, family: Family, tier: number, once: boolean): void {
    const { action, peers } = rule;
    const ports = this.ports.spec(rule);
    if (peers === "any") this.add({ tier, action, ports, peers: ANYONE }, once);
    else
      for (const { selection } of peers)
        this.add({ tier, action, ports, peers: this.sets.of(selection[family]) }, once);
  }

  private add(term: Term, once: boolean): void {
    if (once) {
      const key = term.peers * 2 ** 26 + term.ports;
      if (this.said.has(key)) return;
      this.said.add(key);
    }
    this.terms.push(term);
  }
}
