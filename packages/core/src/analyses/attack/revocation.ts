import type { Role, RoleBinding, RoleRule } from "../../model/identity.ts";
import { BUILTIN_ROLES } from "./builtin-roles.ts";
import type { Remedy } from "./fact.ts";
import { bindingWords, type Grant, holderName } from "./grants.ts";
import { covers, type Right, rbacId, verbsOf } from "./rights.ts";

/** What of a grant is to be taken away; of everything it gives where nothing is said. */
export type Wanted = Pick<Right, "group" | "resources" | "verbs">;

/**
 * What takes a right away from whoever has it by a grant: it goes out of the role; where the role cannot be changed, or a rule of it is
 * about every resource, so that nobody knows what would have to stay, the holder goes out of the binding, and all of the role with it.
 * For a person only where neither is an object of the input that stays as one leaves it.
 */
export function revocation({ rule, words, holder, origin }: Grant, wanted?: Wanted): Remedy {
  const { role, binding, subject } = origin;
  if (role && wanted && isEditable(role)) {
    const right = rightOf(rule, wanted);
    return {
      fix: `take ${rightWords(right)} out of ${role.namespace === undefined ? "ClusterRole" : "Role"} ${rbacId(role)}`,
      change: { kind: "narrow", role: rbacId(role), right },
    };
  }
  if (!binding || !subject || isKeptByCluster(binding)) return { fix: `narrow ${words}` };
  const { span: _, ...bound } = subject;
  return {
    fix: `take ${holder.kind === "account" ? `ServiceAccount ${holderName(holder)}` : holderName(holder)} out of ${bindingWords(binding)}`,
    change: { kind: "unbind", binding: rbacId(binding), subject: bound },
  };
}

function rightOf(rule: RoleRule, { group, resources, verbs }: Wanted): Right {
  return {
    group,
    resources: resources.filter((one) => covers(rule.resources, one)),
    verbs: verbs.filter((one) => verbsOf(rule).includes(one)),
    names: rule.resourceNames,
  };
}

/** `get, list on secrets`, `patch on deployments.apps named web`. */
function rightWords({ group, resources, verbs, names }: Right): string {
  const kinds = resources.map((one) => (group === "" ? one : `${one}.${group}`));
  return `${verbs.join(", ")} on ${kinds.join(", ")}${names.length > 0 ? ` named ${names.join(", ")}` : ""}`;
}

/** Whether what is written in a role is what holds: an aggregated one is filled in by others, those every cluster has by itself. */
function isEditable(role: Role): boolean {
  const isBuiltin = role.namespace === undefined && BUILTIN_ROLES.has(role.name);
  return (
    role.aggregates === undefined &&
    !isBuiltin &&
    !role.labels.has("kubernetes.io/bootstrapping") &&
    !isKeptByCluster(role) &&
    !role.rules.some(({ resources }) => resources.includes("*"))
  );
}

/** Source: kubernetes.io, Using RBAC Authorization, Default roles and role bindings, Auto-reconciliation. */
function isKeptByCluster({ name }: Pick<Role | RoleBinding, "name">): boolean {
  return name.startsWith("system:");
}
