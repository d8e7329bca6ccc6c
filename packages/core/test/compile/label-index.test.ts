import fc from "fast-check";
import { expect, test } from "vitest";
import { LabelIndex } from "../../src/compile/label-index.ts";
import { type LabelSelector, type Labels, matches } from "../../src/model/selector.ts";

const key = fc.constantFrom("app", "tier", "env");
const value = fc.constantFrom("a", "b", "c", "");
const labels: fc.Arbitrary<Labels> = fc
  .record({
    values: fc.dictionary(key, value),
    unknown: fc.uniqueArray(key),
    incomplete: fc.boolean(),
  })
  .map(({ values, unknown, incomplete }) => ({
    values: new Map(Object.entries(values)),
    ...(unknown.length > 0 && { valueUnknown: new Set(unknown) }),
    ...(incomplete && { incomplete }),
  }));
const selector: fc.Arbitrary<LabelSelector> = fc.record({
  requirements: fc.array(
    fc.record({
      key,
      operator: fc.constantFrom("In", "NotIn", "Exists", "DoesNotExist"),
      values: fc.uniqueArray(value, { minLength: 1 }),
    }),
    { maxLength: 3 },
  ),
});

test("an index says of every object what the selector says, doubts included", () => {
  fc.assert(
    fc.property(fc.array(labels, { maxLength: 40 }), fc.array(selector), fc.array(key), (objects, selectors, keys) => {
      const index = new LabelIndex(objects, keys);
      for (const one of selectors) {
        const { holds, doubts } = index.select(one);
        const open = doubts.map(({ position }) => position);
        expect(open).toEqual([...open].sort((a, b) => a - b));
        objects.forEach((object, position) => {
          const doubt = doubts.find((entry) => entry.position === position)?.doubt;
          expect({ holds: holds.has(position), ...(doubt && { doubt }) }).toEqual(matches(one, object));
        });
      }
    }),
  );
});
