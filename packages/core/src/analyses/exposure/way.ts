import { anyOf, type Likelihood, NO } from "../../engine/profile.ts";
import { ConnectionSet } from "../../model/connections.ts";
import type { Entry } from "./entry.ts";
import { allOf, strengthOf, UNLIKELY } from "./likelihood.ts";
import { together } from "./observed.ts";

/** An entry before it is known whether the proxy on it can be reached itself. */
export interface Way extends Omit<Entry, "published" | "permitted" | "exposed" | "open" | "through"> {
  /** What its own objects publish, apart from what lies before its controller. */
  readonly opens: Likelihood;
}

/**
 * The entries that ways make: behind a controller found in the input, as far as that is exposed itself.
 *
 * The least answer that fits: a proxy that only hands on to itself is not published by that. Cost: ways × length of the longest
 * chain of proxies. Source: docs/semantics.md EXP-14, EXP-26.
 */
export function entriesOf(ways: readonly Way[]): readonly Entry[] {
  const permitted = ways.map(({ sources }) => together(sources));
  let published: readonly Likelihood[] = ways.map((way) => (proxyOf(way) === undefined ? way.opens : NO));
  for (let isStable = false; !isStable; ) {
    const exposed = exposedIds(ways, published, permitted);
    const next = ways.map((way) => {
      const proxy = proxyOf(way);
      return proxy === undefined ? way.opens : allOf([way.opens, exposed.get(proxy) ?? UNLIKELY]);
    });
    isStable = next.every((one, i) => strengthOf(one) === strengthOf(published[i] ?? NO));
    published = next;
  }
  return linked(ways, published, permitted);
}

function proxyOf({ controller }: Way): string | undefined {
  return controller?.endpoint?.id;
}

function exposedIds(
  ways: readonly Way[],
  published: readonly Likelihood[],
  permitted: readonly Likelihood[],
): ReadonlyMap<string, Likelihood> {
  const found = new Map<string, Likelihood>();
  ways.forEach(({ endpoint }, i) => {
    const one = allOf([published[i] ?? NO, permitted[i] ?? NO]);
    found.set(endpoint.id, anyOf([found.get(endpoint.id) ?? NO, one]));
  });
  return found;
}

/**
 * Each entry with the best way into its controller. The surest are made first, so that what a proxy rests on is there before it, and
 * no chain bites its own tail.
 */
function linked(
  ways: readonly Way[],
  published: readonly Likelihood[],
  permitted: readonly Likelihood[],
): readonly Entry[] {
  const made = new Map<Way, Entry>();
  const into = new Map<string, Entry[]>();
  const make = (way: Way, at: number) => {
    const { opens: _, ...rest } = way;
    const [leads = NO, lets = NO] = [published[at], permitted[at]];
    const through = best(into.get(proxyOf(way) ?? "") ?? []);
    const exposed = allOf([leads, lets]);
    const open = way.sources[0]?.decision.allowed ?? ConnectionSet.NONE;
    const entry: Entry = { ...rest, ...(through && { through }), published: leads, permitted: lets, exposed, open };
    made.set(way, entry);
    into.set(way.endpoint.id, [...(into.get(way.endpoint.id) ?? []), entry]);
  };
  for (const least of [3, 2, 1, 0]) {
    for (let before = -1; before < made.size; ) {
      before = made.size;
      ways.forEach((way, at) => {
        const strength = strengthOf(allOf([published[at] ?? NO, permitted[at] ?? NO]));
        const proxy = proxyOf(way);
        const isReady = proxy === undefined || into.has(proxy) || least === 0;
        if (!made.has(way) && strength >= least && isReady) make(way, at);
      });
    }
  }
  return ways.flatMap((way) => made.get(way) ?? []);
}

/** The entry that exposes most surely; of equals the one that publishes most surely, then the first. */
export function best(entries: readonly Entry[]): Entry | undefined {
  const rank = ({ exposed, published }: Entry) => strengthOf(exposed) * 4 + strengthOf(published);
  return entries.reduce<Entry | undefined>((top, one) => (top && rank(top) >= rank(one) ? top : one), undefined);
}
