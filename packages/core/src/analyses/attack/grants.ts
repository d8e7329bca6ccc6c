import type { Role, RoleBinding, RoleRule, Subject } from "../../model/identity.ts";
import type { Span } from "../../model/source.ts";
import { type Account, accountId } from "./accounts.ts";
import { BUILTIN_ROLES } from "./builtin-roles.ts";
import type { StepCertainty } from "./fact.ts";
import type { Site } from "./site.ts";

/** One rule of a role, as one ServiceAccount or group of them has it. */
export interface Grant {
  readonly holder: Holder;
  readonly rule: RoleRule;
  /** `*`: every namespace, and what stands outside them. */
  readonly scope: string;
  /** `Role shop/reader, bound by RoleBinding shop/read`. */
  readonly words: string;
  readonly certainty: StepCertainty;
  readonly evidence: readonly Span[];
}

/** Who has a grant: one account, all of a namespace, or all there are. */
export type Holder =
  | { readonly kind: "account"; readonly account: Pick<Account, "namespace" | "name"> }
  | { readonly kind: "namespace"; readonly namespace: string }
  | { readonly kind: "everyone" };

/** The grants that bindings give to ServiceAccounts; those of people are none of a pod's business. */
export function grantsOf({ cluster }: Pick<Site, "cluster">): readonly Grant[] {
  const { bindings, roles } = cluster.identities;
  const byId = new Map(roles.map((role) => [roleId(role), role]));
  return bindings.flatMap((binding) => {
    const bound = boundRole(binding, byId);
    const holders = binding.subjects.flatMap((subject) => holderOf(subject) ?? []);
    if (!bound) return [];
    const words = `${bound.words}, bound by ${binding.namespace === undefined ? "ClusterRoleBinding" : "RoleBinding"} ${roleId(binding)}`;
    return holders.flatMap((holder) =>
      bound.rules.map(
        (rule): Grant => ({
          holder,
          rule,
          scope: binding.namespace ?? "*",
          words,
          certainty: bound.certainty,
          evidence: bound.certainty === "proved" ? [rule.span, binding.span] : [binding.span],
        }),
      ),
    );
  });
}

interface BoundRole {
  readonly rules: readonly RoleRule[];
  readonly words: string;
  readonly certainty: StepCertainty;
}

/** A role the input does not define is taken to be what Kubernetes defines under its name, if it does. */
function boundRole({ namespace, role }: RoleBinding, roles: ReadonlyMap<string, Role>): BoundRole | undefined {
  const id = role.kind === "Role" && namespace !== undefined ? `${namespace}/${role.name}` : role.name;
  const words = `${role.kind} ${id}`;
  const known = roles.get(id);
  if (known) return { rules: known.rules, words, certainty: "proved" };
  const builtin = role.kind === "ClusterRole" ? BUILTIN_ROLES.get(role.name) : undefined;
  return builtin && { rules: builtin, words: `${words} as Kubernetes defines it`, certainty: "assumed" };
}

function roleId({ namespace, name }: { readonly namespace?: string; readonly name: string }): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}

const ALL_ACCOUNTS: ReadonlySet<string> = new Set(["system:serviceaccounts", "system:authenticated"]);

function holderOf({ kind, name, namespace = "" }: Subject): Holder | undefined {
  if (kind === "ServiceAccount") return { kind: "account", account: { namespace, name } };
  const [, first = "", second] = /^system:serviceaccounts?:([^:]+)(?::(.+))?$/.exec(name) ?? [];
  if (kind === "User")
    return first && second ? { kind: "account", account: { namespace: first, name: second } } : undefined;
  if (ALL_ACCOUNTS.has(name)) return { kind: "everyone" };
  return first && !second ? { kind: "namespace", namespace: first } : undefined;
}

/** `shop/web`, `every account of shop`, `every account`. */
export function holderName(holder: Holder): string {
  if (holder.kind === "account") return accountId(holder.account);
  return holder.kind === "namespace" ? `every account of ${holder.namespace}` : "every account";
}

/** Whether a rule allows one of these verbs on one of these resources of a group. */
export function allows(rule: RoleRule, group: string, resources: readonly string[], verbs: readonly string[]): boolean {
  const has = (list: readonly string[], wanted: readonly string[]) =>
    list.includes("*") || wanted.some((one) => list.includes(one));
  return has(rule.apiGroups, [group]) && has(rule.verbs, verbs) && resources.some((one) => covers(rule.resources, one));
}

/** `pods` and `pods/exec` are two resources; a star before the slash stands for every resource. */
function covers(list: readonly string[], resource: string): boolean {
  const [, sub] = resource.split("/");
  return list.includes("*") || list.includes(resource) || (sub !== undefined && list.includes(`*/${sub}`));
}
