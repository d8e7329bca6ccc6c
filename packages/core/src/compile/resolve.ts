import { Bitset } from "../model/bitset.ts";
import type { Cluster, Namespace, Pod } from "../model/cluster.ts";
import { type Assumption, type Family, HOST_NETWORK } from "../model/flow.ts";
import { type Address, IpSet, parseCidr } from "../model/ip.ts";
import type { Options } from "../model/options.ts";
import type { Doubt, Party, PartyIndex, Peer, PodClass, Selection } from "../model/program.ts";
import { type Match, matches } from "../model/selector.ts";
import type { AddressDraft, PeerDraft, PodSelector } from "./draft.ts";
import { knownAddresses } from "./parties.ts";
import { keyOf } from "./vocabulary.ts";

const IP_BLOCK_MATCHES_PODS: Assumption = {
  code: "ip-block-matches-pods",
  certainty: "implementation-defined",
  message: "implementations differ on whether an ipBlock matches pods by their IP",
  option: "ipBlockMatchesPods",
};

const POD_ADDRESS_UNKNOWN: Assumption = {
  code: "pod-address-unknown",
  certainty: "unknown",
  message: "the input does not show the pod's IP, so whether an ipBlock matches it cannot be told",
  option: "podCIDRs",
};

/** Turns selectors and address sets into sets of parties. Equal selectors are resolved once. */
export class Resolver {
  private readonly selections = new Map<string, Selection>();
  private readonly peers = new Map<string, Peer["selection"]>();
  private readonly assumptions = new Map<string, Assumption>();
  private readonly classesByNamespace: ReadonlyMap<string, readonly PodClass[]>;
  private readonly addressesOf: ReadonlyMap<PartyIndex, readonly Address[]>;

  constructor(
    private readonly cluster: Cluster,
    private readonly parties: readonly Party[],
    private readonly options: Options,
  ) {
    const classes = parties.filter((party) => party.kind === "pods");
    this.classesByNamespace = groupByNamespace(classes);
    this.addressesOf = new Map(classes.map(({ index, pods }) => [index, knownAddresses(pods[0] as Pod, cluster)]));
  }

  pods(selector: PodSelector): Selection {
    return remember(this.selections, JSON.stringify(selector), () => this.selectPods(selector));
  }

  peer(draft: PeerDraft): Peer {
    if (draft.kind === "pods") {
      const { selector, hostNetwork: nodes } = draft;
      const selection = nodes ? this.withHostNetwork(this.pods(selector), nodes) : this.pods(selector);
      const peer = {
        kind: "pods",
        selection: { IPv4: selection, IPv6: selection },
        serviceAddress: "ignored",
      } as const;
      return { ...peer, ...(nodes && { nodes }), span: draft.span };
    }
    if (draft.kind === "undecidable") {
      const selection = this.undecidable(draft.assumption, draft.mayBePods);
      const both = { IPv4: selection, IPv6: selection };
      return { kind: "addresses", selection: both, serviceAddress: "ignored", span: draft.span };
    }
    const key = `${keyOf(draft.addresses)} ${draft.pods} ${draft.missing?.code}`;
    const selection = remember(this.peers, key, () => ({
      IPv4: this.selectAddresses(draft, "IPv4"),
      IPv6: this.selectAddresses(draft, "IPv6"),
    }));
    const { exceptions, serviceAddress, span } = draft;
    return { kind: "addresses", selection, exceptions, serviceAddress, span };
  }

  private selectPods({ namespaces, pods, hostNetwork }: PodSelector): Selection {
    const selected = new SelectionBuilder();
    for (const namespace of this.cluster.namespaces) {
      const inNamespace =
        typeof namespaces === "string"
          ? { holds: namespace.name === namespaces }
          : matches(namespaces, namespace.labels);
      if (!inNamespace.holds && !inNamespace.doubt) continue;
      for (const party of this.classesByNamespace.get(namespace.name) ?? []) {
        const pod = party.pods[0] as Pod;
        if (pod.network === "host" && hostNetwork === "never") continue;
        const byLabels = matches(pods, pod.labels);
        if (!byLabels.holds && !byLabels.doubt) continue;
        const holds = inNamespace.holds && byLabels.holds && party.network === "pod";
        selected.add(party.index, holds, [
          ...this.namespaceDoubts(namespace, inNamespace),
          ...this.labelDoubts(pod, byLabels),
          ...(pod.network === "host" ? [HOST_NETWORK] : []),
        ]);
      }
    }
    return selected.build();
  }

  /** A selection with host-network pods in it, or in doubt: their traffic is their node's. Source: docs/semantics.md EP-5. */
  private withHostNetwork({ members, doubts }: Selection, { admitted, doubt }: NonNullable<Peer["nodes"]>): Selection {
    const onHost = this.parties.filter((party) => party.kind === "pods" && party.network === "host");
    const parties = Bitset.of(onHost.map(({ index }) => index));
    return {
      members: admitted ? members.union(parties) : members,
      doubts: [...doubts, { parties, assumption: doubt }],
    };
  }

  /** Outside blocks by what they hold, pods by their addresses as far as these are known. Source: docs/semantics.md IPB-1 to IPB-7. */
  private selectAddresses(draft: AddressDraft, family: Family): Selection {
    const selected = new SelectionBuilder();
    for (const party of this.parties) {
      if (party.kind === "pods") this.addPodByAddress(selected, party, draft, family);
      else if (party.family === family && draft.addresses.includes(party.addresses))
        selected.add(party.index, true, []);
      else if (draft.missing) selected.add(party.index, false, [draft.missing]);
    }
    return selected.build();
  }

  private undecidable(assumption: Assumption, mayBePods: boolean): Selection {
    const selected = new SelectionBuilder();
    for (const party of this.parties) {
      // Host-network pods are addresses to those who name what they mean by it, however `hostNetworkPods` has them.
      if (party.kind === "addresses" || party.pods[0]?.network === "host" || mayBePods)
        selected.add(party.index, false, [assumption]);
    }
    return selected.build();
  }

  private addPodByAddress(selected: SelectionBuilder, party: PodClass, draft: AddressDraft, family: Family): void {
    const { addresses, pods, missing } = draft;
    const pod = party.pods[0] as Pod;
    if (pod.network === "pod" && pods === "never") return;
    const known = this.addressesOf.get(party.index) ?? [];
    const match = known.length > 0 ? within(addresses, known, family) : this.unknownWithin(addresses, family, pod);
    if (match !== "inside" && missing) selected.add(party.index, false, [missing]);
    if (match === "outside") return;
    const settled = party.network === "host" || pods !== "by-option";
    const doubts = [
      ...(match === "unknown" ? [POD_ADDRESS_UNKNOWN] : []),
      ...(settled ? [] : [IP_BLOCK_MATCHES_PODS]),
      ...(pod.network === "host" && pods === "by-option" ? [HOST_NETWORK] : []),
    ];
    selected.add(party.index, match === "inside" && (settled || this.options.ipBlockMatchesPods), doubts);
  }

  /** Whether a pod whose address nobody wrote down lies in a set. */
  private unknownWithin(addresses: IpSet, family: Family, pod: Pod): "inside" | "outside" | "unknown" {
    const ofFamily = addresses.intersect(IpSet.whole(family));
    if (ofFamily.isEmpty) return "outside";
    if (ofFamily.equals(IpSet.whole(family))) return "inside";
    if (pod.network === "host") return "unknown";
    const range = this.options.podCIDRs
      .flatMap((cidr) => parseCidr(cidr) ?? [])
      .filter((cidr) => cidr.family === family)
      .reduce((set, cidr) => set.union(cidr.set), IpSet.NONE);
    if (range.isEmpty) return "unknown";
    if (ofFamily.includes(range)) return "inside";
    return ofFamily.intersect(range).isEmpty ? "outside" : "unknown";
  }

  private namespaceDoubts(namespace: Namespace, { doubt }: Match): Assumption[] {
    if (!doubt) return [];
    const message = `the input has no Namespace object for \`${namespace.name}\`, so its label \`${doubt.key}\` is not known`;
    return [
      remember(this.assumptions, message, () => ({ code: "namespace-labels-unknown", certainty: "unknown", message })),
    ];
  }

  private labelDoubts(pod: Pod, { doubt }: Match): Assumption[] {
    if (!doubt) return [];
    const message =
      doubt.missing === "value"
        ? `a controller sets the label \`${doubt.key}\` on the pods of \`${pod.workload}\` to a value that the input does not show`
        : `the input does not show the labels of \`${pod.workload}\`, so its label \`${doubt.key}\` is not known`;
    return [
      remember(this.assumptions, message, () => ({ code: "label-value-unknown", certainty: "unknown", message })),
    ];
  }
}

class SelectionBuilder {
  private readonly members: PartyIndex[] = [];
  private readonly doubts = new Map<Assumption, PartyIndex[]>();

  add(party: PartyIndex, holds: boolean, doubts: readonly Assumption[]): void {
    if (holds) this.members.push(party);
    for (const assumption of doubts) remember(this.doubts, assumption, () => []).push(party);
  }

  build(): Selection {
    const doubts: Doubt[] = [...this.doubts].map(([assumption, parties]) => ({
      assumption,
      parties: Bitset.of(parties),
    }));
    return { members: Bitset.of(this.members), doubts };
  }
}

function within(addresses: IpSet, known: readonly Address[], family: Family): "inside" | "outside" {
  return known.some((address) => address.family === family && addresses.has(address)) ? "inside" : "outside";
}

function groupByNamespace(classes: readonly PodClass[]): ReadonlyMap<string, readonly PodClass[]> {
  const groups = new Map<string, PodClass[]>();
  for (const party of classes) remember(groups, party.namespace, () => []).push(party);
  return groups;
}

function remember<K, V>(known: Map<K, V>, key: K, make: () => V): V {
  const found = known.get(key);
  if (found !== undefined) return found;
  const made = make();
  known.set(key, made);
  return made;
}
