import type { Attack } from "./attack/attack-graph.ts";
import { cheapest, closure } from "./attack/cheapest.ts";
import { INTERNET } from "./attack/entry-points.ts";
import type { Fact, FactIndex } from "./attack/fact.ts";
import { type AttackPath, pathOf, routeOf } from "./attack/path.ts";
import { comparePrice, proofOf, proofs } from "./attack/proofs.ts";

/** What a person calls a fact: the id of an endpoint, `secret:shop/db`, `node:n1`, `internet`, `cluster-admin`. */
export function findFact(attack: Attack, name: string, as: "start" | "target"): Fact | undefined {
  const { graph, options } = attack;
  const held =
    as === "target" && options.mode === "reach" ? graph.find("reach", `reach:${name}`) : graph.find("own", name);
  const kinds = [
    "root",
    "know",
    "act",
    "hold",
    "admin",
    "cloud",
    "exfiltrate",
    "pod-control",
    "policy-control",
    "tamper",
  ] as const;
  if (name === INTERNET)
    return as === "start" ? graph.find("send", INTERNET) : graph.find("exfiltrate", "exfiltration");
  return held ?? kinds.map((kind) => graph.find(kind, name)).find((fact) => fact !== undefined);
}

/**
 * The `k` cheapest paths from one fact to another, each by another route, with the evidence for every step.
 *
 * Sorted by cost, then steps, then by the order in which the input gives things. Empty where there is none.
 * Cost: see {@link proofs}; the evidence is worked out for the paths given only.
 */
export function findPaths(attack: Attack, from: Fact, to: Fact, k = 3): readonly AttackPath[] {
  if (from.index === to.index) return [];
  const found = new Map<string, AttackPath>();
  for (const proof of proofs(attack.graph, [from.index], to.index, { expected: k })) {
    const route = routeOf(attack, proof);
    if (!found.has(route)) found.set(route, pathOf(attack, proof, from.name));
    if (found.size === k) break;
  }
  return [...found.values()];
}

/** The cheapest path from a fact to each of several, from the cheapest on; those that cannot be held are left out. */
export function cheapestPaths(attack: Attack, from: Fact, to: readonly FactIndex[]): readonly AttackPath[] {
  const found = cheapest(attack.graph, [from.index]);
  return [...new Set(to)]
    .filter((fact) => fact !== from.index)
    .flatMap((fact) => proofOf(attack.graph, found, fact) ?? [])
    .sort(comparePrice)
    .map((proof) => pathOf(attack, proof, from.name));
}

/** The footholds from which a fact can come to be held, in any number of steps. Cost: one search for each foothold. */
export function whoCanReach(attack: Attack, to: Fact): readonly string[] {
  return attack.footholds
    .filter(({ own }) => own !== to.index && closure(attack.graph, [own]).includes(to.index))
    .map(({ id }) => id);
}

/**
 * The facts that every path from one to another holds on the way, in the order they are first held; the ends are left out.
 *
 * Found by taking each fact of the cheapest path away and asking again, since what every path holds, that one holds.
 * Cost: one search for each step of a path.
 */
export function dominators(attack: Attack, from: Fact, to: Fact): readonly string[] {
  const { graph } = attack;
  const proof = proofOf(graph, cheapest(graph, [from.index], { until: to.index }), to.index);
  if (!proof) return [];
  const held = proof.uses.map((use) => ("rule" in use ? graph.rules[use.rule]?.gives : use.to));
  return held.flatMap((fact) => {
    const one = fact === undefined ? undefined : graph.facts[fact];
    if (!one || one.role === "step" || one.index === to.index) return [];
    const limits = { banned: new Set<number>(), fixed: new Map([[one.index, -1]]) };
    return cheapest(graph, [from.index], { limits, until: to.index }).price(to.index) ? [] : [one.name];
  });
}
