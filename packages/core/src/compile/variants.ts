import type { Pod } from "../model/cluster.ts";

type Labelled = Pick<Pod, "labels" | "workload">;

/** By workload: label keys of which its pods have several values, which are told apart only as far as they are mentioned. */
export type Varied = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * For workloads whose pods differ in labels that selectors mention, the keys of those labels.
 *
 * A value nobody mentions is, to every selector, any other such value. So pods of one workload stay together as long as what they
 * have of these keys comes to the same; everything else is known by its exact value, and edits may then mention it without anything
 * being compiled again. Cost: one look at each label of the pods whose labels are not shared.
 * Source: docs/semantics.md WL-7.
 */
export function variedLabels(pods: readonly Labelled[], mentioned: ReadonlyMap<string, unknown>): Varied {
  const firsts = new Map<string, Labelled>();
  const varied = new Map<string, Set<string>>();
  let first: Labelled | undefined;
  for (const pod of pods) {
    // Pods of one workload follow each other.
    if (first?.workload !== pod.workload) first = firsts.get(pod.workload);
    if (!first) {
      first = pod;
      firsts.set(pod.workload, pod);
    } else if (first.labels.values !== pod.labels.values) {
      for (const key of differences(first.labels.values, pod.labels.values)) {
        if (!mentioned.has(key)) continue;
        const keys = varied.get(pod.workload);
        if (keys) keys.add(key);
        else varied.set(pod.workload, new Set([key]));
      }
    }
  }
  return varied;
}

function* differences(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): Generator<string> {
  for (const [key, value] of b) if (a.get(key) !== value) yield key;
  for (const key of a.keys()) if (!b.has(key)) yield key;
}
