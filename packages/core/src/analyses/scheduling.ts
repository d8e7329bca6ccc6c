import type { Node } from "../model/cluster.ts";
import type { PodSpec, Taint, Toleration } from "../model/security.ts";

/**
 * Whether taints let a pod on a node. Those that befall nodes for a time (`node.kubernetes.io/…`) are not counted, and `PreferNoSchedule`
 * keeps nothing away for certain. Source: kubernetes.io, Taints and Tolerations.
 */
export function isTolerated(taints: readonly Taint[], tolerations: readonly Toleration[]): boolean {
  return taints
    .filter(({ key, effect }) => effect !== "PreferNoSchedule" && !/^node\.kubernetes\.io\//.test(key))
    .every((taint) =>
      tolerations.some(
        ({ key, operator, value, effect }) =>
          (key === undefined ? operator === "Exists" : key === taint.key) &&
          (operator === "Exists" || value === taint.value) &&
          (effect === undefined || effect === taint.effect),
      ),
    );
}

/** Whether a node has the labels a pod asks for, and no taint that keeps it away; node affinity is not evaluated. */
export function mayRunOn({ nodeSelector, tolerations }: PodSpec, { labels, taints }: Node): boolean {
  return (
    [...nodeSelector].every(
      ([key, value]) => labels.values.get(key) === value || (labels.incomplete && !labels.values.has(key)),
    ) && isTolerated(taints, tolerations)
  );
}
