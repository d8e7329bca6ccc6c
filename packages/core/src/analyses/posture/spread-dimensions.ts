import { type Dimension, share } from "./dimension.ts";
import { knowsNeeds, NEEDS_UNKNOWN } from "./flow-dimensions.ts";
import type { Ground } from "./ground.ts";
import type { Station } from "./stations.ts";

/** How far an attacker comes by packets: what falls with each workload, in any number of steps. */
export interface Spread {
  /** Mean over all workloads, of how many others fall and of what they are worth. */
  readonly mean: number;
  readonly worth: number;
}

export function spreadOf({ stations, lanes }: Ground): Spread {
  return meansOf((worthOf) => lanes.fallen(worthOf), stations.length);
}

/** The same if exactly what is needed were allowed. */
export function neededSpread({ stations, needs }: Ground): Spread {
  const next = (at: number) => [...(needs.between.get(at)?.keys() ?? [])];
  const closures = stations.map((_, start) => closureOf([start], next));
  return meansOf(
    (worthOf) =>
      closures.map((closure, start) =>
        [...closure].reduce((sum, at) => sum + (at === start ? 0 : worthOf(stations[at] as Station)), 0),
      ),
    stations.length,
  );
}

function meansOf(fallen: (worthOf: (station: Station) => number) => readonly number[], count: number): Spread {
  const mean = (worthOf: (station: Station) => number) =>
    fallen(worthOf).reduce((sum, one) => sum + one, 0) / Math.max(count, 1);
  return { mean: mean(() => 1), worth: mean(({ value }) => value) };
}

/** How much of the way from no policy to the needed flows alone is gone, by what falls with the mean workload. */
export function containment(ground: Ground): Dimension {
  const base = { id: "containment", title: "containment" } as const;
  const spread = spreadOf(ground);
  const { stations } = ground;
  const most = Math.max(stations.length - 1, 0);
  const parts = [
    { name: "mean blast radius", value: spread.mean },
    { name: "without policies", value: most },
  ];
  if (!knowsNeeds(ground)) return { ...base, because: NEEDS_UNKNOWN, parts };
  const needed = neededSpread(ground);
  const worth = stations.reduce((sum, { value }) => sum + value, 0);
  const open = stations.length === 0 ? 0 : worth - worth / stations.length;
  const all = [...parts, { name: "with the needed flows alone", value: needed.mean }];
  if (open - needed.worth <= 1e-9)
    return { ...base, because: "the needed flows alone reach as far as no policy at all would let", parts: all };
  return {
    ...base,
    value: Math.max(0, Math.min(100, share(open - spread.worth, open - needed.worth))),
    because: "of the way from no policy down to the needed flows alone is gone, by what falls with a workload",
    parts: all,
  };
}

/** Of the ways from an entry to something worth taking that are not inherent in what is needed, how many are closed. */
export function entryToJewel(ground: Ground): Dimension {
  const base = { id: "entry-to-jewel", title: "entry to jewel" } as const;
  const { stations, lanes, needs } = ground;
  const entries = positions(stations, ({ isEntry }) => isEntry);
  const jewels = positions(stations, ({ jewel }) => jewel !== "no");
  if (entries.length === 0) return { ...base, because: "nothing in the input leads in from outside", parts: [] };
  if (jewels.length === 0) return { ...base, because: "nothing is declared or looks to be worth taking", parts: [] };
  const others = (at: number) => stations.flatMap((_, to) => (to !== at && lanes.isOpen(at, to) ? [to] : []));
  const wanted = (at: number) => [...(needs.between.get(at)?.keys() ?? [])];
  let [pairs, connected, inherent] = [0, 0, 0];
  for (const entry of entries) {
    const reached = closureOf([entry], others);
    const needed = closureOf([entry], wanted);
    for (const jewel of jewels) {
      if (jewel === entry || needed.has(jewel)) inherent++;
      else {
        pairs++;
        connected += Number(reached.has(jewel));
      }
    }
  }
  const parts = [
    { name: "pairs", value: pairs },
    { name: "connected", value: connected },
    { name: "inherent", value: inherent },
  ];
  if (!knowsNeeds(ground)) return { ...base, because: NEEDS_UNKNOWN, parts };
  if (pairs === 0) return { ...base, because: "the needed flows by themselves open every way there is", parts };
  return {
    ...base,
    value: 100 - share(connected, pairs),
    because: "of the pairs of an entry and something worth taking, those apart that needed flows connect, are closed",
    parts,
  };
}

function positions(stations: readonly Station[], wanted: (station: Station) => boolean): readonly number[] {
  return stations.flatMap((station, at) => (wanted(station) ? [at] : []));
}

function closureOf(start: readonly number[], next: (at: number) => readonly number[]): ReadonlySet<number> {
  const seen = new Set<number>();
  const open = [...start];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (const one of next(at)) {
      if (seen.has(one)) continue;
      seen.add(one);
      open.push(one);
    }
  }
  return seen;
}
