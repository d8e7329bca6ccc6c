import type { Cluster } from "../../../model/cluster.ts";
import type { Role, RoleBinding, Subject } from "../../../model/identity.ts";

/** A binding with the role it gives, where the input has it. */
export interface BoundRole {
  readonly binding: RoleBinding;
  readonly role?: Role;
}

/** Roles every cluster has under these names; manifests bind them without defining them. */
const BUILTIN: ReadonlySet<string> = new Set(["cluster-admin", "admin", "edit", "view"]);

/** Bindings other than those with which every cluster starts. */
export function boundRoles({ identities: { bindings, roles } }: Cluster): readonly BoundRole[] {
  const byId = new Map(roles.map((role) => [idOf(role), role]));
  return bindings
    .filter((binding) => !isBootstrap(binding))
    .map((binding) => {
      const { kind, name } = binding.role;
      const role = byId.get(kind === "Role" && binding.namespace !== undefined ? `${binding.namespace}/${name}` : name);
      return { binding, ...(role && { role }) };
    });
}

/** Whether the rules of a role are known: from the input, or because every cluster has it. */
export function isKnown({ binding, role }: BoundRole): boolean {
  return role !== undefined || isBuiltin(binding);
}

export function isBuiltin({ role: { kind, name } }: RoleBinding): boolean {
  return kind === "ClusterRole" && (BUILTIN.has(name) || name.startsWith("system:"));
}

function isBootstrap({ name, subjects, role }: RoleBinding): boolean {
  if (name.startsWith("system:") && role.name.startsWith("system:")) return true;
  return name === "cluster-admin" && subjects.every((one) => one.kind === "Group" && one.name === MASTERS);
}

/** The group whose members no authorization holds back. */
export const MASTERS = "system:masters";

export function roleTitle({ namespace, name }: Pick<Role, "namespace" | "name">): string {
  return namespace === undefined ? `ClusterRole ${name}` : `Role ${namespace}/${name}`;
}

export function bindingTitle({ namespace, name }: RoleBinding): string {
  return namespace === undefined ? `ClusterRoleBinding ${name}` : `RoleBinding ${namespace}/${name}`;
}

/** `ServiceAccount shop/web`, `Group developers`. */
export function subjectTitle({ kind, namespace, name }: Subject): string {
  return `${kind} ${namespace === undefined ? name : `${namespace}/${name}`}`;
}

function idOf({ namespace, name }: Role): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}
