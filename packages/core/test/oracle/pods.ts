import type { Cluster, Pod } from "../../src/model/cluster.ts";
import type { Labels } from "../../src/model/selector.ts";

/** One pod of the cluster, replicas told apart. */
export interface SinglePod {
  /** The pod's id, with `#` and its number where the pod stands for several. */
  readonly id: string;
  /** Which of the replicas it is, from 0. */
  readonly replica: number;
  readonly of: Pod;
  readonly labels: Labels;
}

/** WL-2, WL-3: every replica is a pod of its own. WL-4: the labels that carry its number differ. */
export function everyPod(cluster: Cluster): SinglePod[] {
  const pods: SinglePod[] = [];
  for (const pod of cluster.pods) {
    for (let replica = 0; replica < pod.replicas; replica++) {
      const number = (pod.ordinals?.start ?? 0) + replica;
      const values = new Map(pod.labels.values);
      for (const { key, prefix } of pod.ordinals?.labels ?? []) values.set(key, `${prefix}${number}`);
      const id = pod.replicas === 1 ? pod.id : `${pod.id}#${number}`;
      pods.push({ id, replica, of: pod, labels: { ...pod.labels, values } });
    }
  }
  return pods;
}
