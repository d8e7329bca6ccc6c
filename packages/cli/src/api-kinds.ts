/** A kind of object that a cluster is asked for. */
export interface ApiKind {
  /** As in the address of its list: `networkpolicies`. */
  readonly resource: string;
  readonly kind: string;
  /** The versions it may be served in, the one to read first. */
  readonly versions: readonly string[];
  /** `builtin`: every cluster has it. `extension`: only some do. */
  readonly origin: "builtin" | "extension";
}

/** Everything the engine reads, and the policies of other dialects, so that it can be said what was left out. */
export const API_KINDS: readonly ApiKind[] = [
  ...builtin("v1", {
    namespaces: "Namespace",
    nodes: "Node",
    pods: "Pod",
    services: "Service",
    replicationcontrollers: "ReplicationController",
  }),
  ...builtin("apps/v1", {
    deployments: "Deployment",
    statefulsets: "StatefulSet",
    daemonsets: "DaemonSet",
    replicasets: "ReplicaSet",
  }),
  ...builtin("batch/v1", { jobs: "Job", cronjobs: "CronJob" }),
  ...builtin("discovery.k8s.io/v1", { endpointslices: "EndpointSlice" }),
  ...builtin("networking.k8s.io/v1", { networkpolicies: "NetworkPolicy" }),
  ...extension(["apps.openshift.io/v1"], { deploymentconfigs: "DeploymentConfig" }),
  ...extension(["argoproj.io/v1alpha1"], { rollouts: "Rollout" }),
  ...extension(["policy.networking.k8s.io/v1beta1", "policy.networking.k8s.io/v1alpha2"], {
    clusternetworkpolicies: "ClusterNetworkPolicy",
  }),
  ...extension(["policy.networking.k8s.io/v1alpha1"], {
    adminnetworkpolicies: "AdminNetworkPolicy",
    baselineadminnetworkpolicies: "BaselineAdminNetworkPolicy",
  }),
  ...extension(["cilium.io/v2"], {
    ciliumnetworkpolicies: "CiliumNetworkPolicy",
    ciliumclusterwidenetworkpolicies: "CiliumClusterwideNetworkPolicy",
  }),
  ...extension(["projectcalico.org/v3", "crd.projectcalico.org/v1"], {
    networkpolicies: "NetworkPolicy",
    globalnetworkpolicies: "GlobalNetworkPolicy",
  }),
  ...extension(["crd.antrea.io/v1beta1"], {
    networkpolicies: "NetworkPolicy",
    clusternetworkpolicies: "ClusterNetworkPolicy",
  }),
  ...extension(["security.istio.io/v1", "security.istio.io/v1beta1"], {
    authorizationpolicies: "AuthorizationPolicy",
    peerauthentications: "PeerAuthentication",
  }),
];

/** What `kubectl get` calls it: by its resource, and for what an extension adds by its group too. */
export function kubectlName({ resource, versions: [version = ""], origin }: ApiKind): string {
  return origin === "builtin" ? resource : `${resource}.${version.split("/")[0]}`;
}

function builtin(version: string, kinds: Readonly<Record<string, string>>): readonly ApiKind[] {
  return Object.entries(kinds).map(([resource, kind]) => ({ resource, kind, versions: [version], origin: "builtin" }));
}

function extension(versions: readonly string[], kinds: Readonly<Record<string, string>>): readonly ApiKind[] {
  return Object.entries(kinds).map(([resource, kind]) => ({ resource, kind, versions, origin: "extension" }));
}
