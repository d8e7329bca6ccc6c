import type { Endpoint } from "../engine/endpoints.ts";
import type { Connection } from "../engine/reach.ts";
import type { ConnectionSet } from "../model/connections.ts";
import { type Listing, limiter } from "./listing.ts";
import { addressWords, excepting, namesOf } from "./names.ts";

/** Which end of a connection rows are about; the other end is what they list. */
export type Anchor = "from" | "to";

/**
 * Endpoints that connect in exactly the same way, in words. What outside addresses all have in common is a row of its own, and others
 * say what some of them have besides.
 */
export interface Row {
  readonly anchors: readonly string[];
  readonly lines: readonly Line[];
}

/** Everything that shares one set of ports. */
export interface Line {
  readonly ports: string;
  readonly others: readonly string[];
}

/** A listing gone through once: a large cluster's pairs are too many to be made twice. */
export interface Gathered {
  /** For each anchor the other ends, by the ports in words. */
  readonly columns: ReadonlyMap<Endpoint, ReadonlyMap<string, readonly Endpoint[]>>;
  /** How many of the pairs are of two endpoints inside the cluster. */
  readonly inside: number;
}

export function gather(listing: Listing, anchor: Anchor): Gathered {
  const other = anchor === "to" ? "from" : "to";
  const portsOf = spelling();
  const columns = new Map<Endpoint, Map<string, Endpoint[]>>();
  const add = (connection: Connection) => {
    const column = entry(columns, connection[anchor], () => new Map<string, Endpoint[]>());
    entry(column, portsOf(connection.connections), () => [] as Endpoint[]).push(connection[other]);
  };
  let inside = 0;
  for (const connection of listing.connections) {
    add(connection);
    if (connection.from.type !== "address" && connection.to.type !== "address") inside++;
  }
  for (const connection of withThemselves(listing)) add(connection);
  return { columns, inside };
}

/**
 * A listing as few rows: endpoints with equal connections share one, and the other ends are named by their namespace or all
 * together wherever that is exact.
 *
 * What an endpoint may open to another of its own kind counts when rows are compared, so that equal replicas of a pattern fold.
 */
export function fold(listing: Listing, anchor: Anchor, gathered = gather(listing, anchor)): readonly Row[] {
  const describe = describer(listing.endpoints);
  const position = new Map(listing.endpoints.map((endpoint, i) => [endpoint, i]));
  const all = listing.endpoints.flatMap((endpoint): Group[] => {
    const column = gathered.columns.get(endpoint);
    return column ? [{ anchors: [endpoint], column: inOrder(column, position) }] : [];
  });
  const isWhole = listing.scope[anchor] === undefined;
  return equalColumns(isWhole ? sharedOnce(all, listing.endpoints) : all, position).flatMap(({ anchors, column }) => {
    const alone = anchors.length === 1 ? anchors[0] : undefined;
    const lines = [...column]
      .map(([ports, others]) => ({ ports, others: others.filter((one) => one !== alone) }))
      .filter(({ others }) => others.length > 0)
      .map(({ ports, others }) => ({ ports, others: describe(others, alone) }));
    return lines.length > 0 ? [{ anchors: describe(anchors), lines }] : [];
  });
}

/** Endpoints in words, as few as are exact; `ignored` may count as in or out. */
export function describer(endpoints: readonly Endpoint[]): (some: readonly Endpoint[], ignored?: Endpoint) => string[] {
  const nameOf = namesOf(endpoints);
  const outside = endpoints.filter(({ type }) => type === "address");
  const inside = endpoints.filter(({ type }) => type !== "address");
  const noun = inside[0]?.type ?? "workload";
  return (some, ignored) => {
    const chosen = new Set(some.filter(({ type }) => type !== "address"));
    const candidates = inside.filter((endpoint) => endpoint !== ignored || chosen.has(endpoint));
    const addresses = some.filter(({ type }) => type === "address");
    return [
      ...insideWords(chosen, candidates, noun, nameOf),
      ...(addresses.length > 0 ? [...addressWords(addresses, outside)] : []),
    ];
  };
}

/** All, all but a few, or namespace by namespace. */
function insideWords(
  chosen: ReadonlySet<Endpoint>,
  candidates: readonly Endpoint[],
  noun: string,
  nameOf: (endpoint: Endpoint) => string,
): string[] {
  if (chosen.size === 0) return [];
  const missing = candidates.filter((endpoint) => !chosen.has(endpoint));
  if (missing.length === 0 && chosen.size > 1) return [`every ${noun}`];
  const direct = byNamespace(chosen, candidates, nameOf, "exceptions");
  if (missing.length === 0 || missing.length >= chosen.size) return direct;
  const except = byNamespace(new Set(missing), candidates, nameOf, "no exceptions");
  return except.length * 2 < direct.length ? [...excepting(`every ${noun}`, except)] : direct;
}

function byNamespace(
  chosen: ReadonlySet<Endpoint>,
  candidates: readonly Endpoint[],
  nameOf: (endpoint: Endpoint) => string,
  style: "exceptions" | "no exceptions",
): string[] {
  const namespaces = new Map<string, Endpoint[]>();
  for (const endpoint of candidates) entry(namespaces, endpoint.namespace ?? "", () => [] as Endpoint[]).push(endpoint);
  return [...namespaces].flatMap(([namespace, members]) => {
    const inside = members.filter((endpoint) => chosen.has(endpoint));
    const missing = members.filter((endpoint) => !chosen.has(endpoint));
    if (inside.length > 1 && missing.length === 0) return [`${namespace}/*`];
    if (style === "exceptions" && inside.length > 3 && missing.length * 3 <= inside.length)
      return excepting(`${namespace}/*`, missing.map(nameOf));
    return inside.map(nameOf);
  });
}

/** Endpoints with the same other ends by the same ports. */
interface Group {
  readonly anchors: readonly Endpoint[];
  readonly column: Column;
}

type Column = ReadonlyMap<string, readonly Endpoint[]>;
type Positions = ReadonlyMap<Endpoint, number>;

function inOrder(column: Column, position: Positions): Column {
  const byPosition = (a: Endpoint, b: Endpoint) => (position.get(a) ?? 0) - (position.get(b) ?? 0);
  return new Map(
    [...column].sort(([a], [b]) => (a < b ? -1 : 1)).map(([ports, others]) => [ports, [...others].sort(byPosition)]),
  );
}

/** Groups with equal columns made one, in the order of their first. */
function equalColumns(groups: readonly Group[], position: Positions): readonly Group[] {
  const known = new Map<string, { readonly anchors: Endpoint[]; readonly column: Column }>();
  for (const { anchors, column } of groups) {
    const key = [...column]
      .map(([ports, others]) => `${ports}=${others.map((one) => position.get(one)).join()}`)
      .join("|");
    const group = known.get(key);
    if (group) group.anchors.push(...anchors);
    else known.set(key, { anchors: [...anchors], column });
  }
  return [...known.values()];
}

/**
 * What every block of outside addresses has is taken out of each and said of all. Otherwise a few addresses that one workload is
 * let out to would be told to those who may go anywhere, and all the others as an exception to them.
 */
function sharedOnce(groups: readonly Group[], endpoints: readonly Endpoint[]): readonly Group[] {
  const outside = endpoints.filter(({ type }) => type === "address");
  const isOutside = ({ anchors }: Group) => anchors[0]?.type === "address";
  const blocks = groups.filter(isOutside);
  const [first] = blocks;
  if (!first || blocks.length < outside.length) return groups;
  const blocksOf = new Map<string, Map<Endpoint, number>>();
  for (const { column } of blocks) {
    for (const [ports, others] of column) {
      const counts = entry(blocksOf, ports, () => new Map<Endpoint, number>());
      for (const other of others) counts.set(other, (counts.get(other) ?? 0) + 1);
    }
  }
  const isShared = (ports: string, other: Endpoint) => blocksOf.get(ports)?.get(other) === blocks.length;
  const shared = only(first.column, isShared);
  const besides = blocks.map(({ anchors, column }) => ({
    anchors,
    column: only(column, (ports, other) => !isShared(ports, other)),
  }));
  return [...groups.filter((group) => !isOutside(group)), { anchors: outside, column: shared }, ...besides].filter(
    ({ column }) => column.size > 0,
  );
}

function only(column: Column, wanted: (ports: string, other: Endpoint) => boolean): Column {
  const left = [...column].map(([ports, others]) => [ports, others.filter((other) => wanted(ports, other))] as const);
  return new Map(left.filter(([, others]) => others.length > 0));
}

/** The diagonal: what an endpoint in both halves of the scope may open to another like it. */
function withThemselves({ reachability, scope, endpoints }: Listing): readonly Connection[] {
  const limit = limiter(scope);
  const isIn = (side: Anchor, endpoint: Endpoint) => scope[side] === undefined || scope[side].includes(endpoint);
  return endpoints
    .filter((endpoint) => endpoint.type !== "address" && isIn("from", endpoint) && isIn("to", endpoint))
    .map((endpoint) => reachability.connection(endpoint, endpoint))
    .map((connection) => ({ ...connection, connections: limit(connection.connections) }))
    .filter(({ connections }) => !connections.isEmpty);
}

/** Connection sets in words, each object spelled once. */
function spelling(): (connections: ConnectionSet) => string {
  const known = new WeakMap<ConnectionSet, string>();
  return (connections) => {
    const text = known.get(connections) ?? connections.toString();
    known.set(connections, text);
    return text;
  };
}

function entry<K, V>(map: Map<K, V>, key: K, create: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const created = create();
  map.set(key, created);
  return created;
}
