import type { RoleRule } from "../../model/identity.ts";
import { UNWRITTEN } from "../edit.ts";

/**
 * What the ClusterRoles every cluster has allow, as far as steps are made of it; manifests bind them without defining them.
 *
 * Source: kubernetes/kubernetes plugin/pkg/auth/authorizer/rbac/bootstrappolicy/testdata/cluster-roles.yaml.
 */
const WRITE = ["create", "update", "patch", "delete"];
const READ = ["get", "list", "watch"];

const EDIT: readonly RoleRule[] = [
  rule("", ["pods/attach", "pods/exec", "pods/portforward", "pods/proxy", "secrets", "services/proxy"], READ),
  rule("", ["pods", "pods/attach", "pods/exec", "pods/portforward", "pods/proxy"], WRITE),
  rule(
    "",
    ["configmaps", "persistentvolumeclaims", "replicationcontrollers", "secrets", "serviceaccounts", "services"],
    WRITE,
  ),
  rule("", ["serviceaccounts"], ["impersonate"]),
  rule("", ["serviceaccounts/token"], ["create"]),
  rule("apps", ["daemonsets", "deployments", "replicasets", "statefulsets"], WRITE),
  rule("batch", ["cronjobs", "jobs"], WRITE),
  rule("networking.k8s.io", ["ingresses", "networkpolicies"], WRITE),
];

export const BUILTIN_ROLES: ReadonlyMap<string, readonly RoleRule[]> = new Map([
  ["cluster-admin", [rule("*", ["*"], ["*"])]],
  ["admin", [...EDIT, rule("rbac.authorization.k8s.io", ["roles", "rolebindings"], [...READ, ...WRITE])]],
  ["edit", EDIT],
  ["view", [rule("", ["configmaps", "pods", "services", "serviceaccounts"], READ)]],
]);

function rule(group: string, resources: readonly string[], verbs: readonly string[]): RoleRule {
  return { apiGroups: [group], resources, resourceNames: [], verbs, nonResourceURLs: [], span: UNWRITTEN };
}
