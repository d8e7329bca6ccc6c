import type { Endpoint } from "../../engine/endpoints.ts";
import type { NetworkPolicy } from "../../model/cluster.ts";
import { ConnectionSet, formatConnections } from "../../model/connections.ts";
import { UNWRITTEN } from "../edit.ts";
import { tellingSelector } from "../flip/labels.ts";
import { entriesFor } from "../flip/ports.ts";
import { freeName } from "../flip/rules.ts";
import { DIRECTIONS, type FindingContext } from "./context.ts";
import type { FindingRule } from "./rule.ts";
import { servicesOf } from "./services.ts";
import { spanOf } from "./subjects.ts";
import { shortId } from "./words.ts";

export const selfPeerBlocked: FindingRule = {
  id: "NPG404",
  name: "self-peer-blocked",
  severity: "medium",
  title: "The replicas of a clustered workload may not talk to each other",
  description:
    "Databases, brokers and the like keep their replicas in step over the network. A pod always reaches itself, but not the other pods of its own workload: those need a rule like anybody else.",
  mappings: ["availability"],
  *find(context) {
    for (const subject of context.examined) {
      const cluster = clusterPorts(context, subject);
      if (subject.pods < 2 || !cluster || cluster.ports.isEmpty) continue;
      const { ports, basis } = cluster;
      if (!context.allowed(subject, subject).intersect(ports).isEmpty) continue;
      yield {
        about: subject.id,
        endpoints: [subject],
        namespace: subject.namespace ?? "",
        span: spanOf(context, subject),
        fact: `The ${subject.pods} replicas of ${shortId(subject)} may not reach each other on ${formatConnections(ports)}.`,
        consequence:
          basis === "ports"
            ? "That is where they keep in step with each other."
            : "If it runs as a cluster, it will not form.",
        advice: "Allow its pods as peers of their own.",
        ...(basis === "service" && { certainty: "assumed" as const }),
        fixes: () => [
          {
            title: `Add a policy that lets the pods of ${shortId(subject)} reach each other`,
            edits: [{ kind: "add-policy", policy: amongThemselves(context, subject, ports) }],
          },
        ],
      };
    }
  },
};

/**
 * The ports on which replicas keep in step: those that are known for it by number or name; else, of replicas with names of their own,
 * as those that form a cluster have, whatever they declare. Replicas of anything else need not know each other.
 */
function clusterPorts(
  context: FindingContext,
  subject: Endpoint,
): { readonly ports: ConnectionSet; readonly basis: "ports" | "service" } | undefined {
  const declared = subject.members.flatMap(({ pods }) => pods.flatMap(({ ports }) => ports));
  const isNamed = subject.kind === "StatefulSet" || isHeadless(context, subject);
  const known = declared.filter(
    ({ name = "", port }) => CLUSTER_NAME.test(name) || (isNamed && CLUSTER_PORTS.has(port)),
  );
  const ports = ConnectionSet.union(known.map(({ protocol, port }) => ConnectionSet.ports(protocol, port, port)));
  if (!ports.isEmpty) return { ports, basis: "ports" };
  return subject.kind === "StatefulSet" && isHeadless(context, subject)
    ? { ports: context.declaredPorts(subject), basis: "service" }
    : undefined;
}

/**
 * etcd, ZooKeeper, Cassandra, Elasticsearch, epmd and RabbitMQ, Consul, NATS, Galera, Hazelcast, JGroups, memberlist, Redis Cluster:
 * what each talks to its own kind on. Other software has some of these numbers too, so that they count for replicas with names only.
 */
const CLUSTER_PORTS: ReadonlySet<number> = new Set([
  2380, 2888, 3888, 4369, 4567, 4568, 5701, 6222, 7000, 7001, 7800, 7946, 8300, 8301, 9300, 16379, 25672,
]);

const CLUSTER_NAME =
  /^(peers?|gossip|raft|cluster(ing)?|epmd|serf|memberlist|intra-?node|inter-?node)(-|$)|-(peer|gossip|raft|serf|memberlist|election)$/;

function isHeadless(context: FindingContext, subject: Endpoint): boolean {
  return servicesOf(context, subject).some(({ addressing }) => addressing === "headless");
}

function amongThemselves(context: FindingContext, subject: Endpoint, open: ConnectionSet): NetworkPolicy {
  const { namespace = "", name = "" } = subject;
  const podSelector = tellingSelector(context.cluster, subject);
  const rule = {
    peers: [{ kind: "pods" as const, podSelector, span: UNWRITTEN }],
    ports: entriesFor(open, UNWRITTEN),
    span: UNWRITTEN,
  };
  const policyTypes = DIRECTIONS.filter((direction) => context.isolatedBy(subject, direction).length > 0);
  return {
    namespace,
    name: freeName(context.cluster, namespace, `${name} among themselves`),
    podSelector,
    policyTypes,
    policyTypesWritten: true,
    ingress: policyTypes.includes("ingress") ? [rule] : [],
    egress: policyTypes.includes("egress") ? [rule] : [],
    span: UNWRITTEN,
  };
}
