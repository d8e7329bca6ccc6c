import fc from "fast-check";
import { expect, test } from "vitest";
import type { Circumstance } from "../../src/engine/encounter.ts";
import { Arrangement, Plane } from "../../src/engine/plane.ts";
import { SideTable } from "../../src/engine/side-table.ts";
import { compile, reach } from "../../src/index.ts";
import { cluster, options } from "../arbitraries.ts";
import { runs } from "../properties/engine.ts";

test("what subjects let in from a source is said because of one of its sets, because of several, or by those who do not speak of it", () => {
  const tally = { once: 0, twice: 0, unspoken: 0 };
  fc.assert(
    fc.property(cluster, options, (cluster, options) => {
      const { program } = compile(cluster, options);
      const sides = { egress: SideTable.of(program, "egress"), ingress: SideTable.of(program, "ingress") };
      const planeOf = (circumstance: Circumstance) => new Plane(program, sides.ingress, circumstance);
      const { planes } = new Arrangement(program, reach(program).endpoints, planeOf);
      for (const plane of planes) {
        const { column, slices, circumstance } = plane;
        for (const source of program.parties.keys()) {
          const rows = slices.setsOf(source).map((set) => column.ofSet(set));
          for (const subject of program.parties.keys()) {
            if (!plane.meets(subject)) continue;
            const label = sides.ingress.look(subject, source, circumstance);
            const speak = rows.filter(({ words, masks }) =>
              words.some((word, i) => word === subject >> 5 && ((masks[i] as number) >>> (subject & 31)) & 1),
            );
            expect(column.labelOf(subject, source)).toBe(label);
            if (speak.length === 0) expect(column.unspoken.at(subject)).toBe(label);
            if (speak.length === 1) expect(speak[0]?.at(subject)).toBe(label);
            tally[speak.length === 0 ? "unspoken" : speak.length === 1 ? "once" : "twice"]++;
          }
        }
      }
    }),
    runs(30),
  );
  expect(Math.min(tally.once, tally.twice, tally.unspoken)).toBeGreaterThan(0);
}, 60_000);
