import { ConnectionSet } from "../model/connections.ts";
import type { Direction } from "../model/flow.ts";
import type { PartyIndex, Program } from "../model/program.ts";
import { circumstances } from "./encounter.ts";
import { type Endpoint, endpointsOf, type Grouping } from "./endpoints.ts";
import { type Opening, SideTable } from "./side-table.ts";

/** Everything one endpoint may open to another. */
export interface Connection {
  readonly from: Endpoint;
  readonly to: Endpoint;
  readonly connections: ConnectionSet;
  readonly egress: Opening;
  readonly ingress: Opening;
}

/** What one end of a pair lets through on its own side. Where that is nothing, policy closed it. */
export interface OpenSide {
  readonly connections: ConnectionSet;
  readonly opening: Opening;
}

/** Whether something holds of an endpoint: `partly` when it holds of only some of the pods grouped under it. */
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

  /** The same with what opened each side, as far as the connections `asked` about go. */
  connection(from: Endpoint, to: Endpoint, asked = ConnectionSet.ALL): Connection {
    let allowed = ConnectionSet.NONE;
    let byEgress: Opening | undefined;
    let byIngress: Opening | undefined;
    for (const source of from.members) {
      for (const destination of to.members) {
        for (const circumstance of circumstances(this.program, source, destination)) {
          const egress = this.sides.egress.look(source.party, destination.party, circumstance);
          const ingress = this.sides.ingress.look(destination.party, source.party, circumstance);
          const both = egress.allowed.intersect(ingress.allowed).intersect(asked);
          if (both.isEmpty) continue;
          allowed = allowed.union(both);
          byEgress = combine(byEgress, egress.openingOf(both));
          byIngress = combine(byIngress, ingress.openingOf(both));
        }
      }
    }
    return { from, to, connections: allowed, egress: byEgress ?? "default", ingress: byIngress ?? "default" };
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
          const verdict = this.sides[direction].look(own.party, other.party, circumstance);
          if (verdict.allowed.isEmpty) continue;
          connections = connections.union(verdict.allowed);
          opening = combine(opening, verdict.openingOf(verdict.allowed));
        }
      }
    }
    return { connections, opening: opening ?? "policy" };
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

  /** Whether a NetworkPolicy isolates an endpoint in a direction: only what some rule allows passes there. */
  isolated(endpoint: Endpoint, direction: Direction): Isolated {
    return share(endpoint, (party) => this.sides[direction].isolates(party));
  }

  /** Whether any policy at all, of any tier, has a say on an endpoint in a direction. What none governs is open by default. */
  governed(endpoint: Endpoint, direction: Direction): Isolated {
    return share(endpoint, (party) => this.sides[direction].governs(party));
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

function share({ members }: Endpoint, holds: (party: PartyIndex) => boolean): Isolated {
  const each = members.map(({ party }) => holds(party));
  if (each.every((one) => one)) return "yes";
  return each.some((one) => one) ? "partly" : "no";
}

function combine(known: Opening | undefined, next: Opening): Opening {
  return known === undefined || known === next ? next : "mixed";
}
