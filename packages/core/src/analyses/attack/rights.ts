import type { Identities, Role, RoleBinding, RoleRule, Subject } from "../../model/identity.ts";
import type { Patch } from "./patch.ts";

/** Verbs on resources of one group, on objects of these names; of every name where there are none. */
export interface Right {
  readonly group: string;
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  readonly names: readonly string[];
}

/** What of a role or a binding would be otherwise. Both are named as {@link rbacId} does. */
export type RightsChange =
  | { readonly kind: "narrow"; readonly role: string; readonly right: Right }
  | { readonly kind: "unbind"; readonly binding: string; readonly subject: Bound };

/** Who is bound, wherever it is written. */
export type Bound = Omit<Subject, "span">;

/** `pods` and `pods/exec` are two resources; a star before the slash stands for every resource. */
export function covers(list: readonly string[], resource: string): boolean {
  const [, sub] = resource.split("/");
  return list.includes("*") || list.includes(resource) || (sub !== undefined && list.includes(`*/${sub}`));
}

/** `shop/reader`; of what stands outside namespaces the name alone. */
export function rbacId({ namespace, name }: Pick<Role, "namespace" | "name">): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}

/** Roles and bindings once the changes are made. */
export function applyRights(identities: Identities, changes: readonly RightsChange[]): Identities {
  if (changes.length === 0) return identities;
  return {
    ...identities,
    roles: identities.roles.map((role) => changes.reduce(narrowed, role)),
    bindings: identities.bindings.map((binding) => changes.reduce(unbound, binding)),
  };
}

function narrowed(role: Role, change: RightsChange): Role {
  if (change.kind !== "narrow" || change.role !== rbacId(role)) return role;
  return { ...role, rules: role.rules.flatMap((rule) => without(rule, change.right)) };
}

function unbound(binding: RoleBinding, change: RightsChange): RoleBinding {
  if (change.kind !== "unbind" || change.binding !== rbacId(binding)) return binding;
  return { ...binding, subjects: binding.subjects.filter((one) => !isSame(one, change.subject)) };
}

function isSame(one: Bound, other: Bound): boolean {
  return one.kind === other.kind && one.name === other.name && one.namespace === other.namespace;
}

/** What `*` stands for where a verb has to be taken out of it: the verbs of ordinary objects. */
const VERBS: readonly string[] = ["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"];

/** The verbs of a rule, spelled out. */
export function verbsOf({ verbs }: RoleRule): readonly string[] {
  return verbs.includes("*") ? [...new Set([...VERBS, ...verbs.filter((one) => one !== "*")])] : verbs;
}

/**
 * What is left of a rule, as rules: a rule is a product of groups, resources and verbs, and so is each part that stays. A rule for
 * other names is left as it is.
 */
function without(rule: RoleRule, { group, resources, verbs, names }: Right): readonly RoleRule[] {
  if (rule.resourceNames.join() !== names.join()) return [rule];
  const groups = rule.apiGroups.includes("*") ? rule.apiGroups : rule.apiGroups.filter((one) => one === group);
  const taken = rule.resources.filter((one) => resources.some((wanted) => covers([one], wanted)));
  const kept = verbsOf(rule).filter((one) => !verbs.includes(one));
  if (groups.length === 0 || taken.length === 0 || kept.length === verbsOf(rule).length) return [rule];
  const parts: readonly RoleRule[] = [
    { ...rule, apiGroups: rule.apiGroups.filter((one) => !groups.includes(one)) },
    { ...rule, apiGroups: groups, resources: rule.resources.filter((one) => !taken.includes(one)) },
    { ...rule, apiGroups: groups, resources: taken, verbs: kept },
  ];
  return parts.filter((one) => one.apiGroups.length > 0 && one.resources.length > 0 && one.verbs.length > 0);
}

const API_GROUP = "rbac.authorization.k8s.io";

/** Roles and bindings as patches, each with its list in full: lists of rules and subjects are replaced, not merged. */
export function rightsPatches(before: Identities, changes: readonly RightsChange[]): readonly Patch[] {
  const touched = new Set(
    changes.map((one) => (one.kind === "narrow" ? `role ${one.role}` : `binding ${one.binding}`)),
  );
  const { roles, bindings } = applyRights(before, changes);
  return [
    ...roles
      .filter((role) => touched.has(`role ${rbacId(role)}`))
      .map((role) => ({
        object: { ...heading("Role", role), rules: role.rules.map(rulePatch) },
        ...sharers(before, role),
      })),
    ...bindings
      .filter((binding) => touched.has(`binding ${rbacId(binding)}`))
      .map((binding) => ({
        object: { ...heading("RoleBinding", binding), subjects: binding.subjects.map(subjectPatch) },
      })),
  ];
}

/** Who else loses what goes out of a role. */
function sharers({ bindings }: Identities, role: Role): Pick<Patch, "note"> {
  const giving = bindings.filter(
    ({ namespace, role: { kind, name } }) =>
      name === role.name &&
      (kind === "ClusterRole"
        ? role.namespace === undefined
        : role.namespace !== undefined && namespace === role.namespace),
  );
  const subjects = new Set(giving.flatMap((one) => one.subjects.map(subjectWords)));
  return subjects.size > 1
    ? { note: `given to ${subjects.size} subjects, all of which lose it: ${[...subjects].slice(0, 5).join(", ")}` }
    : {};
}

/** `ServiceAccount shop/web`, `Group developers`. */
function subjectWords({ kind, namespace, name }: Bound): string {
  return `${kind} ${namespace === undefined ? name : `${namespace}/${name}`}`;
}

function heading(kind: string, { namespace, name }: Pick<Role, "namespace" | "name">) {
  return {
    apiVersion: `${API_GROUP}/v1`,
    kind: namespace === undefined ? `Cluster${kind}` : kind,
    metadata: { name, ...(namespace !== undefined && { namespace }) },
  };
}

function rulePatch({ apiGroups, resources, resourceNames, verbs, nonResourceURLs }: RoleRule) {
  const lists = { apiGroups, resources, resourceNames, verbs, nonResourceURLs };
  return Object.fromEntries(Object.entries(lists).filter(([, list]) => list.length > 0));
}

function subjectPatch({ kind, name, namespace }: Subject) {
  if (kind === "ServiceAccount") return { kind, name, ...(namespace !== undefined && { namespace }) };
  return { kind, name, apiGroup: API_GROUP };
}
