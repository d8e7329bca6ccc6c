import { type End, fold, type Link, membersOf } from "../model/fold.ts";
import type { Pair } from "../model/graph.ts";
import { endOfName, findVertex, vertexOfId } from "../model/names.ts";
import { viewOf } from "../model/view.ts";
import type { Selection, ViewState } from "../state.ts";
import { edgesOf } from "./build.ts";
import type { Picture } from "./picture.ts";
import type { Scene, SceneEdge, SceneTag } from "./scene.ts";
import { spotsOf } from "./spots.ts";

/** Parts to bring out by their ids; the rest is faded. */
export interface Emphasis {
  readonly lit: ReadonlySet<string>;
  readonly selected: ReadonlySet<string>;
}

/** What a state brings out: its selection, or both ends of the connection it asks about. */
export function broughtOut({ graph }: Picture, { selection, question }: ViewState): Selection | undefined {
  if (!question) return selection;
  const from = findVertex(graph, question.from);
  const to = findVertex(graph, question.to);
  return from && to ? { kind: "edge", from: from.id, to: to.id } : undefined;
}

/** What a selection brings out: itself, the lines at it and what they lead to. */
export function emphasisOf(picture: Picture, selection: Selection | undefined): Emphasis | undefined {
  if (!selection) return undefined;
  const { graph } = picture;
  if (selection.kind === "edge") {
    const from = endOfName(graph, selection.from);
    const to = endOfName(graph, selection.to);
    return from && to ? ofEdge(picture, from, to) : undefined;
  }
  if (selection.kind === "namespace") {
    const group = graph.groups.find(({ id }) => id === selection.id);
    if (!group) return undefined;
    return ofVertices(picture, group.members, spotsOf(graph, `group ${group.id}`));
  }
  const vertex = selection.kind === "endpoint" ? vertexOfId(graph, selection.id) : undefined;
  return vertex ? ofVertices(picture, [vertex.index], shownSpots(picture, vertex.index)) : undefined;
}

function ofEdge(picture: Picture, from: End, to: End): Emphasis {
  const { graph, scene } = picture;
  const exact = scene.edges.filter(
    (edge) => spotsOf(graph, from).includes(edge.from) && spotsOf(graph, to).includes(edge.to),
  );
  const sources = new Set(membersOf(graph, from));
  const targets = new Set(membersOf(graph, to));
  const covers = (edge: SceneEdge) =>
    edge.links.some(
      (link) =>
        membersOf(graph, link.from).some((member) => sources.has(member)) &&
        membersOf(graph, link.to).some((member) => targets.has(member)),
    );
  const edges = exact.length > 0 ? exact : scene.edges.filter(covers);
  const ends = [from, to].flatMap((end) => membersOf(graph, end).flatMap((member) => shownSpots(picture, member)));
  const selected = new Set(edges.map(({ id }) => id));
  return { selected, lit: new Set([...selected, ...ends, ...edges.flatMap((edge) => [edge.from, edge.to])]) };
}

function ofVertices(picture: Picture, vertices: readonly number[], selected: readonly string[]): Emphasis {
  const { graph, scene } = picture;
  const own = new Set(vertices);
  const touches = (end: End) => end !== "workloads" && membersOf(graph, end).some((member) => own.has(member));
  const edges = scene.edges.filter(({ links }) => links.some(({ from, to }) => touches(from) || touches(to)));
  const peers = graph.pairs.flatMap(({ from, to }) => (own.has(from) ? [to] : own.has(to) ? [from] : []));
  const shown = [...own, ...peers].flatMap((vertex) => shownSpots(picture, vertex));
  return {
    selected: new Set(selected),
    lit: new Set([...selected, ...shown, ...edges.flatMap(({ id, from, to }) => [id, from, to])]),
  };
}

/** Where a vertex is to be seen: on its own card, or on that of its closed group. */
export function shownSpots({ graph, scene }: Picture, vertex: number): readonly string[] {
  const own = scene.cards.filter((card) => card.vertex === vertex).map(({ id }) => id);
  if (own.length > 0) return own;
  const group = graph.vertices[vertex]?.group ?? "";
  return scene.cards.filter((card) => card.vertex === undefined && card.group === group).map(({ id }) => id);
}

const MOST_UNASKED = 80;

/** Lines that a selection asks for and the picture has not: those there was no room for, and what is allowed by default. */
export function overlayEdges(picture: Picture, selection: Selection | undefined): readonly SceneEdge[] {
  return [...droppedEdges(picture, selection), ...defaultEdges(picture, selection)];
}

function droppedEdges({ graph, view, scene }: Picture, selection: Selection | undefined): readonly SceneEdge[] {
  if (view.dropped.length === 0 || !selection || selection.kind === "edge") return [];
  const vertex = selection.kind === "endpoint" ? vertexOfId(graph, selection.id) : undefined;
  const group = graph.groups.find(({ id }) => selection.kind === "namespace" && id === selection.id);
  const own = new Set(vertex ? [vertex.index] : (group?.members ?? []));
  const touches = (end: End) => end !== "workloads" && membersOf(graph, end).some((member) => own.has(member));
  const lines = view.dropped.filter(({ links }) => links.some(({ from, to }) => touches(from) || touches(to)));
  return edgesOf(graph, lines.slice(0, MOST_UNASKED), { ...scene, tags: tagsByOwner(scene) }, "allow");
}

/** What a selected endpoint may open or accept only because nothing stands in the way: lines no picture draws unasked. */
function defaultEdges(picture: Picture, selection: Selection | undefined): readonly SceneEdge[] {
  if (selection?.kind !== "endpoint") return [];
  const { graph, scene, disclosure } = picture;
  const vertex = vertexOfId(graph, selection.id);
  if (!vertex) return [];
  const open = graph.pairs.filter(
    ({ from, to, because }) => because === "open" && (from === vertex.index || to === vertex.index),
  );
  const isSibling = ({ from, to }: Pair) => graph.vertices[from]?.group === graph.vertices[to]?.group;
  const links = [
    ...fold(graph, (pair) => open.includes(pair) && !isSibling(pair), "group"),
    // Among siblings a box cannot stand for its members: the line would never leave it.
    ...open
      .filter(isSibling)
      .map(({ from, to, ports }): Link => ({ from: `vertex ${from}`, to: `vertex ${to}`, ports })),
  ];
  const { lines } = viewOf(graph, links, disclosure, { nodes: 0, lines: MOST_UNASKED });
  return edgesOf(graph, lines, { ...scene, tags: tagsByOwner(scene) }, "default");
}

function tagsByOwner({ tags }: Scene): ReadonlyMap<string, readonly SceneTag[]> {
  const owners = new Map<string, SceneTag[]>();
  for (const tag of tags) owners.set(tag.of, [...(owners.get(tag.of) ?? []), tag]);
  return owners;
}
