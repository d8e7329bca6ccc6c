import { ConnectionSet } from "../../model/connections.ts";
import type { Dimension } from "./dimension.ts";
import { share } from "./dimension.ts";
import type { Ground } from "./ground.ts";
import type { Atom, Station } from "./stations.ts";

/** How much of the flows there could be is allowed, and how much of it is needed: by weight, and pairs of workloads by count. */
interface Tally {
  /** Weight of all flows, of those needed, of those allowed, and of those allowed and not needed. */
  readonly all: number;
  readonly needed: number;
  readonly allowed: number;
  readonly excess: number;
  /** Weight of those needed and allowed. */
  readonly kept: number;
}

const NOTHING: Tally = { all: 0, needed: 0, allowed: 0, excess: 0, kept: 0 };

/** Pairs of workloads, counted at the ports they are known to listen on. */
export interface Pairs {
  readonly all: number;
  readonly allowed: number;
  readonly needed: number;
  readonly excess: number;
}

export function pairsOf({ stations, lanes, needs }: Ground): Pairs {
  let [allowed, needed, excess] = [0, 0, 0];
  stations.forEach((_, from) => {
    const own = needs.between.get(from);
    stations.forEach((__, to) => {
      if (from === to) return;
      const isNeeded = own?.has(to) ?? false;
      const isOpen = lanes.isOpen(from, to);
      allowed += Number(isOpen);
      needed += Number(isNeeded);
      excess += Number(isOpen && !isNeeded);
    });
  });
  return { all: stations.length * Math.max(stations.length - 1, 0), allowed, needed, excess };
}

/** Whether anybody says what one workload needs of another; without, nothing can be called excess. */
export function knowsNeeds({ needs }: Ground): boolean {
  return needs.between.size > 0;
}

export const NEEDS_UNKNOWN = "what workloads need of each other, the manifests do not show";

/** How much of what nobody needs is denied; where nobody says what is needed, how much is denied at all. */
export function segmentation(ground: Ground): Dimension {
  const tally = [between(ground), inward(ground), outward(ground)].reduce(sum);
  const { all, allowed, excess, needed } = pairsOf(ground);
  const parts = [
    { name: "pairs of workloads", value: all },
    { name: "pairs allowed", value: allowed },
  ];
  if (!knowsNeeds(ground)) {
    const base = { id: "segmentation", title: "denied share" } as const;
    if (tally.all === 0) return { ...base, because: "the input has no workload", parts: [] };
    return {
      ...base,
      value: 100 - share(tally.allowed, tally.all),
      because: `of all flows there could be, by weight, are denied; ${NEEDS_UNKNOWN}`,
      parts: [
        ...parts,
        { name: "weight of flows", value: tally.all },
        { name: "weight allowed", value: tally.allowed },
      ],
    };
  }
  const unneeded = tally.all - tally.needed;
  return {
    id: "segmentation",
    title: "segmentation",
    value: 100 - (unneeded === 0 ? 0 : share(tally.excess, unneeded)),
    because: "of the flows nobody is known to need, by weight, are denied",
    parts: [
      ...parts,
      { name: "pairs needed", value: needed },
      { name: "pairs in excess", value: excess },
      { name: "weight of unneeded flows", value: unneeded },
      { name: "weight in excess", value: tally.excess },
    ],
  };
}

/** How much of what the application needs is allowed; no part of security, and shown beside it. */
export function availability(ground: Ground): Dimension {
  const tally = [between(ground), inward(ground)].reduce(sum);
  const base = { id: "availability", title: "availability" } as const;
  if (tally.needed === 0) return { ...base, because: NEEDS_UNKNOWN, parts: [] };
  return {
    ...base,
    value: share(tally.kept, tally.needed),
    because: "of the flows known to be needed, by weight, are allowed",
    parts: [
      { name: "weight needed", value: tally.needed },
      { name: "weight allowed of it", value: tally.kept },
    ],
  };
}

/** How many workloads reach the internet or the metadata service of the cloud without need, by weight. */
export function egress({ stations, outbound, needs }: Ground): Dimension {
  let [all, open, count] = [0, 0, 0];
  const reaches = { world: 0, metadata: 0 };
  stations.forEach(({ weight }, at) => {
    const { world, metadata } = outbound[at] as Ground["outbound"][number];
    const isOpen = metadata || (world && !needs.outbound.has(at));
    all += weight;
    open += isOpen ? weight : 0;
    count += Number(isOpen);
    reaches.world += Number(world);
    reaches.metadata += Number(metadata);
  });
  const base = { id: "egress", title: "egress" } as const;
  if (all === 0) return { ...base, because: "the input has no workload", parts: [] };
  return {
    ...base,
    value: 100 - share(open, all),
    because: "of the workloads, by weight, reach neither the internet nor a metadata service without a declared need",
    parts: [
      { name: "workloads", value: stations.length },
      { name: "with open egress", value: count },
      { name: "reaching the internet", value: reaches.world },
      { name: "reaching the metadata service", value: reaches.metadata },
    ],
  };
}

function between({ stations, lanes, needs }: Ground): Tally {
  let [all, allowed] = [0, 0];
  const mass = stations.reduce((total, { value, atoms }) => total + value * weightOf(atoms), 0);
  stations.forEach((source, from) => {
    all += source.weight * (mass - source.value * weightOf(source.atoms));
    stations.forEach(({ value }, to) => {
      if (from !== to) allowed += source.weight * value * lanes.weight(from, to);
    });
  });
  let tally: Tally = { ...NOTHING, all, allowed, excess: allowed };
  for (const [from, own] of needs.between) {
    for (const [to, ports] of own)
      if (from !== to)
        tally = withNeed(tally, stations[from]?.weight ?? 1, stations[to], ports, lanes.allowed(from, to));
  }
  return tally;
}

/** From the internet to each workload. */
function inward({ stations, inbound, needs, weights }: Ground): Tally {
  return stations.reduce((tally, station, at) => {
    const open = inbound[at] ?? ConnectionSet.NONE;
    const allowed = weights.entry * station.value * weightOf(touched(station.atoms, open));
    const more: Tally = {
      ...NOTHING,
      all: weights.entry * station.value * weightOf(station.atoms),
      allowed,
      excess: allowed,
    };
    const needed = needs.inbound.get(at);
    return sum(tally, needed ? withNeed(more, weights.entry, station, needed, open) : more);
  }, NOTHING);
}

/** From each workload to the internet, the metadata service and the API server: one flow each. */
function outward({ stations, outbound, needs, weights }: Ground): Tally {
  return stations.reduce((tally, { weight }, at) => {
    const { world, metadata, api } = outbound[at] as Ground["outbound"][number];
    const isNeeded = needs.outbound.has(at);
    const beyond = Number(metadata) + Number(api);
    const needed = isNeeded ? weight : 0;
    return sum(tally, {
      all: weight * (1 + 2 * weights.declaredJewel),
      needed,
      allowed: weight * (Number(world) + beyond * weights.declaredJewel),
      excess: weight * (Number(world && !isNeeded) + beyond * weights.declaredJewel),
      kept: world ? needed : 0,
    });
  }, NOTHING);
}

function withNeed(
  tally: Tally,
  weight: number,
  station: Station | undefined,
  needed: ConnectionSet,
  open: ConnectionSet,
) {
  const atoms = touched(station?.atoms ?? [], needed);
  const scale = weight * (station?.value ?? 1);
  const kept = scale * weightOf(atoms.filter(({ ports }) => !ports.intersect(needed).intersect(open).isEmpty));
  const opened = scale * weightOf(touched(atoms, open));
  return {
    ...tally,
    needed: tally.needed + scale * weightOf(atoms),
    excess: tally.excess - opened,
    kept: tally.kept + kept,
  };
}

function touched(atoms: readonly Atom[], ports: ConnectionSet): readonly Atom[] {
  return ports.isEmpty ? [] : atoms.filter((atom) => !atom.ports.intersect(ports).isEmpty);
}

function weightOf(atoms: readonly Atom[]): number {
  return atoms.reduce((total, { weight }) => total + weight, 0);
}

function sum(a: Tally, b: Tally): Tally {
  return {
    all: a.all + b.all,
    needed: a.needed + b.needed,
    allowed: a.allowed + b.allowed,
    excess: a.excess + b.excess,
    kept: a.kept + b.kept,
  };
}
