import { type Cluster, type Source, type Span, withoutObjects, withoutObjectText } from "@watertight/core";
import type { Proposal } from "../page.ts";

/** Texts of both sides of a difference: one as it is, the other as what is changed of it. */
export interface Sides {
  readonly title: string;
  readonly sources: readonly Source[];
  readonly proposed: readonly Proposal[];
}

/** What has to be done to files to have others: those that differ or are new, and those that go. */
export function proposalsBetween(before: readonly Source[], after: readonly Source[]): readonly Proposal[] {
  const old = new Map(before.map(({ path, text }) => [path, text]));
  const now = new Set(after.map(({ path }) => path));
  return [
    ...before.filter(({ path }) => !now.has(path)).map(({ path }) => ({ path })),
    ...after.filter(({ path, text }) => old.get(path) !== text),
  ];
}

/**
 * The files of one side with an empty one wherever only the other has one, in an order that is that of either side.
 *
 * Which of two objects of one name counts depends on the order of files, and what is laid over files that are not there comes last.
 */
export function withPlaces(before: readonly Source[], after: readonly Source[]): readonly Source[] {
  const texts = new Map(before.map(({ path, text }) => [path, text]));
  const order = after.map(({ path }) => path);
  before.forEach(({ path }, at) => {
    if (order.includes(path)) return;
    const previous = before[at - 1];
    order.splice(previous ? order.indexOf(previous.path) + 1 : 0, 0, path);
  });
  return order.map((path) => ({ path, text: texts.get(path) ?? "" }));
}

/** The same files under their paths within the one folder they were found in, so that those of two folders can be compared. */
export function withinFolder(sources: readonly Source[], paths: readonly string[]): readonly Source[] {
  const [only = ""] = paths;
  const folder = `${only.replace(/[/\\]+$/, "")}/`;
  if (paths.length !== 1 || !sources.every(({ path }) => path.startsWith(folder))) return sources;
  return sources.map(({ path, text }) => ({ path: path.slice(folder.length), text }));
}

/** Files without the objects of these keys: what is written of them is cut out. */
export function withoutWritten(
  sources: readonly Source[],
  cluster: Cluster,
  keys: ReadonlySet<string>,
): readonly Source[] {
  const spans = spansOf(cluster, keys);
  return sources.map(({ path, text }) => {
    const own = spans.filter((span) => span.path === path);
    const outer = own.filter((span) => !own.some((other) => other !== span && holds(other, span)));
    // From the last to the first, so that the places of those before stay what they are.
    const inOrder = [...outer].sort((a, b) => b.line - a.line || b.column - a.column);
    return { path, text: inOrder.reduce(withoutObjectText, text) };
  });
}

/** Where what goes with these keys is written, pods of their workloads included. */
function spansOf(cluster: Cluster, keys: ReadonlySet<string>): readonly Span[] {
  const kept = withoutObjects(cluster, keys);
  const gone = <T>(all: readonly T[], left: readonly T[]) => all.filter((one) => !left.includes(one));
  const objects = [
    ...gone(cluster.networkPolicies, kept.networkPolicies),
    ...gone(cluster.adminPolicies, kept.adminPolicies),
    ...gone(cluster.unusedPolicies, kept.unusedPolicies),
    ...gone(cluster.workloads, kept.workloads),
    ...gone(cluster.pods, kept.pods),
    ...gone(cluster.services, kept.services),
  ];
  const places = new Map(objects.map(({ span }) => [`${span.path}:${span.line}:${span.column}`, span]));
  return [...places.values()];
}

function holds(outer: Span, inner: Span): boolean {
  const starts = outer.line < inner.line || (outer.line === inner.line && outer.column <= inner.column);
  const ends = outer.endLine > inner.endLine || (outer.endLine === inner.endLine && outer.endColumn >= inner.endColumn);
  return starts && ends;
}
