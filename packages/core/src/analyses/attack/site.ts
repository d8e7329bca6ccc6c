import type { Endpoint } from "../../engine/endpoints.ts";
import type { Reachability } from "../../engine/reach.ts";
import type { Cluster, Pod } from "../../model/cluster.ts";
import { ConnectionSet } from "../../model/connections.ts";
import type { IpSet } from "../../model/ip.ts";
import type { Service } from "../../model/service.ts";
import { setOf } from "../side-effects.ts";
import { Backends } from "./backends.ts";
import type { Foothold } from "./foothold.ts";
import { GraphBuilder } from "./graph.ts";
import { Knowledge } from "./knowledge.ts";
import { type ServiceMention, serviceMentions } from "./needs.ts";
import { Nodes } from "./nodes.ts";

/** What packets do: `reach` stops where they arrive, `assume-breach` takes each workload they reach, at a cost. */
export type AttackMode = "reach" | "assume-breach";

/** What every family of edges looks at, and where it puts what it finds. */
export interface Site {
  readonly cluster: Cluster;
  readonly reachability: Reachability;
  readonly builder: GraphBuilder;
  readonly mode: AttackMode;
  readonly footholds: readonly Foothold[];
  readonly nodes: Nodes;
  readonly knowledge: Knowledge;
  readonly backends: Backends;
  /** By namespace and name: `shop/db`. */
  readonly services: ReadonlyMap<string, Service>;
  /** Names of all namespaces, sorted. */
  readonly namespaces: readonly string[];
  inNamespace(namespace: string): readonly Foothold[];
  /** Every Service that the configuration of a workload names; found once. */
  mentions(): readonly ServiceMention[];
  /** What an endpoint may open to some of these addresses. Cost: blocks; which of them are meant is found once for each set. */
  outward(from: Endpoint, addresses: IpSet): ConnectionSet;
}

export function siteOf(reachability: Reachability, mode: AttackMode): Site {
  const { cluster } = reachability.program;
  const builder = new GraphBuilder();
  const footholds = reachability.endpoints
    .filter(({ type }) => type !== "address")
    .map((endpoint): Foothold => {
      const { id, namespace = "", kind = "" } = endpoint;
      return { endpoint, id, namespace, kind, own: builder.fact("own", id), pods: distinctPods(endpoint) };
    });
  const byNamespace = groupBy(footholds, ({ namespace }) => namespace);
  const blocks = reachability.endpoints.filter(({ type }) => type === "address");
  let mentions: readonly ServiceMention[] | undefined;
  const outward = new Map<IpSet, readonly Endpoint[]>();
  return {
    cluster,
    reachability,
    builder,
    mode,
    footholds,
    nodes: new Nodes(cluster, footholds, builder),
    knowledge: new Knowledge(cluster, builder),
    backends: new Backends(cluster, footholds),
    services: new Map(cluster.services.map((service) => [`${service.namespace}/${service.name}`, service])),
    namespaces: cluster.namespaces.map(({ name }) => name),
    inNamespace: (namespace) => byNamespace.get(namespace) ?? [],
    mentions() {
      mentions ??= serviceMentions(cluster, footholds);
      return mentions;
    },
    outward(from, addresses) {
      const known = outward.get(addresses) ?? touching(blocks, addresses);
      outward.set(addresses, known);
      return known.reduce(
        (set, block) => set.union(reachability.connection(from, block).connections),
        ConnectionSet.NONE,
      );
    },
  };
}

function touching(blocks: readonly Endpoint[], addresses: IpSet): readonly Endpoint[] {
  return blocks.filter(({ cidrs = [] }) => !setOf(cidrs).intersect(addresses).isEmpty);
}

/** Replicas share their spec where they were read from one template; one of them speaks for all. */
function distinctPods({ members }: Endpoint): readonly Pod[] {
  const pods = members.flatMap((member) => member.pods);
  return [...new Map(pods.map((pod) => [pod.spec, pod])).values()];
}

/** Items by key, in their order. */
export function groupBy<T, K = string>(items: readonly T[], keyOf: (item: T) => K): ReadonlyMap<K, readonly T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}
