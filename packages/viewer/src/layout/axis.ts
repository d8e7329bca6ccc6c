/** Lines of a table laid end to end: where each begins, in pixels, and at last where all of them end. */
export type Axis = readonly number[];

/** Positions of lines, the last one not included. */
export interface Stretch {
  readonly first: number;
  readonly end: number;
}

export function axisOf(sizes: readonly number[]): Axis {
  const starts = [0];
  for (const size of sizes) starts.push((starts.at(-1) ?? 0) + size);
  return starts;
}

/** The lines that touch these pixels, with a few on either side so that scrolling finds them there; never more than `most`. */
export function stretchAt(axis: Axis, from: number, to: number, spare: number, most: number): Stretch {
  const count = axis.length - 1;
  const touched = lineAt(axis, from);
  const first = Math.max(0, Math.min(touched - spare, count - 1));
  return { first, end: Math.min(count, lineAt(axis, to) + 1 + spare, first + most) };
}

/** The line at a pixel; of pixels beyond the end, the last line. */
function lineAt(axis: Axis, pixel: number): number {
  let low = 0;
  let high = Math.max(0, axis.length - 2);
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((axis[middle] ?? 0) <= pixel) low = middle;
    else high = middle - 1;
  }
  return low;
}
