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
  /** Pairs with some port open, sorted as {@link endpoints} are; their connections are limited to the ports asked about. */
  readonly connections: readonly Connection[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Every allowed connection within a scope. An endpoint to itself and address to address are left out. Cost: one look at each pair. */
export function listConnections(
  reachability: Reachability,
  scope: Scope = {},
  diagnostics: readonly Diagnostic[] = [],
): Listing {
  const sources = scope.from ?? reachability.endpoints;
  const destinations = scope.to ?? reachability.endpoints;
  const connections: Connection[] = [];
  for (const from of sources) {
    for (const to of destinations) {
      if (overlap(from, to) || (from.type === "address" && to.type === "address")) continue;
      const connection = within(reachability.connection(from, to), scope);
      if (!connection.connections.isEmpty) connections.push(connection);
    }
  }
  const known = new Set(reachability.endpoints);
  const extra = new Set([...sources, ...destinations].filter((endpoint) => !known.has(endpoint)));
  return { reachability, scope, endpoints: [...reachability.endpoints, ...extra], connections, diagnostics };
}

/** A connection with the ports that a scope asks about, and of them only those that listings show. */
export function within(connection: Connection, { ports = ConnectionSet.ALL_PORTS }: Scope): Connection {
  return { ...connection, connections: connection.connections.intersect(ports.intersect(ConnectionSet.ALL_PORTS)) };
}

/**
 * The endpoints of a listing that make up what a person named; the named one itself where the listing groups it with others.
 *
 * A part of an address block stands for the block: no policy tells them apart.
 */
export function endpointsWithin(reachability: Reachability, named: Endpoint): readonly Endpoint[] {
  const pods = new Set(named.members.flatMap((member) => member.pods));
  const parties = new Set(named.members.map(({ party }) => party));
  const parts = reachability.endpoints.filter(({ members }) =>
    members.every((member) => parties.has(member.party) && member.pods.every((pod) => pods.has(pod))),
  );
  const covered = new Set(parts.flatMap(({ members }) => members.flatMap((member) => member.pods)));
  return parts.length > 0 && [...pods].every((pod) => covered.has(pod)) ? parts : [named];
}

/** Whether two endpoints are one, or one is part of the other. */
function overlap(a: Endpoint, b: Endpoint): boolean {
  if (a === b) return true;
  return a.members.some(({ party, pods }) =>
    b.members.some((other) => party === other.party && pods.some((pod) => other.pods.includes(pod))),
  );
}
