import type { LabelSelector } from "./selector.ts";
import type { Span } from "./source.ts";

/** Who may ask the API server for what. Lists are sorted by id. */
export interface Identities {
  readonly serviceAccounts: readonly ServiceAccount[];
  readonly roles: readonly Role[];
  readonly bindings: readonly RoleBinding[];
}

export interface ServiceAccount {
  readonly namespace: string;
  readonly name: string;
  readonly annotations: ReadonlyMap<string, string>;
  /** Absent where the default holds, which is to mount. */
  readonly automountServiceAccountToken?: boolean;
  readonly secrets: readonly string[];
  readonly imagePullSecrets: readonly string[];
  readonly span: Span;
}

/** A Role, or a ClusterRole where `namespace` is absent. */
export interface Role {
  readonly namespace?: string;
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  /** Its own rules and, of an aggregated ClusterRole, those of the roles its selectors match. */
  readonly rules: readonly RoleRule[];
  /** Absent where it aggregates nothing. */
  readonly aggregates?: readonly LabelSelector[];
  readonly span: Span;
}

/** One rule of a role: every verb on every resource of every group it names. */
export interface RoleRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  /** Empty: objects of every name. */
  readonly resourceNames: readonly string[];
  readonly verbs: readonly string[];
  readonly nonResourceURLs: readonly string[];
  readonly span: Span;
}

/** A RoleBinding, or a ClusterRoleBinding where `namespace` is absent. */
export interface RoleBinding {
  readonly namespace?: string;
  readonly name: string;
  readonly role: { readonly kind: "Role" | "ClusterRole"; readonly name: string };
  readonly subjects: readonly Subject[];
  readonly span: Span;
}

export interface Subject {
  readonly kind: "User" | "Group" | "ServiceAccount";
  readonly name: string;
  /** Of a ServiceAccount. */
  readonly namespace?: string;
  readonly span: Span;
}
