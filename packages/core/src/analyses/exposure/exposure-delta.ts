import { ascending } from "../../model/order.ts";
import type { Program } from "../../model/program.ts";
import type { Declared, DeclaredSides } from "../attack/declared.ts";
import { type Entry, titleOfLink } from "./entry.ts";
import { type Exposure, findExposure } from "./exposure.ts";

/** A workload to which ways from the internet come, go, or let other things through. */
export interface ExposureChange {
  readonly id: string;
  /** How it stands on either side; absent where it is not there. */
  readonly before?: Exposure;
  readonly after?: Exposure;
  readonly ways: readonly WayChange[];
}

/** One way in, as either side has it: the same objects to the same ports. */
export interface WayChange {
  readonly before?: Entry;
  readonly after?: Entry;
}

/**
 * What differs between two programs in how the internet reaches workloads, by their ids.
 *
 * What policies open to addresses that nothing leads in from is a matter of connections and not told here. Cost: exposure, twice.
 */
export function exposureDelta(
  before: Program,
  after: Program,
  declared: DeclaredSides = {},
): readonly ExposureChange[] {
  const exposures = (program: Program, own?: Declared) =>
    byKey(findExposure(program, own).exposures, ({ endpoint }) => endpoint.id);
  return sides(exposures(before, declared.before), exposures(after, declared.after))
    .sort(([one], [other]) => ascending(one, other))
    .flatMap(([id, both]) => {
      const ways = wayChanges(both.before?.entries ?? [], both.after?.entries ?? []);
      return ways.length > 0 ? [{ id, ...both, ways }] : [];
    });
}

function wayChanges(before: readonly Entry[], after: readonly Entry[]): readonly WayChange[] {
  return sides(byKey(before, wayKey), byKey(after, wayKey)).flatMap(([, way]) => {
    const isSame = way.before && way.after && letsThrough(way.before) === letsThrough(way.after);
    return isSame ? [] : [way];
  });
}

function byKey<T>(all: readonly T[], keyOf: (one: T) => string): ReadonlyMap<string, T> {
  return new Map(all.map((one) => [keyOf(one), one]));
}

/** What either side has under each key. */
function sides<T>(before: ReadonlyMap<string, T>, after: ReadonlyMap<string, T>) {
  return [...new Set([...after.keys(), ...before.keys()])].map((key) => {
    const [was, is] = [before.get(key), after.get(key)];
    return [key, { ...(was && { before: was }), ...(is && { after: is }) }] as const;
  });
}

function wayKey({ kind, chain, controller, ports, hosts }: Entry): string {
  const by = controller && [controller.name, controller.endpoint?.id];
  const targets = ports.map(({ protocol, fronts, target }) => [protocol, fronts, target]);
  return JSON.stringify([kind, chain.map(titleOfLink), by, targets, hosts]);
}

/** Whom it lets through to what, as far as each is known. */
function letsThrough({ published, permitted, exposed, open, sources, through }: Entry): string {
  const clients = sources.map(({ as, passes, admits }) => [as, passes, admits]);
  return JSON.stringify([published, permitted, exposed, open.toJSON(), clients, through && wayKey(through)]);
}
