import type { Cluster } from "../model/cluster.ts";

/** `Kind/namespace/name`, or `Kind/name` for what is in no namespace: what `--remove` takes. */
export type ObjectKey = string;

/** The objects of a cluster that can be taken out of it: policies of every kind, workloads and Services. */
export function objectKeys(cluster: Cluster): readonly ObjectKey[] {
  const { networkPolicies, adminPolicies, unusedPolicies, workloads, services } = cluster;
  return [
    ...networkPolicies.map(({ namespace, name }) => keyOf("NetworkPolicy", namespace, name)),
    ...[...adminPolicies].map(({ kind, name }) => keyOf(kind, undefined, name)),
    ...unusedPolicies.map(({ kind, namespace, name }) => keyOf(kind, namespace, name)),
    ...workloads.map(({ kind, namespace, name }) => keyOf(kind, namespace, name)),
    ...services.map(({ namespace, name }) => keyOf("Service", namespace, name)),
  ];
}

/** The cluster without some objects; with a workload go its pods. */
export function withoutObjects(cluster: Cluster, keys: ReadonlySet<ObjectKey>): Cluster {
  const isKept = (kind: string, namespace: string | undefined, name: string) => !keys.has(keyOf(kind, namespace, name));
  const gone = new Set(
    cluster.workloads.flatMap(({ id, kind, namespace, name }) => (isKept(kind, namespace, name) ? [] : [id])),
  );
  return {
    ...cluster,
    networkPolicies: cluster.networkPolicies.filter(({ namespace, name }) => isKept("NetworkPolicy", namespace, name)),
    adminPolicies: cluster.adminPolicies.filter(({ kind, name }) => isKept(kind, undefined, name)),
    unusedPolicies: cluster.unusedPolicies.filter(({ kind, namespace, name }) => isKept(kind, namespace, name)),
    workloads: cluster.workloads.filter(({ id }) => !gone.has(id)),
    pods: cluster.pods.filter(({ workload }) => !gone.has(workload)),
    services: cluster.services.filter(({ namespace, name }) => isKept("Service", namespace, name)),
  };
}

function keyOf(kind: string, namespace: string | undefined, name: string): ObjectKey {
  return namespace === undefined ? `${kind}/${name}` : `${kind}/${namespace}/${name}`;
}
