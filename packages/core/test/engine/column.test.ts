import fc from "fast-check";
import { expect, test } from "vitest";
import { arrange } from "../../src/engine/plane.ts";
import { SideTable } from "../../src/engine/side-table.ts";
import { CLOSED } from "../../src/engine/verdicts.ts";
import { compile, reach } from "../../src/index.ts";
import { cluster, options } from "../arbitraries.ts";
import { runs } from "../properties/engine.ts";

test("a column names everybody who lets something in from a source once, with what that is", () => {
  const tally = { open: 0, closed: 0 };
  fc.assert(
    fc.property(cluster, options, (cluster, options) => {
      const { program } = compile(cluster, options);
      const sides = { egress: SideTable.of(program, "egress"), ingress: SideTable.of(program, "ingress") };
      const { planes } = arrange(program, reach(program).endpoints, sides);
      for (const plane of planes)
        for (const source of program.parties.keys()) {
          const found = new Map<number, number>();
          plane.column.each(source, (word, subjects, label) => {
            expect(subjects).not.toBe(0);
            expect(label).not.toBe(CLOSED);
            for (let bit = 0; bit < 32; bit++) {
              if (((subjects >>> bit) & 1) === 0) continue;
              expect(found.has(word * 32 + bit)).toBe(false);
              found.set(word * 32 + bit, label);
            }
          });
          for (const subject of program.parties.keys()) {
            const label = plane.meets(subject) ? sides.ingress.look(subject, source, plane.circumstance) : CLOSED;
            expect(found.get(subject) ?? CLOSED).toBe(label);
            tally[label === CLOSED ? "closed" : "open"]++;
          }
        }
    }),
    runs(30),
  );
  expect(Math.min(tally.open, tally.closed)).toBeGreaterThan(0);
}, 60_000);
