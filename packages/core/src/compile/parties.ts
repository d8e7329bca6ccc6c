import type { Cluster, Pod } from "../model/cluster.ts";
import type { Family } from "../model/flow.ts";
import { type Address, IpSet, parseAddress, parseCidr } from "../model/ip.ts";
import type { Options } from "../model/options.ts";
import type { ContainerPort } from "../model/ports.ts";
import type { AddressBlock, Party, PodClass } from "../model/program.ts";
import { type Block, blockFinder } from "./blocks.ts";
import type { Vocabulary } from "./vocabulary.ts";

/**
 * Pods grouped into classes that no rule can tell apart, then the blocks of outside addresses: the parties of a program.
 *
 * Two pods share a class when they agree on namespace, network, address families, every label key some selector mentions, every
 * port name some rule mentions, and the address block each of their addresses lies in. Cost: one signature per pod.
 */
export function partiesOf(
  cluster: Cluster,
  pods: readonly Pod[],
  blocks: readonly Block[],
  vocabulary: Vocabulary,
  options: Options,
): readonly Party[] {
  const blockOf = blockFinder(blocks);
  const usual = usualFamilies(vocabulary, options);
  const classes = new Map<
    string,
    { first: Pod; pods: Pod[]; families: readonly Family[]; ports: readonly ContainerPort[] }
  >();
  for (const pod of pods) {
    const addresses = knownAddresses(pod, cluster);
    const network = pod.network === "host" && options.hostNetworkPods === "node" ? "host" : "pod";
    const families = addresses.length > 0 ? familiesOf(addresses) : usual;
    const ports = pod.ports.filter(({ name }) => name !== undefined && vocabulary.portNames.has(name));
    const key = JSON.stringify([
      pod.namespace,
      pod.network,
      network,
      families,
      [...vocabulary.labels.keys()].map((label) => labelSignature(pod, label)),
      ports.map((port) => [port.name, port.protocol, port.port, port.container]).sort(),
      addresses.map(blockOf).sort((a, b) => a - b),
    ]);
    const known = classes.get(key);
    if (known) known.pods.push(pod);
    else classes.set(key, { first: pod, pods: [pod], families, ports });
  }
  const podClasses = [...classes.values()].map(({ first, pods: members, families, ports }, index): PodClass => {
    const network = first.network === "host" && options.hostNetworkPods === "node" ? "host" : "pod";
    return { kind: "pods", index, namespace: first.namespace, pods: members, ports, network, families };
  });
  const outside = blocks.map(
    ({ addresses, family }, i): AddressBlock => ({
      kind: "addresses",
      index: podClasses.length + i,
      addresses,
      family,
    }),
  );
  return [...podClasses, ...outside];
}

/** The addresses a pod's traffic carries: its own, or those of its node when it is on the host network. */
export function knownAddresses(pod: Pod, cluster: Cluster): readonly Address[] {
  if (pod.network === "pod") return parsed(pod.addresses);
  const own = parsed([...pod.nodeAddresses, ...pod.addresses]);
  if (own.length > 0 || pod.node === undefined) return own;
  return parsed(cluster.nodes.find(({ name }) => name === pod.node)?.addresses ?? []);
}

function parsed(addresses: readonly string[]): Address[] {
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

function familiesOf(addresses: readonly Address[]): readonly Family[] {
  return distinct(addresses.map(({ family }) => family));
}

function distinct(families: readonly Family[]): readonly Family[] {
  return (["IPv4", "IPv6"] as const).filter((family) => families.includes(family));
}

/** A label's value, or which kind of nothing stands in its place. */
function labelSignature({ labels }: Pod, key: string): readonly [string] | "absent" | "unknown" | "incomplete" {
  const value = labels.values.get(key);
  if (value !== undefined) return [value];
  if (labels.valueUnknown?.has(key)) return "unknown";
  return labels.incomplete ? "incomplete" : "absent";
}
