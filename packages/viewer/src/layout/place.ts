import { insideOf, type PlacedBox } from "./inside.ts";
import { ranksOf } from "./ranks.ts";
import { type BoxSize, GAP, type LayoutLine, type Rect } from "./sizes.ts";

/** Where everything is, in pixels from the upper left corner. A card's rectangle is its body; tags lie outside of it. */
export interface Placement {
  readonly cards: ReadonlyMap<string, Rect>;
  readonly boxes: ReadonlyMap<string, Rect>;
  readonly width: number;
  readonly height: number;
}

/** The room a picture is to be read in, in pixels. */
export interface Page {
  readonly width: number;
  readonly height: number;
}

/**
 * The same picture for the same input: boxes in columns from left to right as the lines run, cards in columns inside each box.
 *
 * Several numbers of columns are tried, outside and inside, and the arrangement whose text is largest when it is fitted to a page
 * of the given proportions wins. Nothing overlaps by construction. Cost: about ten arrangements, each linear in cards and lines.
 */
export function place(boxes: readonly BoxSize[], lines: readonly LayoutLine[], page: Page): Placement {
  const boxOf = new Map(
    boxes.flatMap((box) => [[box.id, box.id], ...box.cards.map(({ id }) => [id, box.id])] as [string, string][]),
  );
  const arcs = lines.map(({ from, to }) => ({ from: boxOf.get(from) ?? "", to: boxOf.get(to) ?? "" }));
  const middle = boxes.filter(({ place: where }) => where === "middle");
  const ranks = ranksOf(
    middle.map(({ id }) => id),
    arcs,
  );
  const most = Math.max(0, ...ranks.values()) + 1;
  let best: { readonly placement: Placement; readonly score: number } | undefined;
  for (const inner of [1, 2, 3, 4, 6]) {
    const inside = new Map(boxes.map((box) => [box.id, insideOf(box, lines, box.place === "middle" ? inner : 1)]));
    for (let columns = 1; columns <= Math.max(most, Math.min(6, middle.length)); columns++) {
      const placement = arrange(boxes, columnsOf(middle, ranks, inside, columns), inside, lines, boxOf);
      const fit = Math.min(1, page.width / placement.width, page.height / placement.height);
      // Lines that run from left to right are worth smaller letters, as long as these can be read.
      const legible = Math.min(1, fit / 0.62) ** 2;
      const score = legible * fit ** 0.6 * (1 - Math.min(0.9, 1.2 * backwards(placement, lines)));
      if (!best || score > best.score * 1.0001) best = { placement, score };
    }
  }
  return best?.placement ?? { cards: new Map(), boxes: new Map(), width: 0, height: 0 };
}

/** The share of lines whose end is not to the right of their start. */
function backwards({ cards, boxes }: Placement, lines: readonly LayoutLine[]): number {
  if (lines.length === 0) return 0;
  const rect = (id: string) => cards.get(id) ?? boxes.get(id);
  const against = lines.filter(({ from, to }) => {
    const source = rect(from);
    const target = rect(to);
    return source && target && target.x < source.x + source.width;
  });
  return against.length / lines.length;
}

/** Boxes spread over a number of columns in the order of their ranks, so that the columns come out about equally high. */
function columnsOf(
  boxes: readonly BoxSize[],
  ranks: ReadonlyMap<string, number>,
  inside: ReadonlyMap<string, PlacedBox>,
  count: number,
): readonly (readonly string[])[] {
  const heightOf = (id: string) => (inside.get(id)?.height ?? 0) + GAP.box;
  const sorted = boxes
    .map(({ id }) => id)
    .sort((a, b) => (ranks.get(a) ?? 0) - (ranks.get(b) ?? 0) || (a < b ? -1 : 1));
  const total = sorted.reduce((sum, id) => sum + heightOf(id), 0);
  const columns: string[][] = Array.from({ length: count }, () => []);
  let done = 0;
  for (const id of sorted) {
    const middle = done + heightOf(id) / 2;
    columns[Math.min(count - 1, Math.floor((middle / total) * count))]?.push(id);
    done += heightOf(id);
  }
  return columns.filter((column) => column.length > 0);
}

function arrange(
  boxes: readonly BoxSize[],
  middle: readonly (readonly string[])[],
  inside: ReadonlyMap<string, PlacedBox>,
  lines: readonly LayoutLine[],
  boxOf: ReadonlyMap<string, string>,
): Placement {
  const at = (where: BoxSize["place"]) => boxes.filter(({ place: side }) => side === where).map(({ id }) => id);
  const columns = [at("start"), ...middle, at("end")].filter((column) => column.length > 0);
  const ordered = byNeighbours(columns, lines, boxOf);
  const sizes = (id: string) => inside.get(id) as PlacedBox;
  const heights = ordered.map((column) => column.reduce((sum, id) => sum + sizes(id).height + GAP.box, -GAP.box));
  const height = Math.max(0, ...heights);

  const cardRects = new Map<string, Rect>();
  const boxRects = new Map<string, Rect>();
  let x = GAP.margin;
  ordered.forEach((column, index) => {
    const width = Math.max(0, ...column.map((id) => sizes(id).width));
    let y = GAP.margin + (height - (heights[index] ?? 0)) / 2;
    for (const id of column) {
      const box = sizes(id);
      const left = x + (width - box.width) / 2;
      boxRects.set(id, { x: left + box.frame.x, y: y + box.frame.y, width: box.frame.width, height: box.frame.height });
      for (const [card, rect] of box.cards) cardRects.set(card, { ...rect, x: rect.x + left, y: rect.y + y });
      y += box.height + GAP.box;
    }
    x += width + GAP.boxColumn;
  });
  return { cards: cardRects, boxes: boxRects, width: x - GAP.boxColumn + GAP.margin, height: height + 2 * GAP.margin };
}

/** Each column in the order of where its neighbours stand, so that lines cross less. */
function byNeighbours(
  columns: readonly (readonly string[])[],
  lines: readonly LayoutLine[],
  boxOf: ReadonlyMap<string, string>,
): readonly (readonly string[])[] {
  const neighbours = new Map<string, string[]>();
  for (const line of lines) {
    const from = boxOf.get(line.from) ?? "";
    const to = boxOf.get(line.to) ?? "";
    if (from === to) continue;
    neighbours.set(from, [...(neighbours.get(from) ?? []), to]);
    neighbours.set(to, [...(neighbours.get(to) ?? []), from]);
  }
  let current = columns.map((column) => [...column]);
  for (let round = 0; round < 4; round++) {
    const position = new Map(
      current.flatMap((column) => column.map((id, index): [string, number] => [id, (index + 0.5) / column.length])),
    );
    current = current.map((column) => {
      const centre = (id: string) => {
        const near = neighbours.get(id) ?? [];
        if (near.length === 0) return position.get(id) ?? 0.5;
        return near.reduce((sum, other) => sum + (position.get(other) ?? 0.5), 0) / near.length;
      };
      return [...column].sort((a, b) => centre(a) - centre(b) || (a < b ? -1 : 1));
    });
  }
  return current;
}
