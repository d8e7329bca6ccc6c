import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { axisOf, stretchAt } from "../../src/layout/axis.ts";
import { OUTSIDE } from "../../src/model/graph.ts";
import { matrixOf } from "../../src/model/matrix.ts";
import { HEADS, type Spot, walk } from "../../src/model/matrix-walk.ts";
import { drawnGraph } from "../graphs.ts";

const keys = fc.constantFrom(
  ...["ArrowDown", "ArrowUp", "ArrowLeft", "ArrowRight", "PageUp", "PageDown", "Home", "End"],
);

describe("walking through a matrix", () => {
  test("never leads to a place that is none: outside, the corner, or a cell of a head", () => {
    fc.assert(
      fc.property(
        drawnGraph,
        fc.subarray(["a", "b", "c", OUTSIDE]),
        fc.array(fc.tuple(keys, fc.boolean()), { maxLength: 30 }),
        (graph, open, pressed) => {
          const matrix = matrixOf(graph, new Set(open));
          let at: Spot = { row: 0, column: HEADS };
          for (const [key, jump] of pressed) {
            at = walk(matrix, at, key, jump) ?? at;
            expect(at.row === HEADS && at.column === HEADS).toBe(false);
            for (const [own, other] of [
              [at.row, at.column],
              [at.column, at.row],
            ]) {
              if (own === HEADS) continue;
              expect(matrix.lines[own ?? 0]).toBeDefined();
              if (matrix.lines[own ?? 0]?.type === "head") expect(other).toBe(HEADS);
            }
          }
        },
      ),
    );
  });

  test("any other key means nothing here", () => {
    fc.assert(
      fc.property(drawnGraph, (graph) => {
        expect(walk(matrixOf(graph, new Set()), { row: 0, column: 0 }, "x", false)).toBeUndefined();
      }),
    );
  });
});

describe("the part of an axis in sight", () => {
  test("has every line that touches it, unless there are more than may be in the page", () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 80 });
    fc.assert(
      fc.property(sizes, fc.nat(3000), fc.nat(400), fc.integer({ min: 5, max: 60 }), (list, from, length, most) => {
        const axis = axisOf(list);
        const { first, end } = stretchAt(axis, from, from + length, 2, most);
        expect(end - first).toBeLessThanOrEqual(most);
        const touching = list
          .map((_, i) => i)
          .filter((i) => (axis[i + 1] ?? 0) > from && (axis[i] ?? 0) <= from + length);
        for (const line of touching.slice(0, most - 2)) {
          expect(line).toBeGreaterThanOrEqual(first);
          expect(line).toBeLessThan(end);
        }
      }),
    );
  });
});
