import type { Role, RoleRule } from "../../model/identity.ts";
import { matches } from "../../model/selector.ts";

/**
 * Roles with aggregated ClusterRoles filled in: a cluster gives those the rules of every ClusterRole that a selector of theirs
 * matches, and manifests leave them empty. Roles that aggregate each other settle after as many rounds as there are of them.
 */
export function aggregate(roles: readonly Role[]): readonly Role[] {
  const aggregating = roles.filter(({ aggregates }) => aggregates !== undefined);
  let current = roles;
  for (let round = 0; round < aggregating.length; round++) {
    const next = current.map((role) => withMembers(role, current));
    if (next.every((role, i) => role.rules.length === current[i]?.rules.length)) return next;
    current = next;
  }
  return current;
}

function withMembers(role: Role, roles: readonly Role[]): Role {
  if (!role.aggregates) return role;
  const members = roles.filter(
    (other) =>
      other !== role &&
      other.namespace === undefined &&
      role.aggregates?.some((selector) => matches(selector, { values: other.labels }).holds),
  );
  const rules = new Map<string, RoleRule>();
  for (const rule of [...role.rules, ...members.flatMap((member) => member.rules)]) {
    const key = wordsOf(rule);
    if (!rules.has(key)) rules.set(key, rule);
  }
  return { ...role, rules: [...rules.values()] };
}

function wordsOf({ span: _, ...words }: RoleRule): string {
  return JSON.stringify(words);
}
