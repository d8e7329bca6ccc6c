/**
 * Policy kinds that are known, but not evaluated, by API group. Their verdicts are missing from every answer. Of
 * `policy.networking.k8s.io` only the versions that are not read are meant.
 */
const UNSUPPORTED: ReadonlyMap<string, RegExp> = new Map([
  ["policy.networking.k8s.io", /NetworkPolicy$/],
  ["cilium.io", /NetworkPolicy$/],
  ["projectcalico.org", /^(?:Global)?NetworkPolicy$/],
  ["crd.projectcalico.org", /^(?:Global)?NetworkPolicy$/],
  ["crd.antrea.io", /NetworkPolicy$/],
  ["security.antrea.tanzu.vmware.com", /NetworkPolicy$/],
  ["networking.k8s.aws", /NetworkPolicy$/],
  ["networking.gke.io", /^FQDNNetworkPolicy$/],
  ["security.istio.io", /^(?:AuthorizationPolicy|PeerAuthentication)$/],
  ["policy.linkerd.io", /^(?:AuthorizationPolicy|ServerAuthorization|Server)$/],
  ["k8s.ovn.org", /^EgressFirewall$/],
  ["network.openshift.io", /^EgressNetworkPolicy$/],
  ["k8s.cni.cncf.io", /^MultiNetworkPolicy$/],
]);

/** Kinds that stand outside any namespace. */
const CLUSTER_SCOPED = /^(?:Global|Cluster|CiliumClusterwide|Admin|BaselineAdmin)NetworkPolicy$/;

export function isUnsupportedPolicy(group: string, kind: string): boolean {
  return UNSUPPORTED.get(group)?.test(kind) ?? false;
}

export function isClusterScoped(kind: string): boolean {
  return CLUSTER_SCOPED.test(kind);
}
