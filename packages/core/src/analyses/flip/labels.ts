import type { Endpoint } from "../../engine/endpoints.ts";
import type { Cluster, Pod } from "../../model/cluster.ts";
import type { LabelSelector, Requirement } from "../../model/selector.ts";

/** Keys that say what a workload is, the best first. */
const TELLING = [
  "app.kubernetes.io/name",
  "app",
  "k8s-app",
  "app.kubernetes.io/component",
  "app.kubernetes.io/instance",
];

/** Keys that controllers give and that do not outlive a roll-out, or tell replicas apart rather than workloads. */
const PASSING = new Set([
  "pod-template-hash",
  "controller-revision-hash",
  "pod-template-generation",
  "controller-uid",
  "batch.kubernetes.io/controller-uid",
  "batch.kubernetes.io/job-completion-index",
  "statefulset.kubernetes.io/pod-name",
  "apps.kubernetes.io/pod-index",
]);

/**
 * A selector for the pods of an endpoint within their namespace: the fewest labels that no other pod there carries together, the
 * telling ones first.
 *
 * Where no labels tell it apart it selects others as well: all that the pods have in common is then in it, and everything if that
 * is nothing. Cost: pairs of labels × pods of the namespace.
 */
export function tellingSelector(cluster: Cluster, { type, members, namespace }: Endpoint): LabelSelector {
  if (type === "namespace") return { requirements: [] };
  const own = members.flatMap(({ pods }) => pods);
  const common = commonLabels(own);
  const around = cluster.pods.filter((pod) => pod.namespace === namespace);
  const ids = new Set(own.map(({ id }) => id));
  const workloads = new Set(own.map(({ workload }) => workload));
  const strangers = around.filter((pod) => !workloads.has(pod.workload));
  const others = [...around.filter((pod) => workloads.has(pod.workload) && !isAmong(pod, ids)), ...strangers];
  return { requirements: tellingLabels(common, others) ?? tellingLabels(common, strangers) ?? common };
}

/** Replicas that a selector tells apart have ids that start with their template's. */
function isAmong({ id }: Pod, ids: ReadonlySet<string>): boolean {
  return ids.has(id) || [...ids].some((other) => other.startsWith(`${id}/`));
}

function tellingLabels(common: readonly Requirement[], others: readonly Pod[]): readonly Requirement[] | undefined {
  const singles = common.map((label) => [label]);
  const pairs = common.flatMap((a, i) => common.slice(i + 1).map((b) => [a, b]));
  return [...singles, ...pairs, common]
    .filter((labels) => labels.length > 0)
    .find((labels) => !others.some((pod) => labels.every((label) => carries(pod, label))));
}

function carries({ labels }: Pod, { key, values }: Requirement): boolean {
  return labels.values.get(key) === values[0];
}

/** Labels all pods carry, as requirements, the telling ones first, then by key. */
function commonLabels([first, ...rest]: readonly Pod[]): readonly Requirement[] {
  const rank = (key: string) => (TELLING.includes(key) ? TELLING.indexOf(key) : TELLING.length);
  return [...(first?.labels.values ?? [])]
    .filter(([key, value]) => !PASSING.has(key) && rest.every(({ labels }) => labels.values.get(key) === value))
    .sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1))
    .map(([key, value]) => ({ key, operator: "In", values: [value] }));
}
