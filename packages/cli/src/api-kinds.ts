/** A kind of object that a cluster is asked for. */
export interface ApiKind {
  /** As in the address of its list: `networkpolicies`. */
  readonly resource: string;
  readonly kind: string;
  /** The versions it may be served in, the one to read first. */
  readonly versions: readonly string[];
  /** `builtin`: every cluster has it. `extension`: only some do. */
  readonly origin: "builtin" | "extension";
  /** What cannot be told without it. Only the commands that tell more than verdicts ask for kinds that matter to nothing else. */
  readonly matter: Matter;
  /** `metadata`: of each object only its metadata and its type are asked for, so that values of Secrets stay where they are. */
  readonly extent?: "metadata";
}

export type Matter = "verdicts" | "roles" | "entries" | "storage" | "controls";

/** What a reader is told when a kind may not be listed. */
export const MISSED: { readonly [M in Matter]: string } = {
  verdicts: "verdicts may miss what they say",
  roles: "what accounts may do cannot be told",
  entries: "ways in from outside may be missing",
  storage: "what Secrets, settings and volumes give cannot be told",
  controls: "what else watches, admits or serves in the cluster may be missing",
};

/**
 * Everything the engine reads, and the policies of other dialects, so that it can be said what was left out; then what the analyses
 * of exposure, lateral movement and posture look at besides.
 */
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
  ...extension(["networking.k8s.aws/v1alpha1"], {
    clusternetworkpolicies: "ClusterNetworkPolicy",
    applicationnetworkpolicies: "ApplicationNetworkPolicy",
  }),
  ...extension(["networking.gke.io/v1alpha1"], { fqdnnetworkpolicies: "FQDNNetworkPolicy" }),
  ...extension(["policy.linkerd.io/v1beta3", "policy.linkerd.io/v1beta2", "policy.linkerd.io/v1beta1"], {
    servers: "Server",
  }),
  ...extension(["policy.linkerd.io/v1beta1"], { serverauthorizations: "ServerAuthorization" }),
  ...extension(["policy.linkerd.io/v1alpha1"], { authorizationpolicies: "AuthorizationPolicy" }),
  ...extension(["k8s.cni.cncf.io/v1beta2", "k8s.cni.cncf.io/v1beta1"], {
    "multi-networkpolicies": "MultiNetworkPolicy",
  }),
  ...extension(["k8s.ovn.org/v1"], { egressfirewalls: "EgressFirewall" }),
  ...extension(["network.openshift.io/v1"], { egressnetworkpolicies: "EgressNetworkPolicy" }),
  ...extension(["security.istio.io/v1", "security.istio.io/v1beta1"], {
    authorizationpolicies: "AuthorizationPolicy",
    peerauthentications: "PeerAuthentication",
  }),

  ...builtin("v1", { serviceaccounts: "ServiceAccount" }, "roles"),
  ...builtin(
    "rbac.authorization.k8s.io/v1",
    {
      roles: "Role",
      clusterroles: "ClusterRole",
      rolebindings: "RoleBinding",
      clusterrolebindings: "ClusterRoleBinding",
    },
    "roles",
  ),

  ...builtin("v1", { secrets: "Secret" }, "storage").map((kind): ApiKind => ({ ...kind, extent: "metadata" })),
  ...builtin(
    "v1",
    {
      configmaps: "ConfigMap",
      persistentvolumeclaims: "PersistentVolumeClaim",
      persistentvolumes: "PersistentVolume",
    },
    "storage",
  ),
  ...builtin("storage.k8s.io/v1", { storageclasses: "StorageClass" }, "storage"),

  ...builtin("networking.k8s.io/v1", { ingresses: "Ingress", ingressclasses: "IngressClass" }, "entries"),
  ...extension(
    ["gateway.networking.k8s.io/v1", "gateway.networking.k8s.io/v1beta1"],
    { gatewayclasses: "GatewayClass", gateways: "Gateway", httproutes: "HTTPRoute", referencegrants: "ReferenceGrant" },
    "entries",
  ),
  ...extension(
    ["gateway.networking.k8s.io/v1", "gateway.networking.k8s.io/v1alpha3", "gateway.networking.k8s.io/v1alpha2"],
    { grpcroutes: "GRPCRoute", tlsroutes: "TLSRoute", tcproutes: "TCPRoute", udproutes: "UDPRoute" },
    "entries",
  ),
  ...extension(["route.openshift.io/v1"], { routes: "Route" }, "entries"),
  ...extension(["operator.openshift.io/v1"], { ingresscontrollers: "IngressController" }, "entries"),
  ...extension(
    ["networking.istio.io/v1", "networking.istio.io/v1beta1"],
    { gateways: "Gateway", virtualservices: "VirtualService" },
    "entries",
  ),

  ...builtin(
    "admissionregistration.k8s.io/v1",
    {
      mutatingwebhookconfigurations: "MutatingWebhookConfiguration",
      validatingwebhookconfigurations: "ValidatingWebhookConfiguration",
    },
    "controls",
  ),
  ...builtin("apiregistration.k8s.io/v1", { apiservices: "APIService" }, "controls"),
  ...extension(
    ["monitoring.coreos.com/v1"],
    { servicemonitors: "ServiceMonitor", podmonitors: "PodMonitor" },
    "controls",
  ),
];

/** What `kubectl get` calls it: by its resource, and for what an extension adds by its group too. */
export function kubectlName({ resource, versions: [version = ""], origin }: ApiKind): string {
  return origin === "builtin" ? resource : `${resource}.${version.split("/")[0]}`;
}

function builtin(
  version: string,
  kinds: Readonly<Record<string, string>>,
  matter: Matter = "verdicts",
): readonly ApiKind[] {
  return kindsOf([version], kinds, { origin: "builtin", matter });
}

function extension(
  versions: readonly string[],
  kinds: Readonly<Record<string, string>>,
  matter: Matter = "verdicts",
): readonly ApiKind[] {
  return kindsOf(versions, kinds, { origin: "extension", matter });
}

function kindsOf(
  versions: readonly string[],
  kinds: Readonly<Record<string, string>>,
  rest: Pick<ApiKind, "origin" | "matter">,
): readonly ApiKind[] {
  return Object.entries(kinds).map(([resource, kind]) => ({ resource, kind, versions, ...rest }));
}
