import type { Bitset } from "../model/bitset.ts";
import { ConnectionSet } from "../model/connections.ts";
import type { Direction } from "../model/flow.ts";
import type { PartyIndex, Program } from "../model/program.ts";
import { bondApart, bondBetween, type Sides } from "./bond-between.ts";
import { type Bond, type BondNumber, Bonds, APART as NO_BOND } from "./bonds.ts";
import { type Circumstance, circumstances } from "./encounter.ts";
import { type Endpoint, endpointsOf, type Grouping } from "./endpoints.ts";
import { type Fan, Fans } from "./fan.ts";
import { Arrangement, Plane } from "./plane.ts";
import { SideTable } from "./side-table.ts";
import { Spread } from "./spread.ts";
import { mix, type Opening, openingOf } from "./verdicts.ts";

/** Everything one endpoint may open to another. */
export interface Connection extends Bond {
  readonly from: Endpoint;
  readonly to: Endpoint;
}

/** What one end of a pair lets through on its own side. Where that is nothing, policy closed it. */
export interface OpenSide {
  readonly connections: ConnectionSet;
  readonly opening: Opening;
}

/** Whether something holds of an endpoint: `partly` when it holds of only some of the pods grouped under it. */
export type Isolated = "yes" | "no" | "partly";

/** What is the same however endpoints are grouped. */
interface Judged {
  readonly sides: Sides;
  /** By the very set asked about: writing down what it holds would take longer than to answer. */
  readonly bonds: Map<ConnectionSet, Bonds>;
  readonly planes: Map<Circumstance, Plane>;
}

/**
 * The connections that get through for every ordered pair of endpoints, worked out when asked for and then kept.
 *
 * A pair of groups may open whatever some pair of their members may. Judging is done once for each distinct profile and peer, so
 * pods that policies treat alike cost nothing more.
 */
export class Reachability {
  readonly endpoints: readonly Endpoint[];
  private at: ReadonlyMap<string, number> | undefined;
  private readonly fans = new Map<ConnectionSet, Fans>();
  private arranged: Arrangement | undefined;

  constructor(
    readonly program: Program,
    readonly by: Grouping,
    endpoints = endpointsOf(program, by),
    private readonly judged: Judged = judgedOf(program),
  ) {
    this.endpoints = endpoints;
  }

  /** By verdicts that are there already: of all parties, and of pairs of them on any port. */
  static over(program: Program, endpoints: readonly Endpoint[], sides: Sides, bonds: Bonds): Reachability {
    const judged = { sides, bonds: new Map([[ConnectionSet.ALL, bonds]]), planes: new Map() };
    return new Reachability(program, "workload", endpoints, judged);
  }

  /**
   * The same between other endpoints of the program: of any grouping, of several at once, and only those that matter. What was worked
   * out here is not worked out again.
   */
  among(endpoints: readonly Endpoint[]): Reachability {
    return new Reachability(this.program, this.by, endpoints, this.judged);
  }

  /** The endpoint with this id, if the listing has one. */
  endpoint(id: string): Endpoint | undefined {
    return this.endpoints[this.positions.get(id) ?? -1];
  }

  /** What `from` may open to `to`. An id that is not in {@link endpoints} is the caller's bug and throws. */
  between(from: string, to: string): ConnectionSet {
    const bonds = this.bondsFor(ConnectionSet.ALL);
    const [at, there] = [this.known(from), this.known(to)];
    const { only } = this.arrangement;
    const [source, destination] = [only[at] as PartyIndex, only[there] as PartyIndex];
    const isPlain = source >= 0 && destination >= 0;
    const bond = isPlain
      ? bondApart(this.program, this.sides, bonds, source, destination)
      : bondBetween(this.program, this.sides, bonds, this.endpoints[at] as Endpoint, this.endpoints[there] as Endpoint);
    return bonds.bond(bond).connections;
  }

  /** The same with what opened each side, as far as the connections `asked` about go. */
  connection(from: Endpoint, to: Endpoint, asked = ConnectionSet.ALL): Connection {
    const bonds = this.bondsFor(asked);
    return connect(from, to, bonds.bond(bondBetween(this.program, this.sides, bonds, from, to)));
  }

  /**
   * What one side alone lets through, and what opens it: what `subject` accepts from `peer` on ingress, or sends to it on egress,
   * whatever the other side says.
   */
  side(subject: Endpoint, peer: Endpoint, direction: Direction): OpenSide {
    const [from, to] = direction === "egress" ? [subject, peer] : [peer, subject];
    let connections = ConnectionSet.NONE;
    let opening: Opening | undefined;
    for (const source of from.members) {
      for (const destination of to.members) {
        const [own, other] = direction === "egress" ? [source, destination] : [destination, source];
        for (const circumstance of circumstances(this.program, source, destination)) {
          const table = this.sides[direction];
          const verdict = table.verdicts.verdict(
            table.look(own.party, other.party, circumstance, other.node && "node"),
          );
          if (verdict.allowed.isEmpty) continue;
          connections = connections.union(verdict.allowed);
          const here = openingOf(verdict, verdict.allowed);
          opening = opening === undefined ? here : mix(opening, here);
        }
      }
    }
    return { connections, opening: opening ?? "policy" };
  }

  /**
   * Every pair with something allowed, in the order of {@link endpoints}, or those of the sources given; an endpoint to itself and
   * address to address are left out. Cost: that of the fans, and one look at each endpoint for each source.
   */
  *connections(asked = ConnectionSet.ALL, sources: readonly Endpoint[] = this.endpoints): Generator<Connection> {
    const { endpoints } = this;
    const found = new Int32Array(endpoints.length);
    for (const from of sources) {
      const { row, bonds } = this.fan(from, asked);
      row.spread(found);
      for (let i = 0; i < found.length; i++) {
        if (found[i] === NO_BOND) continue;
        const to = endpoints[i] as Endpoint;
        if (from === to || (from.type === "address" && to.type === "address")) continue;
        yield connect(from, to, bonds.bond(found[i] as BondNumber));
      }
    }
  }

  /** All that an endpoint may open, without an object for each pair: the way to go through very many of them. Cost: see {@link Fans}. */
  fan(from: Endpoint, asked = ConnectionSet.ALL): Fan {
    return remember(
      this.fans,
      asked,
      () => new Fans(this.program, this.endpoints, this.sides, this.bondsFor(asked), this.arrangement),
    ).of(from);
  }

  /**
   * Where somebody who holds an endpoint can get to, over any port and any number of hops: positions in {@link endpoints}, its own
   * included. Addresses are reached and lead nowhere. Cost: see {@link Spread}.
   */
  reachableFrom(from: Endpoint): Bitset {
    const bonds = this.bondsFor(ConnectionSet.ALL);
    return new Spread(this.program, this.endpoints, this.sides, bonds, this.arrangement).from(from);
  }

  /** Whether a NetworkPolicy isolates an endpoint in a direction: only what some rule allows passes there. */
  isolated(endpoint: Endpoint, direction: Direction): Isolated {
    return share(endpoint, (party) => this.sides[direction].isolates(party));
  }

  /** Whether any policy at all, of any tier, has a say on an endpoint in a direction. What none governs is open by default. */
  governed(endpoint: Endpoint, direction: Direction): Isolated {
    return share(endpoint, (party) => this.sides[direction].governs(party));
  }

  private get sides(): Sides {
    return this.judged.sides;
  }

  private get arrangement(): Arrangement {
    this.arranged ??= new Arrangement(this.program, this.endpoints, (circumstance) =>
      remember(this.judged.planes, circumstance, () => new Plane(this.program, this.sides.ingress, circumstance)),
    );
    return this.arranged;
  }

  private bondsFor(asked: ConnectionSet): Bonds {
    const { egress, ingress } = this.sides;
    return remember(
      this.judged.bonds,
      asked,
      () => new Bonds({ egress: egress.verdicts, ingress: ingress.verdicts }, asked),
    );
  }

  private get positions(): ReadonlyMap<string, number> {
    this.at ??= new Map(this.endpoints.map(({ id }, position) => [id, position]));
    return this.at;
  }

  private known(id: string): number {
    const position = this.positions.get(id);
    if (position === undefined) throw new Error(`no endpoint \`${id}\` in this listing`);
    return position;
  }
}

/** The reachability of a program, grouped as asked. Cost: profiles now, pairs when they are looked at. */
export function reach(program: Program, { by = "workload" }: { readonly by?: Grouping } = {}): Reachability {
  return new Reachability(program, by);
}

function judgedOf(program: Program): Judged {
  const sides = { egress: SideTable.of(program, "egress"), ingress: SideTable.of(program, "ingress") };
  return { sides, bonds: new Map(), planes: new Map() };
}

function share({ members }: Endpoint, holds: (party: PartyIndex) => boolean): Isolated {
  const each = members.map(({ party }) => holds(party));
  if (each.every((one) => one)) return "yes";
  return each.some((one) => one) ? "partly" : "no";
}

function connect(from: Endpoint, to: Endpoint, { connections, egress, ingress }: Bond): Connection {
  return { from, to, connections, egress, ingress };
}

function remember<K, V>(known: Map<K, V>, key: K, make: () => V): V {
  const found = known.get(key);
  if (found !== undefined) return found;
  const made = make();
  known.set(key, made);
  return made;
}
