import { ConnectionSet } from "../model/connections.ts";
import type { Direction, Family } from "../model/flow.ts";
import type { Layer, PartyIndex, Program } from "../model/program.ts";
import { type Encounter, encounters, sideOf } from "./encounter.ts";
import { type Endpoint, endpointsOf, type Grouping } from "./endpoints.ts";
import type { Placement } from "./extent.ts";
import { judge } from "./judge.ts";
import { type Profile, profiles } from "./profile.ts";

const FAMILIES: readonly Family[] = ["IPv4", "IPv6"];
const PLACEMENTS: readonly Placement[] = ["elsewhere", "own-node", "unknown"];

/** What opened one side of a connection: no policy was in the way, a rule let it through, or both, for parts of it. */
export type Opening = "default" | "policy" | "mixed";

/** Everything one endpoint may open to another. */
export interface Connection {
  readonly from: Endpoint;
  readonly to: Endpoint;
  readonly connections: ConnectionSet;
  readonly egress: Opening;
  readonly ingress: Opening;
}

/** Whether policy restricts an endpoint: `partly` when it restricts only some of the pods grouped under it. */
export type Isolated = "yes" | "no" | "partly";

/**
 * The connections that get through for every ordered pair of endpoints, worked out when asked for and then kept.
 *
 * A pair of groups may open whatever some pair of their members may. Judging is done once for each distinct profile and peer, so
 * pods that policies treat alike cost nothing more.
 */
export class Reachability {
  readonly endpoints: readonly Endpoint[];
  private readonly byId: ReadonlyMap<string, Endpoint>;
  private readonly sides: { readonly [D in Direction]: SideTable };

  constructor(
    readonly program: Program,
    readonly by: Grouping,
  ) {
    this.endpoints = endpointsOf(program, by);
    this.byId = new Map(this.endpoints.map((endpoint) => [endpoint.id, endpoint]));
    this.sides = { egress: new SideTable(program, "egress"), ingress: new SideTable(program, "ingress") };
  }

  /** The endpoint with this id, if the listing has one. */
  endpoint(id: string): Endpoint | undefined {
    return this.byId.get(id);
  }

  /** What `from` may open to `to`. An id that is not in {@link endpoints} is the caller's bug and throws. */
  between(from: string, to: string): ConnectionSet {
    return this.connection(this.known(from), this.known(to)).connections;
  }

  /** The same with what opened each side. */
  connection(from: Endpoint, to: Endpoint): Connection {
    let allowed = ConnectionSet.NONE;
    const openings = { egress: new Set<Opening>(), ingress: new Set<Opening>() };
    for (const source of from.members) {
      for (const destination of to.members) {
        for (const encounter of encounters(this.program, source, destination)) {
          const egress = this.sides.egress.look(encounter);
          const ingress = this.sides.ingress.look(encounter);
          const both = egress.allowed.intersect(ingress.allowed);
          if (both.isEmpty) continue;
          allowed = allowed.union(both);
          openings.egress.add(egress.openingOf(both));
          openings.ingress.add(ingress.openingOf(both));
        }
      }
    }
    return { from, to, connections: allowed, egress: combine(openings.egress), ingress: combine(openings.ingress) };
  }

  /** Every pair with something allowed, in the order of {@link endpoints}; an endpoint to itself and address to address are left out. */
  *connections(): Generator<Connection> {
    for (const from of this.endpoints) {
      for (const to of this.endpoints) {
        if (from === to || (from.type === "address" && to.type === "address")) continue;
        const connection = this.connection(from, to);
        if (!connection.connections.isEmpty) yield connection;
      }
    }
  }

  /** Whether policy isolates an endpoint in a direction: only what some rule allows passes there. */
  isolated(endpoint: Endpoint, direction: Direction): Isolated {
    const each = endpoint.members.map(({ party }) => this.sides[direction].isolates(party));
    if (each.every((isolated) => isolated)) return "yes";
    return each.some((isolated) => isolated) ? "partly" : "no";
  }

  private known(id: string): Endpoint {
    const endpoint = this.byId.get(id);
    if (!endpoint) throw new Error(`no endpoint \`${id}\` in this listing`);
    return endpoint;
  }
}

/** The reachability of a program, grouped as asked. Cost: profiles now, pairs when they are looked at. */
export function reach(program: Program, { by = "workload" }: { readonly by?: Grouping } = {}): Reachability {
  return new Reachability(program, by);
}

/** One direction's judgements, kept by what they depend on: the subject's profile and ports, the peer, family and placement. */
class SideTable {
  private readonly layers: readonly { readonly layer: Layer; readonly profiles: readonly Profile[] }[];
  private readonly kinds: readonly number[];
  /** A row for each kind of subject, family and placement; in it an entry for each peer looked at. */
  private readonly rows: SideEntry[][] = [];

  constructor(
    private readonly program: Program,
    private readonly direction: Direction,
  ) {
    this.layers = program.layers.map((layer) => ({ layer, profiles: profiles(program, layer, direction) }));
    this.kinds = numberKinds(program, direction, this.layers);
  }

  look(encounter: Encounter): SideEntry {
    const { source, destination, family, placement } = encounter;
    const [subject, peer] = this.direction === "egress" ? [source, destination] : [destination, source];
    const circumstance = FAMILIES.indexOf(family) * PLACEMENTS.length + PLACEMENTS.indexOf(placement);
    const at = (this.kinds[subject] as number) * FAMILIES.length * PLACEMENTS.length + circumstance;
    let row = this.rows[at];
    if (!row) {
      row = [];
      this.rows[at] = row;
    }
    let entry = row[peer];
    if (!entry) {
      entry = this.judge(encounter);
      row[peer] = entry;
    }
    return entry;
  }

  isolates(party: PartyIndex): boolean {
    return this.layers.some(({ profiles }) => profiles[party]?.some(({ isolation }) => isolation.expected));
  }

  private judge(encounter: Encounter): SideEntry {
    const side = sideOf(encounter, this.direction);
    let allowed = ConnectionSet.ALL;
    let byDefault = ConnectionSet.ALL;
    for (const { layer, profiles } of this.layers) {
      const judgement = judge(this.program, layer, profiles[side.subject] as Profile, side);
      const untouched = judgement.steps.filter(({ reason, outcome }) => reason === "default" && outcome === "allow");
      allowed = allowed.intersect(judgement.allowed.expected);
      byDefault = byDefault.intersect(
        untouched.reduce((set, { connections }) => set.union(connections), ConnectionSet.NONE),
      );
    }
    return new SideEntry(allowed, byDefault);
  }
}

class SideEntry {
  constructor(
    readonly allowed: ConnectionSet,
    private readonly byDefault: ConnectionSet,
  ) {}

  /** What opened these of the allowed connections. */
  openingOf(connections: ConnectionSet): Opening {
    if (this.byDefault.includes(connections)) return "default";
    return this.byDefault.intersect(connections).isEmpty ? "policy" : "mixed";
  }
}

/** Numbers subjects so that equal numbers mean equal judgements; on ingress the subject's own ports matter too. */
function numberKinds(
  program: Program,
  direction: Direction,
  layers: readonly { readonly profiles: readonly Profile[] }[],
): number[] {
  const profileNumbers = new Map<Profile, number>();
  const kinds = new Map<string, number>();
  return program.parties.map((party, index) => {
    const ports = direction === "ingress" && party.kind === "pods" ? JSON.stringify(party.ports) : "";
    const key = layers.map(({ profiles }) => number(profileNumbers, profiles[index] as Profile)).join() + ports;
    return number(kinds, key);
  });
}

function number<K>(numbers: Map<K, number>, key: K): number {
  const known = numbers.get(key);
  if (known !== undefined) return known;
  numbers.set(key, numbers.size);
  return numbers.size - 1;
}

function combine(openings: ReadonlySet<Opening>): Opening {
  if (openings.size === 1) return [...openings][0] as Opening;
  return openings.size === 0 ? "default" : "mixed";
}
