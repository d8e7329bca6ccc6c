import type { Role, RoleBinding, RoleRule, Subject } from "../../model/identity.ts";
import type { Span } from "../../model/source.ts";
import { type Account, accountId } from "./accounts.ts";
import { BUILTIN_ROLES } from "./builtin-roles.ts";
import type { StepCertainty } from "./fact.ts";
import { covers, rbacId } from "./rights.ts";
import type { Site } from "./site.ts";

/** One rule of a role, as one ServiceAccount or group of them has it. */
export interface Grant {
  readonly holder: Holder;
  readonly rule: RoleRule;
  /** `*`: every namespace, and what stands outside them. */
  readonly scope: string;
  /** The role it is a rule of: `Role shop/reader`. */
  readonly role: string;
  /** `Role shop/reader, bound by RoleBinding shop/read`. */
  readonly words: string;
  readonly certainty: StepCertainty;
  readonly evidence: readonly Span[];
  readonly origin: GrantOrigin;
}

/** The objects of the input that give a grant: the role, where it is defined there, and the binding, where one is there already. */
export interface GrantOrigin {
  readonly role?: Role;
  readonly binding?: RoleBinding;
  readonly subject?: Subject;
}

/** Who has a grant: one account, all of a namespace or all there are, a person, a group of them, or whoever binds a role to itself. */
export type Holder =
  | { readonly kind: "account"; readonly account: Pick<Account, "namespace" | "name"> }
  | { readonly kind: "namespace"; readonly namespace: string }
  | { readonly kind: "everyone" }
  | { readonly kind: "user" | "group"; readonly name: string }
  | { readonly kind: "role"; readonly words: string; readonly scope: string };

/**
 * The grants that bindings give to ServiceAccounts, and to those people and groups that are asked for: what others have is none of a
 * pod's business, as nobody comes to act as them. Names are those {@link holderName} gives.
 */
export function grantsOf({ cluster }: Pick<Site, "cluster">, people: ReadonlySet<string> = NOBODY): readonly Grant[] {
  const { bindings, roles } = cluster.identities;
  const byId = new Map(roles.map((role) => [rbacId(role), role]));
  return bindings.flatMap((binding) => {
    const bound = boundRole(binding, byId);
    if (!bound) return [];
    const words = `${bound.words}, bound by ${bindingWords(binding)}`;
    return binding.subjects.flatMap((subject) => {
      const holder = holderOf(subject, people);
      if (!holder) return [];
      const origin: GrantOrigin = { ...(bound.role && { role: bound.role }), binding, subject };
      return bound.rules.map(
        (rule): Grant => ({
          holder,
          rule,
          scope: binding.namespace ?? "*",
          role: bound.words,
          words,
          certainty: bound.certainty,
          evidence: bound.certainty === "proved" ? [rule.span, binding.span] : [binding.span],
          origin,
        }),
      );
    });
  });
}

/** `RoleBinding shop/read`. */
export function bindingWords(binding: RoleBinding): string {
  return `${binding.namespace === undefined ? "ClusterRoleBinding" : "RoleBinding"} ${rbacId(binding)}`;
}

const NOBODY: ReadonlySet<string> = new Set();

/** What binding a role gives. */
interface BoundRole {
  readonly rules: readonly RoleRule[];
  readonly words: string;
  readonly certainty: StepCertainty;
  /** Absent where the input does not define it. */
  readonly role?: Role;
}

/** A role the input does not define is taken to be what Kubernetes defines under its name, if it does. */
export function boundRole(
  { namespace, role }: Pick<RoleBinding, "namespace" | "role">,
  roles: ReadonlyMap<string, Role>,
): BoundRole | undefined {
  const id = role.kind === "Role" && namespace !== undefined ? `${namespace}/${role.name}` : role.name;
  const words = `${role.kind} ${id}`;
  const known = roles.get(id);
  if (known) return { rules: known.rules, words, certainty: "proved", role: known };
  const builtin = role.kind === "ClusterRole" ? BUILTIN_ROLES.get(role.name) : undefined;
  return builtin && { rules: builtin, words: `${words} as Kubernetes defines it`, certainty: "assumed" };
}

const ALL_ACCOUNTS: ReadonlySet<string> = new Set(["system:serviceaccounts", "system:authenticated"]);

function holderOf({ kind, name, namespace = "" }: Subject, people: ReadonlySet<string>): Holder | undefined {
  if (kind === "ServiceAccount") return { kind: "account", account: { namespace, name } };
  const [, first = "", second] = /^system:serviceaccounts?:([^:]+)(?::(.+))?$/.exec(name) ?? [];
  if (kind === "User" && first && second) return { kind: "account", account: { namespace: first, name: second } };
  if (kind === "Group" && ALL_ACCOUNTS.has(name)) return { kind: "everyone" };
  if (kind === "Group" && first && !second) return { kind: "namespace", namespace: first };
  const person: Holder = { kind: kind === "User" ? "user" : "group", name };
  return people.has(holderName(person)) ? person : undefined;
}

/** `shop/web`, `every account of shop`, `every account`, `user:jane`, `group:dev`, `whoever binds ClusterRole edit in shop`. */
export function holderName(holder: Holder): string {
  switch (holder.kind) {
    case "account":
      return accountId(holder.account);
    case "namespace":
      return `every account of ${holder.namespace}`;
    case "everyone":
      return "every account";
    case "role":
      return `whoever binds ${holder.words} in ${holder.scope === "*" ? "every namespace" : holder.scope}`;
    default:
      return `${holder.kind}:${holder.name}`;
  }
}

/** Every verb on every resource, in the whole cluster. */
export function isEverything({ rule, scope }: Grant): boolean {
  return [rule.verbs, rule.resources, rule.apiGroups, [scope]].every((words) => words.includes("*"));
}

/** Whether a rule allows one of these verbs on one of these resources of a group. */
export function allows(rule: RoleRule, group: string, resources: readonly string[], verbs: readonly string[]): boolean {
  const has = (list: readonly string[], wanted: readonly string[]) =>
    list.includes("*") || wanted.some((one) => list.includes(one));
  return has(rule.apiGroups, [group]) && has(rule.verbs, verbs) && resources.some((one) => covers(rule.resources, one));
}
