import type { Likelihood } from "../../engine/profile.ts";

/** Taken to hold, though nothing shows it. */
export const LIKELY: Likelihood = { certain: false, expected: true, possible: true };
/** Taken not to hold, though nothing rules it out. */
export const UNLIKELY: Likelihood = { certain: false, expected: false, possible: true };

/** A likelihood in one word, for those who take no default. */
export type Answer = "yes" | "no" | "unknown";

export function answerOf({ certain, possible }: Likelihood): Answer {
  if (certain) return "yes";
  return possible ? "unknown" : "no";
}

/** True when all hold, as far as each is known to. */
export function allOf(each: readonly Likelihood[]): Likelihood {
  return {
    certain: each.every(({ certain }) => certain),
    expected: each.every(({ expected }) => expected),
    possible: each.every(({ possible }) => possible),
  };
}

/** How likely something is, for sorting: higher is surer to hold. */
export function strengthOf({ certain, expected, possible }: Likelihood): number {
  return Number(certain) + Number(expected) + Number(possible);
}
