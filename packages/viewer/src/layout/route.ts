import type { Rect } from "./sizes.ts";

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A line to route: out of a thing on its right, into a thing on its left. */
export interface Trip {
  readonly id: string;
  readonly start: Point;
  readonly end: Point;
  /** Its ends: it leaves the one and enters the other, and runs behind neither. */
  readonly own: ReadonlySet<string>;
}

export interface Obstacle extends Rect {
  readonly id: string;
  /** The part that a line of its own may not touch either. */
  readonly body: Rect;
}

/** How far a line keeps from what it passes, and how far it runs straight out of and into its ends. */
const CLEAR = 10;
const STUB = 22;

/**
 * A path for each trip as the corner points of a smooth curve: first and last are on it, the others pull it.
 *
 * The plain curve is taken unless it runs behind something; then every way above or below what stands between is tried, and the one
 * that hits least, then is shortest, wins. Cost: trips times obstacles nearby times a dozen ways.
 */
export function routes(trips: readonly Trip[], obstacles: readonly Obstacle[]): ReadonlyMap<string, readonly Point[]> {
  const used = new Map<number, number>();
  return new Map(
    trips.map((trip) => {
      const near = obstacles
        .filter((obstacle) => isBetween(obstacle, trip))
        .map((obstacle) => (trip.own.has(obstacle.id) ? core(obstacle) : obstacle));
      const plain = direct(trip);
      if (plain && hits(plain, near, 0) === 0) return [trip.id, plain];
      const ways = lanes(trip, near).map((lane) => around(trip, lane));
      const best = cheapest([...(plain ? [plain] : []), ...ways], near, used);
      const lane = laneOf(best);
      const before = used.get(lane) ?? 0;
      used.set(lane, before + 1);
      return [trip.id, shifted(best, spread(before))];
    }),
  );
}

/** What running behind one thing costs, in pixels of a longer way. */
const HIT = 600;

/** The way that costs least, the first of several; those that are too long already are not looked at closely. */
function cheapest(
  ways: readonly (readonly Point[])[],
  near: readonly Obstacle[],
  used: ReadonlyMap<number, number>,
): readonly Point[] {
  const ordered = ways
    .map((way, index) => ({ way, index, free: lengthOf(way) + 14 * (used.get(laneOf(way)) ?? 0) }))
    .sort((a, b) => a.free - b.free || a.index - b.index);
  let best: { readonly way: readonly Point[]; readonly index: number; readonly cost: number } | undefined;
  for (const { way, index, free } of ordered) {
    if (best && free > best.cost) break;
    const cost = free + HIT * hits(way, near, best ? (best.cost - free) / HIT : Number.POSITIVE_INFINITY);
    if (!best || cost < best.cost || (cost === best.cost && index < best.index)) best = { way, index, cost };
  }
  return best?.way ?? [];
}

/** 0, 4, -4, 8, -8 …: lines in one lane run side by side. */
function spread(index: number): number {
  const step = Math.ceil(index / 2) * 3;
  return Math.max(-6, Math.min(6, index % 2 === 1 ? step : -step));
}

function shifted(way: readonly Point[], by: number): readonly Point[] {
  if (way.length < 8 || by === 0) return way;
  return way.map((point, index) => (index >= 2 && index <= 5 ? { ...point, y: point.y + by } : point));
}

function laneOf(way: readonly Point[]): number {
  return way.length < 8 ? Number.NaN : Math.round(way[2]?.y ?? 0);
}

/** The plain S from left to right; none when the end is not to the right of the start. */
function direct({ start, end }: Trip): readonly Point[] | undefined {
  const room = end.x - start.x;
  if (room < STUB * 1.4) return undefined;
  const pull = Math.min(Math.max(room * 0.45, STUB), 120);
  return [start, { x: start.x + pull, y: start.y }, { x: end.x - pull, y: end.y }, end];
}

/** Out, along a lane, and in. */
function around({ start, end }: Trip, lane: number): readonly Point[] {
  const out = start.x + STUB;
  const into = end.x - STUB;
  // Two more points on the lane hold the curve to it; without them one end would pull at the other.
  const turn = Math.sign(into - out) * Math.min(STUB, Math.abs(into - out) / 2);
  return [
    start,
    { x: out, y: start.y },
    { x: out, y: lane },
    { x: out + turn, y: lane },
    { x: into - turn, y: lane },
    { x: into, y: lane },
    { x: into, y: end.y },
    end,
  ];
}

/** How many ways around are tried. */
const LANES = 16;

/** Heights to run at, those that lead least astray first. */
function lanes({ start, end }: Trip, near: readonly Obstacle[]): readonly number[] {
  const best: { readonly lane: number; readonly astray: number }[] = [];
  const consider = (lane: number) => {
    const astray = Math.abs(lane - start.y) + Math.abs(lane - end.y);
    let at = best.length;
    for (; at > 0; at--) {
      const before = best[at - 1] as (typeof best)[number];
      if (before.lane === lane) return;
      if (before.astray < astray || (before.astray === astray && before.lane < lane)) break;
    }
    if (at === LANES) return;
    best.splice(at, 0, { lane, astray });
    if (best.length > LANES) best.pop();
  };
  for (const lane of [(start.y + end.y) / 2, start.y - 34, start.y + 34]) consider(lane);
  for (const { y, height } of near) {
    consider(y - CLEAR);
    consider(y + height + CLEAR);
  }
  return best.map(({ lane }) => lane);
}

function isBetween({ x, y, width, height }: Obstacle, { start, end }: Trip): boolean {
  const left = Math.min(start.x, end.x) - STUB * 2;
  const right = Math.max(start.x, end.x) + STUB * 2;
  const top = Math.min(start.y, end.y) - 160;
  const bottom = Math.max(start.y, end.y) + 160;
  return x < right && x + width > left && y < bottom && y + height > top;
}

function core({ id, body }: Obstacle): Obstacle {
  const rect = { x: body.x + 8, y: body.y + 4, width: body.width - 16, height: body.height - 8 };
  return { id, ...rect, body: rect };
}

/** How many obstacles a way runs behind; counted until there are more than `enough`. */
function hits(way: readonly Point[], obstacles: readonly Obstacle[], enough: number): number {
  if (obstacles.length === 0) return 0;
  const parts = pieces(way);
  let found = 0;
  for (const obstacle of obstacles) {
    if (parts.some((piece) => runsBehind(piece, obstacle)) && ++found > enough) break;
  }
  return found;
}

/** A curve stays within its three points, so most are told by them. */
function runsBehind({ from, by, to }: Piece, { x, y, width, height }: Rect): boolean {
  const [left, right, top, bottom] = [x - 3, x + width + 3, y - 3, y + height + 3];
  if ((from.x <= left && by.x <= left && to.x <= left) || (from.x >= right && by.x >= right && to.x >= right))
    return false;
  if ((from.y <= top && by.y <= top && to.y <= top) || (from.y >= bottom && by.y >= bottom && to.y >= bottom))
    return false;
  for (let step = 0; step <= SAMPLES; step++) {
    const t = step / SAMPLES;
    const atX = mix(t, from.x, by.x, to.x);
    const atY = mix(t, from.y, by.y, to.y);
    if (atX > left && atX < right && atY > top && atY < bottom) return true;
  }
  return false;
}

function lengthOf(way: readonly Point[]): number {
  return way.reduce((sum, point, index) => {
    const last = way[index - 1];
    return last ? sum + Math.abs(point.x - last.x) + Math.abs(point.y - last.y) : 0;
  }, 0);
}

const SAMPLES = 8;

/** Points along the smooth curve: quadratic pieces that meet halfway between the inner corners. */
export function samples(way: readonly Point[]): readonly Point[] {
  return pieces(way).flatMap(({ from, by, to }) =>
    Array.from({ length: SAMPLES + 1 }, (_, step) => {
      const t = step / SAMPLES;
      return { x: mix(t, from.x, by.x, to.x), y: mix(t, from.y, by.y, to.y) };
    }),
  );
}

function mix(t: number, from: number, by: number, to: number): number {
  return (1 - t) ** 2 * from + 2 * t * (1 - t) * by + t * t * to;
}

/** One quadratic Bézier curve. */
interface Piece {
  readonly from: Point;
  readonly by: Point;
  readonly to: Point;
}

/** The quadratic Bézier pieces of a path. */
export function pieces(way: readonly Point[]): readonly Piece[] {
  const inner = way.slice(1, -1);
  let from = way[0] as Point;
  return inner.map((by, index) => {
    const next = inner[index + 1];
    const to = next ? { x: (by.x + next.x) / 2, y: (by.y + next.y) / 2 } : (way.at(-1) as Point);
    const piece = { from, by, to };
    from = to;
    return piece;
  });
}
