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
 * of the given proportions wins. Nothing overlaps by construction. Cost: some dozens of arrangements, each linear in cards and lines.
 */
export function place(boxes: readonly BoxSize[], lines: readonly LayoutLine[], page: Page): Placement {
  const boxOf = new Map(
    boxes.flatMap((box) => [[box.id, box.id], ...box.cards.map(({ id }) => [id, box.id])] as [string, string][]),
  );
  const joints = jointsOf(boxes, lines, boxOf);
  const arcs = lines.map(({ from, to }) => ({ from: boxOf.get(from) ?? "", to: boxOf.get(to) ?? "" }));
  const middle = boxes.filter(({ place: where }) => where === "middle");
  const ranks = ranksOf(
    middle.map(({ id }) => id),
    arcs,
  );
  const most = Math.max(0, ...ranks.values()) + 1;
  const insides = insidesOf(lines);
  let best: Attempt | undefined;
  const attempt = (inner: (box: BoxSize) => number, columns: number, end: EndColumn): Attempt => {
    const inside = new Map(boxes.map((box) => [box.id, insides(box, box.place === "middle" ? inner(box) : 1)]));
    const placement = arrange(boxes, columnsOf(middle, ranks, inside, columns), inside, ranks, joints, end);
    return { placement, inner, columns, end, score: scoreOf(placement, lines, page) };
  };
  const widest = Math.max(most, Math.min(6, middle.length), Math.ceil(Math.sqrt(middle.length)));
  const fullest = Math.max(1, ...middle.map(({ cards }) => cards.length));
  for (const end of ["own", "shared"] as const) {
    for (const inner of [1, 2, 3, 4, 6].filter((number) => number <= fullest)) {
      for (let columns = 1; columns <= widest; columns++) {
        best = better(
          best,
          attempt(() => inner, columns, end),
        );
      }
    }
  }
  // Then box by box: what suits most of them need not suit all.
  for (const box of middle.filter(({ cards }) => cards.length > 1).slice(0, FINE_TUNED)) {
    for (const own of [1, 2, 3, 4]) {
      const { inner, columns, end } = best as Attempt;
      for (const more of [0, 1])
        best = better(
          best,
          attempt((one) => (one === box ? own : inner(one)), columns + more, end),
        );
    }
  }
  return best?.placement ?? { cards: new Map(), boxes: new Map(), width: 0, height: 0 };
}

/** The inside of a box by its number of columns; each is worked out once, however many arrangements have it. */
function insidesOf(lines: readonly LayoutLine[]): (box: BoxSize, columns: number) => PlacedBox {
  const known = new Map<string, PlacedBox>();
  return (box, columns) => {
    const key = `${columns} ${box.id}`;
    const placed = known.get(key) ?? insideOf(box, lines, columns);
    known.set(key, placed);
    return placed;
  };
}

/** The lines between boxes, as often as an arrangement has to look at them: by numbers, in the order in which they were given. */
interface Joints {
  /** The number of each box, and of each card. */
  readonly boxes: ReadonlyMap<string, number>;
  readonly cards: ReadonlyMap<string, number>;
  /** For each box its lines: the card each starts or else ends at, or -1 where neither is one, and the box at the far end. */
  readonly of: readonly (readonly Joint[])[];
}

interface Joint {
  readonly from: number;
  readonly to: number;
  readonly other: number;
}

function jointsOf(boxes: readonly BoxSize[], lines: readonly LayoutLine[], boxOf: ReadonlyMap<string, string>): Joints {
  const numbered = (ids: readonly string[]) => new Map(ids.map((id, index) => [id, index]));
  const numbers = numbered(boxes.map(({ id }) => id));
  const cards = numbered(boxes.flatMap((box) => box.cards.map(({ id }) => id)));
  const of: Joint[][] = boxes.map(() => []);
  for (const line of lines) {
    const [one, two] = [numbers.get(boxOf.get(line.from) ?? ""), numbers.get(boxOf.get(line.to) ?? "")];
    if (one === undefined || two === undefined || one === two) continue;
    const [from, to] = [cards.get(line.from) ?? -1, cards.get(line.to) ?? -1];
    of[one]?.push({ from, to, other: two });
    of[two]?.push({ from, to, other: one });
  }
  return { boxes: numbers, cards, of };
}

/** How many boxes are tried one by one. */
const FINE_TUNED = 12;

/** Whether what stands at the far right has a column of its own, or the foot of the last one. */
type EndColumn = "own" | "shared";

interface Attempt {
  readonly placement: Placement;
  readonly inner: (box: BoxSize) => number;
  readonly columns: number;
  readonly end: EndColumn;
  readonly score: number;
}

function better(a: Attempt | undefined, b: Attempt): Attempt {
  return a && a.score * 1.0001 >= b.score ? a : b;
}

/** Lines that run from left to right are worth smaller letters, as long as these can be read. */
function scoreOf(placement: Placement, lines: readonly LayoutLine[], page: Page): number {
  const fit = Math.min(1, page.width / placement.width, page.height / placement.height);
  const legible = Math.min(1, fit / 0.8) ** 2;
  const shape = placement.width / placement.height / (page.width / page.height);
  const filled = 0.9 + 0.1 * Math.min(shape, 1 / shape);
  return filled * legible * fit ** 0.7 * (1 - Math.min(0.9, 1.1 * backwards(placement, lines)));
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
  ranks: ReadonlyMap<string, number>,
  joints: Joints,
  end: EndColumn,
): Placement {
  const at = (where: BoxSize["place"]) => boxes.filter(({ place: side }) => side === where).map(({ id }) => id);
  const foot = new Set(end === "shared" ? at("end") : []);
  const ordered = withFoot(
    byNeighbours(
      [at("start"), ...middle, at("end").filter((id) => !foot.has(id))].filter((column) => column.length > 0),
      ranks,
      joints,
    ),
    foot,
  );
  const sizes = (id: string) => inside.get(id) as PlacedBox;
  const heights = ordered.map((column) => column.reduce((sum, id) => sum + sizes(id).height + GAP.box, -GAP.box));
  const height = Math.max(0, ...heights);

  const bareBoxes = new Set(boxes.filter(({ frame }) => frame === "bare").map(({ id }) => id));
  // Where the middles of boxes and cards are; those that have no place yet are no numbers.
  const centres = new Float64Array(joints.boxes.size).fill(Number.NaN);
  const middles = new Float64Array(joints.cards.size).fill(Number.NaN);
  const cardRects = new Map<string, Rect>();
  const boxRects = new Map<string, Rect>();
  let x = 0;
  const placeColumn = (column: readonly string[], index: number) => {
    if (index === 0) x = GAP.margin;
    const bare = column.every((id) => bareBoxes.has(id));
    const anchor = Math.max(...column.map((id) => sizes(id).anchor));
    const shift = (id: string) => (bare ? anchor - sizes(id).anchor : 0);
    const width = Math.max(0, ...column.map((id) => sizes(id).width + shift(id)));
    const room = height - (heights[index] ?? 0);
    let y = GAP.margin + Math.max(0, Math.min(room, room / 2 + drift(column, room / 2)));
    for (const id of column) {
      const box = sizes(id);
      const left = foot.has(id) ? x + width - box.width : bare ? x + shift(id) : x + (width - box.width) / 2;
      boxRects.set(id, { x: left + box.frame.x, y: y + box.frame.y, width: box.frame.width, height: box.frame.height });
      for (const [card, rect] of box.cards) {
        cardRects.set(card, { ...rect, x: rect.x + left, y: rect.y + y });
        middles[joints.cards.get(card) as number] = rect.y + y + rect.height / 2;
      }
      centres[joints.boxes.get(id) as number] = y + box.height / 2;
      y += box.height + GAP.box;
    }
    x += width + GAP.boxColumn;
  };
  // Once to know where everything is, and once more to be level with it.
  ordered.forEach(placeColumn);
  ordered.forEach(placeColumn);
  return { cards: cardRects, boxes: boxRects, width: x - GAP.boxColumn + GAP.margin, height: height + 2 * GAP.margin };

  /** How far a column should move from `top` so that it is level with what it is joined to. */
  function drift(column: readonly string[], top: number): number {
    let y = GAP.margin + top;
    let [wishes, sum] = [0, 0];
    for (const id of column) {
      const centre = y + sizes(id).height / 2;
      y += sizes(id).height + GAP.box;
      for (const { from, to, other } of joints.of[joints.boxes.get(id) as number] as readonly Joint[]) {
        const level = placed(middles, from) ?? placed(middles, to) ?? placed(centres, other);
        if (level === undefined) continue;
        wishes++;
        sum += level - centre;
      }
    }
    return wishes === 0 ? 0 : sum / wishes;
  }
}

/** What is known under a number; nothing where that has no place yet, or there is no such number. */
function placed(places: Float64Array, number: number): number | undefined {
  const at = number < 0 ? Number.NaN : (places[number] as number);
  return Number.isNaN(at) ? undefined : at;
}

/** The columns with these boxes below the last of them. */
function withFoot(columns: readonly (readonly string[])[], foot: ReadonlySet<string>): readonly (readonly string[])[] {
  return foot.size === 0 ? columns : [...columns.slice(0, -1), [...(columns.at(-1) ?? []), ...foot]];
}

/** Each column by rank, so that lines run downwards where they cannot run right, then by where its neighbours stand. */
function byNeighbours(
  columns: readonly (readonly string[])[],
  ranks: ReadonlyMap<string, number>,
  joints: Joints,
): readonly (readonly string[])[] {
  let current = columns.map((column) => [...column]);
  for (let round = 0; round < 4; round++) {
    const position = new Float64Array(joints.boxes.size).fill(0.5);
    for (const column of current) {
      column.forEach((id, index) => {
        position[joints.boxes.get(id) as number] = (index + 0.5) / column.length;
      });
    }
    current = current.map((column) => {
      const keys = column.map((id) => {
        const box = joints.boxes.get(id) as number;
        const near = joints.of[box] as readonly Joint[];
        let sum = 0;
        for (const { other } of near) sum += position[other] as number;
        const centre = near.length === 0 ? (position[box] as number) : sum / near.length;
        return { id, rank: ranks.get(id) ?? 0, centre };
      });
      return keys.sort((a, b) => a.rank - b.rank || a.centre - b.centre || (a.id < b.id ? -1 : 1)).map(({ id }) => id);
    });
  }
  return current;
}
