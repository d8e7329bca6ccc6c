import type { Cluster, Pod } from "../model/cluster.ts";
import type { Family } from "../model/flow.ts";
import { type IpSet, parseAddress } from "../model/ip.ts";
import type { PodSelector, PolicyDraft, TierDraft } from "./draft.ts";
import { variedLabels } from "./variants.ts";

/** Everything policies can tell pods and addresses apart by. What none of them mentions cannot make a difference. */
export interface Vocabulary {
  /** Pod label keys, each with the values some selector mentions. */
  readonly labels: ReadonlyMap<string, ReadonlySet<string>>;
  /** Those of the keys that some selector asks for whatever the value is. */
  readonly presence: ReadonlySet<string>;
  readonly portNames: ReadonlySet<string>;
  /** Distinct address sets. */
  readonly addresses: readonly IpSet[];
  /** Families of the addresses that pods are seen to have; empty where none is. Found when asked for: mostly nobody does. */
  readonly families: ReadonlySet<Family>;
}

export function vocabularyOf(
  policies: readonly PolicyDraft[],
  tiers: readonly TierDraft[],
  clusters: readonly Cluster[],
): Vocabulary {
  const labels = new Map<string, Set<string>>();
  const presence = new Set<string>();
  const portNames = new Set<string>();
  const addresses = new Map<string, IpSet>();
  for (const { subject } of policies) mentionLabels(subject, labels, presence);
  for (const { rules } of tiers) {
    for (const { peers, ports } of rules) {
      for (const peer of peers === "any" ? [] : peers) {
        if (peer.kind === "pods") mentionLabels(peer.selector, labels, presence);
        if (peer.kind === "addresses") addresses.set(peer.addresses.key, peer.addresses);
      }
      for (const port of ports === "any" ? [] : ports) if (port.kind === "named") portNames.add(port.name);
    }
  }
  const words = { labels, presence, portNames, addresses: [...addresses.values()] };
  return withFamilies(words, () => familiesSeen(clusters));
}

/** Looks no further than it has to: mostly the first pods show all there is. */
function familiesSeen(clusters: readonly Cluster[]): ReadonlySet<Family> {
  const found = new Set<Family>();
  for (const { pods } of clusters) {
    for (const { addresses } of pods) {
      for (const text of addresses) {
        const family = parseAddress(text)?.family;
        if (family) found.add(family);
      }
      if (found.size === 2) return found;
    }
  }
  return found;
}

/** Tells nothing apart. */
export const NO_WORDS: Vocabulary = {
  labels: new Map(),
  presence: new Set(),
  portNames: new Set(),
  addresses: [],
  families: new Set(),
};

/** What either can tell apart. */
export function together(a: Vocabulary, b: Vocabulary): Vocabulary {
  if (b === NO_WORDS) return a;
  const labels = new Map(a.labels);
  for (const [key, values] of b.labels) labels.set(key, new Set([...(labels.get(key) ?? []), ...values]));
  const addresses = new Map([...a.addresses, ...b.addresses].map((set) => [set.key, set]));
  const words = {
    labels,
    presence: new Set([...a.presence, ...b.presence]),
    portNames: new Set([...a.portNames, ...b.portNames]),
    addresses: [...addresses.values()],
  };
  return withFamilies(words, () => new Set([...a.families, ...b.families]));
}

/** What any of them can tell apart. United by halves, since each union asks its two for their families when somebody asks it. */
export function allTogether(each: readonly Vocabulary[]): Vocabulary {
  if (each.length < 2) return each[0] ?? NO_WORDS;
  const half = each.length >> 1;
  return together(allTogether(each.slice(0, half)), allTogether(each.slice(half)));
}

function withFamilies(words: Omit<Vocabulary, "families">, find: () => ReadonlySet<Family>): Vocabulary {
  let found: ReadonlySet<Family> | undefined;
  return {
    ...words,
    get families() {
      found ??= find();
      return found;
    },
  };
}

/** Whether the parties of a vocabulary are told apart by other words too, where of `loose` label keys they do not know every value. */
export function knows(vocabulary: Vocabulary, loose: ReadonlySet<string>, words: Vocabulary): boolean {
  return knowsLabels(vocabulary, loose, words) && knowsAllElse(vocabulary, words);
}

/** The same of all words but labels. */
export function knowsAllElse(vocabulary: Vocabulary, { portNames, addresses, families }: Vocabulary): boolean {
  const sets = addresses.length === 0 ? undefined : new Set(vocabulary.addresses.map(({ key }) => key));
  return (
    addresses.every((set) => sets?.has(set.key)) &&
    [...families].every((family) => vocabulary.families.has(family)) &&
    [...portNames].every((name) => vocabulary.portNames.has(name))
  );
}

function knowsLabels(vocabulary: Vocabulary, loose: ReadonlySet<string>, { labels, presence }: Vocabulary): boolean {
  const knowsKey = (key: string, values: ReadonlySet<string>) => {
    const mentioned = vocabulary.labels.get(key);
    if (!mentioned || !loose.has(key)) return mentioned !== undefined;
    return [...values].every((value) => mentioned.has(value)) && (!presence.has(key) || vocabulary.presence.has(key));
  };
  return [...labels].every(([key, values]) => knowsKey(key, values));
}

/**
 * Label keys of which not every value is known apart: replicas known by a template alone, and pods that are like their siblings but for
 * what nobody mentions, are split by what is asked of a label; everything else, by its exact value.
 */
export function looseKeys({ labels }: Vocabulary, pods: readonly Pod[]): ReadonlySet<string> {
  return new Set([
    ...pods.flatMap(({ ordinals }) => ordinals?.labels.map(({ key }) => key) ?? []),
    ...[...variedLabels(pods, labels).values()].flatMap((keys) => [...keys]),
  ]);
}

function mentionLabels({ pods }: PodSelector, labels: Map<string, Set<string>>, presence: Set<string>): void {
  for (const { key, operator, values } of pods.requirements) {
    const mentioned = labels.get(key) ?? new Set<string>();
    if (mentioned.size === 0) labels.set(key, mentioned);
    for (const value of values) mentioned.add(value);
    if (operator === "Exists" || operator === "DoesNotExist") presence.add(key);
  }
}
