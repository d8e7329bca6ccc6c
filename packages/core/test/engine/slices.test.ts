import fc from "fast-check";
import { expect, test } from "vitest";
import { SIMPLE } from "../../src/engine/encounter.ts";
import { SideTable } from "../../src/engine/side-table.ts";
import { CLOSED } from "../../src/engine/verdicts.ts";
import { compile } from "../../src/index.ts";
import { cluster, options } from "../arbitraries.ts";
import { runs } from "../properties/engine.ts";

test("rows turned round say of each peer what each row says, and the same of peers of one class", () => {
  const tally = { spoken: 0, unspoken: 0, shared: 0 };
  fc.assert(
    fc.property(cluster, options, fc.constantFrom("egress", "ingress"), (cluster, options, direction) => {
      const { program } = compile(cluster, options);
      const table = SideTable.of(program, direction);
      for (const circumstance of SIMPLE) {
        const slices = table.slices(circumstance);
        const ofClass = new Map<number, readonly number[]>();
        for (const peer of program.parties.keys()) {
          const { size, rows, labels } = slices.spoken(peer);
          const said = new Map(Array.from(rows.slice(0, size), (row, i) => [row, labels[i]]));
          expect(said.size).toBe(size);
          const whole = Array.from({ length: table.rowCount }, (_, row) => {
            const written = table.row(row, circumstance);
            expect(table.cases(row, circumstance).at(peer)).toBe(written.at(peer));
            expect(said.get(row) ?? slices.rests[row]).toBe(written.at(peer));
            return written.at(peer);
          });
          tally.spoken += size;
          tally.unspoken += table.rowCount - size;
          const alike = ofClass.get(slices.classOf[peer] as number);
          if (alike) tally.shared++;
          expect(whole).toEqual(alike ?? whole);
          ofClass.set(slices.classOf[peer] as number, whole);
        }
      }
    }),
    runs(30),
  );
  expect(Math.min(tally.spoken, tally.unspoken, tally.shared)).toBeGreaterThan(CLOSED);
}, 60_000);
