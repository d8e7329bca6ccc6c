import type { Pod } from "../model/cluster.ts";
import { type Address, IpSet, parseAddress, parseCidr, publicAddresses } from "../model/ip.ts";
import { ascending } from "../model/order.ts";
import type { AddressBlock, Program } from "../model/program.ts";
import { type Endpoint, type Member, outsideOf, podEndpoint, podEndpoints } from "./endpoints.ts";

/** What a name a person typed stands for. */
export type Named =
  | { readonly kind: "endpoint"; readonly endpoint: Endpoint }
  /** Several endpoints bear the name; the ids tell them apart. */
  | { readonly kind: "ambiguous"; readonly candidates: readonly string[] }
  | { readonly kind: "none"; readonly similar: readonly string[] };

/**
 * The endpoint a person means: an id, `namespace/name` of a workload or pod, a bare `name` in the default namespace, an IP address,
 * a CIDR, or `internet`.
 *
 * A workload that is split into parts is meant as a whole unless a part is named. An address that belongs to a pod means the pod.
 */
export function findEndpoint(
  program: Program,
  text: string,
  defaultNamespace = program.options.defaultNamespace,
): Named {
  if (text === "internet") return named(addresses(program, text, internet(program)));
  const cidr = parseCidr(text);
  const address = parseAddress(text);
  if (cidr) return named(addresses(program, text, cidr.set));
  if (address) {
    const pod = program.parties
      .flatMap((party) => (party.kind === "pods" ? party.pods.map((pod) => ({ pod, party: party.index })) : []))
      .find(({ pod }) => pod.addresses.some((own) => parseAddress(own)?.point === address.point));
    if (pod) return named(podEndpoint(pod.pod, pod.party));
    const { members, ...endpoint } = addresses(program, text, IpSet.of([[address.point, address.point + 1n]]));
    const node = nodeAt(program, address);
    return named({ ...endpoint, members: node ? members.map((member) => ({ ...member, node })) : members });
  }
  const name = text.includes("/") ? text : `${defaultNamespace}/${text}`;
  const candidates = bearers(program, name);
  if (candidates.length === 1) return named(candidates[0] as Endpoint);
  if (candidates.length > 1) return { kind: "ambiguous", candidates: candidates.map(({ id }) => id) };
  const parts = podEndpoints(program, "workload");
  const part = partOfReplica(program, name, parts);
  return { kind: "none", similar: part ? [part.id] : similarTo(name, parts) };
}

/** The endpoint that a numbered replica is part of, among others that nothing tells apart from it. */
function partOfReplica({ cluster }: Program, text: string, parts: readonly Endpoint[]): Endpoint | undefined {
  const [, name, number] = /^(.+)-(\d+)$/.exec(text) ?? [];
  const pod = cluster.pods.find((pod) => pod.ordinals && `${pod.namespace}/${pod.name}` === name);
  if (!pod?.ordinals) return undefined;
  const ordinal = Number(number) - pod.ordinals.start;
  if (ordinal < 0 || ordinal >= pod.replicas) return undefined;
  const standsForIt = ({ id, workload, replicas }: Pod) => workload === pod.workload && (id === pod.id || replicas > 1);
  return parts.find(({ members }) => members.some(({ pods }) => pods.some(standsForIt)));
}

/** The node an address belongs to, if it is one's; host-network pods have their node's. */
function nodeAt({ cluster }: Program, address: Address): Member["node"] {
  const has = (list: readonly string[]) => list.some((own) => parseAddress(own)?.point === address.point);
  const node = cluster.nodes.find(({ addresses }) => has(addresses));
  if (node) return { name: node.name };
  const there = cluster.pods.filter(({ nodeAddresses }) => has(nodeAddresses));
  const name = there.find((pod) => pod.node !== undefined)?.node;
  return there.length === 0 ? undefined : name === undefined ? {} : { name };
}

/** Public addresses that are not known to be the cluster's own. */
export function internet({ options, cluster }: Program): IpSet {
  const own = [
    ...options.podCIDRs,
    ...cluster.nodes.flatMap(({ addresses }) => addresses),
    ...cluster.pods.flatMap(({ addresses, nodeAddresses }) => [...addresses, ...nodeAddresses]),
    ...cluster.services.flatMap(({ clusterIPs }) => clusterIPs),
  ];
  const taken = own.flatMap((text) => {
    const address = parseAddress(text);
    if (address) return [[address.point, address.point + 1n] as const];
    return parseCidr(text)?.set.ranges ?? [];
  });
  return publicAddresses().subtract(IpSet.of(taken));
}

/** The endpoint that a set of addresses makes, whatever blocks policies cut it into. */
export function addresses(program: Program, id: string, wanted: IpSet): Endpoint {
  const touches = ({ addresses }: AddressBlock) => !addresses.intersect(wanted).isEmpty;
  const spoken = outsideOf(program).filter(touches);
  const blocks =
    spoken.length > 0 ? spoken : program.parties.filter((party) => party.kind === "addresses").filter(touches);
  const members = blocks.map(({ index }) => ({ party: index, pods: [] }));
  return { id, type: "address", pods: 0, members, cidrs: wanted.toCidrs() };
}

/** Endpoints with this id, or workloads and pods of this name. */
function bearers(program: Program, text: string): readonly Endpoint[] {
  const [namespace = "", ...rest] = text.split("/");
  const [kind, name] = rest.length === 2 ? rest : [undefined, rest[0]];
  const parts = podEndpoints(program, "workload");
  const part = parts.find(({ id }) => id === text);
  if (part) return [part];
  const bears = (endpoint: Endpoint) =>
    endpoint.namespace === namespace && endpoint.name === name && (kind === undefined || endpoint.kind === kind);
  const workloads = parts.filter(bears);
  return workloads.length > 0 ? wholes(workloads) : podEndpoints(program, "pod").filter(bears);
}

/** Parts of one workload put together again. */
function wholes(parts: readonly Endpoint[]): readonly Endpoint[] {
  const byId = new Map<string, Endpoint>();
  for (const part of parts) {
    const id = `${part.namespace}/${part.kind}/${part.name}`;
    const { distinguishedBy: _, ...known } = byId.get(id) ?? { ...part, members: [], pods: 0 };
    byId.set(id, { ...known, id, pods: known.pods + part.pods, members: [...known.members, ...part.members] });
  }
  return [...byId.values()];
}

function named(endpoint: Endpoint): Named {
  return { kind: "endpoint", endpoint };
}

function similarTo(text: string, endpoints: readonly Endpoint[]): readonly string[] {
  return closest(
    text,
    endpoints.map(({ id, namespace, name = "" }) => ({ id, spellings: [`${namespace}/${name}`, id] })),
  );
}

/** Up to five ids a mistyped name may have meant, the closest first. */
export function closest(
  text: string,
  names: readonly { readonly id: string; readonly spellings: readonly string[] }[],
): readonly string[] {
  const wanted = text.toLowerCase();
  return names
    .map(({ id, spellings }) => ({
      id,
      distance: Math.min(...spellings.map((spelling) => editDistance(wanted, spelling.toLowerCase()))),
      contains: id.toLowerCase().includes(wanted.slice(wanted.indexOf("/") + 1)),
    }))
    .filter(({ distance, contains }) => contains || distance <= Math.max(2, wanted.length / 3))
    .sort((a, b) => Number(b.contains) - Number(a.contains) || a.distance - b.distance || ascending(a.id, b.id))
    .slice(0, 5)
    .map(({ id }) => id);
}

/** Levenshtein distance. Cost: product of the lengths. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substituted = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, substituted));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
