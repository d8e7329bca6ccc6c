import fc from "fast-check";
import { expect, test } from "vitest";
import { Columns } from "../../src/engine/columns.ts";
import { SIMPLE } from "../../src/engine/encounter.ts";
import type { Profile } from "../../src/engine/profile.ts";
import { SideTable } from "../../src/engine/side-table.ts";
import { compile, type Program } from "../../src/index.ts";
import { cluster, options } from "../arbitraries.ts";
import { runs } from "../properties/engine.ts";

/** A profile in which nothing applies and nobody is isolated. */
const free = ({ layers }: Program): readonly Profile[] => layers.map(() => []);

test("columns say what looking does, of a table and of what is made from it", () => {
  let added = 0;
  fc.assert(
    fc.property(cluster, options, fc.array(fc.nat({ max: 99 }), { maxLength: 3 }), (cluster, options, drawn) => {
      const { program } = compile(cluster, options);
      const table = SideTable.of(program, "ingress");
      const rows = table.rowCount;
      // The first is asked about last, so that others come first too.
      const [first = 0, ...others] = program.parties.keys();
      const parties = [...others, first];
      const freed = new Set(drawn.map((number) => number % parties.length));
      for (const circumstance of SIMPLE) {
        const columns = new Columns(table, circumstance);
        const changed = table.changed(
          freed,
          () => 0,
          () => free(program),
        );
        for (const one of [table, changed])
          for (const peer of parties)
            for (const subject of parties) {
              const label = columns.at(one, subject, peer);
              expect(label).toBe(one.look(subject, peer, circumstance));
              const isFree = one === changed && freed.has(subject);
              if (isFree) expect(one.verdicts.verdict(label).allowed.toString()).toBe("all");
              else expect(label).toBe(table.look(subject, peer, circumstance));
            }
      }
      added += table.rowCount - rows;
    }),
    runs(20),
  );
  expect(added).toBeGreaterThan(0);
}, 60_000);
