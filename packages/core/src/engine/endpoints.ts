import type { Pod } from "../model/cluster.ts";
import type { Family } from "../model/flow.ts";
import { ascending } from "../model/order.ts";
import type { AddressBlock, PartyIndex, PodClass, Program } from "../model/program.ts";

/** How a listing groups pods. */
export type Grouping = "pod" | "workload" | "namespace";

/** What a person calls one end of a flow. Everything a policy can tell apart inside it is a member of its own. */
export interface Endpoint {
  /** `namespace/Kind/name`, with `#n` where a workload had to be split; a namespace's name; a CIDR for addresses. */
  readonly id: string;
  readonly type: Grouping | "address";
  readonly namespace?: string;
  readonly kind?: string;
  readonly name?: string;
  /** How many pods it stands for; 0 for addresses. */
  readonly pods: number;
  readonly members: readonly Member[];
  /** For addresses: the fewest CIDRs that make them up. */
  readonly cidrs?: readonly string[];
  /** For part of a workload: what tells it from the other parts, such as `statefulset.kubernetes.io/pod-name=db-0`. */
  readonly distinguishedBy?: readonly string[];
}

/** Pods of one party, or its addresses when there are none. */
export interface Member {
  readonly party: PartyIndex;
  readonly pods: readonly Pod[];
  /** Present when the address asked about is a node's; without a name where the input does not tell which. */
  readonly node?: { readonly name?: string };
}

/** All endpoints of a program: pods in the grouping asked for, sorted by id, then outside addresses of the families that pods have, IPv4 first. */
export function endpointsOf(program: Program, by: Grouping): readonly Endpoint[] {
  return [...podEndpoints(program, by), ...outsideOf(program).map((block) => addressEndpoint(block))];
}

/** The endpoints that stand for pods, sorted by id. */
export function podEndpoints(program: Program, by: Grouping): readonly Endpoint[] {
  const classes = program.parties.filter((party) => party.kind === "pods");
  return groupings[by](classes).sort((a, b) => ascending(a.id, b.id));
}

/** The blocks of outside addresses that some pod could talk to at all. */
export function outsideOf({ parties }: Program): readonly AddressBlock[] {
  const spoken = new Set<Family>();
  for (const party of parties) if (party.kind === "pods") for (const family of party.families) spoken.add(family);
  return parties
    .filter((party) => party.kind === "addresses")
    .filter(({ family }) => spoken.size === 0 || spoken.has(family));
}

const groupings: { readonly [G in Grouping]: (classes: readonly PodClass[]) => Endpoint[] } = {
  pod: (classes) => classes.flatMap(({ index, pods }) => pods.map((pod) => podEndpoint(pod, index))),
  workload: (classes) =>
    [...membersBy(classes, ({ workload }) => workload)].flatMap(([id, members]) =>
      members.map((_, part) => workloadEndpoint(id, members, part)),
    ),
  namespace: (classes) =>
    [...membersBy(classes, ({ namespace }) => namespace)].map(([namespace, members]) => ({
      id: namespace,
      type: "namespace",
      namespace,
      pods: count(members),
      members,
    })),
};

/** A block of outside addresses under its first CIDR. */
export function addressEndpoint({ index, addresses }: AddressBlock): Endpoint {
  const cidrs = addresses.toCidrs();
  return { id: cidrs[0] ?? "", type: "address", pods: 0, members: [{ party: index, pods: [] }], cidrs };
}

/** A pod under its own name; under its workload's when it is known only as that workload's template. */
export function podEndpoint(pod: Pod, party: PartyIndex): Endpoint {
  const [namespace = "", kind = "", name = ""] =
    pod.id === pod.workload ? pod.id.split("/") : [pod.namespace, "Pod", pod.name];
  return {
    id: `${namespace}/${kind}/${name}`,
    type: "pod",
    namespace,
    kind,
    name,
    pods: pod.replicas,
    members: [{ party, pods: [pod] }],
  };
}

function workloadEndpoint(id: string, members: readonly Member[], part: number): Endpoint {
  const [first, second] = [id.indexOf("/"), id.lastIndexOf("/")];
  const [namespace, kind, name] = [id.slice(0, first), id.slice(first + 1, second), id.slice(second + 1)];
  const member = members[part] as Member;
  const base = { type: "workload", namespace, kind, name, pods: count([member]), members: [member] } as const;
  if (members.length === 1) return { id, ...base };
  return { id: `${id}#${part}`, ...base, distinguishedBy: distinctions(member, members) };
}

/** Labels, ports and addresses that all pods of one part have and some other part has not, in words. */
function distinctions(member: Member, members: readonly Member[]): string[] {
  const parts = members.map(({ pods }) => new Set(sharedTraits(pods)));
  return sharedTraits(member.pods).filter((trait) => parts.some((part) => !part.has(trait)));
}

function sharedTraits([first, ...others]: readonly Pod[]): string[] {
  const those = others.map((pod) => new Set(traits(pod)));
  return first ? traits(first).filter((trait) => those.every((pod) => pod.has(trait))) : [];
}

function traits(pod: Pod): string[] {
  return [
    ...[...pod.labels.values].map(([key, value]) => `${key}=${value}`),
    ...pod.ports.flatMap(({ name, protocol, port }) =>
      name === undefined ? [] : [`port ${name}=${protocol}/${port}`],
    ),
    ...(pod.network === "host" ? ["host network"] : []),
    ...pod.addresses.map((address) => `address ${address}`),
  ].sort();
}

function membersBy(classes: readonly PodClass[], keyOf: (pod: Pod) => string): Map<string, Gathered[]> {
  const groups = new Map<string, Gathered[]>();
  for (const { index, pods } of classes) {
    // Pods of one workload follow each other.
    let last: string | undefined;
    let member: Gathered | undefined;
    for (const pod of pods) {
      const key = keyOf(pod);
      if (key !== last || !member) {
        const group = groups.get(key) ?? [];
        if (group.length === 0) groups.set(key, group);
        // Of one class after the other: what is of this one came last.
        member = group.at(-1);
        if (member?.party !== index) {
          member = { party: index, pods: [] };
          group.push(member);
        }
        last = key;
      }
      member.pods.push(pod);
    }
  }
  return groups;
}

interface Gathered extends Member {
  readonly pods: Pod[];
}

function count(members: readonly Member[]): number {
  let sum = 0;
  for (const { pods } of members) for (const { replicas } of pods) sum += replicas;
  return sum;
}

/** Whether an id stands for an endpoint: its own, or that of the workload it is a part of, which edits may split anew. */
export function isPartOf(id: string, endpoint: Pick<Endpoint, "id" | "namespace" | "kind" | "name">): boolean {
  return endpoint.id === id || `${endpoint.namespace}/${endpoint.kind}/${endpoint.name}` === id;
}
