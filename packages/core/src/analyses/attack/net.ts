import type { Endpoint } from "../../engine/endpoints.ts";
import type { Reachability } from "../../engine/reach.ts";
import { ConnectionSet } from "../../model/connections.ts";
import type { FactIndex } from "./fact.ts";

/** A way into a workload: one fact for packets that reach it, and the ports that count. */
export interface Door {
  readonly fact: FactIndex;
  readonly endpoint: Endpoint;
  /** What has to be let through for packets to come to this door. */
  readonly ports: ConnectionSet;
}

/** Bits by position in {@link NetTable.doors}, 32 to a word. */
export type DoorBits = Uint32Array;

/**
 * Who gets packets to which door, by the engine's verdicts.
 *
 * One row for each kind of source. Workloads that policies treat alike share a row, so that a cluster without policies has one.
 */
export interface NetTable {
  readonly doors: readonly Door[];
  /** The doors open to whoever holds a fact; `undefined` for facts that send no packets. */
  row(fact: FactIndex): DoorBits | undefined;
  /** The endpoints whose packets a fact sends: one, or several where pods of any of them can be made. */
  senders(fact: FactIndex): readonly Endpoint[];
}

/**
 * The table for some senders. Of the doors of one endpoint that are open to a source only the first is counted: the others cost no
 * less and lead to the same. Cost: a fan for each group of sources that policies treat alike, and a bit for each such group and each
 * door.
 */
export function netTable(
  reachability: Reachability,
  doors: readonly Door[],
  senders: ReadonlyMap<FactIndex, readonly Endpoint[]>,
): NetTable {
  const likeness = likenessIn(reachability);
  const groups = new Map<string, DoorBits>();
  const places = new Map(reachability.endpoints.map((endpoint, place) => [endpoint, place]));
  const houses = housesOf(doors, likeness, places);
  const rowOf = (source: Endpoint) => {
    const key = likeness(source);
    const known = groups.get(key);
    if (known) return known;
    const row = new Uint32Array(Math.ceil(doors.length / 32));
    const { row: bondOf, bonds } = reachability.fan(source, ConnectionSet.ALL_PORTS);
    for (const house of houses) {
      const { connections } =
        house.place === undefined
          ? reachability.connection(source, house.endpoint, ConnectionSet.ALL_PORTS)
          : bonds.bond(bondOf.at(house.place));
      if (connections.isEmpty) continue;
      for (const at of positionsOpen(house, connections)) row[at >> 5] = (row[at >> 5] ?? 0) | (1 << (at & 31));
    }
    groups.set(key, row);
    return row;
  };
  const rows = new Map<FactIndex, DoorBits>();
  for (const [fact, endpoints] of senders) rows.set(fact, union(endpoints.map(rowOf)));
  return { doors, row: (fact) => rows.get(fact), senders: (fact) => senders.get(fact) ?? [] };
}

/** Endpoints that every source treats alike, with the ports of their doors and the positions of each. */
interface House {
  readonly endpoint: Endpoint;
  /** Where the listing has it. */
  readonly place: number | undefined;
  readonly ports: readonly ConnectionSet[];
  readonly positions: readonly (readonly number[])[];
  /** The positions of the first door that is open to some connections, for those asked about so far. */
  readonly open: Map<ConnectionSet, readonly number[]>;
}

function positionsOpen({ open, ports, positions }: House, connections: ConnectionSet): readonly number[] {
  const known = open.get(connections);
  if (known) return known;
  const found = positions[ports.findIndex((one) => !one.intersect(connections).isEmpty)] ?? [];
  open.set(connections, found);
  return found;
}

function housesOf(
  doors: readonly Door[],
  likeness: (endpoint: Endpoint) => string,
  places: ReadonlyMap<Endpoint, number>,
): readonly House[] {
  const byEndpoint = new Map<Endpoint, number[]>();
  doors.forEach(({ endpoint }, position) => {
    const known = byEndpoint.get(endpoint);
    if (known) known.push(position);
    else byEndpoint.set(endpoint, [position]);
  });
  const houses = new Map<string, House & { readonly positions: number[][] }>();
  for (const [endpoint, own] of byEndpoint) {
    const ports = own.map((position) => doors[position]?.ports ?? ConnectionSet.NONE);
    const key = `${likeness(endpoint)} ${ports.join("/")}`;
    const known = houses.get(key);
    if (known)
      own.forEach((position, i) => {
        known.positions[i]?.push(position);
      });
    else
      houses.set(key, {
        endpoint,
        place: places.get(endpoint),
        ports,
        positions: own.map((position) => [position]),
        open: new Map(),
      });
  }
  return [...houses.values()];
}

/**
 * Equal for endpoints whose every verdict is equal: those of the same parties. On which node a pod runs makes a difference only where
 * some pod is on the host network; then nobody is taken to be like another.
 */
function likenessIn({ endpoints }: Reachability): (endpoint: Endpoint) => string {
  const isHost = ({ members }: Endpoint) => members.some(({ pods }) => pods[0]?.network === "host");
  if (endpoints.some(isHost)) return ({ id }) => id;
  return ({ members }) => members.map(({ party }) => party).join();
}

function union(rows: readonly DoorBits[]): DoorBits {
  const distinct = [...new Set(rows)];
  const [first = new Uint32Array(0), ...rest] = distinct;
  if (rest.length === 0) return first;
  const all = Uint32Array.from(first);
  for (const row of rest) for (let i = 0; i < all.length; i++) all[i] = (all[i] ?? 0) | (row[i] ?? 0);
  return all;
}

/** Positions of the bits set, ascending. */
export function* bitsOf(row: DoorBits): Generator<number> {
  for (let i = 0; i < row.length; i++) {
    let word = row[i] ?? 0;
    while (word !== 0) {
      const lowest = word & -word;
      yield (i << 5) + 31 - Math.clz32(lowest);
      word ^= lowest;
    }
  }
}
