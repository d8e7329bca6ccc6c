import { Bitset } from "../model/bitset.ts";
import type { Assumption } from "../model/flow.ts";
import type { Doubt, Selection } from "../model/program.ts";

/** The doubts of a selection: one for each assumption that some party hangs on. */
export function doubtsOf(open: readonly (readonly [assumption: Assumption, parties: Bitset])[]): readonly Doubt[] {
  const byAssumption = new Map<Assumption, Bitset>();
  for (const [assumption, parties] of open) {
    if (!parties.isEmpty) byAssumption.set(assumption, parties.union(byAssumption.get(assumption) ?? Bitset.EMPTY));
  }
  return [...byAssumption].map(([assumption, parties]) => ({ assumption, parties }));
}

/** Every party a selection may have. */
export function possible({ members, doubts }: Selection): Bitset {
  return doubts.length === 0 ? members : Bitset.union([members, ...doubts.map(({ parties }) => parties)]);
}

/** What is left of doubts among the parties that another selection may have. */
export function within(
  doubts: readonly Doubt[],
  other: Selection,
): readonly (readonly [assumption: Assumption, parties: Bitset])[] {
  if (doubts.length === 0) return [];
  const may = possible(other);
  return doubts.map(({ assumption, parties }) => [assumption, parties.intersect(may)] as const);
}
