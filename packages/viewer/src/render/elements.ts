import type { Point } from "../layout/route.ts";
import type { Rect } from "../layout/sizes.ts";
import { isOpen } from "../model/graph.ts";
import type { Overlay } from "../scene/emphasis.ts";
import type { Scene, SceneEdge, SceneMark } from "../scene/scene.ts";
import { badgesOf, labelsOf } from "./labels.ts";
import { bars } from "./shapes.ts";

/** A node or edge as Cytoscape takes it. */
export interface DrawnElement {
  readonly group: "nodes" | "edges";
  readonly data: Readonly<Record<string, unknown>>;
  readonly position?: Point;
  readonly classes: string;
}

/**
 * A scene in Cytoscape's terms. Every rectangle and every line of text is a node of its own, for namespaces too: compound nodes
 * would cost the renderer its cache. Only cards, boxes and edges take part in events.
 */
export function drawnElements(scene: Scene): DrawnElement[] {
  const parts = partsOf(scene);
  const boxes = new Set(scene.boxes.map(({ id }) => id));
  return [
    ...scene.boxes.map((box) => shape(box.id, box, ["box", box.kind, state(box.open)], { kind: "box" })),
    ...scene.cards.flatMap((card) => [
      ...(card.kind === "namespace"
        ? [shape(`${card.id} back`, { ...card, x: card.x + 4, y: card.y + 4 }, ["back", "still"], { of: card.id })]
        : []),
      shape(card.id, card, ["card", card.kind, card.kind === "address" ? "" : state(card.open)], { kind: "card" }),
      ...bars(card).map((bar) => shape(`${card.id} ${bar.side}`, bar, ["bar", "still"], { of: card.id })),
    ]),
    ...scene.tags.map((tag) => shape(tag.id, tag, ["tag", tag.tone, tag.change ?? "", "still"], { of: tag.of })),
    ...badgesOf(scene).map((badge) =>
      shape(
        `badge ${badge.tone} ${badge.of}`,
        badge,
        ["badge", badge.tone, boxes.has(badge.of) ? "close" : "", "still"],
        {
          of: badge.of,
          label: badge.text,
        },
      ),
    ),
    ...labelsOf(scene).map(({ of, x, y, text, size, weight, colour, anchor, afar }, index) =>
      shape(
        `label ${index}`,
        { x: x - 0.5, y: y - 0.5, width: 1, height: 1 },
        ["label", weight, colour, anchor, afar ? "landmark" : "close", "still"],
        {
          of,
          label: text,
          size,
          ...(afar && { afar: afar.size, shift: afar.y - y }),
        },
      ),
    ),
    ...scene.edges.flatMap((edge) => line(edge, parts)),
    ...scene.edges.filter(({ weight }) => weight === "group").flatMap(dot),
  ];
}

/** What is drawn over a scene, in the same terms. */
export function overlaidElements(scene: Scene, { edges, marks }: Overlay): DrawnElement[] {
  const parts = partsOf(scene);
  return [...edges.flatMap((edge) => line(edge, parts)), ...marks.flatMap((mark) => marked(mark, parts))];
}

function partsOf({ boxes, cards }: Scene): ReadonlyMap<string, Rect> {
  return new Map<string, Rect>([...boxes, ...cards].map((part) => [part.id, part]));
}

function state(open: Parameters<typeof isOpen>[0]): string {
  return isOpen(open, "in") ? "open" : "";
}

function shape(id: string, { x, y, width, height }: Rect, classes: readonly string[], data: object): DrawnElement {
  return {
    group: "nodes",
    data: { id, width, height, ...data },
    position: { x: x + width / 2, y: y + height / 2 },
    classes: classes.filter((name) => name !== "").join(" "),
  };
}

/** A path as offsets from the straight line between its ends, which is how Cytoscape bends an edge. */
function line(edge: SceneEdge, parts: ReadonlyMap<string, Rect>): DrawnElement[] {
  const source = parts.get(edge.from);
  const target = parts.get(edge.to);
  const [start] = edge.points;
  const end = edge.points.at(-1);
  if (!source || !target || !start || !end) return [];
  const along = { x: end.x - start.x, y: end.y - start.y };
  const length = Math.hypot(along.x, along.y) || 1;
  const inner = edge.points.slice(1, -1).map((point) => {
    const from = { x: point.x - start.x, y: point.y - start.y };
    return {
      weight: (from.x * along.x + from.y * along.y) / length ** 2,
      distance: (from.y * along.x - from.x * along.y) / length,
    };
  });
  return [
    {
      group: "edges",
      data: {
        id: edge.id,
        kind: "edge",
        source: edge.from,
        target: edge.to,
        start: offset(start, source),
        end: offset(end, target),
        weights: inner.map(({ weight }) => weight.toFixed(4)).join(" "),
        distances: inner.map(({ distance }) => distance.toFixed(1)).join(" "),
        width: edge.width,
        label: edge.label ?? "",
      },
      classes: `${edge.style} ${edge.weight} ${edge.density} ${edge.certainty} ${edge.change ?? ""}`,
    },
  ];
}

/** A mark, and for a ring the frame that its card has from it. */
function marked({ id, of, text, tone, step, ...rect }: SceneMark, parts: ReadonlyMap<string, Rect>): DrawnElement[] {
  const card = parts.get(of);
  const classes = [tone, `step-${step}`, "still"];
  const frame = tone === "ring" && card ? [shape(`frame ${id}`, card, ["frame", ...classes], { of })] : [];
  return [...frame, shape(id, rect, ["mark", ...classes], { of, label: text })];
}

/** The mark that a line starts from a whole box. */
function dot({ id, from, points, change }: SceneEdge): DrawnElement[] {
  const [start] = points;
  if (!start || !from.startsWith("group ")) return [];
  return [
    shape(`dot ${id}`, { x: start.x - 4, y: start.y - 4, width: 8, height: 8 }, ["dot", change ?? "", "still"], {
      of: id,
    }),
  ];
}

function offset(point: Point, { x, y, width, height }: Rect): string {
  return `${(point.x - x - width / 2).toFixed(1)}px ${(point.y - y - height / 2).toFixed(1)}px`;
}
