import { finish, type Steps } from "../model/steps.ts";
import type { Attack } from "./attack/attack-graph.ts";
import {
  certaintyOf,
  cheapest,
  closure,
  comparing,
  type Metric,
  NO_LIMITS,
  type Use,
  useKey,
} from "./attack/cheapest.ts";
import { INTERNET } from "./attack/entry-points.ts";
import { type Fact, type FactIndex, STEP_CERTAINTIES } from "./attack/fact.ts";
import { fromOnePlace } from "./attack/one-place.ts";
import { type AttackPath, pathOf, routeOf } from "./attack/path.ts";
import { type Proof, proofOf, proofs } from "./attack/proofs.ts";

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
 * The `k` cheapest paths from one fact to another, each by another route, with the evidence for every step; by the metric `hops` those
 * of the fewest steps.
 *
 * Sorted by cost, then steps (or the other way round), then by the order in which the input gives things. Empty where there is none.
 * Cost: see {@link proofs}; the evidence is worked out for the paths given only.
 */
export function findPaths(attack: Attack, from: Fact, to: Fact, k = 3, metric: Metric = "cost"): readonly AttackPath[] {
  if (from.index === to.index) return [];
  const found = new Map<string, AttackPath>();
  const add = (proof: Proof) => {
    const route = routeOf(attack, proof);
    if (!found.has(route)) found.set(route, pathOf(attack, proof, from.name));
  };
  for (const proof of proofs(attack.graph, [from.index], to.index, { expected: k, metric })) {
    if (found.size === 0) add(fromOnePlace(attack.graph, surest(attack, from, to.index, proof, metric)));
    add(fromOnePlace(attack.graph, proof));
    if (found.size >= k) break;
  }
  return [...found.values()].slice(0, k);
}

/**
 * The cheapest path from each of some facts to each of some others, from the cheapest on, at most so many; pairs that nothing
 * connects are left out. Cost: one search for each start.
 */
export function cheapestPaths(
  attack: Attack,
  from: readonly Fact[],
  to: readonly FactIndex[],
  most: number,
  metric: Metric = "cost",
): readonly AttackPath[] {
  return finish(cheapestSteps(attack, from, to, most, metric));
}

/** {@link cheapestPaths} with pauses. */
export function* cheapestSteps(
  attack: Attack,
  from: readonly Fact[],
  to: readonly FactIndex[],
  most: number,
  metric: Metric = "cost",
): Steps<readonly AttackPath[]> {
  const targets = [...new Set(to)];
  let found: readonly { readonly start: Fact; readonly target: FactIndex; readonly proof: Proof }[] = [];
  for (const [at, start] of from.entries()) {
    yield { stage: "following paths", done: at / from.length };
    // Once there are as many as are wanted, only what is cheaper than the dearest of them is looked for.
    const below = found.length === most ? found[most - 1]?.proof : undefined;
    const reached = cheapest(attack.graph, [start.index], { below, metric });
    const more = targets.flatMap((target) => {
      const proof = target === start.index ? undefined : proofOf(attack.graph, reached, target);
      return proof ? [{ start, target, proof }] : [];
    });
    if (more.length > 0) found = [...found, ...more].sort((a, b) => comparing(metric)(a.proof, b.proof)).slice(0, most);
  }
  return found.map(({ start, target, proof }) =>
    pathOf(attack, fromOnePlace(attack.graph, surest(attack, start, target, proof, metric)), start.name),
  );
}

/**
 * A proof that costs the same and rests on less that is not proved, if doing without some doubtful step leads to one. Cost: a search
 * for each such step, none of which goes further than the proof.
 */
function surest({ graph }: Attack, from: Fact, to: FactIndex, cheapestProof: Proof, metric: Metric): Proof {
  const doubtOf = (use: Use) => STEP_CERTAINTIES.indexOf(certaintyOf(graph, use));
  const doubt = ({ uses }: Proof) => uses.reduce((sum, use) => sum + doubtOf(use), 0);
  const { cost, hops } = cheapestProof;
  const below = metric === "cost" ? { cost, hops: hops + 1 } : { cost: cost + 1, hops };
  let best = cheapestProof;
  let banned: ReadonlySet<number> = new Set();
  for (const use of cheapestProof.uses.filter((one) => doubtOf(one) > 0)) {
    const without = new Set([...banned, useKey(graph, use)]);
    const found = cheapest(graph, [from.index], {
      limits: { ...NO_LIMITS, banned: without },
      until: to,
      below,
      metric,
    });
    const proof = proofOf(graph, found, to);
    if (!proof || doubt(proof) >= doubt(best)) continue;
    best = proof;
    banned = without;
  }
  return best;
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
