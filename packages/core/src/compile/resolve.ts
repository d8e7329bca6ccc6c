import { Bitset } from "../model/bitset.ts";
import type { Cluster } from "../model/cluster.ts";
import { type Assumption, HOST_NETWORK } from "../model/flow.ts";
import type { Options } from "../model/options.ts";
import type { Peer, PodClass, Selection } from "../model/program.ts";
import type { LabelSelector, Match } from "../model/selector.ts";
import { Numbering, Pairs, Sequences } from "../model/sequences.ts";
import { AddressResolver } from "./addresses.ts";
import type { Block } from "./blocks.ts";
import type { PeerDraft, PodSelector } from "./draft.ts";
import { LabelIndex } from "./label-index.ts";
import type { Parties } from "./parties.ts";
import { doubtsOf, within } from "./selections.ts";
import type { Vocabulary } from "./vocabulary.ts";

/** How a selection was made, and among which namespaces: to ask the same of parties that come later. */
export interface Origin {
  readonly cluster: Cluster;
  /** The namespace outside which it has nobody, where it is one by name. */
  readonly home?: string;
  readonly again: (resolver: Resolver) => Selection;
}

/** What of resolving does not hang on the labels of namespaces. */
class Pods {
  readonly origins = new Map<Selection, Origin>();
  readonly selectors = new Selectors();
  /** By number: of namespaces named one by one, and of selectors of pods. */
  readonly named: (Selection | undefined)[] = [];
  readonly ofLabels: (Selection | undefined)[] = [];
  readonly assumptions = new Map<string, Assumption>();
  readonly classes: readonly PodClass[];
  readonly podIndex: LabelIndex;
  readonly inNamespace: ReadonlyMap<string, Bitset>;
  readonly hostPods: Bitset;
  /** Those of them that are taken for their node. */
  readonly nodes: Bitset;
  /** Pods as the API or the options have it whether host-network pods are meant; see {@link PodSelector.hostNetwork}. */
  readonly onNetwork: { readonly [H in PodSelector["hostNetwork"]]: Selection };
  readonly addresses: AddressResolver;

  constructor({ parties, blocksOf }: Parties, blocks: readonly Block[], vocabulary: Vocabulary, options: Options) {
    this.classes = parties.filter((party) => party.kind === "pods");
    this.podIndex = new LabelIndex(
      this.classes.map(({ pods }) => (pods[0] as PodClass["pods"][number]).labels),
      vocabulary.labels.keys(),
    );
    this.inNamespace = groupByNamespace(this.classes);
    this.hostPods = indicesOf(this.classes.filter(({ pods }) => pods[0]?.network === "host"));
    const everyPod = Bitset.range(0, this.classes.length);
    this.nodes = indicesOf(this.classes.filter(({ network }) => network === "host"));
    const notNodes = everyPod.subtract(this.nodes);
    this.onNetwork = {
      never: { members: everyPod.subtract(this.hostPods), doubts: [] },
      "by-option": { members: notNodes, doubts: doubtsOf([[HOST_NETWORK, this.hostPods]]) },
    };
    this.addresses = new AddressResolver(this.classes, parties, blocksOf, blocks, vocabulary, options);
  }
}

/** Turns selectors and address sets into sets of parties. Equal selectors are resolved once. */
export class Resolver {
  private readonly subjects = new Map<PodSelector, Selection>();
  /** By number in {@link pairs}, of namespaces and of labels with the network meant. */
  private readonly selected: Selection[] = [];
  private readonly pairs = new Pairs();
  /** By number of their selector. */
  private readonly ofNamespaces: (Selection | undefined)[] = [];
  private readonly namespaceIndex: LabelIndex;
  private readonly withNodes = new Map<Selection, Selection>();

  private constructor(
    private readonly cluster: Cluster,
    private readonly of: Pods,
  ) {
    this.namespaceIndex = new LabelIndex(cluster.namespaces.map(({ labels }) => labels));
  }

  static over(
    cluster: Cluster,
    parties: Parties,
    blocks: readonly Block[],
    vocabulary: Vocabulary,
    options: Options,
  ): Resolver {
    return new Resolver(cluster, new Pods(parties, blocks, vocabulary, options));
  }

  within(cluster: Cluster): Resolver {
    return new Resolver(cluster, this.of);
  }

  get origins(): Map<Selection, Origin> {
    return this.of.origins;
  }

  partiesIn(namespaces: readonly string[]): Bitset {
    return Bitset.union(namespaces.map((name) => this.of.inNamespace.get(name) ?? Bitset.EMPTY));
  }

  subject(selector: PodSelector): Selection {
    return remember(this.subjects, selector, () => this.pods(selector));
  }

  pods(selector: PodSelector): Selection {
    const { namespaces, pods, hostNetwork } = selector;
    const { selected } = this;
    const { selectors } = this.of;
    const isNamed = typeof namespaces === "string";
    const where = isNamed ? selectors.word(namespaces) : selectors.number(namespaces);
    const which = selectors.number(pods);
    const number = this.pairs.of(where * 2 + (isNamed ? 1 : 0), which * 2 + (hostNetwork === "never" ? 1 : 0));
    const known = selected[number];
    if (known) return known;
    const inThem = isNamed ? this.namespaceNamed(namespaces, where) : this.namespacesLabelled(namespaces, where);
    const selection = both(both(inThem, this.podsLabelled(pods, which)), this.of.onNetwork[hostNetwork]);
    selected[number] = selection;
    this.origins.set(selection, {
      cluster: this.cluster,
      ...(isNamed && { home: namespaces }),
      again: (resolver) => resolver.pods(selector),
    });
    return selection;
  }

  peer(draft: PeerDraft): Peer {
    if (draft.kind === "pods") {
      const { selector, hostNetwork: nodes } = draft;
      const own = this.pods(selector);
      const made = () => {
        const selection = this.withHostNetwork(own, nodes as NonNullable<Peer["nodes"]>);
        this.note(selection, (resolver) => resolver.peer(draft).selection.IPv4);
        return selection;
      };
      const selection = nodes ? remember(this.withNodes, own, made) : own;
      const ofEither = { IPv4: selection, IPv6: selection };
      return nodes
        ? { kind: "pods", selection: ofEither, serviceAddress: "ignored", nodes, span: draft.span }
        : { kind: "pods", selection: ofEither, serviceAddress: "ignored", span: draft.span };
    }
    if (draft.kind === "undecidable") {
      // Host-network pods are addresses to those who name what they mean by it, however `hostNetworkPods` has them.
      const open = this.of.addresses.outside.union(
        draft.mayBePods ? Bitset.range(0, this.of.classes.length) : this.of.hostPods,
      );
      const selection = { members: Bitset.EMPTY, doubts: doubtsOf([[draft.assumption, open]]) };
      const both = { IPv4: selection, IPv6: selection };
      return { kind: "addresses", selection: both, serviceAddress: "ignored", span: draft.span };
    }
    const { exceptions, serviceAddress, span } = draft;
    const selection = this.of.addresses.select(draft, this.of.hostPods);
    if (!this.origins.has(selection.IPv4))
      for (const family of ["IPv4", "IPv6"] as const)
        this.note(selection[family], (resolver) => resolver.peer(draft).selection[family]);
    return { kind: "addresses", selection, exceptions, serviceAddress, span };
  }

  private note(selection: Selection, again: Origin["again"]): void {
    this.origins.set(selection, { cluster: this.cluster, again });
  }

  /** A selection with host-network pods in it, or in doubt: their traffic is their node's. Source: docs/semantics.md EP-5. */
  private withHostNetwork({ members, doubts }: Selection, { admitted, doubt }: NonNullable<Peer["nodes"]>): Selection {
    return {
      members: admitted ? members.union(this.of.nodes) : members,
      doubts: [...doubts, { parties: this.of.nodes, assumption: doubt }],
    };
  }

  private namespaceNamed(name: string, number: number): Selection {
    const selection = this.of.named[number] ?? { members: this.of.inNamespace.get(name) ?? Bitset.EMPTY, doubts: [] };
    this.of.named[number] = selection;
    return selection;
  }

  private namespacesLabelled(selector: LabelSelector, number: number): Selection {
    const known = this.ofNamespaces[number];
    if (known) return known;
    const { holds, doubts } = this.namespaceIndex.select(selector);
    const podsOf = (position: number) =>
      this.of.inNamespace.get(this.cluster.namespaces[position]?.name ?? "") ?? Bitset.EMPTY;
    const selection = {
      members: Bitset.union([...holds].map(podsOf)),
      doubts: doubtsOf(
        doubts.map(({ position, doubt }) => [this.namespaceDoubt(position, doubt), podsOf(position)] as const),
      ),
    };
    this.ofNamespaces[number] = selection;
    return selection;
  }

  private podsLabelled(selector: LabelSelector, number: number): Selection {
    const known = this.of.ofLabels[number];
    if (known) return known;
    const { holds, doubts } = this.of.podIndex.select(selector);
    const open = new Map<Assumption, number[]>();
    for (const { position, doubt } of doubts) remember(open, this.labelDoubt(position, doubt), () => []).push(position);
    const openAs = [...open].map(([one, positions]) => [one, Bitset.of(positions)] as const);
    const selection = { members: holds, doubts: doubtsOf(openAs) };
    this.of.ofLabels[number] = selection;
    return selection;
  }

  private namespaceDoubt(position: number, { key }: NonNullable<Match["doubt"]>): Assumption {
    const { name } = this.cluster.namespaces[position] as Cluster["namespaces"][number];
    const message = `the input has no Namespace object for \`${name}\`, so its label \`${key}\` is not known`;
    return remember(this.of.assumptions, message, () => ({
      code: "namespace-labels-unknown",
      certainty: "unknown",
      message,
    }));
  }

  private labelDoubt(position: number, { key, missing }: NonNullable<Match["doubt"]>): Assumption {
    const workload = this.of.classes[position]?.pods[0]?.workload;
    const message =
      missing === "value"
        ? `a controller sets the label \`${key}\` on the pods of \`${workload}\` to a value that the input does not show`
        : `the input does not show the labels of \`${workload}\`, so its label \`${key}\` is not known`;
    return remember(this.of.assumptions, message, () => ({
      code: "label-value-unknown",
      certainty: "unknown",
      message,
    }));
  }
}

/** Selectors by number: equal as written, equal number. */
class Selectors {
  private readonly words = new Numbering<string>();
  private readonly sequences = new Sequences();

  /** A word by number; no word is 0. */
  word(text: string): number {
    return this.words.of(text) + 1;
  }

  number({ requirements }: LabelSelector): number {
    let number = Sequences.EMPTY;
    for (const { key, operator, values } of requirements) {
      number = this.sequences.append(number, this.word(key));
      number = this.sequences.append(number, this.word(operator));
      for (const value of values) number = this.sequences.append(number, this.word(value));
      number = this.sequences.append(number, 0);
    }
    return number;
  }
}

/** Parties in both selections. What is open of one is open here as far as the other may have it. */
function both(a: Selection, b: Selection): Selection {
  const members = a.members.intersect(b.members);
  if (a.doubts.length === 0 && b.doubts.length === 0) return { members, doubts: [] };
  return { members, doubts: doubtsOf([...within(a.doubts, b), ...within(b.doubts, a)]) };
}

function indicesOf(classes: readonly PodClass[]): Bitset {
  return Bitset.of(classes.map(({ index }) => index));
}

function groupByNamespace(classes: readonly PodClass[]): ReadonlyMap<string, Bitset> {
  const groups = new Map<string, number[]>();
  for (const { namespace, index } of classes) remember(groups, namespace, () => []).push(index);
  return new Map([...groups].map(([namespace, indices]) => [namespace, Bitset.of(indices)]));
}

function remember<K, V>(known: Map<K, V>, key: K, make: () => V): V {
  const found = known.get(key);
  if (found !== undefined) return found;
  const made = make();
  known.set(key, made);
  return made;
}
