import { ranksOf } from "./ranks.ts";
import { type BoxSize, type CardSize, GAP, type LayoutLine, type Rect } from "./sizes.ts";

/** A box with its cards placed relative to the corner of the room it takes, its own tags included. */
export interface PlacedBox {
  readonly width: number;
  readonly height: number;
  readonly frame: Rect;
  /** Where its body begins, which is what columns of closed boxes are aligned by. */
  readonly anchor: number;
  readonly cards: ReadonlyMap<string, Rect>;
}

const PADDING = { side: 14, bottom: 16 } as const;

/** The cards of a box in at most so many columns: in the direction of its own lines, or as an even grid when it has none. */
export function insideOf(box: BoxSize, lines: readonly LayoutLine[], most: number): PlacedBox {
  const padding = box.frame === "bare" ? { side: 0, top: 0, bottom: 0 } : { ...PADDING, top: box.title.height };
  const columns = columnsOf(box.cards, lines, most);
  const heights = columns.map((column) => column.reduce((sum, { height }) => sum + height + GAP.row, -GAP.row));
  const inner = Math.max(0, box.height, ...heights);
  const cards = new Map<string, Rect>();
  const start = box.left + padding.side;
  let x = start;
  columns.forEach((column, index) => {
    const left = Math.max(...column.map((card) => card.left));
    const width = Math.max(...column.map((card) => card.body));
    let y = padding.top + (inner - (heights[index] ?? 0)) / 2;
    for (const { id, height } of column) {
      cards.set(id, { x: x + left, y, width, height });
      y += height + GAP.row;
    }
    x += left + width + Math.max(...column.map((card) => card.right)) + GAP.column;
  });
  const content = Math.max(x - GAP.column - start, box.title.width);
  const frame = { x: box.left, y: 0, width: content + 2 * padding.side, height: padding.top + inner + padding.bottom };
  const anchor = box.frame === "bare" ? Math.min(...[...cards.values()].map((rect) => rect.x)) : frame.x;
  return { width: box.left + frame.width + box.right, height: frame.height, frame, anchor, cards };
}

function columnsOf(cards: readonly CardSize[], lines: readonly LayoutLine[], most: number): readonly CardSize[][] {
  const ids = new Set(cards.map(({ id }) => id));
  const own = lines.filter(({ from, to }) => from !== to && ids.has(from) && ids.has(to));
  if (own.length === 0) return grid(cards, most);
  const ranks = ranksOf([...ids], own);
  const joined = new Set(own.flatMap(({ from, to }) => [from, to]));
  const columns = merge(
    byRank(
      cards.filter(({ id }) => joined.has(id)),
      ranks,
    ),
    own,
    most,
  );
  const ordered = untangle(columns, own);
  for (const card of cards.filter(({ id }) => !joined.has(id))) lowest(ordered).push(card);
  return ordered.flatMap((column) => split(column, most > 2 ? Math.max(6, cards.length / most) : column.length));
}

function byRank(cards: readonly CardSize[], ranks: ReadonlyMap<string, number>): CardSize[][] {
  const columns: CardSize[][] = [];
  for (const card of cards) {
    const rank = ranks.get(card.id) ?? 0;
    columns[rank] = [...(columns[rank] ?? []), card];
  }
  return columns.filter((column) => column !== undefined);
}

/** Neighbouring columns put together, those with the fewest lines between them first, until there are no more than `most`. */
function merge(columns: readonly CardSize[][], lines: readonly LayoutLine[], most: number): CardSize[][] {
  const merged = [...columns];
  while (merged.length > most) {
    const between = (left: readonly CardSize[], right: readonly CardSize[]) => {
      const [a, b] = [new Set(left.map(({ id }) => id)), new Set(right.map(({ id }) => id))];
      return lines.filter(({ from, to }) => (a.has(from) && b.has(to)) || (b.has(from) && a.has(to))).length;
    };
    const costs = merged.slice(1).map((column, index) => {
      const left = merged[index] as CardSize[];
      return between(left, column) * 100 + left.length + column.length;
    });
    const at = costs.indexOf(Math.min(...costs));
    merged.splice(at, 2, [...(merged[at] as CardSize[]), ...(merged[at + 1] as CardSize[])]);
  }
  return merged;
}

/** Cards without lines among each other, filled row by row into as many columns as make the box about as wide as high. */
function grid(cards: readonly CardSize[], most: number): readonly CardSize[][] {
  const height = Math.max(1, ...cards.map((card) => card.height + GAP.row));
  const width = Math.max(1, ...cards.map(({ left, body, right }) => left + body + right + GAP.column));
  const count = Math.max(1, Math.min(most, cards.length, Math.round(Math.sqrt((cards.length * height) / width) + 0.2)));
  return Array.from({ length: count }, (_, column) => cards.filter((_card, index) => index % count === column));
}

/** Cards of each column by where their neighbours in the other columns stand; ties keep their order. */
function untangle(columns: readonly CardSize[][], lines: readonly LayoutLine[]): CardSize[][] {
  let current = columns.map((column) => [...column]);
  const near = new Map<string, string[]>();
  for (const { from, to } of lines) {
    near.set(from, [...(near.get(from) ?? []), to]);
    near.set(to, [...(near.get(to) ?? []), from]);
  }
  for (let round = 0; round < 6; round++) {
    const position = new Map(
      current.flatMap((column) => column.map(({ id }, index): [string, number] => [id, (index + 0.5) / column.length])),
    );
    current = current.map((column) => {
      const centre = ({ id }: CardSize) => {
        const others = near.get(id) ?? [];
        return others.reduce((sum, other) => sum + (position.get(other) ?? 0.5), 0) / Math.max(1, others.length);
      };
      return [...column].sort((a, b) => centre(a) - centre(b));
    });
  }
  return current;
}

function lowest(columns: readonly CardSize[][]): CardSize[] {
  return columns.reduce((least, column) => (column.length < least.length ? column : least)) as CardSize[];
}

function split(column: readonly CardSize[], most: number): CardSize[][] {
  const parts = Math.max(1, Math.ceil(column.length / Math.ceil(most)));
  const each = Math.ceil(column.length / parts);
  return Array.from({ length: parts }, (_, part) => column.slice(part * each, (part + 1) * each)).filter(
    (part) => part.length > 0,
  );
}
