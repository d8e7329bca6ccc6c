import type { AdminPolicy, AdminRule } from "../../src/model/cluster.ts";
import type { Direction } from "../../src/model/flow.ts";
import { NOTHING } from "../../src/model/selector.ts";
import { adminPeerMatches, inNamespacedPods } from "./admin-peers.ts";
import { adminPortMatches } from "./admin-ports.ts";
import type { Connection, Context, Endpoint } from "./context.ts";

type Action = AdminRule["action"];

/** CNP-31, CNP-32: what the first matching rule of a tier says, policy after policy; `undefined` when none matches (CNP-10). */
export function adminTier(
  tier: AdminPolicy["tier"],
  direction: Direction,
  subject: Endpoint,
  peer: Endpoint,
  connection: Connection,
  context: Context,
): Action | undefined {
  // CNP-11: a host-network pod is never a subject, however NetworkPolicy sees it.
  if (subject.kind === "address" || subject.pod.of.network === "host") return undefined;

  for (const tied of byPriority(tier, context)) {
    const said = new Map<AdminPolicy, Action>();
    for (const policy of tied) {
      if (!inNamespacedPods(policy.subject, subject.pod, context)) continue;
      const action = firstMatch(policy[direction], direction, subject, peer, connection, context);
      if (action !== undefined) said.set(policy, action);
    }
    const [action, ...others] = new Set(said.values());
    if (action === undefined) continue;
    // CNP-35: tied policies that cannot both match, or agree, are fine.
    if (others.length === 0) return action;
    return said.get(firstOf(tied, [...said.keys()], context));
  }
  return undefined;
}

/**
 * SEL-5, ANP-3: what means nothing matches nothing, yet what an implementation makes of the policy is open for all it may govern. `undefined` for the
 * default, that the rest of it is as written.
 */
export function madeOfMalformed(ends: readonly Endpoint[], context: Context): "allow" | "deny" | undefined {
  for (const { kind, name, malformed, subject } of context.cluster.adminPolicies) {
    if (!malformed || !ends.some((end) => mayGovern(subject, end, context))) continue;
    const answers = ["as far as it can be read", "allow", "deny"];
    const made = context.world({ id: `what ${kind} ${name} means`, kind: "implementation-defined", answers });
    if (made === "allow" || made === "deny") return made;
  }
  return undefined;
}

/** A subject that means nothing may be anybody. */
function mayGovern(subject: AdminPolicy["subject"], end: Endpoint, context: Context): boolean {
  if (end.kind === "address" || end.pod.of.network === "host") return false;
  const all = { requirements: [] };
  const { namespaceSelector, podSelector } = subject;
  const widest = {
    namespaceSelector: namespaceSelector === NOTHING ? all : namespaceSelector,
    podSelector: podSelector === NOTHING ? all : podSelector,
  };
  return inNamespacedPods(widest, end.pod, context);
}

/** Policies of a tier with equal priority together, lower numbers first. BANP-3: both APIs in one list, the BANP after all others. */
function byPriority(tier: AdminPolicy["tier"], { cluster }: Context): AdminPolicy[][] {
  const policies = cluster.adminPolicies.filter((policy) => policy.tier === tier);
  const number = ({ priority }: AdminPolicy) => (priority === "last" ? Number.POSITIVE_INFINITY : priority);
  const numbers = [...new Set(policies.map(number))].sort((a, b) => (a < b ? -1 : 1));
  return numbers.map((priority) => policies.filter((policy) => number(policy) === priority).sort(byName));
}

/** By name, as CNP-35 and BANP-3 have it; a name that two kinds share is settled by the kind. */
function byName(a: AdminPolicy, b: AdminPolicy): number {
  return a.name < b.name || (a.name === b.name && a.kind < b.kind) ? -1 : 1;
}

/** CNP-35: which of the policies that disagree comes first, in name order unless the world has it otherwise. */
function firstOf(tied: readonly AdminPolicy[], disagreeing: readonly AdminPolicy[], { world }: Context): AdminPolicy {
  const [{ tier, priority } = { tier: "", priority: "" }] = tied;
  const order = world({
    id: `order of the ${tier} policies of priority ${priority}`,
    kind: "implementation-defined",
    answers: permutations(tied.map((_, index) => String(index))).map((one) => one.join(" ")),
  });
  const all = order.split(" ").map((index) => tied[Number(index)] as AdminPolicy);
  return all.find((policy) => disagreeing.includes(policy)) as AdminPolicy;
}

/** Every order of the items, the given one first. */
function permutations<T>(items: readonly T[]): T[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item, index) =>
    permutations([...items.slice(0, index), ...items.slice(index + 1)]).map((rest) => [item, ...rest]),
  );
}

/** CNP-31: rules in list order. */
function firstMatch(
  rules: readonly AdminRule[],
  direction: Direction,
  subject: Endpoint,
  peer: Endpoint,
  connection: Connection,
  context: Context,
): Action | undefined {
  // PORT-1: the port is the destination's, and so is the pod that gives a name its number.
  const destination = direction === "ingress" ? subject : peer;
  for (const rule of rules) {
    // CNP-18, ANP-6: a peer nobody recognises fails closed, and the whole rule with it.
    if (rule.peers.some(({ kind }) => kind === "unrecognised")) {
      if (rule.action === "allow") continue;
      return "deny";
    }
    // CNP-15, ANP-3: without ports every protocol is meant, ICMP too; with them only those listed.
    if (rule.ports !== "any" && !rule.ports.some((port) => adminPortMatches(port, destination, connection, context))) {
      continue;
    }
    for (const entry of rule.peers) {
      if (adminPeerMatches(entry, direction, peer, connection.family, context)) return rule.action;
    }
  }
  return undefined;
}
