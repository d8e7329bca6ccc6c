import { accountName, accountsOf } from "../attack/accounts.ts";
import type { AttackRule, EdgeName, FactIndex, FactKind } from "../attack/fact.ts";
import { attackOn } from "../findings/attack.ts";
import { DIRECTIONS, type FindingContext, isOnHost } from "../findings/context.ts";
import { governsNewcomers } from "../findings/newcomers.ts";
import { isSystem } from "../findings/severity.ts";
import { amountToEverything } from "../findings/statements.ts";
import { type Dimension, share } from "./dimension.ts";

/** In how many namespaces and directions a pod to come starts isolated. */
export function defaultDenies(context: FindingContext): Dimension {
  const homes = new Set(context.subjects.flatMap((one) => (isOnHost(one) ? [] : (one.namespace ?? []))));
  const wanted = [...homes].flatMap((namespace) => DIRECTIONS.map((direction) => ({ namespace, direction })));
  const covered = wanted.filter(({ namespace, direction }) => {
    const handedBack = context.networkPolicies.some(
      ({ written }) =>
        written.namespace === namespace &&
        written.podSelector.requirements.length === 0 &&
        amountToEverything(written[direction]),
    );
    return governsNewcomers(context, namespace, direction) && !handedBack;
  });
  const base = { id: "default-deny", title: "default deny" } as const;
  if (wanted.length === 0) return { ...base, because: "no namespace has pods that policies govern", parts: [] };
  return {
    ...base,
    value: share(covered.length, wanted.length),
    because: "of the namespaces and directions isolate a pod to come",
    parts: [
      { name: "namespaces and directions", value: wanted.length },
      { name: "isolated by default", value: covered.length },
    ],
  };
}

/** Whether the input has anything of who may ask the API server for what. */
function showsRoles({ cluster: { identities } }: FindingContext): boolean {
  return identities.bindings.length > 0;
}

/** How many ServiceAccounts of applications may undo the rest: change policies or their labels, make pods, or own nodes. */
export function controlIntegrity(context: FindingContext): Dimension {
  const base = { id: "control", title: "control integrity" } as const;
  if (!showsRoles(context))
    return { ...base, because: "the input has no RoleBinding or ClusterRoleBinding", parts: [] };
  const { graph, footholds } = context.once(attackOn);
  const scope = accountsOf(context.cluster, footholds).filter(({ namespace }) => !isSystem(namespace));
  const powerful = scope.filter((account) => {
    const act = graph.find("act", accountName(account));
    return act !== undefined && hasLever(graph.rules, graph.needing, graph.facts, act.index);
  });
  return {
    ...base,
    value: 100 - (scope.length === 0 ? 0 : share(powerful.length, scope.length)),
    because: "of the ServiceAccounts outside system namespaces may not undo the policies",
    parts: [
      { name: "accounts", value: scope.length },
      { name: "that may undo them", value: powerful.length },
    ],
  };
}

const LEVERS: ReadonlySet<FactKind> = new Set<FactKind>([
  "policy-control",
  "namespace-labels",
  "pod-control",
  "admin",
  "root",
]);

/** Steps that are asking the API server, and belonging to a group. */
const ASKING = /^(RB-|API$|PC-)/;

/** Whether acting as an account comes to a lever by asking the API server alone; who changes pods changes their labels too. */
function hasLever(
  rules: readonly AttackRule[],
  needing: readonly (readonly number[])[],
  facts: readonly { readonly kind: FactKind }[],
  start: FactIndex,
): boolean {
  const seen = new Set([start]);
  const open = [start];
  for (let fact = open.pop(); fact !== undefined; fact = open.pop()) {
    for (const position of needing[fact] ?? []) {
      const rule = rules[position];
      const edge: EdgeName | undefined = rule?.edge;
      if (!rule || edge === undefined || rule.needs.length > 1 || !ASKING.test(edge) || seen.has(rule.gives)) continue;
      const kind = facts[rule.gives]?.kind;
      if (edge === "RB-PATCH" || (kind !== undefined && LEVERS.has(kind))) return true;
      if (kind !== "hub" && kind !== "act") continue;
      seen.add(rule.gives);
      open.push(rule.gives);
    }
  }
  return false;
}
