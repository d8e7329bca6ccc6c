/** What an object says it is, and what that is worth. */
export interface ApiKind {
  readonly apiVersion: string;
  readonly group: string;
  readonly kind: string;
  /**
   * `served`: read it. `retired`: no longer served, but it means what its successor means. `unserved`: a cluster refuses it.
   * `foreign`: another API has a kind of the same name.
   */
  readonly status: "served" | "retired" | "unserved" | "foreign";
  /** The version to write for a kind that is read; absent for all others. */
  readonly expected?: string;
}

interface Served {
  readonly expected: string;
  /** Versions with the same schema, served beside it. */
  readonly alike?: readonly string[];
  readonly retired?: readonly string[];
}

const RETIRED_APPS = ["apps/v1beta1", "apps/v1beta2", "extensions/v1beta1"];

/** The kinds that are read. */
const KINDS: ReadonlyMap<string, Served> = new Map<string, Served>([
  ["Namespace", { expected: "v1" }],
  ["Node", { expected: "v1" }],
  ["Pod", { expected: "v1" }],
  ["Service", { expected: "v1" }],
  ["EndpointSlice", { expected: "discovery.k8s.io/v1", retired: ["discovery.k8s.io/v1beta1"] }],
  ["Endpoints", { expected: "v1" }],
  ["ReplicationController", { expected: "v1" }],
  ["Deployment", { expected: "apps/v1", retired: RETIRED_APPS }],
  ["StatefulSet", { expected: "apps/v1", retired: RETIRED_APPS }],
  ["DaemonSet", { expected: "apps/v1", retired: RETIRED_APPS }],
  ["ReplicaSet", { expected: "apps/v1", retired: RETIRED_APPS }],
  ["Job", { expected: "batch/v1" }],
  ["CronJob", { expected: "batch/v1", retired: ["batch/v1beta1", "batch/v2alpha1"] }],
  ["DeploymentConfig", { expected: "apps.openshift.io/v1", retired: ["v1"] }],
  ["Rollout", { expected: "argoproj.io/v1alpha1" }],
  ["NetworkPolicy", { expected: "networking.k8s.io/v1" }],
  [
    "ClusterNetworkPolicy",
    { expected: "policy.networking.k8s.io/v1alpha2", alike: ["policy.networking.k8s.io/v1beta1"] },
  ],
  ["AdminNetworkPolicy", { expected: "policy.networking.k8s.io/v1alpha1" }],
  ["BaselineAdminNetworkPolicy", { expected: "policy.networking.k8s.io/v1alpha1" }],
]);

/** Groups Kubernetes itself serves: a kind under the wrong one of them is a mistake, not another API. */
const OWN_GROUPS: ReadonlySet<string> = new Set([
  "",
  "apps",
  "batch",
  "extensions",
  "autoscaling",
  "policy",
  "networking.k8s.io",
]);

export function readApiKind(apiVersion: string, kind: string): ApiKind {
  const slash = apiVersion.indexOf("/");
  const group = slash === -1 ? "" : apiVersion.slice(0, slash);
  const served = KINDS.get(kind);
  if (!served) return { apiVersion, group, kind, status: "foreign" };
  return { apiVersion, group, kind, status: statusOf(apiVersion, group, served), expected: served.expected };
}

function statusOf(
  apiVersion: string,
  group: string,
  { expected, alike = [], retired = [] }: Served,
): ApiKind["status"] {
  if (apiVersion === expected || alike.includes(apiVersion)) return "served";
  if (retired.includes(apiVersion)) return "retired";
  const isOwn = OWN_GROUPS.has(group) || group === expected.split("/")[0];
  return isOwn ? "unserved" : "foreign";
}
