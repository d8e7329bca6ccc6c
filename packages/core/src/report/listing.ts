import type { ServiceQuestion, Unanswerable } from "../analyses/service.ts";
import { type ServiceClients, type ServiceConnection, serviceClients } from "../analyses/service-clients.ts";
import { type Uncertainty, uncertainty } from "../analyses/uncertain.ts";
import type { Endpoint } from "../engine/endpoints.ts";
import type { Connection, Reachability } from "../engine/reach.ts";
import { ConnectionSet } from "../model/connections.ts";
import type { Diagnostic } from "../model/diagnostic.ts";

/** What a listing is about; whatever is absent is not restricted. */
export interface Scope {
  readonly from?: readonly Endpoint[];
  readonly to?: readonly Endpoint[];
  readonly ports?: ConnectionSet;
}

/** The answer to "who may connect to whom", before it takes a form. */
export interface Listing {
  readonly reachability: Reachability;
  readonly scope: Scope;
  /** Every endpoint of the grouping, and those that were asked for by a narrower name. */
  readonly endpoints: readonly Endpoint[];
  /** Pairs with some port open, sorted as {@link endpoints} are; their connections are limited to the ports asked about. Made anew
   * each time they are gone through, since a large cluster has millions. */
  readonly connections: Iterable<Connection | ServiceConnection>;
  /** Which of its pairs are not certain, worked out once when asked. Nothing is said of Services: each source's `query` does. */
  readonly uncertainty: () => Uncertainty;
  readonly diagnostics: readonly Diagnostic[];
  /** Present when it was asked who may connect to a Service: all connections are to that. */
  readonly service?: ServiceClients;
}

/** Every allowed connection within a scope. An endpoint to itself and address to address are left out. Cost: one look at each pair. */
export function listConnections(
  reachability: Reachability,
  scope: Scope = {},
  diagnostics: readonly Diagnostic[] = [],
): Listing {
  const listed = new Set(reachability.endpoints);
  const extra = new Set([...(scope.from ?? []), ...(scope.to ?? [])].filter((endpoint) => !listed.has(endpoint)));
  const connections = { [Symbol.iterator]: () => connectionsWithin(reachability, scope) };
  const endpoints = [...reachability.endpoints, ...extra];
  let found: Uncertainty | undefined;
  const known = () => (found ??= uncertainty(reachability, scope));
  return { reachability, scope, endpoints, connections, uncertainty: known, diagnostics };
}

/** Who may connect to a Service, of those asked about. */
export function listServiceClients(
  reachability: Reachability,
  question: Omit<ServiceQuestion, "source">,
  from: readonly Endpoint[] = reachability.endpoints,
  diagnostics: readonly Diagnostic[] = [],
): Listing | Unanswerable {
  const service = serviceClients(reachability.program, question, from);
  if ("problem" in service) return service;
  const known = new Set(reachability.endpoints);
  const endpoints = [...reachability.endpoints, ...from.filter((source) => !known.has(source)), service.service];
  const scope = { from, to: [service.service] };
  const { connections } = service;
  return { reachability, scope, endpoints, connections, uncertainty: () => NOTHING_UNCERTAIN, diagnostics, service };
}

const NOTHING_UNCERTAIN: Uncertainty = { pairs: [], assumptions: [] };

function* connectionsWithin(reachability: Reachability, scope: Scope): Generator<Connection> {
  const limit = limiter(scope);
  for (const connection of connectionsBetween(reachability, scope)) {
    const connections = limit(connection.connections);
    if (!connections.isEmpty) yield { ...connection, connections };
  }
}

/** Endpoints of the listing come from it all at once; others are asked about pair by pair. */
function* connectionsBetween(reachability: Reachability, { from, to, ports }: Scope): Generator<Connection> {
  const { endpoints } = reachability;
  const listed = new Set(endpoints);
  if (!to && (from ?? []).every((endpoint) => listed.has(endpoint))) {
    yield* reachability.connections(ports, from);
    return;
  }
  const disjoint = (a: Endpoint, b: Endpoint) => (listed.has(a) && listed.has(b)) || !overlap(a, b);
  for (const source of from ?? endpoints) {
    for (const destination of to ?? endpoints) {
      if (source === destination || (source.type === "address" && destination.type === "address")) continue;
      if (!disjoint(source, destination)) continue;
      yield reachability.connection(source, destination, ports);
    }
  }
}

/** Cuts connections down to the ports that a scope asks about, and of them to those that listings show. Equal arguments, equal object. */
export function limiter({ ports = ConnectionSet.ALL_PORTS }: Scope): (connections: ConnectionSet) => ConnectionSet {
  const shown = ports.intersect(ConnectionSet.ALL_PORTS);
  const known = new WeakMap<ConnectionSet, ConnectionSet>();
  return (connections) => {
    let limited = known.get(connections);
    if (!limited) {
      limited = connections.intersect(shown);
      known.set(connections, limited);
    }
    return limited;
  };
}

/**
 * The endpoints of a listing that make up what a person named; the named one itself where the listing groups it with others.
 *
 * A part of an address block stands for the block: no policy tells them apart. A node's own address does not: its pods take it for more.
 */
export function endpointsWithin(reachability: Reachability, named: Endpoint): readonly Endpoint[] {
  if (named.members.some(({ node }) => node)) return [named];
  const pods = new Set(named.members.flatMap((member) => member.pods));
  const parties = new Set(named.members.map(({ party }) => party));
  const parts = reachability.endpoints.filter(({ members }) =>
    members.every((member) => parties.has(member.party) && member.pods.every((pod) => pods.has(pod))),
  );
  const covered = new Set(parts.flatMap(({ members }) => members.flatMap((member) => member.pods)));
  return parts.length > 0 && [...pods].every((pod) => covered.has(pod)) ? parts : [named];
}

/** Whether one of two endpoints is part of the other. */
function overlap(a: Endpoint, b: Endpoint): boolean {
  return a.members.some(({ party, pods }) =>
    b.members.some((other) => party === other.party && pods.some((pod) => other.pods.includes(pod))),
  );
}
