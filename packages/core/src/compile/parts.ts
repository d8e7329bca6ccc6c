import type { Pod } from "../model/cluster.ts";
import type { PodClass } from "../model/program.ts";
import type { Labels } from "../model/selector.ts";
import { type Prepared, withParties } from "./compile.ts";
import { Guests } from "./guests.ts";
import { partiesOf } from "./parties.ts";
import { together, type Vocabulary } from "./vocabulary.ts";

/**
 * A program that tells apart what some words can tell of labels: of each class the pods of which they hold otherwise than of its first
 * become a part, a class after all others, its guest. `undefined` where that takes more than so many.
 *
 * Labels of keys that nobody mentioned before are told apart only as far as they are mentioned. Cost: a look at each pod.
 */
export function withWords(
  prepared: Prepared,
  words: Vocabulary,
  most: number,
): { readonly prepared: Prepared; readonly guests: Guests } | undefined {
  const { program, resolver } = prepared;
  const parts: PodClass[] = [];
  const rest = program.parties.map((party) => {
    if (party.kind !== "pods") return party;
    const [own, ...others] = alike(party.pods, words);
    if (!own || others.length === 0) return party;
    for (const pods of others) parts.push({ ...party, pods });
    return { ...party, pods: own };
  });
  if (parts.length > most) return undefined;
  const wider = widened(prepared, words);
  const own = { parties: parts.map((part, index) => ({ ...part, index })), blocksOf: blocksOf(wider, parts) };
  const guests = new Guests(rest.length, own, wider);
  const all = [...rest, ...parts.map((part, i) => ({ ...part, index: rest.length + i }))];
  return { prepared: withParties(wider, all, resolver.joinedBy(guests)), guests };
}

function widened(prepared: Prepared, words: Vocabulary): Prepared {
  const { vocabulary, varied } = prepared;
  const fresh = [...words.labels.keys()].filter((key) => !vocabulary.labels.has(key));
  return {
    ...prepared,
    vocabulary: together(vocabulary, words),
    varied: varied.with(fresh),
  };
}

/** For each part, the blocks its pods' addresses lie in: those of its first. */
function blocksOf({ program, vocabulary, varied, blocks }: Prepared, parts: readonly PodClass[]) {
  const firsts = parts.flatMap(({ pods: [first] }) => first ?? []);
  const grouped = partiesOf(program.cluster, firsts, blocks, vocabulary, program.options, varied);
  const found = new Map<Pod, (typeof grouped.blocksOf)[number]>();
  for (const party of grouped.parties)
    if (party.kind === "pods") for (const pod of party.pods) found.set(pod, grouped.blocksOf[party.index] ?? []);
  return firsts.map((first) => found.get(first) ?? []);
}

/** Pods by what words can tell of their labels, those like the first before all others. */
function alike(pods: readonly Pod[], { labels, presence }: Vocabulary): readonly (readonly Pod[])[] {
  const [first] = pods;
  const isLike = (a: Labels, b: Labels) => {
    if (a.values === b.values) return true;
    for (const [key, values] of labels)
      if (asAsked(key, values, presence, a) !== asAsked(key, values, presence, b)) return false;
    return true;
  };
  if (!first || pods.every((pod) => isLike(pod.labels, first.labels))) return [pods];
  const groups: [Pod, ...Pod[]][] = [];
  for (const pod of pods) {
    const group = groups.find(([one]) => isLike(one.labels, pod.labels));
    if (group) group.push(pod);
    else groups.push([pod]);
  }
  return groups;
}

/** In place of a value that is asked for; no label has these. */
const OTHER = " other";
const ABSENT = " absent";
const UNKNOWN = " unknown";

/** A label as far as it is asked for. One that is missing counts only where it is asked whether it is there. */
function asAsked(
  key: string,
  asked: ReadonlySet<string>,
  presence: ReadonlySet<string>,
  { values, valueUnknown, incomplete }: Labels,
): string {
  const value = values.get(key);
  if (value !== undefined) return asked.has(value) ? value : OTHER;
  if (valueUnknown?.has(key)) return UNKNOWN;
  return presence.has(key) || incomplete ? ABSENT : OTHER;
}
