import {
  type Direction,
  type Endpoint,
  type Program,
  qualifiedId,
  type Reachability,
  type Rule,
} from "@watertight/core";
import type { Governing, Standing } from "./catalogue.ts";

/** How endpoints that are one thing to a reader stand together. */
export function standingOf(reachability: Reachability, endpoints: readonly Endpoint[], direction: Direction): Standing {
  const isolated = endpoints.map((endpoint) => reachability.isolated(endpoint, direction));
  if (isolated.every((one) => one === "yes")) return "isolated";
  if (isolated.some((one) => one !== "no")) return "partly isolated";
  return endpoints.every((endpoint) => reachability.governed(endpoint, direction) === "no") ? "open" : "governed";
}

/** The policies that isolate one of them in a direction or have a rule for it, in the order their tiers are asked. */
export function governingOf(
  { layers }: Program,
  endpoints: readonly Endpoint[],
  direction: Direction,
): readonly Governing[] {
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
