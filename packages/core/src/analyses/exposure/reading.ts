/**
 * Whether something holds: as far as the input shows (`expected`), whatever the truth is (`certain`), and at best (`possible`). What is
 * certain is expected, and what is expected is possible.
 */
export interface Reading {
  readonly certain: boolean;
  readonly expected: boolean;
  readonly possible: boolean;
}

export const YES: Reading = { certain: true, expected: true, possible: true };
export const NO: Reading = { certain: false, expected: false, possible: false };
/** Taken to hold, though nothing shows it. */
export const LIKELY: Reading = { certain: false, expected: true, possible: true };
/** Taken not to hold, though nothing rules it out. */
export const UNLIKELY: Reading = { certain: false, expected: false, possible: true };

/** A reading in one word, for those who take no default. */
export type Answer = "yes" | "no" | "unknown";

export function answerOf({ certain, possible }: Reading): Answer {
  if (certain) return "yes";
  return possible ? "unknown" : "no";
}

export function allOf(...each: readonly Reading[]): Reading {
  return {
    certain: each.every(({ certain }) => certain),
    expected: each.every(({ expected }) => expected),
    possible: each.every(({ possible }) => possible),
  };
}

export function anyOf(...each: readonly Reading[]): Reading {
  return {
    certain: each.some(({ certain }) => certain),
    expected: each.some(({ expected }) => expected),
    possible: each.some(({ possible }) => possible),
  };
}

/** How sure a reading is, for sorting: higher is surer to hold. */
export function strengthOf({ certain, expected, possible }: Reading): number {
  return Number(certain) + Number(expected) + Number(possible);
}
