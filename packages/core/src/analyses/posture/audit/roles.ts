import type { Role, RoleBinding, RoleRule } from "../../../model/identity.ts";
import { attackOn, heldFromOutside, stepsOf } from "../../findings/attack.ts";
import type { FindingContext } from "../../findings/context.ts";
import { isSystem } from "../../findings/severity.ts";
import { listed } from "../../findings/words.ts";
import { type BoundRole, bindingTitle, boundRoles, isKnown, MASTERS, roleTitle, subjectTitle } from "./bound-roles.ts";
import { type AuditRule, against, type Evidence, type Outcome, some, unknown } from "./row.ts";

const TOPIC = "identity and access";

/** Who holds what is not shown without bindings; with a role missing nothing can be said to hold of all. */
function withRoles(
  context: FindingContext,
  judge: (bound: readonly BoundRole[]) => Outcome,
  asks: "rules" | "bindings",
): Outcome {
  if (context.cluster.identities.bindings.length === 0)
    return unknown("the input has no RoleBinding or ClusterRoleBinding");
  const bound = boundRoles(context.cluster);
  const outcome = judge(bound);
  const missing = asks === "rules" ? bound.filter((one) => !isKnown(one)) : [];
  if (outcome.verdict !== "pass" || missing.length === 0) return outcome;
  return unknown(
    `${some(missing.length, "role")} that the input binds ${missing.length === 1 ? "is" : "are"} not in it`,
    missing.map(({ binding }) => ({
      object: bindingTitle(binding),
      says: `binds ${binding.role.kind} ${binding.role.name}`,
      span: binding.span,
    })),
  );
}

export const wildcards: AuditRule = {
  id: "ZT01",
  topic: TOPIC,
  claim: "Roles in use name what they allow, without wildcards",
  controls: { CIS: ["5.1.3"], NIST: ["800-53 AC-6"] },
  look: (context) =>
    withRoles(
      context,
      (bound) =>
        against(
          "fail",
          bound.flatMap((one) => wildcardsIn(one)),
          "roles in use have wildcards",
          "no role in use has a wildcard",
        ),
      "rules",
    ),
};

function wildcardsIn({ binding, role }: BoundRole): readonly Evidence[] {
  if (!role || role.name.startsWith("system:")) return [];
  return role.rules.flatMap((rule): readonly Evidence[] => {
    const starred = (["verbs", "resources", "apiGroups"] as const).filter((field) => rule[field].includes("*"));
    if (starred.length === 0) return [];
    const scope = binding.namespace === undefined ? "in the whole cluster" : `in ${binding.namespace}`;
    const who = listed(binding.subjects.map(subjectTitle), 2);
    return [{ object: roleTitle(role), says: `* in ${listed(starred)}, for ${who} ${scope}`, span: rule.span }];
  });
}

export const clusterAdmin: AuditRule = {
  id: "ZT02",
  topic: TOPIC,
  claim: "Nobody is bound to cluster-admin, or to all there is",
  controls: { CIS: ["5.1.1", "5.1.7"], NIST: ["800-53 AC-6"] },
  look: (context) =>
    withRoles(
      context,
      (bound) => {
        const evidence = bound.flatMap(({ binding, role }): readonly Evidence[] => {
          const masters = binding.subjects.some((one) => one.kind === "Group" && one.name === MASTERS);
          const isAll = binding.role.kind === "ClusterRole" && binding.role.name === "cluster-admin";
          if (!isAll && !masters && !(role && isEverything(role))) return [];
          const scope = binding.namespace === undefined ? "" : ` in ${binding.namespace}`;
          const what = masters
            ? `names the group ${MASTERS}`
            : `gives ${listed(binding.subjects.map(subjectTitle), 2)} everything${scope}`;
          return [{ object: bindingTitle(binding), says: what, span: binding.span }];
        });
        return against("fail", evidence, "bindings give everything", "no binding gives everything");
      },
      "rules",
    ),
};

function isEverything({ rules }: Role): boolean {
  return rules.some(({ verbs, resources, apiGroups }) =>
    [verbs, resources, apiGroups].every((list) => list.includes("*")),
  );
}

/** Resources that stand outside namespaces, of the groups every cluster serves. */
const CLUSTER_RESOURCES: ReadonlySet<string> = new Set([
  "*",
  "nodes",
  "namespaces",
  "persistentvolumes",
  "componentstatuses",
  "clusterroles",
  "clusterrolebindings",
  "customresourcedefinitions",
  "storageclasses",
  "volumeattachments",
  "csidrivers",
  "csinodes",
  "ingressclasses",
  "priorityclasses",
  "runtimeclasses",
  "apiservices",
  "mutatingwebhookconfigurations",
  "validatingwebhookconfigurations",
  "validatingadmissionpolicies",
  "validatingadmissionpolicybindings",
  "certificatesigningrequests",
  "tokenreviews",
  "subjectaccessreviews",
  "selfsubjectaccessreviews",
  "selfsubjectrulesreviews",
  "podsecuritypolicies",
]);

/** Groups whose resources are all known here; what others have may stand outside namespaces. */
const KNOWN_GROUPS: ReadonlySet<string> = new Set([
  "",
  "apps",
  "batch",
  "autoscaling",
  "policy",
  "extensions",
  "networking.k8s.io",
  "rbac.authorization.k8s.io",
  "coordination.k8s.io",
  "discovery.k8s.io",
  "events.k8s.io",
]);

export const clusterWide: AuditRule = {
  id: "ZT03",
  topic: TOPIC,
  claim: "Nobody has in the whole cluster what they could have in one namespace",
  controls: { CIS: ["5.1.1"], NIST: ["800-53 AC-6"] },
  look: (context) =>
    withRoles(
      context,
      (bound) => {
        const evidence = bound.flatMap(({ binding, role }): readonly Evidence[] => {
          const homes = new Set(
            binding.subjects.map(({ kind, namespace }) => (kind === "ServiceAccount" ? namespace : undefined)),
          );
          const [home] = homes;
          const isOne = homes.size === 1 && home !== undefined && binding.namespace === undefined;
          if (!isOne || !role || role.rules.length === 0 || !role.rules.every(isNamespaced) || isSystem(home))
            return [];
          return [
            {
              object: bindingTitle(binding),
              says: `${roleTitle(role)} has namespaced kinds only, and its accounts are all of ${home}`,
              span: binding.span,
            },
          ];
        });
        return against(
          "warn",
          evidence,
          "a RoleBinding might do, unless these work in every namespace by design",
          "what is bound for the whole cluster needs to be",
        );
      },
      "rules",
    ),
};

function isNamespaced({ resources, apiGroups, nonResourceURLs }: RoleRule): boolean {
  return (
    nonResourceURLs.length === 0 &&
    apiGroups.every((group) => KNOWN_GROUPS.has(group)) &&
    resources.every((resource) => !CLUSTER_RESOURCES.has(resource.split("/")[0] ?? ""))
  );
}

const ESCALATING = [
  "RB-SECRET",
  "RB-CREATE",
  "RB-EXEC",
  "RB-FWD",
  "RB-PATCH",
  "RB-NETPOL",
  "RB-NSLABEL",
  "RB-SVC",
  "RB-TOKENREQ",
  "RB-IMPERS",
  "RB-BIND",
  "RB-NODEPROXY",
  "RB-CSR",
  "RB-HOOK",
  "RB-PV",
  "RB-STAR",
] as const;

export const escalation: AuditRule = {
  id: "ZT04",
  topic: TOPIC,
  claim: "No ServiceAccount may do what leads further, such as read Secrets or create pods",
  controls: {
    CIS: ["5.1.2", "5.1.4", "5.1.8", "5.1.9", "5.1.10", "5.1.11", "5.1.12", "5.1.13"],
    NIST: ["800-53 AC-6"],
    "MITRE-ATTACK": ["T1078"],
  },
  look: (context) =>
    withRoles(
      context,
      () => {
        const held = context.once(heldFromOutside);
        const { evidence, reached } = escalating(context, held);
        const found =
          reached > 0
            ? `${some(reached, "account")} with such rights can be had from outside`
            : "accounts have such rights; none of them can be had from outside as far as the input shows";
        return against(reached > 0 ? "fail" : "warn", evidence, found, "no account has such rights");
      },
      "rules",
    ),
};

/** One line for each holder, those that can be had from outside first. */
function escalating(context: FindingContext, held: ReadonlySet<number>) {
  const byHolder = new Map<number, Evidence[]>();
  for (const { needs, because, evidence } of stepsOf(context, ESCALATING)) {
    const [need] = needs;
    if (need === undefined || needs.length > 1 || evidence.length === 0) continue;
    const known = byHolder.get(need) ?? [];
    byHolder.set(need, [...known, { object: "", says: because, span: evidence[0] }]);
  }
  const { facts } = context.once(attackOn).graph;
  const holders = [...byHolder].flatMap(([fact, steps]) => {
    const name = facts[fact]?.name.replace(/^serviceaccount:/, "ServiceAccount ") ?? "";
    const [namespace = ""] = name.replace(/^ServiceAccount /, "").split("/");
    return isSystem(namespace) ? [] : [{ name, steps, isReached: held.has(fact) }];
  });
  const ranked = [...holders].sort((a, b) => Number(b.isReached) - Number(a.isReached));
  return {
    reached: holders.filter(({ isReached }) => isReached).length,
    evidence: ranked.map(
      ({ name, steps, isReached }): Evidence => ({
        object: name,
        says: `${isReached ? "can be had from outside; " : ""}${listed([
          ...new Set(steps.map(({ says }) => says.replace(/^.*: .*? may /, "may "))),
        ])}`,
        span: steps[0]?.span,
      }),
    ),
  };
}

/** Groups that hold anybody, and roles that are bound to them in every cluster. */
const ANYBODY: ReadonlyMap<string, "fail" | "warn"> = new Map([
  ["system:anonymous", "fail"],
  ["system:unauthenticated", "fail"],
  ["system:authenticated", "warn"],
  ["system:serviceaccounts", "warn"],
]);
const PUBLIC_ROLES: ReadonlySet<string> = new Set([
  "system:discovery",
  "system:basic-user",
  "system:public-info-viewer",
  "system:service-account-issuer-discovery",
]);

export const everybody: AuditRule = {
  id: "ZT05",
  topic: TOPIC,
  claim: "No role is bound to anonymous users or to everybody",
  controls: { NIST: ["800-53 AC-6", "800-53 AC-14"] },
  look: (context) =>
    withRoles(
      context,
      (bound) => {
        const hits = bound.flatMap(({ binding }) => {
          if (PUBLIC_ROLES.has(binding.role.name)) return [];
          return binding.subjects.flatMap(({ kind, name }) => {
            const verdict = kind === "ServiceAccount" ? undefined : ANYBODY.get(name);
            return verdict ? [{ verdict, evidence: bindingTo(binding, name) }] : [];
          });
        });
        const isOpen = hits.some(({ verdict }) => verdict === "fail");
        return against(
          isOpen ? "fail" : "warn",
          hits.map(({ evidence }) => evidence),
          isOpen ? "roles are bound to users who never logged in" : "roles are bound to everybody who has logged in",
          "roles are bound to named users, groups and accounts only",
        );
      },
      "bindings",
    ),
};

function bindingTo(binding: RoleBinding, name: string): Evidence {
  return {
    object: bindingTitle(binding),
    says: `gives ${name} ${binding.role.kind} ${binding.role.name}`,
    span: binding.span,
  };
}
