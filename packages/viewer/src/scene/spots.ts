import type { End } from "../model/fold.ts";
import { type Graph, OUTSIDE } from "../model/graph.ts";
import type { ShownEnd, View } from "../model/view.ts";
import type { Scene } from "./scene.ts";

/**
 * Where in the picture an end is drawn. The outside is drawn up to twice, at the left for what comes in and at the right for what
 * goes out, so that every line runs from left to right.
 */
export type Spot = string;

export type Side = "from" | "to";

export function spotOf(graph: Graph, end: End, side: Side): Spot {
  return isOutside(graph, end) ? `${end} ${side}` : end;
}

/** Every spot on which an end is drawn. */
export function spotsOf(graph: Graph, end: End): readonly Spot[] {
  return isOutside(graph, end) ? [`${end} from`, `${end} to`] : [end];
}

/** The members of the outside that are drawn on a side: those with a line there, or all where one stands for them all. */
export function outsideMembers(graph: Graph, view: View, side: Side): readonly number[] {
  const group = graph.groups.find(({ id }) => id === OUTSIDE);
  if (!group) return [];
  const ends: readonly ShownEnd[] = view.lines.map((line) => line[side]);
  if (ends.includes(`group ${OUTSIDE}`)) return group.members;
  return group.members.filter((member) => ends.includes(`vertex ${member}`));
}

function isOutside(graph: Graph, end: End): boolean {
  if (end === `group ${OUTSIDE}`) return true;
  return end.startsWith("vertex ") && graph.vertices[Number(end.slice(7))]?.group === OUTSIDE;
}

/** A graph and the scene that shows it. */
interface Drawn {
  readonly graph: Graph;
  readonly scene: Scene;
}

/** Where a vertex is to be seen: on its own card, or on that of its closed group. */
export function shownSpots(drawn: Drawn, vertex: number): readonly string[] {
  return allSpots(drawn, new Set([vertex]));
}

/** The same of many vertices, in the order of the cards. */
export function allSpots({ graph, scene }: Drawn, vertices: ReadonlySet<number>): readonly string[] {
  const apart = new Set(scene.cards.map(({ vertex }) => vertex));
  const groups = new Set([...vertices].filter((one) => !apart.has(one)).map((one) => graph.vertices[one]?.group));
  return scene.cards
    .filter(({ vertex, group }) => (vertex === undefined ? groups.has(group) : vertices.has(vertex)))
    .map(({ id }) => id);
}
