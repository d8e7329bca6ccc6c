import { Bitset } from "../model/bitset.ts";
import type { Cluster } from "../model/cluster.ts";
import { type Assumption, HOST_NETWORK } from "../model/flow.ts";
import type { Options } from "../model/options.ts";
import type { Peer, PodClass, Selection } from "../model/program.ts";
import type { LabelSelector, Match } from "../model/selector.ts";
import { AddressResolver } from "./addresses.ts";
import type { Block } from "./blocks.ts";
import type { PeerDraft, PodSelector } from "./draft.ts";
import { LabelIndex } from "./label-index.ts";
import type { Parties } from "./parties.ts";
import { doubtsOf, within } from "./selections.ts";
import type { Vocabulary } from "./vocabulary.ts";

/** Turns selectors and address sets into sets of parties. Equal selectors are resolved once. */
export class Resolver {
  private readonly selected = new Map<PodSelector, Selection>();
  private readonly pairs = new Map<Selection, Map<Selection, Selection>>();
  private readonly byNamespaces = new Map<string, Selection>();
  private readonly byLabels = new Map<string, Selection>();
  private readonly spellings = new Map<LabelSelector, string>();
  private readonly assumptions = new Map<string, Assumption>();
  private readonly classes: readonly PodClass[];
  private readonly namespaceIndex: LabelIndex;
  private readonly podIndex: LabelIndex;
  private readonly inNamespace: ReadonlyMap<string, Bitset>;
  private readonly hostPods: Bitset;
  /** Those of them that are taken for their node. */
  private readonly nodes: Bitset;
  private readonly withNodes = new Map<Selection, Selection>();
  /** Pods as the API or the options have it whether host-network pods are meant; see {@link PodSelector.hostNetwork}. */
  private readonly onNetwork: { readonly [H in PodSelector["hostNetwork"]]: Selection };
  private readonly addresses: AddressResolver;

  constructor(
    private readonly cluster: Cluster,
    { parties, blocksOf }: Parties,
    blocks: readonly Block[],
    vocabulary: Vocabulary,
    options: Options,
  ) {
    this.classes = parties.filter((party) => party.kind === "pods");
    this.namespaceIndex = new LabelIndex(cluster.namespaces.map(({ labels }) => labels));
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

  pods(selector: PodSelector): Selection {
    return remember(this.selected, selector, () => this.select(selector));
  }

  private select({ namespaces, pods, hostNetwork }: PodSelector): Selection {
    const inThem =
      typeof namespaces === "string" ? this.namespaceNamed(namespaces) : this.namespacesLabelled(namespaces);
    return this.both(this.both(inThem, this.podsLabelled(pods)), this.onNetwork[hostNetwork]);
  }

  peer(draft: PeerDraft): Peer {
    if (draft.kind === "pods") {
      const { selector, hostNetwork: nodes } = draft;
      const own = this.pods(selector);
      const selection = nodes ? remember(this.withNodes, own, () => this.withHostNetwork(own, nodes)) : own;
      const peer = {
        kind: "pods",
        selection: { IPv4: selection, IPv6: selection },
        serviceAddress: "ignored",
      } as const;
      return { ...peer, ...(nodes && { nodes }), span: draft.span };
    }
    if (draft.kind === "undecidable") {
      // Host-network pods are addresses to those who name what they mean by it, however `hostNetworkPods` has them.
      const open = this.addresses.outside.union(draft.mayBePods ? Bitset.range(0, this.classes.length) : this.hostPods);
      const selection = { members: Bitset.EMPTY, doubts: doubtsOf([[draft.assumption, open]]) };
      const both = { IPv4: selection, IPv6: selection };
      return { kind: "addresses", selection: both, serviceAddress: "ignored", span: draft.span };
    }
    const { exceptions, serviceAddress, span } = draft;
    const selection = this.addresses.select(draft, this.hostPods);
    return { kind: "addresses", selection, exceptions, serviceAddress, span };
  }

  /** A selection with host-network pods in it, or in doubt: their traffic is their node's. Source: docs/semantics.md EP-5. */
  private withHostNetwork({ members, doubts }: Selection, { admitted, doubt }: NonNullable<Peer["nodes"]>): Selection {
    return {
      members: admitted ? members.union(this.nodes) : members,
      doubts: [...doubts, { parties: this.nodes, assumption: doubt }],
    };
  }

  private namespaceNamed(name: string): Selection {
    return remember(this.byNamespaces, `name ${name}`, () => ({
      members: this.inNamespace.get(name) ?? Bitset.EMPTY,
      doubts: [],
    }));
  }

  private namespacesLabelled(selector: LabelSelector): Selection {
    return remember(this.byNamespaces, `labels ${this.spelling(selector)}`, () => {
      const { holds, doubts } = this.namespaceIndex.select(selector);
      const podsOf = (position: number) =>
        this.inNamespace.get(this.cluster.namespaces[position]?.name ?? "") ?? Bitset.EMPTY;
      return {
        members: Bitset.union([...holds].map(podsOf)),
        doubts: doubtsOf(
          doubts.map(({ position, doubt }) => [this.namespaceDoubt(position, doubt), podsOf(position)] as const),
        ),
      };
    });
  }

  private podsLabelled(selector: LabelSelector): Selection {
    return remember(this.byLabels, this.spelling(selector), () => {
      const { holds, doubts } = this.podIndex.select(selector);
      const open = new Map<Assumption, number[]>();
      for (const { position, doubt } of doubts)
        remember(open, this.labelDoubt(position, doubt), () => []).push(position);
      return { members: holds, doubts: doubtsOf([...open].map(([one, positions]) => [one, Bitset.of(positions)])) };
    });
  }

  /** Parties in both selections. What is open of one is open here as far as the other may have it. */
  private both(a: Selection, b: Selection): Selection {
    const known = remember(this.pairs, a, () => new Map());
    return remember(known, b, () => ({
      members: a.members.intersect(b.members),
      doubts: doubtsOf([...within(a.doubts, b), ...within(b.doubts, a)]),
    }));
  }

  private namespaceDoubt(position: number, { key }: NonNullable<Match["doubt"]>): Assumption {
    const { name } = this.cluster.namespaces[position] as Cluster["namespaces"][number];
    const message = `the input has no Namespace object for \`${name}\`, so its label \`${key}\` is not known`;
    return remember(this.assumptions, message, () => ({
      code: "namespace-labels-unknown",
      certainty: "unknown",
      message,
    }));
  }

  private labelDoubt(position: number, { key, missing }: NonNullable<Match["doubt"]>): Assumption {
    const workload = this.classes[position]?.pods[0]?.workload;
    const message =
      missing === "value"
        ? `a controller sets the label \`${key}\` on the pods of \`${workload}\` to a value that the input does not show`
        : `the input does not show the labels of \`${workload}\`, so its label \`${key}\` is not known`;
    return remember(this.assumptions, message, () => ({ code: "label-value-unknown", certainty: "unknown", message }));
  }

  /** Equal selectors, equal text. */
  private spelling(selector: LabelSelector): string {
    return remember(this.spellings, selector, () => {
      let text = "";
      for (const { key, operator, values } of selector.requirements)
        text += `${key}\n${operator}\n${values.join("\n")}\n\n`;
      return text;
    });
  }
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
