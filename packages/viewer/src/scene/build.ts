import { type Page, type Placement, place } from "../layout/place.ts";
import type { Obstacle, Trip } from "../layout/route.ts";
import { routes } from "../layout/route.ts";
import type { BoxSize, CardSize, Rect } from "../layout/sizes.ts";
import { textWidth } from "../layout/text.ts";
import type { Disclosure } from "../model/budget.ts";
import { type Graph, type Group, isOpen, OUTSIDE } from "../model/graph.ts";
import type { View, ViewLine } from "../model/view.ts";
import {
  asCertain,
  badgeOf,
  type CardDraft,
  groupCard,
  linePorts,
  outsideCard,
  signed,
  type TagDraft,
  tagFor,
  tagsOf,
  vertexCard,
} from "./parts.ts";
import {
  METRICS,
  type Scene,
  type SceneBox,
  type SceneCard,
  type SceneEdge,
  type SceneNote,
  type SceneTag,
} from "./scene.ts";
import { outsideMembers, type Spot, spotOf } from "./spots.ts";

/** A box with its cards before they have a place. */
interface BoxDraft {
  readonly spot: Spot;
  readonly group: Group;
  readonly frame: "titled" | "bare";
  readonly place: BoxSize["place"];
  readonly cards: readonly CardDraft[];
  readonly notes: readonly SceneNote[];
}

/**
 * The picture of a view, arranged for a page of this size.
 *
 * Cost: the layout's and the router's; about 10 ms for 60 workloads.
 */
export function buildScene(graph: Graph, view: View, disclosure: Disclosure, page: Page): Scene {
  const tags = tagsOf(graph, view);
  const drafts = draftBoxes(graph, view, disclosure);
  // What the edits bring takes no part in the arrangement, so that everything stays where it was without them.
  const arranging = view.lines.filter(({ change }) => change !== "gained");
  const lines = arranging.map((line) => ({
    from: spotOf(graph, line.from, "from"),
    to: spotOf(graph, line.to, "to"),
  }));
  const placement = place(
    drafts.map((draft) => boxSize(draft, tags)),
    lines,
    page,
  );

  const cards = drafts.flatMap(({ cards: members }) =>
    members.map((card) => ({ ...card, ...(placement.cards.get(card.id) as Rect) })),
  );
  const boxes = drafts.filter(({ frame }) => frame === "titled").map((draft) => sceneBox(draft, placement));
  const placed = placeTags(tags, placement);
  return {
    width: placement.width,
    height: placement.height,
    boxes,
    cards,
    tags: [...placed.values()].flat(),
    edges: edgesOf(graph, view.lines, { boxes, cards, tags: placed }, "allow", view.kind),
  };
}

function draftBoxes(graph: Graph, view: View, { open, closed }: Disclosure): readonly BoxDraft[] {
  return graph.groups.flatMap((group): readonly BoxDraft[] => {
    if (group.id === OUTSIDE) return outsideBoxes(graph, view, group, open.has(group.id));
    const spot = `group ${group.id}`;
    const own = { spot, group, place: "middle" as const };
    if (closed.has(group.id))
      return [{ ...own, frame: "bare", cards: [groupCard(group, spot, view.tallies?.get(group.id))], notes: [] }];
    if (!open.has(group.id)) return [];
    const cards = group.members.map((member) => vertexCard(vertexAt(graph, member), group, `vertex ${member}`));
    return [{ ...own, frame: "titled", cards, notes: boxNotes(view, spot, group) }];
  });
}

/** The outside as it is drawn at either side; without anything to say there, it is not. */
function outsideBoxes(graph: Graph, view: View, group: Group, isWanted: boolean): readonly BoxDraft[] {
  return (["from", "to"] as const).flatMap((side): readonly BoxDraft[] => {
    const members = outsideMembers(graph, view, side);
    const spot = spotOf(graph, `group ${OUTSIDE}`, side);
    const own = { spot, group, place: side === "from" ? ("start" as const) : ("end" as const), notes: [] };
    if (members.length === 0) return [];
    const asOne = view.lines.filter((line) => line[side] === `group ${OUTSIDE}`).length > 0;
    const apart = view.lines.some((line) => members.some((member) => line[side] === `vertex ${member}`));
    if (asOne && !apart) return [{ ...own, frame: "bare", cards: [outsideCard(group, spot)] }];
    if (!isWanted) return [{ ...own, frame: "bare", cards: [groupCard(group, spot)] }];
    const cards = members.map((member) =>
      vertexCard(vertexAt(graph, member), group, spotOf(graph, `vertex ${member}`, side)),
    );
    return [{ ...own, frame: members.length > 1 ? "titled" : "bare", cards }];
  });
}

function boxNotes(view: View, spot: Spot, { open }: Group): readonly SceneNote[] {
  const own = view.notes
    .filter(({ at, peer }) => at === spot && peer === "siblings")
    .map(({ ports, change, certainty }): SceneNote => {
      const words = change === "lost" ? "may no longer all reach each other" : "may all reach each other";
      const text = asCertain(`${words}: ${ports}`, { certainty });
      return { text: signed(text, change), tone: change ?? "plain" };
    });
  const all = [...own.filter(({ tone }) => tone !== "plain"), ...own.filter(({ tone }) => tone === "plain")];
  return isOpen(open, "in") ? [{ text: "no policy limits who may reach these", tone: "warn" }, ...all] : all;
}

const TITLE = { height: 40, note: 15 } as const;

function boxSize({ spot, group, frame, place: where, cards, notes }: BoxDraft, tags: Tags): BoxSize {
  const width = (side: "in" | "out") => Math.max(0, ...own(tags, spot, side).map((tag) => tag.width));
  const bare = frame === "bare";
  const badge = badgeOf(group.open);
  return {
    id: bare ? `${spot} frame` : spot,
    cards: cards.map((card) => cardSize(card, tags)),
    frame,
    title: {
      width: bare
        ? 0
        : Math.max(
            textWidth(group.title, METRICS.title, "bold") + (badge ? 70 : 60),
            ...notes.map((note) => textWidth(note.text, METRICS.detail)),
          ),
      height: TITLE.height + notes.length * TITLE.note,
    },
    left: bare ? 0 : width("in"),
    right: bare ? 0 : width("out"),
    height: bare ? 0 : Math.max(stackHeight(own(tags, spot, "in")), stackHeight(own(tags, spot, "out"))),
    place: where,
  };
}

function cardSize({ id, width, height }: CardDraft, tags: Tags): CardSize {
  const into = own(tags, id, "in");
  const out = own(tags, id, "out");
  return {
    id,
    left: Math.max(0, ...into.map((tag) => tag.width)),
    body: width,
    right: Math.max(0, ...out.map((tag) => tag.width)),
    height: Math.max(height, stackHeight(into) + 6, stackHeight(out) + 6),
  };
}

type Tags = ReadonlyMap<Spot, readonly TagDraft[]>;

function own(tags: Tags, spot: Spot, side: "in" | "out"): readonly TagDraft[] {
  return (tags.get(spot) ?? []).filter((tag) => tag.side === side);
}

function stackHeight(tags: readonly TagDraft[]): number {
  return tags.length === 0 ? 0 : tags.length * (METRICS.tagHeight + METRICS.tagGap) - METRICS.tagGap;
}

function sceneBox({ spot, group, notes }: BoxDraft, placement: Placement): SceneBox {
  const rect = placement.boxes.get(spot) as Rect;
  const open = group.type === "outside" ? "none" : group.open;
  return { id: spot, group: group.id, kind: group.type, title: group.title, notes, open, ...rect };
}

/** Tags stacked at the middle of the left edge of what they belong to, outgoing ones at its right edge. */
function placeTags(tags: Tags, { cards, boxes }: Placement): ReadonlyMap<Spot, readonly SceneTag[]> {
  const placed = new Map<Spot, readonly SceneTag[]>();
  for (const [spot] of tags) {
    const rect = cards.get(spot) ?? boxes.get(spot);
    if (!rect) continue;
    const stack = (side: "in" | "out") => {
      const list = own(tags, spot, side);
      const top = rect.y + (rect.height - stackHeight(list)) / 2;
      return list.map(
        ({ side: _, ...tag }, index): SceneTag => ({
          ...tag,
          id: `tag ${spot} ${side} ${index}`,
          x: side === "in" ? rect.x - tag.width : rect.x + rect.width,
          y: top + index * (METRICS.tagHeight + METRICS.tagGap),
        }),
      );
    };
    placed.set(spot, [...stack("in"), ...stack("out")]);
  }
  return placed;
}

interface Placed {
  readonly boxes: Scene["boxes"];
  readonly cards: Scene["cards"];
  readonly tags: ReadonlyMap<Spot, readonly SceneTag[]>;
}

/** Lines as routed edges. Ends that the picture does not show are passed over. */
export function edgesOf(
  graph: Graph,
  lines: readonly ViewLine[],
  { boxes, cards, tags }: Placed,
  style: SceneEdge["style"],
  kind: View["kind"] = "plain",
): readonly SceneEdge[] {
  const rects = new Map<string, Rect>([...boxes, ...cards].map((part) => [part.id, part]));
  const hubs = hubsOf(graph, lines);
  const drafts = lines.flatMap((line) => {
    const from = spotOf(graph, line.from, "from");
    const to = spotOf(graph, line.to, "to");
    const source = rects.get(from);
    const target = rects.get(to);
    if (!source || !target) return [];
    const tag = style === "allow" ? tagFor(tags.get(to) ?? [], line) : undefined;
    const end = tag ? { x: tag.x, y: tag.y + tag.height / 2 } : { x: target.x, y: target.y + target.height / 2 };
    const isBox = boxes.some(({ id }) => id === from);
    const start = { x: source.x + source.width, y: isBox ? nearest(source, end.y) : source.y + source.height / 2 };
    const trip: Trip = { id: line.id, start, end, own: new Set([from, to, tag?.id ?? ""]) };
    return [{ line, from, to, trip, isGroup: isBox || boxes.some(({ id }) => id === to) }];
  });
  // Short lines first: they have the fewest ways to go.
  const inOrder = [...drafts].sort((a, b) => span(a.trip) - span(b.trip));
  const ways = routes(
    inOrder.map(({ trip }) => trip),
    obstaclesOf({ boxes, cards, tags }),
  );
  return drafts.map(({ line, from, to, isGroup }) => ({
    id: style === "allow" ? line.id : `${style} ${line.id}`,
    from,
    to,
    points: ways.get(line.id) ?? [],
    ports: linePorts(line),
    style,
    density: line.change === undefined && lines.length > DENSE ? "dense" : "sparse",
    weight: isGroup ? "group" : hubs.has(line.from) && line.change === undefined ? "hub" : "single",
    width: line.change
      ? 3.6
      : kind === "compared"
        ? 1.2
        : widthOf(graph, line, isGroup, lines.length > DENSE ? "dense" : lines.length > CROWDED ? "crowded" : "roomy"),
    links: line.links,
    ...(line.certainty ? { certainty: "doubtful" as const, label: "?" } : { certainty: "certain" as const }),
    ...(kind === "compared" && { change: line.change ?? "none" }),
  }));
}

/** Lines that leave their namespace are the news, so they are drawn stronger than those within. */
function widthOf(graph: Graph, line: ViewLine, isGroup: boolean, room: "dense" | "crowded" | "roomy"): number {
  const many = Math.log2(line.links.length);
  if (line.means === "some") return room === "roomy" ? 1.4 + 0.6 * many : 1.1 + Math.min(1.4, 0.2 * many);
  const isInside = groupOf(graph, line.from) === groupOf(graph, line.to);
  if (room === "dense") return isGroup ? 1.8 : isInside ? 0.9 : 1.2;
  return isGroup ? 2.6 : isInside ? 1.3 : 2;
}

function groupOf(graph: Graph, end: string): string {
  return end.startsWith("group ") ? end.slice(6) : (graph.vertices[Number(end.slice(7))]?.group ?? "");
}

/** Above this many lines those of closed namespaces are drawn thinner, so that they can be followed where they run side by side. */
const CROWDED = 30;

/** Above this many lines they are drawn lighter, so that cards stay in front. */
const DENSE = 80;

/** Sources that reach into so many boxes that their lines are context rather than news: metrics, logging, backup. */
function hubsOf(graph: Graph, lines: readonly ViewLine[]): ReadonlySet<string> {
  const foreign = new Map<string, string[]>();
  for (const { from, to } of lines) {
    if (from.startsWith("vertex ") && groupOf(graph, from) !== groupOf(graph, to) && groupOf(graph, from) !== OUTSIDE)
      foreign.set(from, [...(foreign.get(from) ?? []), groupOf(graph, to)]);
  }
  const isHub = (groups: readonly string[]) => groups.length >= 5 && new Set(groups).size >= 3;
  return new Set([...foreign].filter(([, groups]) => isHub(groups)).map(([from]) => from));
}

function obstaclesOf({ boxes, cards, tags }: Placed): readonly Obstacle[] {
  const around = (card: SceneCard): Obstacle => {
    const all = [card, ...(tags.get(card.id) ?? [])];
    const x = Math.min(...all.map((part) => part.x));
    const right = Math.max(...all.map((part) => part.x + part.width));
    const above = card.badge === undefined ? 0 : 8;
    return { id: card.id, x, y: card.y - above, width: right - x, height: card.height + above, body: card };
  };
  const titles = boxes.map((box) => {
    const notes = box.notes.map(({ text }) => textWidth(text, METRICS.detail) + 8);
    const width = Math.max(textWidth(box.title, METRICS.title, "bold") + 70, ...notes);
    const rect = { x: box.x + 8, y: box.y + 6, width, height: 22 + notes.length * TITLE.note };
    return { id: `title ${box.id}`, ...rect, body: rect };
  });
  // Cards already count their tags; on its own card a line still may not run behind the tags it does not end at.
  const stacked = [...tags.values()].flat().map(({ id, x, y, width, height }) => {
    const rect = { x, y, width, height };
    return { id, ...rect, body: rect };
  });
  return [...cards.map(around), ...titles, ...stacked];
}

function nearest({ y, height }: Rect, wanted: number): number {
  return Math.max(y + 24, Math.min(y + height - 16, wanted));
}

function span({ start, end }: Trip): number {
  return Math.abs(end.x - start.x) + Math.abs(end.y - start.y);
}

function vertexAt(graph: Graph, index: number) {
  const vertex = graph.vertices[index];
  if (!vertex) throw new Error(`no vertex ${index}`);
  return vertex;
}
