import { compile } from "../../compile/compile.ts";
import type { Endpoint } from "../../engine/endpoints.ts";
import { type Reachability, reach } from "../../engine/reach.ts";
import type { Cluster, NetworkPolicy } from "../../model/cluster.ts";
import { ConnectionSet } from "../../model/connections.ts";
import type { Direction } from "../../model/flow.ts";
import type { IpSet } from "../../model/ip.ts";
import type { Program } from "../../model/program.ts";
import { UNWRITTEN } from "../edit.ts";
import { endpointIn } from "../exposure/unseen.ts";
import { setOf } from "../side-effects.ts";

/**
 * Which policies somebody has put aside at one end of packets: none; those of the end's own namespace; those of the baseline tier; or,
 * at both ends at once, all there are.
 */
export type Aside = "none" | "own" | "baseline" | "all";

/** The verdicts of one program, for endpoints as the cluster's own program has them. */
export class Plane {
  private readonly known = new Map<Endpoint, Endpoint>();
  private readonly blocks: readonly Endpoint[];
  private readonly touched = new Map<IpSet, readonly Endpoint[]>();
  private readonly places: ReadonlyMap<Endpoint, number>;

  constructor(
    readonly reachability: Reachability,
    private readonly home: Program = reachability.program,
  ) {
    this.blocks = reachability.endpoints.filter(({ type }) => type === "address");
    this.places = new Map(reachability.endpoints.map((endpoint, place) => [endpoint, place]));
  }

  /** An endpoint of the cluster's program as this one has it. */
  endpoint(of: Endpoint): Endpoint {
    const { program } = this.reachability;
    if (program === this.home) return of;
    const found = this.known.get(of) ?? (of.type === "address" ? addressesIn(program, of) : endpointIn(program, of));
    this.known.set(of, found);
    return found;
  }

  /** Where the listing has an endpoint of this program's; nowhere for one that another program's listing has. */
  place(endpoint: Endpoint): number | undefined {
    return this.places.get(endpoint);
  }

  /** What one endpoint may open to another. */
  connection(from: Endpoint, to: Endpoint): ConnectionSet {
    return this.reachability.connection(this.endpoint(from), this.endpoint(to)).connections;
  }

  /** What an endpoint may open to some of these addresses. Cost: blocks; which of them are meant is found once for each set. */
  outward(from: Endpoint, addresses: IpSet): ConnectionSet {
    const own = this.endpoint(from);
    const meant =
      this.touched.get(addresses) ?? this.blocks.filter(({ cidrs = [] }) => !setOf(cidrs).intersect(addresses).isEmpty);
    this.touched.set(addresses, meant);
    return meant.reduce(
      (set, block) => set.union(this.reachability.connection(own, block).connections),
      ConnectionSet.NONE,
    );
  }
}

/**
 * The cluster's verdicts, and those with some policies put aside, by which at either end. A copy of the cluster is compiled for each
 * combination when it is first asked about.
 */
export class Planes {
  private readonly made = new Map<string, Plane>();

  constructor(
    readonly plain: Plane,
    /** The namespaces whose policies somebody may change. */
    private readonly namespaces: readonly string[],
  ) {}

  /** The verdicts on packets whose source has policies put aside on what it sends, and whose destination on what it takes. */
  of(source: Aside, destination: Aside): Plane {
    if (source === "none" && destination === "none") return this.plain;
    const key = `${source} ${destination}`;
    const known = this.made.get(key);
    if (known) return known;
    const { program } = this.plain.reachability;
    const changed = this.without(this.without(program.cluster, "egress", source), "ingress", destination);
    // What the policies put aside tell apart stays apart, so that each endpoint has its pods there too.
    const copy = compile(changed, program.options, [program.cluster, changed]).program;
    const plane = new Plane(reach(copy), program);
    this.made.set(key, plane);
    return plane;
  }

  private without(cluster: Cluster, direction: Direction, aside: Aside): Cluster {
    switch (aside) {
      case "none":
        return cluster;
      case "all":
        return { ...cluster, networkPolicies: [], adminPolicies: [] };
      case "baseline":
        return {
          ...cluster,
          adminPolicies: cluster.adminPolicies.map((one) =>
            one.tier === "baseline" ? { ...one, [direction]: [] } : one,
          ),
        };
      case "own":
        return { ...cluster, networkPolicies: opened(cluster, this.namespaces, direction) };
    }
  }
}

/** The policies of a cluster once those of some namespaces say nothing on a direction but that everything passes. */
function opened(
  { networkPolicies }: Cluster,
  namespaces: readonly string[],
  direction: Direction,
): readonly NetworkPolicy[] {
  const meant = new Set(namespaces);
  const kept = networkPolicies.flatMap((one): readonly NetworkPolicy[] => {
    if (!meant.has(one.namespace)) return [one];
    const policyTypes = one.policyTypes.filter((type) => type !== direction);
    return policyTypes.length === 0 ? [] : [{ ...one, policyTypes, [direction]: [] }];
  });
  return [...kept, ...namespaces.map((namespace) => lettingAll(namespace, direction))];
}

function lettingAll(namespace: string, direction: Direction): NetworkPolicy {
  return {
    namespace,
    name: `all-${direction}`,
    podSelector: { requirements: [] },
    policyTypes: [direction],
    policyTypesWritten: true,
    ingress: [],
    egress: [],
    [direction]: [{ peers: "any", ports: "any", span: UNWRITTEN }],
    span: UNWRITTEN,
  };
}

/** Addresses in the blocks of another program; those of a node stay that node's. */
function addressesIn({ parties }: Program, { members, ...endpoint }: Endpoint): Endpoint {
  const meant = setOf(endpoint.cidrs ?? []);
  const node = members[0]?.node;
  const there = parties.flatMap((party) =>
    party.kind === "addresses" && !party.addresses.intersect(meant).isEmpty
      ? [{ party: party.index, pods: [], ...(node && { node }) }]
      : [],
  );
  return { ...endpoint, members: there };
}
