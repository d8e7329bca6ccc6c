import {
  type Action,
  type Direction,
  type PolicyRef,
  type Program,
  qualifiedId,
  type Reachability,
  type Rule,
  type TierName,
} from "@watertight/core";
import type { Vertex } from "./graph.ts";

/** How a workload stands towards policies in one direction. */
export type Standing =
  /** No policy has a say. */
  | "open"
  /** Only admin or baseline rules have one: what none of them denies is still allowed. */
  | "governed"
  /** Only what some rule allows passes, for all of its pods or for part of them. */
  | "isolated"
  | "partly isolated";

/** A policy that has a say on a workload in a direction. */
export interface Governing {
  readonly policy: PolicyRef;
  readonly tier: TierName;
  /** What its rules for this workload say, in their order. */
  readonly actions: readonly Action[];
}

export function standingOf(reachability: Reachability, { endpoints }: Vertex, direction: Direction): Standing {
  const isolated = endpoints.map((endpoint) => reachability.isolated(endpoint, direction));
  if (isolated.every((one) => one === "yes")) return "isolated";
  if (isolated.some((one) => one !== "no")) return "partly isolated";
  return endpoints.every((endpoint) => reachability.governed(endpoint, direction) === "no") ? "open" : "governed";
}

/** The policies that isolate a workload in a direction or have a rule for it, in the order their tiers are asked. */
export function governingOf({ layers }: Program, { endpoints }: Vertex, direction: Direction): readonly Governing[] {
  const parties = endpoints.flatMap(({ members }) => members.map(({ party }) => party));
  const concerns = ({ subject }: Pick<Rule, "subject">) => parties.some((party) => subject.members.has(party));
  return layers.flatMap(({ tiers }) =>
    tiers[direction].flatMap(({ name: tier, isolation, rules }): readonly Governing[] => {
      const applying = rules.filter(concerns);
      const saying = [...isolation.filter(concerns), ...applying].map(({ policy }) => policy);
      const policies = new Map(saying.map((policy) => [qualifiedId(policy), policy]));
      return [...policies].map(([id, policy]) => ({
        policy,
        tier,
        actions: applying.filter((rule) => qualifiedId(rule.policy) === id).map(({ action }) => action),
      }));
    }),
  );
}
