import type { Ordinals, Pod } from "../model/cluster.ts";
import type { Vocabulary } from "./vocabulary.ts";

/**
 * The pods, with a template that stands for several replicas split where a selector mentions one of them by its ordinal.
 *
 * Each mentioned replica becomes a pod of its own; the others stay together under the first ordinal nobody mentions, since every
 * selector treats them alike. Cost: one step per mentioned value, however many replicas there are.
 * Source: docs/semantics.md WL-2, WL-4.
 */
export function splitReplicas(pods: readonly Pod[], { labels }: Vocabulary): readonly Pod[] {
  const isSplit = ({ ordinals }: Pod) => ordinals?.labels.some(({ key }) => labels.has(key));
  if (!pods.some(isSplit)) return pods;
  return pods.flatMap((pod) => {
    const { ordinals } = pod;
    if (!ordinals || !isSplit(pod)) return [pod];
    const mentioned = mentionedOrdinals(pod.replicas, ordinals, labels);
    const named = mentioned.map((ordinal) => replica(pod, ordinals, ordinal, 1));
    const rest = pod.replicas - mentioned.length;
    return rest === 0 ? named : [...named, replica(pod, ordinals, firstMissing(mentioned, ordinals.start), rest)];
  });
}

function mentionedOrdinals(
  replicas: number,
  { start, labels: keys }: Ordinals,
  labels: Vocabulary["labels"],
): number[] {
  const found = new Set<number>();
  for (const { key, prefix } of keys) {
    for (const value of labels.get(key) ?? []) {
      const ordinal = Number(value.slice(prefix.length));
      const isOrdinal = Number.isInteger(ordinal) && value === `${prefix}${ordinal}`;
      if (isOrdinal && ordinal >= start && ordinal < start + replicas) found.add(ordinal);
    }
  }
  return [...found].sort((a, b) => a - b);
}

function firstMissing(sorted: readonly number[], start: number): number {
  const gap = sorted.findIndex((ordinal, i) => ordinal !== start + i);
  return start + (gap === -1 ? sorted.length : gap);
}

function replica(pod: Pod, { labels }: Ordinals, ordinal: number, replicas: number): Pod {
  const values = new Map(pod.labels.values);
  for (const { key, prefix } of labels) values.set(key, `${prefix}${ordinal}`);
  const { ordinals: _, ...rest } = pod;
  return {
    ...rest,
    id: `${pod.id}/${ordinal}`,
    name: `${pod.name}-${ordinal}`,
    labels: { ...pod.labels, values },
    replicas,
  };
}
