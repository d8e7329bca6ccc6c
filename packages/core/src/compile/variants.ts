import type { Pod } from "../model/cluster.ts";

type Labelled = Pick<Pod, "labels" | "workload">;

/** Label keys of which pods may have several values that are told apart only as far as they are mentioned. */
export class Varied {
  constructor(
    private readonly byWorkload: ReadonlyMap<string, ReadonlySet<string>>,
    /** Those of every workload. */
    private readonly everywhere: ReadonlySet<string> = new Set(),
  ) {}

  get(workload: string): ReadonlySet<string> | undefined {
    const own = this.byWorkload.get(workload);
    if (this.everywhere.size === 0) return own;
    return own ? new Set([...own, ...this.everywhere]) : this.everywhere;
  }

  /** With more of every workload. */
  with(keys: readonly string[]): Varied {
    return keys.length === 0 ? this : new Varied(this.byWorkload, new Set([...this.everywhere, ...keys]));
  }
}

/**
 * For workloads whose pods differ in labels that selectors mention, the keys of those labels.
 *
 * A value nobody mentions is, to every selector, any other such value. So pods of one workload stay together as long as what they
 * have of these keys comes to the same; everything else is known by its exact value, and edits may then mention it without anything
 * being compiled again. Cost: one look at each label of the pods whose labels are not shared.
 * Source: docs/semantics.md WL-7.
 */
export function variedLabels(
  pods: readonly Labelled[],
  mentioned: ReadonlyMap<string, unknown>,
): ReadonlyMap<string, ReadonlySet<string>> {
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
