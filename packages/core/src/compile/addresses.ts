import { Bitset } from "../model/bitset.ts";
import { type Assumption, type Family, HOST_NETWORK } from "../model/flow.ts";
import { IpSet, parseCidr } from "../model/ip.ts";
import type { Options } from "../model/options.ts";
import type { Party, Peer, PodClass, Selection } from "../model/program.ts";
import type { Block } from "./blocks.ts";
import type { AddressDraft } from "./draft.ts";
import type { BlockPosition } from "./parties.ts";
import { doubtsOf } from "./selections.ts";
import type { Vocabulary } from "./vocabulary.ts";

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

/**
 * Turns sets of addresses into sets of parties: outside blocks by what they hold, pods by their addresses as far as these are known.
 *
 * Equal sets are resolved once. Cost: the blocks of the set, and the pods that have addresses in them.
 * Source: docs/semantics.md IPB-1 to IPB-7.
 */
export class AddressResolver {
  /** Every block of outside addresses. */
  readonly outside: Bitset;
  private readonly firstOutside: number;
  private readonly known = new Map<string, Peer["selection"]>();
  private readonly everyPod: Bitset;
  /** Pods that are taken for their node, so that an address is surely how they are seen. */
  private readonly nodes: Bitset;
  private readonly unaddressed: Bitset;
  private readonly podsIn: readonly Bitset[];
  private readonly blocksWithin: ReadonlyMap<string, readonly BlockPosition[]>;
  private readonly podRange: IpSet;

  constructor(
    classes: readonly PodClass[],
    parties: readonly Party[],
    blocksOf: readonly (readonly BlockPosition[])[],
    private readonly blocks: readonly Block[],
    { addresses }: Vocabulary,
    private readonly options: Options,
  ) {
    this.everyPod = Bitset.range(0, classes.length);
    this.firstOutside = classes.length;
    this.outside = Bitset.range(classes.length, parties.length);
    this.nodes = Bitset.of(classes.flatMap(({ network, index }) => (network === "host" ? [index] : [])));
    this.unaddressed = Bitset.of(classes.flatMap(({ index }) => (blocksOf[index]?.length === 0 ? [index] : [])));
    const pods: number[][] = blocks.map(() => []);
    blocksOf.forEach((positions, index) => {
      for (const position of positions) pods[position]?.push(index);
    });
    this.podsIn = pods.map((indices) => Bitset.of(indices));
    const positions: BlockPosition[][] = addresses.map(() => []);
    blocks.forEach(({ within }, position) => {
      for (const set of within) positions[set]?.push(position);
    });
    this.blocksWithin = new Map(addresses.map((set, i) => [set.key, positions[i] ?? []]));
    this.podRange = options.podCIDRs.reduce((all, cidr) => all.union(parseCidr(cidr)?.set ?? IpSet.NONE), IpSet.NONE);
  }

  /** `hostPods` are the pods on the host network, whatever they are taken for. */
  select(draft: AddressDraft, hostPods: Bitset): Peer["selection"] {
    const key = `${draft.addresses.key} ${draft.pods} ${draft.missing?.code}`;
    let selection = this.known.get(key);
    if (!selection) {
      selection = { IPv4: this.ofFamily(draft, hostPods, "IPv4"), IPv6: this.ofFamily(draft, hostPods, "IPv6") };
      this.known.set(key, selection);
    }
    return selection;
  }

  private ofFamily({ addresses, pods, missing }: AddressDraft, hostPods: Bitset, family: Family): Selection {
    const blocks = (this.blocksWithin.get(addresses.key) ?? []).filter((at) => this.blocks[at]?.family === family);
    const outside = Bitset.of(blocks.map((at) => this.firstOutside + at));

    const candidates = pods === "never" ? hostPods : this.everyPod;
    const shown = Bitset.union(blocks.map((at) => this.podsIn[at] as Bitset));
    const guessed = this.guess(addresses, family, hostPods);
    const inside = candidates.intersect(shown.union(guessed.inside));
    const unknown = candidates.intersect(guessed.unknown);

    const may = inside.union(unknown);
    const settled = pods === "by-option" ? this.nodes : this.everyPod;
    const members = this.options.ipBlockMatchesPods ? inside : inside.intersect(settled);
    return {
      members: members.union(outside),
      doubts: doubtsOf([
        [POD_ADDRESS_UNKNOWN, unknown],
        [IP_BLOCK_MATCHES_PODS, may.subtract(settled)],
        ...(pods === "by-option" ? [[HOST_NETWORK, may.intersect(hostPods)] as const] : []),
        ...(missing ? [[missing, candidates.union(this.outside).subtract(inside.union(outside))] as const] : []),
      ]),
    };
  }

  /** Where pods whose address nobody wrote down lie. */
  private guess(
    addresses: IpSet,
    family: Family,
    hostPods: Bitset,
  ): { readonly inside: Bitset; readonly unknown: Bitset } {
    const ofFamily = addresses.intersect(IpSet.whole(family));
    if (ofFamily.isEmpty || this.unaddressed.isEmpty) return { inside: Bitset.EMPTY, unknown: Bitset.EMPTY };
    if (ofFamily.equals(IpSet.whole(family))) return { inside: this.unaddressed, unknown: Bitset.EMPTY };
    const range = this.podRange.intersect(IpSet.whole(family));
    if (range.isEmpty) return { inside: Bitset.EMPTY, unknown: this.unaddressed };
    const ranged = this.unaddressed.subtract(hostPods);
    const inside = ofFamily.includes(range) ? ranged : Bitset.EMPTY;
    const unknown = !inside.isEmpty || ofFamily.intersect(range).isEmpty ? Bitset.EMPTY : ranged;
    return { inside, unknown: unknown.union(this.unaddressed.intersect(hostPods)) };
  }
}
