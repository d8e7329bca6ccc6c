import { type Encounter, encounters } from "../engine/encounter.ts";
import type { Endpoint, Member } from "../engine/endpoints.ts";
import type { Translated } from "../engine/extent.ts";
import type { Family } from "../model/flow.ts";
import { parseAddress } from "../model/ip.ts";
import type { AddressBlock, PartyIndex, Program } from "../model/program.ts";
import type { Service } from "../model/service.ts";

const FAMILIES: readonly Family[] = ["IPv4", "IPv6"];

/**
 * The ways from a pod or node of the cluster, through a Service, to an endpoint of it: as if dialled directly, but that egress may
 * look at the Service's address, and that a pod may come back to itself.
 * Source: docs/semantics.md SVC-1, SVC-3, SVC-5, SVC-7.
 */
export function waysInside(
  program: Program,
  service: Service,
  dialled: string | undefined,
  source: Endpoint,
  endpoint: Endpoint,
): readonly Encounter[] {
  const ways = source.members.flatMap((from) =>
    endpoint.members.flatMap((to) => [
      ...(isOnePod(from, to) ? [] : encounters(program, from, to)),
      ...(shareAPod(from, to) ? hairpins(program, from.party) : []),
    ]),
  );
  return served(ways, service).map((way) => {
    const blocks = blocksOf(program, service, dialled, way.family);
    return blocks.length === 0 ? way : { ...way, dialled: { kind: "service", blocks } satisfies Translated };
  });
}

/** The ways from outside, under the client's own address. Source: docs/semantics.md SVC-6. */
export function waysOfClient(
  program: Program,
  service: Pick<Service, "families">,
  source: Endpoint,
  endpoint: Endpoint,
): readonly Encounter[] {
  const ways = source.members.flatMap((from) => endpoint.members.flatMap((to) => encounters(program, from, to)));
  return served(ways, service);
}

/**
 * The same ways under the address of a node: of every other one than the endpoint's; of that one where there is no other; of one
 * that is not known where the input shows none. Pods of which the input does not say where they run are taken to be on the node
 * `presumed`, or on none of those it shows.
 */
export function waysOfNode(
  program: Program,
  clients: readonly Encounter[],
  endpoint: Endpoint,
  presumed?: string,
): readonly Encounter[] {
  const families = FAMILIES.filter((family) => clients.some((way) => way.family === family));
  return endpoint.members.flatMap((to) => families.flatMap((family) => nodesTo(program, to, family, presumed)));
}

/** Every node that a pod of the endpoint may run on, where the input does not say. */
export function nodesMissing({ cluster }: Program, { members }: Endpoint): readonly string[] {
  const isMissing = members.some(({ pods }) => pods.some(({ node }) => node === undefined));
  return isMissing ? cluster.nodes.map(({ name }) => name) : [];
}

function nodesTo(
  program: Program,
  { party: destination, pods }: Member,
  family: Family,
  presumed: string | undefined,
): readonly Encounter[] {
  const nodes = program.cluster.nodes.flatMap(({ name, addresses }) =>
    addresses.flatMap((text) => {
      const address = parseAddress(text);
      return address?.family === family ? [{ name, block: blockAt(program, address.point) }] : [];
    }),
  );
  const way = { destination, family, sourceIs: "node" } as const;
  if (nodes.length === 0) {
    const blocks = blocksOfFamily(program, family).map(({ index }) => index);
    const [source] = blocks;
    const arrivesFrom: Translated = { kind: "source", blocks };
    return source === undefined ? [] : [{ ...way, source, placement: "elsewhere", arrivesFrom }];
  }
  const isOwn = (node: string) => pods.length > 0 && pods.every((pod) => (pod.node ?? presumed) === node);
  const others = nodes.filter(({ name }) => !isOwn(name));
  const seen = new Map((others.length > 0 ? others : nodes).map((node) => [node.block, node]));
  const placement = others.length > 0 ? "elsewhere" : "own-node";
  return [...seen.keys()].map((source) => ({ ...way, source, placement }));
}

function hairpins({ parties }: Program, party: PartyIndex): readonly Encounter[] {
  const itself = parties[party];
  const families = itself?.kind === "pods" ? itself.families : [];
  return families.map((family) => ({ source: party, destination: party, family, placement: "same-pod" }));
}

function shareAPod({ pods }: Member, { pods: others }: Member): boolean {
  return pods.some((pod) => others.includes(pod));
}

function isOnePod({ pods: [a, ...more] }: Member, { pods: [b, ...others] }: Member): boolean {
  return a !== undefined && a === b && a.replicas === 1 && more.length === 0 && others.length === 0;
}

function served(ways: readonly Encounter[], { families }: Pick<Service, "families">): readonly Encounter[] {
  return families.length === 0 ? ways : ways.filter(({ family }) => families.includes(family));
}

/** Where the address lies that was dialled; anywhere in its family where the input does not show it. Headless, there is none. */
function blocksOf(
  program: Program,
  service: Service,
  dialled: string | undefined,
  family: Family,
): readonly PartyIndex[] {
  if (service.addressing === "headless") return [];
  const known = (dialled === undefined ? service.clusterIPs : [dialled]).flatMap((text) => parseAddress(text) ?? []);
  const own = known.filter((address) => address.family === family);
  if (own.length > 0) return [...new Set(own.map(({ point }) => blockAt(program, point)))];
  return blocksOfFamily(program, family).map(({ index }) => index);
}

function blocksOfFamily({ parties }: Program, family: Family): readonly AddressBlock[] {
  return parties.filter((party) => party.kind === "addresses").filter((block) => block.family === family);
}

function blockAt({ parties }: Program, point: bigint): PartyIndex {
  const blocks = parties.filter((party) => party.kind === "addresses");
  return (
    blocks.find(({ addresses }) => addresses.ranges.some(([start, end]) => start <= point && point < end))?.index ?? 0
  );
}
