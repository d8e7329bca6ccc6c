import { type Endpoint, isPartOf } from "../../engine/endpoints.ts";
import type { Span } from "../../model/source.ts";
import { isAnnotatedJewel, JEWEL_ANNOTATION } from "../attack/jewels.ts";
import { type Entry, titleOfLink } from "../exposure/entry.ts";
import { type Exposure, type ExposureReport, findExposure } from "../exposure/exposure.ts";
import type { FindingContext } from "./context.ts";
import { workloadsById } from "./subjects.ts";

/**
 * Ports of stores and consoles: whoever opens one gets at data or control. The kubelet's 10250 is none of them, since it listens on
 * nodes; pods that have it are webhooks and metrics servers.
 */
export const SENSITIVE_PORTS: ReadonlyMap<number, string> = new Map([
  [389, "LDAP"],
  [636, "LDAP"],
  [1433, "SQL Server"],
  [1521, "Oracle"],
  [2375, "the Docker API"],
  [2379, "etcd"],
  [3306, "MySQL"],
  [5432, "PostgreSQL"],
  [5672, "RabbitMQ"],
  [6379, "Redis"],
  [8200, "Vault"],
  [9042, "Cassandra"],
  [9092, "Kafka"],
  [9200, "Elasticsearch"],
  [27017, "MongoDB"],
]);

/** Why an endpoint matters more than others: it can be entered from outside, or holds what is worth taking. `undefined` for most. */
export function standingOf(context: FindingContext, endpoint: Endpoint): string | undefined {
  return entryOf(context, endpoint) ?? declaredEntryOf(context, endpoint) ?? worthOf(context, endpoint);
}

/** What is worth taking there, in words: declared by a person, or a store. */
export function worthOf(context: FindingContext, endpoint: Endpoint): string | undefined {
  return declaredJewelOf(context, endpoint) ?? jewelOf(endpoint);
}

function declaredEntryOf({ declared }: FindingContext, endpoint: Endpoint): string | undefined {
  const entry = declared.entries.find(({ workload }) => isPartOf(workload, endpoint));
  return entry && `${placeOf(entry)} declares it an entry point`;
}

function placeOf({ span }: { readonly span: Span }): string {
  return `${span.path}:${span.line}`;
}

function declaredJewelOf(context: FindingContext, endpoint: Endpoint): string | undefined {
  const jewel = context.declared.jewels.find(({ fact }) => fact.kind === "own" && isPartOf(fact.name, endpoint));
  if (jewel) return `${placeOf(jewel)} declares it worth protecting`;
  const pod = endpoint.members[0]?.pods[0];
  const isAnnotated = isAnnotatedJewel(context.once(workloadsById).get(pod?.workload ?? ""), pod);
  return isAnnotated ? `it is annotated ${JEWEL_ANNOTATION}` : undefined;
}

/** The way in from outside, in words; only what policy lets through counts. */
export function entryOf(context: FindingContext, endpoint: Endpoint): string | undefined {
  const way = wayInto(context, endpoint);
  return way === undefined ? undefined : `it can be entered from outside through ${way}`;
}

/** Whether some object leads from outside to it, or may, whatever policies say. */
export function isPublished(context: FindingContext, { id }: Endpoint): boolean {
  return context.once(exposuresById).get(id)?.published.possible === true;
}

/** The ways from outside to it that policies let through. */
export function entriesOf(context: FindingContext, { id }: Endpoint): readonly Entry[] {
  return (context.once(exposuresById).get(id)?.entries ?? []).filter(({ exposed }) => exposed.expected);
}

/** Whether policies may let something through that leads from outside to it, whatever the input leaves open. */
export function mayBeEntered(context: FindingContext, { id }: Endpoint): boolean {
  return (
    context
      .once(exposuresById)
      .get(id)
      ?.entries.some(({ permitted }) => permitted.possible) === true
  );
}

/** Whether what leads in from outside hangs on nothing the input does not show, such as whether nodes have public addresses. */
export function isSurelyEntered(context: FindingContext, { id }: Endpoint): boolean {
  return context.once(exposuresById).get(id)?.exposed.certain === true;
}

/** The outermost object on the way in: `Service shop/web`. */
export function wayInto(context: FindingContext, { id }: Endpoint): string | undefined {
  const { exposed, witness } = context.once(exposuresById).get(id) ?? {};
  const [first] = witness?.chain ?? [];
  return exposed?.expected && first ? titleOfLink(first) : undefined;
}

/** What is worth taking there, in words: a store, by the port its containers declare. */
export function jewelOf({ members }: Endpoint): string | undefined {
  const ports = members.flatMap(({ pods }) => pods.flatMap(({ ports }) => ports));
  const port = ports.find(({ port, protocol }) => protocol === "TCP" && SENSITIVE_PORTS.has(port));
  return port && `it looks like a store: it declares port ${port.port} of ${SENSITIVE_PORTS.get(port.port)}`;
}

/** Whether the input says of any workload how it is entered from outside; where it does not, none can be said to be inner. */
export function hasEntries(context: FindingContext): boolean {
  return context.once(exposureOn).exposures.some(({ entries }) => entries.length > 0);
}

/** How every workload stands towards the internet. */
export function exposureOn({ program, declared }: FindingContext): ExposureReport {
  return findExposure(program, declared);
}

function exposuresById(context: FindingContext): ReadonlyMap<string, Exposure> {
  return new Map(context.once(exposureOn).exposures.map((exposure) => [exposure.endpoint.id, exposure]));
}

/** Every way in from outside, those that policy closes too. */
export function waysIn(context: FindingContext): readonly Entry[] {
  return context.once(exposureOn).exposures.flatMap(({ entries }) => entries);
}
