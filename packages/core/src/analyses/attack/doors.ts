import { ConnectionSet } from "../../model/connections.ts";
import type { Protocol } from "../../model/flow.ts";
import { enrolment, isEnrolled } from "../mesh.ts";
import { accountName } from "./accounts.ts";
import type { FactIndex, StepCertainty } from "./fact.ts";
import type { Foothold } from "./foothold.ts";
import { type Guard, guardOf, TCP } from "./guards.ts";
import type { Door } from "./net.ts";
import type { Site } from "./site.ts";

/** The doors of every foothold, and which of them lead where. */
export interface Doors {
  readonly all: readonly Door[];
  /** The doors of a foothold, the easiest first; none where only declared ports count and there is none. */
  of(foothold: Foothold): readonly PricedDoor[];
}

export interface PricedDoor extends Door {
  /** What it takes to get in once packets arrive. */
  readonly cost: number;
  readonly certainty: StepCertainty;
  /** Packets having come past what a mesh asks of callers; the door itself where nothing is asked. */
  readonly inside: FactIndex;
  /** What a mesh asks of callers, if anything. */
  readonly guard?: Guard;
}

/**
 * Ports of services that are usually run without a login: Redis, Memcached, etcd, Docker, the kubelet's read-only port, MongoDB,
 * Elasticsearch.
 */
const WEAK: readonly number[] = [2375, 2379, 6379, 9200, 10255, 11211, 27017];

export const WEAK_PORTS = WEAK.map((port) => ConnectionSet.ports("TCP", port, port)).reduce((all, one) =>
  all.union(one),
);

/**
 * Each foothold has up to three doors: ports that usually ask for no login, other declared ports, and ports nobody declared.
 *
 * Declaring ports is informational in Kubernetes, so an undeclared one is not closed; that something listens there is assumed.
 * Getting in through a door is one rule, `NET`, for packets that came to it however they came.
 */
export function doorsOf(site: Site, ports: "declared" | "any"): Doors {
  const declared = portsListenedOn(site);
  const byFoothold = new Map<Foothold, readonly PricedDoor[]>();
  for (const foothold of site.footholds) {
    const known = declared.get(foothold) ?? ConnectionSet.NONE;
    const kinds = [
      { name: "weak", ports: known.intersect(WEAK_PORTS), cost: 2, certainty: "proved" },
      { name: "declared", ports: known.subtract(WEAK_PORTS), cost: 3, certainty: "proved" },
      {
        name: "undeclared",
        ports: ports === "any" ? ConnectionSet.ALL_PORTS.subtract(known) : ConnectionSet.NONE,
        cost: 3,
        certainty: "assumed",
      },
    ] as const;
    const doors = kinds
      .filter((kind) => !kind.ports.isEmpty)
      .map(({ name, ...kind }): PricedDoor => {
        const fact = site.builder.fact("hub", `${name} door of ${foothold.id}`);
        // What a workload does not declare is looked for on TCP, which a mesh sees.
        const seen = name === "undeclared" ? kind.ports.intersect(TCP) : kind.ports;
        const guard = site.mode === "reach" ? undefined : guardOf(site.cluster, foothold, seen);
        const inside = guard ? site.builder.fact("hub", `${name} door of ${foothold.id}, past its proxy`) : fact;
        return { ...kind, fact, inside, endpoint: foothold.endpoint, ...(guard && { guard }) };
      });
    byFoothold.set(foothold, doors);
    for (const door of doors) enter(site, foothold, door);
  }
  const guards = [...byFoothold.values()].flat().flatMap(({ guard }) => guard ?? []);
  for (const guard of new Map(guards.map((one) => [one.words, one])).values()) identityEdges(site, guard);
  return { all: [...byFoothold.values()].flat(), of: (foothold) => byFoothold.get(foothold) ?? [] };
}

/** Who has an identity that a guard lets in: the pods of the account, and whoever acts as it. */
function identityEdges({ builder, footholds, cluster }: Site, guard: Guard): void {
  const { admits, evidence } = guard;
  const base = { edge: "NET", gives: identityFor(builder, guard), cost: 0, because: "", evidence } as const;
  const accounts = [
    ...cluster.identities.serviceAccounts,
    ...footholds.flatMap(({ namespace, pods }) =>
      pods.map(({ spec }) => ({ namespace, name: spec.serviceAccountName })),
    ),
  ];
  for (const account of accounts.filter(admits))
    builder.add({ ...base, certainty: "proved", needs: [builder.fact("act", accountName(account))] });
  for (const { own, namespace, pods } of footholds) {
    const meant = pods.filter(({ spec }) => admits({ namespace, name: spec.serviceAccountName }));
    if (meant.length === 0) continue;
    if (meant.some((pod) => isEnrolled(enrolment({ cluster }, pod))))
      builder.add({ ...base, certainty: "proved", needs: [own] });
    else
      builder.add({
        ...base,
        certainty: "assumed",
        needs: [own],
        assumption: "a pod outside the mesh can get a certificate for its account from the mesh's authority",
      });
  }
}

function identityFor(builder: Site["builder"], { words }: Guard): FactIndex {
  return builder.fact("hub", `an identity that ${words} lets in`);
}

/** What it costs to get in without the identity a mesh asks for: yet another unknown. */
const WITHOUT_IDENTITY = 4;

function enter({ builder, mode }: Site, { id, own }: Foothold, door: PricedDoor): void {
  const { fact, inside, cost, certainty, guard } = door;
  if (mode === "reach") {
    const gives = builder.fact("reach", `reach:${id}`);
    builder.add({ edge: "NET", needs: [fact], gives, cost: 0, certainty, because: "", evidence: [] });
    return;
  }
  const flaw = cost === 2 ? `${id} asks for no login` : `a flaw or weak login in ${id}`;
  const assumption = certainty === "proved" ? flaw : `${flaw}, on a port it does not declare`;
  const base = { edge: "NET", gives: own, certainty, because: "", evidence: [] } as const;
  builder.add({ ...base, needs: [inside], cost, assumption });
  if (!guard) return;
  const { words, evidence } = guard;
  const entering = { ...base, needs: [fact, identityFor(builder, guard)], gives: inside, cost: 0, evidence };
  builder.add({ ...entering, certainty: "proved", because: `${words} lets in the identity it has` });
  builder.add({
    ...base,
    needs: [fact],
    cost: WITHOUT_IDENTITY,
    because: `${words} asks for an identity it does not have`,
    assumption: `${assumption}, and a way past the proxy of the mesh`,
    evidence,
  });
}

/** Ports that containers declare, and those that Services send traffic to. */
export function portsListenedOn(site: Site): ReadonlyMap<Foothold, ConnectionSet> {
  const { footholds, cluster } = site;
  const declared = new Map<Foothold, ConnectionSet>();
  const add = (foothold: Foothold, protocol: Protocol, port: number) =>
    declared.set(
      foothold,
      (declared.get(foothold) ?? ConnectionSet.NONE).union(ConnectionSet.ports(protocol, port, port)),
    );
  for (const foothold of footholds) {
    for (const { ports } of foothold.pods)
      for (const { port, protocol, container } of ports) if (container !== "init") add(foothold, protocol, port);
  }
  for (const service of cluster.services) {
    for (const { foothold, protocol, port } of site.backends.of(service)) add(foothold, protocol, port);
  }
  return declared;
}

/** The fact of packets having come to the easiest door, if there is a door at all. */
export function easiest(doors: Doors, foothold: Foothold): readonly FactIndex[] {
  return doors
    .of(foothold)
    .slice(0, 1)
    .map(({ fact }) => fact);
}
