/** What a profile is made of; each is a question of its own, and no two are averaged. */
export type DimensionId =
  | "segmentation"
  | "containment"
  | "egress"
  | "entry-to-jewel"
  | "default-deny"
  | "control"
  | "availability";

/** One dimension: from 0 to 100, higher is better. */
export interface Dimension {
  readonly id: DimensionId;
  /** What it is called in sentences; `denied share` for segmentation where nobody knows what is needed. */
  readonly title: string;
  /** Absent where the input does not give what it is worked out from. */
  readonly value?: number;
  /** The least and the most that open questions leave; absent where they make no difference or were not tried. */
  readonly range?: readonly [number, number];
  /** What the number says, or why there is none. */
  readonly because: string;
  /** The numbers it is made of. */
  readonly parts: readonly Part[];
}

export interface Part {
  readonly name: string;
  readonly value: number;
}

/** Its share of a whole, from 0 to 100; 100 of nothing. */
export function share(part: number, whole: number): number {
  return whole === 0 ? 100 : (100 * part) / whole;
}

/** With one decimal, and never a round number that is not quite reached. */
export function rounded(value: number): number {
  const one = Math.round(value * 10) / 10;
  return one === 100 && value < 100 ? 99.9 : one === 0 && value > 0 ? 0.1 : one;
}
