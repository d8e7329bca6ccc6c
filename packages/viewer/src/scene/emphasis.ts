import { type End, endsWith, fold, type Link, membersOf } from "../model/fold.ts";
import type { Graph, Pair } from "../model/graph.ts";
import { endOfName, vertexOfId } from "../model/names.ts";
import { viewOf } from "../model/view.ts";
import { edgesOf } from "./build.ts";
import type { Focus } from "./focus.ts";
import { cardsOf, marksOf } from "./marks.ts";
import type { Picture } from "./picture.ts";
import type { SceneEdge, SceneMark } from "./scene.ts";
import { allSpots, spotsOf } from "./spots.ts";
import { tagsByOwner } from "./tags.ts";
import { trailOf } from "./trail.ts";

/** Parts to bring out by their ids; the rest is faded. */
export interface Emphasis {
  readonly lit: ReadonlySet<string>;
  readonly selected: ReadonlySet<string>;
}

/** What a focus brings out: what it names, the lines at it and what they lead to. */
export function emphasisOf(picture: Picture, focus: Focus | undefined): Emphasis | undefined {
  const { graph } = picture;
  switch (focus?.kind) {
    case "edge": {
      const from = endOfName(graph, focus.from);
      const to = endOfName(graph, focus.to);
      return from && to ? ofEdge(picture, from, to) : undefined;
    }
    case "namespace": {
      const group = graph.groups.find(({ id }) => id === focus.id);
      return group && ofVertices(picture, new Set(group.members), spotsOf(graph, `group ${group.id}`));
    }
    case "endpoint":
      return ofEndpoints(picture, [focus.id]);
    case "endpoints":
      return ofEndpoints(picture, focus.ids);
    case "trail":
      return { selected: new Set(), lit: new Set(trailOf(picture, focus.hops).cards) };
    case "rings":
      return ofRings(picture, focus.from, focus.fallen);
    default:
      return undefined;
  }
}

function ofEndpoints(picture: Picture, ids: readonly string[]): Emphasis | undefined {
  const vertices = new Set(ids.flatMap((id) => vertexOfId(picture.graph, id)?.index ?? []));
  return vertices.size > 0 ? ofVertices(picture, vertices, allSpots(picture, vertices)) : undefined;
}

/** Everything that falls, and the lines that lead outwards. */
function ofRings(picture: Picture, from: string, fallen: Extract<Focus, { kind: "rings" }>["fallen"]): Emphasis {
  const depths = new Map([
    ...fallen.flatMap(({ id, hops }) => cardsOf(picture, id).map((card): [string, number] => [card, hops])).reverse(),
    ...cardsOf(picture, from).map((card): [string, number] => [card, 0]),
  ]);
  const outward = picture.scene.edges.filter((edge) => depths.get(edge.to) === (depths.get(edge.from) ?? -2) + 1);
  return { selected: new Set(), lit: new Set([...depths.keys(), ...outward.map(({ id }) => id)]) };
}

function ofEdge(picture: Picture, from: End, to: End): Emphasis {
  const { graph, scene } = picture;
  const exact = scene.edges.filter(
    (edge) => spotsOf(graph, from).includes(edge.from) && spotsOf(graph, to).includes(edge.to),
  );
  const sources = new Set(membersOf(graph, from));
  const targets = new Set(membersOf(graph, to));
  const [fromEnds, toEnds] = [endsWith(graph, sources), endsWith(graph, targets)];
  const covers = (edge: SceneEdge) => edge.links.some((link) => fromEnds.has(link.from) && toEnds.has(link.to));
  const edges = exact.length > 0 ? exact : scene.edges.filter(covers);
  const ends = allSpots(picture, new Set([...sources, ...targets]));
  const selected = new Set(edges.map(({ id }) => id));
  return { selected, lit: new Set([...selected, ...ends, ...edges.flatMap((edge) => [edge.from, edge.to])]) };
}

function ofVertices(picture: Picture, own: ReadonlySet<number>, selected: readonly string[]): Emphasis {
  const { graph, scene } = picture;
  const edges = scene.edges.filter(touching(graph, own));
  const shown = new Set(own);
  for (const { from, to } of [...graph.pairs, ...(graph.maybe ?? [])]) {
    if (own.has(from)) shown.add(to);
    else if (own.has(to)) shown.add(from);
  }
  return {
    selected: new Set(selected),
    lit: new Set([...selected, ...allSpots(picture, shown), ...edges.flatMap(({ id, from, to }) => [id, from, to])]),
  };
}

/** Tells lines that lead to one of these vertices or from it; what holds for every workload is said of none. */
function touching(graph: Graph, own: ReadonlySet<number>): (line: Pick<SceneEdge, "links">) => boolean {
  const ends = new Set(endsWith(graph, own));
  ends.delete("workloads");
  return ({ links }) => links.some(({ from, to }) => ends.has(from) || ends.has(to));
}

const MOST_UNASKED = 80;

/** What is drawn over a picture for a focus. */
export interface Overlay {
  readonly edges: readonly SceneEdge[];
  readonly marks: readonly SceneMark[];
}

export const NO_OVERLAY: Overlay = { edges: [], marks: [] };

/** All that a focus does to a picture. */
export interface Highlight {
  readonly overlay: Overlay;
  /** With what is drawn over the picture; absent where nothing is faded. */
  readonly emphasis: Emphasis | undefined;
}

export function highlightOf(picture: Picture, focus: Focus | undefined): Highlight {
  const overlay = overlayOf(picture, focus);
  const emphasis = emphasisOf(picture, focus);
  const over = overlay.edges.map(({ id }) => id);
  return { overlay, emphasis: emphasis && { ...emphasis, lit: new Set([...emphasis.lit, ...over]) } };
}

/**
 * What a focus asks for and the picture has not: lines there was no room for, what is allowed by default, what might be allowed, the
 * hops of a path, and words on cards.
 */
export function overlayOf(picture: Picture, focus: Focus | undefined): Overlay {
  if (focus?.kind === "trail") return trailOf(picture, focus.hops);
  const edges = [...droppedEdges(picture, focus), ...defaultEdges(picture, focus), ...maybeEdges(picture, focus)];
  return { edges, marks: marksOf(picture, focus) };
}

function droppedEdges({ graph, view, scene }: Picture, focus: Focus | undefined): readonly SceneEdge[] {
  if (view.dropped.length === 0 || (focus?.kind !== "endpoint" && focus?.kind !== "namespace")) return [];
  const vertex = focus.kind === "endpoint" ? vertexOfId(graph, focus.id) : undefined;
  const group = graph.groups.find(({ id }) => focus.kind === "namespace" && id === focus.id);
  const own = new Set(vertex ? [vertex.index] : (group?.members ?? []));
  const lines = view.dropped.filter(touching(graph, own));
  return edgesOf(graph, lines.slice(0, MOST_UNASKED), { ...scene, tags: tagsByOwner(scene) }, "allow");
}

/** What a selected endpoint may open or accept only because nothing stands in the way: lines no picture draws unasked. */
function defaultEdges(picture: Picture, focus: Focus | undefined): readonly SceneEdge[] {
  if (focus?.kind !== "endpoint") return [];
  const { graph, scene, disclosure } = picture;
  const vertex = vertexOfId(graph, focus.id);
  if (!vertex) return [];
  const open = graph.pairs.filter(
    ({ from, to, because }) => because === "open" && (from === vertex.index || to === vertex.index),
  );
  const isSibling = ({ from, to }: Pair) => graph.vertices[from]?.group === graph.vertices[to]?.group;
  const links = [
    ...fold({ ...graph, pairs: open.filter((pair) => !isSibling(pair)) }, () => true, "group"),
    // Among siblings a box cannot stand for its members: the line would never leave it.
    ...open
      .filter(isSibling)
      .map(({ from, to, ports }): Link => ({ from: `vertex ${from}`, to: `vertex ${to}`, ports })),
  ];
  const { lines } = viewOf(graph, links, disclosure, { nodes: 0, lines: MOST_UNASKED });
  return edgesOf(graph, lines, { ...scene, tags: tagsByOwner(scene) }, "default");
}

/** What a selected endpoint, or one selected pair, may open if open questions are settled otherwise: that, too, nobody draws unasked. */
function maybeEdges(picture: Picture, focus: Focus | undefined): readonly SceneEdge[] {
  if (focus?.kind !== "endpoint" && focus?.kind !== "edge") return [];
  const { graph, scene, disclosure } = picture;
  const { maybe = [] } = graph;
  const [source, target] = (focus.kind === "edge" ? [focus.from, focus.to] : [focus.id, focus.id]).map(
    (id) => vertexOfId(graph, id)?.index,
  );
  const isAsked =
    focus.kind === "edge"
      ? ({ from, to }: Pair) => from === source && to === target
      : ({ from, to }: Pair) => from === source || to === source;
  const links = fold({ ...graph, pairs: maybe.filter(isAsked) }, () => true, "group");
  const doubtful = links.map((link): Link => ({ ...link, certainty: "doubtful" }));
  const { lines } = viewOf(graph, doubtful, disclosure, { nodes: 0, lines: MOST_UNASKED });
  return edgesOf(graph, lines, { ...scene, tags: tagsByOwner(scene) }, "maybe");
}
