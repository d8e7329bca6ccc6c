import type { RoleRule } from "../../../model/identity.ts";
import type { EdgeName, StepCertainty } from "../fact.ts";
import { allows } from "../grants.ts";
import type { Power } from "./powers.ts";

/** A verb on a resource that is a step, and what it gives within a namespace. */
export interface Lever {
  readonly edge: EdgeName;
  readonly group: string;
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  readonly gives: Power;
  /** Only where there is a workload of one of these kinds, and over those alone where what is given is running code. */
  readonly kinds?: readonly string[];
  /** `cluster`: only where the grant is not held to one namespace. */
  readonly scope: "any" | "cluster";
  readonly does: string;
  readonly cost?: number;
  readonly certainty?: StepCertainty;
  readonly assumption?: string;
}

export const RBAC = "rbac.authorization.k8s.io";
export const WRITE: readonly string[] = ["create", "update", "patch"];
export const CHANGE: readonly string[] = ["update", "patch"];

const WORKLOADS: readonly (readonly [group: string, resources: readonly string[]])[] = [
  ["", ["pods", "replicationcontrollers"]],
  ["apps", ["deployments", "statefulsets", "daemonsets", "replicasets"]],
  ["batch", ["jobs", "cronjobs"]],
];

/** Resources whose template can be changed, and the kinds of workloads that then run something else. A Job's template is fixed. */
const TEMPLATES: readonly (readonly [group: string, resource: string, kinds: readonly string[]])[] = [
  ["", "replicationcontrollers", ["ReplicationController"]],
  ["apps", "deployments", ["Deployment"]],
  ["apps", "statefulsets", ["StatefulSet"]],
  ["apps", "daemonsets", ["DaemonSet"]],
  ["apps", "replicasets", ["ReplicaSet", "Deployment"]],
  ["batch", "cronjobs", ["CronJob"]],
];

/** Kinds of policies, and what whoever changes them has; by `enforced` those that a network plugin may do without. */
const POLICY_KINDS: readonly (Pick<Lever, "group" | "resources" | "gives"> & { readonly enforced?: string })[] = [
  { group: "networking.k8s.io", resources: ["networkpolicies"], gives: "policies" },
  {
    group: "policy.networking.k8s.io",
    resources: ["clusternetworkpolicies", "adminnetworkpolicies"],
    gives: "cluster-policies",
    enforced: "admin policies",
  },
  {
    group: "policy.networking.k8s.io",
    resources: ["baselineadminnetworkpolicies"],
    gives: "baseline-policies",
    enforced: "admin policies",
  },
  { group: "cilium.io", resources: ["ciliumnetworkpolicies"], gives: "policies", enforced: "Cilium's policies" },
  {
    group: "cilium.io",
    resources: ["ciliumclusterwidenetworkpolicies"],
    gives: "cluster-policies",
    enforced: "Cilium's policies",
  },
  ...["crd.projectcalico.org", "projectcalico.org"].flatMap((group) => [
    { group, resources: ["networkpolicies"], gives: "policies", enforced: "Calico's policies" } as const,
    { group, resources: ["globalnetworkpolicies"], gives: "cluster-policies", enforced: "Calico's policies" } as const,
  ]),
];

const HOOKED = "the API server reaches a webhook the attacker serves";

const READING = {
  certainty: "conditional",
  assumption: "the API server takes a WebSocket for reading, as before Kubernetes 1.35",
} as const;

export const LEVERS: readonly Lever[] = [
  lever("RB-SECRET", "", ["secrets"], ["get", "list", "watch"], "secrets", "read Secrets"),
  lever("RB-CONFIG", "", ["configmaps"], ["get", "list", "watch"], "configs", "read ConfigMaps"),
  ...WORKLOADS.map(([group, resources]) => lever("RB-CREATE", group, resources, ["create"], "pods", "create pods")),
  lever("RB-PATCH", "", ["pods"], CHANGE, "exec", "change what pods run"),
  lever("RB-PATCH", "", ["pods"], CHANGE, "relabel", "change the labels of pods"),
  ...TEMPLATES.flatMap(([group, resource, kinds]) => [
    { ...lever("RB-PATCH", group, [resource], CHANGE, "exec", `change what ${resource} run`), kinds },
    { ...lever("RB-PATCH", group, [resource], CHANGE, "pods", `change the pods of ${resource}`), kinds },
  ]),
  lever("RB-EXEC", "", ["pods/exec", "pods/attach"], ["create"], "exec", "run commands in pods, past every policy"),
  {
    ...lever("RB-EXEC", "", ["pods/exec", "pods/attach"], ["get"], "exec", "open a WebSocket to commands in pods"),
    ...READING,
  },
  lever("RB-EXEC", "", ["pods/ephemeralcontainers"], CHANGE, "exec", "add containers to running pods"),
  lever("RB-FWD", "", ["pods/portforward"], ["create"], "forward", "forward ports of pods, past every policy"),
  {
    ...lever("RB-FWD", "", ["pods/portforward"], ["get"], "forward", "open a WebSocket to ports of pods"),
    ...READING,
  },
  ...POLICY_KINDS.map(({ group, resources, gives, enforced }): Lever => {
    const verbs = [...WRITE, "delete", "deletecollection"];
    return {
      ...lever("RB-NETPOL", group, resources, verbs, gives, "change network policies"),
      scope: gives === "policies" ? "any" : "cluster",
      ...(enforced && { certainty: "assumed", assumption: `the network plugin enforces ${enforced}` }),
    };
  }),
  lever("RB-NSLABEL", "", ["namespaces"], CHANGE, "labels", "change the labels of the namespace"),
  {
    ...lever("RB-SVC", "", ["services", "endpoints", "services/status"], WRITE, "traffic", "redirect Services"),
    cost: 2,
  },
  { ...lever("RB-SVC", "discovery.k8s.io", ["endpointslices"], WRITE, "traffic", "redirect Services"), cost: 2 },
  lever("RB-TOKENREQ", "", ["serviceaccounts/token"], ["create"], "tokens", "make tokens of ServiceAccounts"),
  lever("RB-IMPERS", "", ["serviceaccounts"], ["impersonate"], "accounts", "act as ServiceAccounts"),
  { ...lever("RB-IMPERS", "", ["users"], ["impersonate"], "people", "act as anyone"), scope: "cluster" },
  {
    ...lever("RB-NODEPROXY", "", ["nodes/proxy"], ["get", "create"], "kubelets", "ask kubelets to run commands"),
    scope: "cluster",
  },
  { ...hook("mutatingwebhookconfigurations", "pods", "change what is created"), assumption: HOOKED },
  {
    ...hook("validatingwebhookconfigurations", "secrets", "see what is created"),
    assumption: `${HOOKED}, and Secrets are written while it is asked`,
  },
  {
    ...lever("RB-PV", "", ["persistentvolumes"], ["create"], "nodes", "make volumes of any directory of a node"),
    scope: "cluster",
    cost: 2,
    certainty: "conditional",
    assumption: "a pod can be made to use the volume",
  },
];

function lever(
  edge: EdgeName,
  group: string,
  resources: readonly string[],
  verbs: readonly string[],
  gives: Power,
  does: string,
): Lever {
  return { edge, group, resources, verbs, gives, scope: "any", does };
}

function hook(resource: string, gives: Power, does: string): Lever {
  const base = lever("RB-HOOK", "admissionregistration.k8s.io", [resource], WRITE, gives, does);
  return { ...base, scope: "cluster", cost: 2, certainty: "conditional" };
}

/**
 * Whether a rule gives what a lever does, in a namespace or in all of them. What is created has no name that a rule could be held to,
 * unless it is a part of something that has, as `pods/exec` is.
 */
export function isPulled({ group, resources, verbs, scope: reach }: Lever, rule: RoleRule, scope: string): boolean {
  if (reach === "cluster" && scope !== "*") return false;
  if (rule.resourceNames.length === 0) return allows(rule, group, resources, verbs);
  return resources.some((one) => {
    const named = one.includes("/") ? verbs : verbs.filter((verb) => verb !== "create" && verb !== "deletecollection");
    return named.length > 0 && allows(rule, group, [one], named);
  });
}
