import type { Endpoint } from "../../engine/endpoints.ts";
import type { Reachability } from "../../engine/reach.ts";
import type { Cluster, Pod } from "../../model/cluster.ts";
import type { Service } from "../../model/service.ts";
import { Backends } from "./backends.ts";
import type { Foothold } from "./foothold.ts";
import { GraphBuilder } from "./graph.ts";
import { groupBy } from "./group-by.ts";
import { Knowledge } from "./knowledge.ts";
import { type ServiceMention, serviceMentions } from "./needs.ts";
import { Nodes } from "./nodes.ts";
import { Plane } from "./planes.ts";

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
  /** The verdicts as they are. */
  readonly plane: Plane;
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
  let mentions: readonly ServiceMention[] | undefined;
  return {
    cluster,
    reachability,
    plane: new Plane(reachability),
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
  };
}

/** Replicas share their spec where they were read from one template; one of them speaks for all. */
function distinctPods({ members }: Endpoint): readonly Pod[] {
  const pods = members.flatMap((member) => member.pods);
  return [...new Map(pods.map((pod) => [pod.spec, pod])).values()];
}
