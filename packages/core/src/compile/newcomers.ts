import type { Cluster, Pod } from "../model/cluster.ts";
import type { PartyIndex, PodClass } from "../model/program.ts";
import { type Prepared, withParties } from "./compile.ts";
import { Guests } from "./guests.ts";
import { type Parties, partiesOf } from "./parties.ts";
import { splitReplicas } from "./replicas.ts";
import { type Vocabulary, vocabularyOf } from "./vocabulary.ts";

// Pods that come to a program after it was compiled.

/** Pods as a program has them: replicas apart where policies can tell them apart. */
export function asCompiled({ vocabulary }: Pick<Prepared, "vocabulary">, pods: readonly Pod[]): readonly Pod[] {
  return splitReplicas(pods, vocabulary);
}

/**
 * The class to which each of some compiled pods belongs, or would; `undefined` where the program has none like it, whoever else comes.
 * Cost: that of grouping a pod for each class of their namespaces.
 */
export function classesOf(prepared: Prepared, pods: readonly Pod[]): readonly (PartyIndex | undefined)[] {
  const classOf = new Map<Pod, PartyIndex | undefined>(firstsAmong(prepared, pods));
  for (const { pods: like } of groupsWith(prepared, pods).classes) {
    const classes = like.flatMap((pod) => classOf.get(pod) ?? []);
    for (const pod of like)
      if (!classOf.has(pod)) classOf.set(pod, classes.length > 1 ? homeAmong(prepared, classes, pod) : classes[0]);
  }
  return pods.map((pod) => classOf.get(pod));
}

/** Parts of classes may be like other classes: then a pod that is there is in its own. */
function homeAmong({ program }: Prepared, classes: readonly PartyIndex[], { id }: Pod): PartyIndex | undefined {
  const isHome = (index: PartyIndex) => {
    const party = program.parties[index];
    return party?.kind === "pods" && party.pods.some((pod) => pod.id === id);
  };
  return classes.find(isHome) ?? classes[0];
}

/**
 * A program that has a class for each of some compiled pods too, after all parties it had; they are its guests. Cost: that of
 * {@link classesOf}, and of resolving admin policies.
 */
export function withNewcomers(
  prepared: Prepared,
  pods: readonly Pod[],
): { readonly prepared: Prepared; readonly guests: Guests } {
  const { program, resolver } = prepared;
  const { parties } = program;
  const known = new Set(firstsAmong(prepared, pods).map(([first]) => first));
  const { classes, blocksOf } = groupsWith(prepared, pods);
  const come = classes.filter(({ pods: [first] }) => first && !known.has(first));
  const own: Parties = {
    parties: come.map((party, index) => ({ ...party, index })),
    blocksOf: come.map(({ index }) => blocksOf[index] ?? []),
  };
  const guests = new Guests(parties.length, own, prepared);
  const all = [...parties, ...come.map((party, i) => ({ ...party, index: parties.length + i }))];
  return { prepared: withParties(prepared, all, resolver.joinedBy(guests)), guests };
}

/** Some pods, grouped with the classes of their namespaces. */
function groupsWith(
  prepared: Prepared,
  pods: readonly Pod[],
): { readonly classes: readonly PodClass[] } & Pick<Parties, "blocksOf"> {
  const { program, vocabulary, varied, blocks } = prepared;
  const all = [...firstsAmong(prepared, pods).map(([first]) => first), ...pods];
  const { parties, blocksOf } = partiesOf(program.cluster, all, blocks, vocabulary, program.options, varied);
  return { classes: parties.filter((party) => party.kind === "pods"), blocksOf };
}

/** A pod of each class in the namespaces of some pods. */
function firstsAmong({ program, resolver }: Prepared, pods: readonly Pod[]): readonly (readonly [Pod, PartyIndex])[] {
  const homes = new Set(pods.map(({ namespace }) => namespace));
  return [...resolver.partiesIn([...homes])].flatMap((index) => {
    const party = program.parties[index];
    const [first] = party?.kind === "pods" ? party.pods : [];
    return first ? [[first, index] as const] : [];
  });
}

/** What pods bring along that may tell parties apart: the families of their addresses. */
export function wordsOfPods(cluster: Cluster, pods: readonly Pod[]): Vocabulary {
  return vocabularyOf([], [], [{ ...cluster, pods }]);
}
