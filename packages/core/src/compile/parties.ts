import type { Cluster, Pod } from "../model/cluster.ts";
import type { Family } from "../model/flow.ts";
import { type Address, IpSet, parseAddress, parseCidr, parseIpv4 } from "../model/ip.ts";
import type { Options } from "../model/options.ts";
import type { ContainerPort } from "../model/ports.ts";
import type { AddressBlock, Party, PodClass } from "../model/program.ts";
import { Numbering, Pairs, Sequences } from "../model/sequences.ts";
import { type Block, type BlockFinder, blockFinder } from "./blocks.ts";
import { inOrder, LabelTraits } from "./label-traits.ts";
import { Varied, variedLabels } from "./variants.ts";
import type { Vocabulary } from "./vocabulary.ts";

/** Position of a {@link Block}. */
export type BlockPosition = number;

export interface Parties {
  readonly parties: readonly Party[];
  /** For each class of pods, the blocks its pods' addresses lie in; none where the input shows no address. */
  readonly blocksOf: readonly (readonly BlockPosition[])[];
}

/**
 * Pods grouped into classes that no rule can tell apart, then the blocks of outside addresses: the parties of a program.
 *
 * Two pods share a class when they agree on namespace, network, address families, every label key some selector mentions, every
 * port name some rule mentions, and the address block each of their addresses lies in. Pods of one workload agree on a label as
 * soon as no selector tells their values apart, of the keys in which those of the workload vary; that is found, unless it is known.
 * Cost: one visit for each label and port of a pod.
 */
export function partiesOf(
  cluster: Cluster,
  pods: readonly Pod[],
  blocks: readonly Block[],
  vocabulary: Vocabulary,
  options: Options,
  known?: Varied,
): Parties & { readonly varied: Varied } {
  const replicas = Replicas.among(pods);
  const varied = known ?? new Varied(variedLabels(replicas.firsts, vocabulary.labels));
  const grouping = new PodGrouping(cluster, blocks, vocabulary, varied, options);
  grouping.addAll(replicas);
  const outside = blocks.map(
    ({ addresses, family }, i): AddressBlock => ({
      kind: "addresses",
      index: grouping.classes.length + i,
      addresses,
      family,
    }),
  );
  return { parties: [...grouping.classes, ...outside], blocksOf: grouping.blocksOf, varied };
}

/** Pods that follow each other and share what was read of their template, so that nothing but addresses can tell them apart. */
class Replicas {
  private constructor(
    readonly pods: readonly Pod[],
    /** Where others start, and past the last one. */
    readonly starts: readonly number[],
    /** The first of each. */
    readonly firsts: readonly Pod[],
  ) {}

  static among(pods: readonly Pod[]): Replicas {
    const starts: number[] = [];
    const firsts: Pod[] = [];
    let first: Pod | undefined;
    for (let i = 0; i < pods.length; i++) {
      const pod = pods[i] as Pod;
      if (first && isReplica(first, pod)) continue;
      first = pod;
      firsts.push(pod);
      starts.push(i);
    }
    starts.push(pods.length);
    return new Replicas(pods, starts, firsts);
  }
}

/** Writes down what can be told of each pod as a list of numbers; pods with equal lists are one class. */
class PodGrouping {
  readonly classes: (PodClass & { readonly pods: Pod[] })[] = [];
  readonly blocksOf: (readonly BlockPosition[])[] = [];
  private readonly numbers = new Pairs();
  private readonly sequences = new Sequences();
  private readonly namespaces = new Numbering<string>();
  private readonly ports = new Numbering<string>();
  private readonly labels: LabelTraits;
  private readonly sites: Sites;
  private previous: Pod | undefined;
  private template = 0;

  constructor(
    cluster: Cluster,
    blocks: readonly Block[],
    private readonly vocabulary: Vocabulary,
    /** By workload. */
    varied: Varied,
    private readonly options: Options,
  ) {
    this.labels = new LabelTraits(vocabulary, varied);
    this.sites = new Sites(cluster, blocks, vocabulary, options);
  }

  addAll({ pods, starts, firsts }: Replicas): void {
    for (let i = 0; i < firsts.length; i++)
      this.add(pods, starts[i] as number, starts[i + 1] as number, this.templateOf(firsts[i] as Pod));
  }

  /** Some of a list, which share a template. */
  private add(pods: readonly Pod[], start: number, end: number, template: number): void {
    let last: Site | undefined;
    let same: Pod[] = [];
    for (let i = start; i < end; i++) {
      const pod = pods[i] as Pod;
      const site = this.sites.of(pod);
      if (site !== last) same = this.classWith(pod, template, site);
      last = site;
      same.push(pod);
    }
  }

  /** The pods of the class that a pod belongs to. */
  private classWith(pod: Pod, template: number, { number, families, blocks }: Site): Pod[] {
    const index = this.numbers.of(template, number);
    const known = this.classes[index];
    if (known) return known.pods;
    const network = pod.network === "host" && this.options.hostNetworkPods === "node" ? "host" : "pod";
    this.blocksOf.push(blocks);
    const ports = this.mentionedPorts(pod);
    const pods: Pod[] = [];
    this.classes.push({ kind: "pods", index, namespace: pod.namespace, pods, ports, network, families });
    return pods;
  }

  /** All that can be told of a pod but its addresses. Pods of one template mostly follow each other. */
  private templateOf(pod: Pod): number {
    if (this.previous && isLike(this.previous, pod)) return this.template;
    let key = this.sequences.append(Sequences.EMPTY, this.namespaces.of(pod.namespace));
    key = this.sequences.append(key, pod.network === "host" ? 1 : 0);
    key = this.labels.append(this.sequences, key, pod);
    const mentioned = this.mentionedPorts(pod);
    if (mentioned.length > 0) {
      const ports = mentioned.map((port) => this.ports.of(portKey(port)));
      for (const port of distinctNumbers(ports)) key = this.sequences.append(key, port);
    }
    this.previous = pod;
    this.template = this.sequences.append(key, NO_MORE_PORTS);
    return this.template;
  }

  private mentionedPorts({ ports }: Pod): readonly ContainerPort[] {
    const { portNames } = this.vocabulary;
    return ports.some(({ name }) => name !== undefined && portNames.has(name))
      ? ports.filter(({ name }) => name !== undefined && portNames.has(name))
      : [];
  }
}

/** In place of the number of a port. */
const NO_MORE_PORTS = -1;

/** What the addresses of pods tell: equal numbers, equal families and blocks. */
interface Site {
  readonly number: number;
  readonly families: readonly Family[];
  readonly blocks: readonly BlockPosition[];
}

/** Where the addresses of pods lie. Mostly a pod has one, of IPv4, and then a site is a block. */
class Sites {
  private readonly sequences = new Sequences();
  private readonly sites = new Map<number, Site>();
  private readonly ofBlock: (Site | undefined)[] = [];
  private readonly addressesOf: (pod: Pod) => readonly Address[];
  private readonly find: BlockFinder;
  private usual: readonly Family[] | undefined;

  constructor(
    cluster: Cluster,
    blocks: readonly Block[],
    private readonly vocabulary: Vocabulary,
    private readonly options: Options,
  ) {
    this.addressesOf = addressBook(cluster);
    this.find = blockFinder(blocks);
  }

  of(pod: Pod): Site {
    const { network, addresses } = pod;
    const plain = network === "pod" && addresses.length === 1 ? parseIpv4(addresses[0] as string) : undefined;
    if (plain === undefined) return this.ofAddresses(this.addressesOf(pod));
    const block = this.find.ipv4(plain);
    const site = this.ofBlock[block] ?? this.site(["IPv4"], [block]);
    this.ofBlock[block] = site;
    return site;
  }

  private ofAddresses(addresses: readonly Address[]): Site {
    if (addresses.length === 0) {
      this.usual ??= usualFamilies(this.vocabulary, this.options);
      return this.site(this.usual, []);
    }
    return this.site(
      addresses.map(({ family }) => family),
      distinctNumbers(addresses.map((address) => this.find.any(address))),
    );
  }

  private site(families: readonly Family[], blocks: readonly BlockPosition[]): Site {
    const own = distinct(families);
    let number = this.sequences.append(Sequences.EMPTY, FAMILY_SETS.indexOf(own));
    for (const block of blocks) number = this.sequences.append(number, block);
    const site = this.sites.get(number) ?? { number, families: own, blocks };
    this.sites.set(number, site);
    return site;
  }
}

/** The addresses a pod's traffic carries: its own, or those of its node when it is on the host network. */
export function knownAddresses(pod: Pod, cluster: Cluster): readonly Address[] {
  return addressBook(cluster)(pod);
}

function addressBook({ nodes }: Cluster): (pod: Pod) => readonly Address[] {
  const byName = new Map(nodes.map((node) => [node.name, node.addresses]));
  return (pod) => {
    if (pod.network === "pod") return parsed(pod.addresses);
    const own = parsed([...pod.nodeAddresses, ...pod.addresses]);
    if (own.length > 0 || pod.node === undefined) return own;
    return parsed(byName.get(pod.node) ?? []);
  };
}

function parsed(addresses: readonly string[]): readonly Address[] {
  if (addresses.length === 1) {
    const only = parseAddress(addresses[0] as string);
    return only ? [only] : [];
  }
  const byPoint = new Map<bigint, Address>();
  for (const text of addresses) {
    const address = parseAddress(text);
    if (address) byPoint.set(address.point, address);
  }
  return [...byPoint.values()];
}

/**
 * The families a pod of unknown address is taken to have: those of the pod CIDRs, else those seen on other pods, else IPv4, and
 * IPv6 too when some rule speaks of it.
 */
function usualFamilies({ addresses, families }: Vocabulary, { podCIDRs }: Options): readonly Family[] {
  const configured = podCIDRs.flatMap((cidr) => parseCidr(cidr)?.family ?? []);
  if (configured.length > 0) return distinct(configured);
  if (families.size > 0) return distinct([...families]);
  return addresses.some((set) => !set.intersect(IpSet.IPV6).isEmpty) ? ["IPv4", "IPv6"] : ["IPv4"];
}

const FAMILY_SETS: readonly (readonly Family[])[] = [[], ["IPv4"], ["IPv6"], ["IPv4", "IPv6"]];

function distinct(families: readonly Family[]): readonly Family[] {
  return FAMILY_SETS[(families.includes("IPv4") ? 1 : 0) + (families.includes("IPv6") ? 2 : 0)] as readonly Family[];
}

/** Whether two pods share what was read of their template, so that nothing but addresses can tell them apart. */
function isReplica(a: Pod, b: Pod): boolean {
  const [mine, its] = [a.labels, b.labels];
  return (
    mine.values === its.values &&
    a.ports === b.ports &&
    a.workload === b.workload &&
    a.network === b.network &&
    mine.valueUnknown === its.valueUnknown &&
    mine.incomplete === its.incomplete
  );
}

/** Whether two pods of one workload come from one template. */
function isLike(a: Pod, b: Pod): boolean {
  if (a.workload !== b.workload || a.network !== b.network || a.ports.length !== b.ports.length) return false;
  const [mine, its] = [a.labels, b.labels];
  if (mine.values === its.values && mine.valueUnknown === its.valueUnknown && a.ports === b.ports) return true;
  if (mine.values.size !== its.values.size || mine.valueUnknown !== its.valueUnknown) return false;
  for (const [key, value] of mine.values) if (its.values.get(key) !== value) return false;
  return a.ports.every((port, i) => isSamePort(port, b.ports[i] as ContainerPort));
}

function isSamePort(a: ContainerPort, b: ContainerPort): boolean {
  return a.name === b.name && a.port === b.port && a.protocol === b.protocol && a.container === b.container;
}

function portKey({ name, protocol, port, container }: ContainerPort): string {
  return `${name} ${protocol} ${port} ${container}`;
}

/** A list is rarely longer than one, and then has no order to find. */
function distinctNumbers(numbers: number[]): readonly number[] {
  return numbers.length < 2 ? numbers : inOrder([...new Set(numbers)]);
}
