import type { Cluster, Pod } from "../model/cluster.ts";
import type { PartyIndex, Program } from "../model/program.ts";
import type { Prepared } from "./compile.ts";
import { partiesOf } from "./parties.ts";
import { splitReplicas } from "./replicas.ts";
import { looseKeys, type Vocabulary, vocabularyOf } from "./vocabulary.ts";

// Pods that come to a program after it was compiled.

/** Pods as a program has them: replicas apart where policies can tell them apart. */
export function asCompiled({ vocabulary }: Pick<Prepared, "vocabulary">, pods: readonly Pod[]): readonly Pod[] {
  return splitReplicas(pods, vocabulary);
}

/**
 * The class to which each of some compiled pods belongs, or would; `undefined` where the program has none like it.
 * Cost: that of grouping a pod for each class of their namespaces.
 */
export function classesOf(
  { program, vocabulary, blocks }: Prepared,
  pods: readonly Pod[],
): readonly (PartyIndex | undefined)[] {
  const classOf = new Map<Pod, PartyIndex | undefined>(firstsAmong(program, pods));
  const { parties } = partiesOf(program.cluster, [...classOf.keys(), ...pods], blocks, vocabulary, program.options);
  for (const party of parties) {
    const [first, ...others] = party.kind === "pods" ? party.pods : [];
    for (const pod of others) classOf.set(pod, first && classOf.get(first));
  }
  return pods.map((pod) => classOf.get(pod));
}

/** Label keys of which not every value tells some pods from each other, and from the classes of their namespaces. */
export function looseAmong({ program, vocabulary }: Prepared, pods: readonly Pod[]): ReadonlySet<string> {
  return looseKeys(vocabulary, [...firstsAmong(program, pods).map(([first]) => first), ...pods]);
}

/** A pod of each class in the namespaces of some pods. */
function firstsAmong({ parties }: Program, pods: readonly Pod[]): readonly (readonly [Pod, PartyIndex])[] {
  const homes = new Set(pods.map(({ namespace }) => namespace));
  return parties.flatMap((party) => {
    const [first] = party.kind === "pods" && homes.has(party.namespace) ? party.pods : [];
    return first ? [[first, party.index] as const] : [];
  });
}

/** What pods bring along that may tell parties apart: the families of their addresses. */
export function wordsOfPods(cluster: Cluster, pods: readonly Pod[]): Vocabulary {
  return vocabularyOf([], [], [{ ...cluster, pods }]);
}
