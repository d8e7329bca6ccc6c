import { findEndpoint } from "../../engine/names.ts";
import { ConnectionSet } from "../../model/connections.ts";
import type { Weights } from "../../model/weights.ts";
import { INTERNET } from "../attack/entry-points.ts";
import type { Need } from "../attack/needs.ts";
import { Estimates } from "../delta/estimates.ts";
import { attackOn } from "../findings/attack.ts";
import type { FindingContext } from "../findings/context.ts";
import { reachesApi } from "../findings/npg211.ts";
import { Lanes, type Reading } from "./lanes.ts";
import { type Station, stationsOf } from "./stations.ts";

/** What the dimensions of a profile are worked out from: what is allowed, and what is needed. Stations are named by position. */
export interface Ground {
  readonly stations: readonly Station[];
  readonly lanes: Lanes;
  /** What each accepts from the internet. */
  readonly inbound: readonly ConnectionSet[];
  /** What each may reach outside the cluster's pods. */
  readonly outbound: readonly Outbound[];
  readonly needs: Needs;
  readonly weights: Weights;
}

export interface Outbound {
  readonly world: boolean;
  /** The metadata service of the cloud. */
  readonly metadata: boolean;
  readonly api: boolean;
}

/** Flows that the application needs. */
export interface Needs {
  readonly all: readonly Need[];
  /** Between workloads: by position of the source, then of the destination. */
  readonly between: ReadonlyMap<number, ReadonlyMap<number, ConnectionSet>>;
  /** From outside, by position. */
  readonly inbound: ReadonlyMap<number, ConnectionSet>;
  /** Positions of those that need the outside. */
  readonly outbound: ReadonlySet<number>;
}

const HTTP = ConnectionSet.ports("TCP", 80, 80);

/** Under the engine's default answers. Cost: see {@link Lanes}, and a verdict for each workload and each place outside. */
export function groundOf(context: FindingContext, needs: readonly Need[], weights: Weights): Ground {
  return groundUnder(context, needs, weights, {
    between: (from, to) => context.allowed(from, to),
    of: (from) => context.allowedFrom(from),
  });
}

/**
 * Under the most that open questions may let through, or the least. Whether the API server can be reached is taken as by default.
 */
export function groundAt(
  extreme: "possible" | "certain",
  context: FindingContext,
  needs: readonly Need[],
  weights: Weights,
): Ground {
  const estimates = new Estimates(context.program);
  const between: Reading["between"] = (from, to) => estimates.between(from, to, ConnectionSet.ALL_PORTS)[extreme];
  return groundUnder(context, needs, weights, { between, of: (from) => (to) => between(from, to) });
}

function groundUnder(context: FindingContext, needs: readonly Need[], weights: Weights, reading: Reading): Ground {
  const attack = context.once(attackOn);
  const stations = stationsOf(attack, weights);
  const { internet } = context;
  const named = findEndpoint(context.program, "169.254.169.254");
  const metadata = named.kind === "endpoint" && named.endpoint.type === "address" ? named.endpoint : undefined;
  return {
    stations,
    lanes: Lanes.of(stations, reading),
    inbound: stations.map(({ endpoint }) => reading.between(internet, endpoint)),
    outbound: stations.map(({ endpoint }) => ({
      world: !reading.between(endpoint, internet).intersect(ConnectionSet.ALL_PORTS).isEmpty,
      metadata: metadata !== undefined && !reading.between(endpoint, metadata).intersect(HTTP).isEmpty,
      api: reachesApi(context, endpoint),
    })),
    needs: needsByPosition(stations, needs),
    weights,
  };
}

function needsByPosition(stations: readonly Station[], all: readonly Need[]): Needs {
  const at = new Map(stations.map(({ endpoint }, position) => [endpoint.id, position]));
  const between = new Map<number, Map<number, ConnectionSet>>();
  const inbound = new Map<number, ConnectionSet>();
  const outbound = new Set<number>();
  for (const { from, to, ports } of all) {
    const [source, destination] = [at.get(from), at.get(to)];
    if (source !== undefined && destination !== undefined) {
      const own = between.get(source) ?? new Map<number, ConnectionSet>();
      between.set(source, own.set(destination, (own.get(destination) ?? ConnectionSet.NONE).union(ports)));
    } else if (from === INTERNET && destination !== undefined)
      inbound.set(destination, (inbound.get(destination) ?? ConnectionSet.NONE).union(ports));
    else if (source !== undefined && to === INTERNET) outbound.add(source);
  }
  return { all, between, inbound, outbound };
}
