import { expect, test } from "vitest";
import { doubtsOf, possible, within } from "../../src/compile/selections.ts";
import { Bitset } from "../../src/model/bitset.ts";
import type { Assumption } from "../../src/model/flow.ts";

const assumption = (message: string): Assumption => ({ code: "end-port", certainty: "unknown", message });
const [FIRST, SECOND] = [assumption("first"), assumption("second")];
const listed = (doubts: readonly { readonly assumption: Assumption; readonly parties: Bitset }[]) =>
  doubts.map(({ assumption, parties }) => [assumption, [...parties]]);

test("doubts are one for each assumption, with all who hang on it, and none on which nobody does", () => {
  expect(
    listed(
      doubtsOf([
        [FIRST, Bitset.of([1])],
        [SECOND, Bitset.EMPTY],
        [FIRST, Bitset.of([40])],
      ]),
    ),
  ).toEqual([[FIRST, [1, 40]]]);
  expect(doubtsOf([])).toEqual([]);
});

test("a selection may have its members and everybody in doubt", () => {
  const members = Bitset.of([1]);
  expect([...possible({ members, doubts: [] })]).toEqual([1]);
  const doubts = [
    { assumption: FIRST, parties: Bitset.of([2]) },
    { assumption: SECOND, parties: Bitset.of([70]) },
  ];
  expect([...possible({ members, doubts })]).toEqual([1, 2, 70]);
});

test("doubts within another selection are those about parties that it may have", () => {
  const other = { members: Bitset.of([1]), doubts: [{ assumption: SECOND, parties: Bitset.of([2]) }] };
  const left = within([{ assumption: FIRST, parties: Bitset.of([1, 2, 3]) }], other);
  expect(left.map(([assumption, parties]) => [assumption, [...parties]])).toEqual([[FIRST, [1, 2]]]);
  expect(within([], other)).toEqual([]);
});
