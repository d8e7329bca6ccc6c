import { isNode } from "../../engine/encounter.ts";
import type { Endpoint } from "../../engine/endpoints.ts";
import { ConnectionSet } from "../../model/connections.ts";
import { mapped, type Steps } from "../../model/steps.ts";
import type { FactIndex } from "./fact.ts";
import { groupBy } from "./group-by.ts";
import type { Aside, Plane, Planes } from "./planes.ts";

/** A way into a workload: one fact for packets that reach it, and the ports that count. */
export interface Door {
  readonly fact: FactIndex;
  readonly endpoint: Endpoint;
  /** What has to be let through for packets to come to this door. */
  readonly ports: ConnectionSet;
  /** What of the policies on what comes in is put aside; absent where nothing is. */
  readonly aside?: Exclude<Aside, "none" | "all">;
}

/** Where packets come from: an endpoint; of several one, nobody knows which, so that only what all of them may send counts. */
export type Origin = readonly Endpoint[];

/** Whose packets somebody sends who holds a fact. */
export interface Sender {
  readonly origins: readonly Origin[];
  /** What of the policies on what goes out is put aside. */
  readonly aside: Aside;
}

/** The packets of each of some endpoints, as policies are. */
export function senderOf(...endpoints: readonly Endpoint[]): Sender {
  return { origins: endpoints.map((endpoint) => [endpoint]), aside: "none" };
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
  /** Whose packets a fact sends. */
  sender(fact: FactIndex): Sender | undefined;
  /** The verdicts that count between a sender and a door. */
  plane(sender: Sender, door: Door): Plane;
}

/** How many senders are asked about between two pauses. */
const STRIDE = 64;

/**
 * The table for some senders. Of the doors of one endpoint that are open to a source only the first is counted: the others cost no
 * less and lead to the same. Cost: a fan for each group of sources that policies treat alike, and a bit for each such group and each
 * door; the same again for each way of putting policies aside.
 */
export function* netTable(
  planes: Planes,
  doors: readonly Door[],
  senders: ReadonlyMap<FactIndex, Sender>,
): Steps<NetTable> {
  const kinds = [...new Set(doors.map((door): Aside => door.aside ?? "none"))];
  const boards = new Map<string, Board>();
  const boardOf = (source: Aside, destination: Aside): Board => {
    const key = `${source} ${destination}`;
    const board = boards.get(key) ?? new Board(planes.of(source, destination), doors, destination);
    boards.set(key, board);
    return board;
  };
  const rowFor = ([fact, { origins, aside }]: readonly [FactIndex, Sender]) => {
    // Who passes every policy by needs nobody to put any aside.
    const own = (aside === "all" ? NONE : kinds).map((kind) => boardOf(aside, kind));
    return [fact, union(own.flatMap((board) => origins.map((origin) => board.row(origin))))] as const;
  };
  const rows = new Map(yield* mapped("collecting attack steps", [...senders], rowFor, STRIDE));
  return {
    doors,
    row: (fact) => rows.get(fact),
    sender: (fact) => senders.get(fact),
    plane: ({ aside }, door) => planes.of(aside, door.aside ?? "none"),
  };
}

const NONE: readonly Aside[] = ["none"];

/** The doors of one kind, and who gets packets to them by the verdicts of one plane. */
class Board {
  /** Doors on no node's network, to sources that are on none: there it does not matter where anybody runs. */
  private readonly common: Ward;
  /** The other doors, to the same sources. */
  private readonly onNodes: Ward;
  private readonly own: readonly PlacedDoor[];
  private readonly words: number;
  private every: Ward | undefined;

  constructor(
    private readonly plane: Plane,
    doors: readonly Door[],
    kind: Aside,
  ) {
    this.words = Math.ceil(doors.length / 32);
    this.own = doors
      .map((door, position) => ({ ...door, endpoint: plane.endpoint(door.endpoint), position }))
      .filter((door) => (door.aside ?? "none") === kind);
    const onNodes = this.own.filter(({ endpoint }) => isOnNode(endpoint));
    const others = this.own.filter(({ endpoint }) => !isOnNode(endpoint));
    this.common = new Ward(plane, others, this.words, partiesOf);
    this.onNodes = new Ward(plane, onNodes, this.words, itself);
  }

  /** The doors open to an origin of the cluster. */
  row(of: Origin): DoorBits {
    const sources = of.map((endpoint) => this.plane.endpoint(endpoint));
    if (!sources.some(isOnNode)) return union([this.common.row(sources), this.onNodes.row(sources)]);
    this.every ??= new Ward(this.plane, this.own, this.words, itself);
    return this.every.row(sources);
  }
}

interface PlacedDoor extends Door {
  readonly position: number;
}

/** Doors of endpoints some of which are treated alike, and rows of sources, some of which are too. */
class Ward {
  private readonly houses: readonly House[];
  private readonly rows = new Map<string, DoorBits>();

  /** `likeness` is equal for endpoints, sources and others, whose every verdict is. */
  constructor(
    private readonly plane: Plane,
    doors: readonly PlacedDoor[],
    private readonly words: number,
    private readonly likeness: (endpoint: Endpoint) => string,
  ) {
    this.houses = housesOf(doors, likeness, plane);
  }

  row(sources: readonly Endpoint[]): DoorBits {
    const key = sources.map(this.likeness).join(" ");
    const known = this.rows.get(key);
    if (known) return known;
    const row = this.houses.length === 0 ? new Uint32Array(0) : this.opened(sources);
    this.rows.set(key, row);
    return row;
  }

  private opened(sources: readonly Endpoint[]): DoorBits {
    const { reachability } = this.plane;
    const row = new Uint32Array(this.words);
    const fans = sources.map((source) => ({ source, fan: reachability.fan(source, ConnectionSet.ALL_PORTS) }));
    for (const house of this.houses) {
      const connections = fans
        .map(({ source, fan }) =>
          house.place === undefined
            ? reachability.connection(source, house.endpoint, ConnectionSet.ALL_PORTS)
            : fan.bonds.bond(fan.row.at(house.place)),
        )
        .map((bond) => bond.connections)
        .reduce((some, more) => some.intersect(more));
      if (connections.isEmpty) continue;
      for (const at of positionsOpen(house, connections)) row[at >> 5] = (row[at >> 5] ?? 0) | (1 << (at & 31));
    }
    return row;
  }
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
  doors: readonly PlacedDoor[],
  likeness: (endpoint: Endpoint) => string,
  plane: Plane,
): readonly House[] {
  const houses = new Map<string, House & { readonly positions: number[][] }>();
  for (const [endpoint, own] of groupBy(doors, (door) => door.endpoint)) {
    const ports = own.map((door) => door.ports);
    const key = `${likeness(endpoint)} ${ports.join("/")}`;
    const known = houses.get(key);
    if (known)
      own.forEach(({ position }, i) => {
        known.positions[i]?.push(position);
      });
    else
      houses.set(key, {
        endpoint,
        place: plane.place(endpoint),
        ports,
        positions: own.map(({ position }) => [position]),
        open: new Map(),
      });
  }
  return [...houses.values()];
}

/** Equal for endpoints of the same parties. On which node a pod runs makes a difference to those alone who are on a node's network. */
function partiesOf({ members }: Endpoint): string {
  return members.map(({ party }) => party).join();
}

/** A node has one name and may have several addresses. */
function itself(endpoint: Endpoint): string {
  return `${endpoint.id} ${partiesOf(endpoint)}`;
}

function isOnNode({ members }: Endpoint): boolean {
  return members.some((member) => isNode(member));
}

function union(rows: readonly DoorBits[]): DoorBits {
  const distinct = [...new Set(rows)].filter(({ length }) => length > 0);
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
