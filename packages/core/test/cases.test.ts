import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { compile } from "../src/index.ts";
import { cellsOf, readCase } from "./cases/case.ts";
import { oracle } from "./oracle/oracle.ts";
import { ask } from "./properties/engine.ts";

const cases = ["network-policy", "cluster-network-policy", "admin-network-policy"].flatMap((dialect) => {
  const folder = new URL(`./cases/${dialect}/`, import.meta.url);
  return readdirSync(folder)
    .filter((name) => name.endsWith(".yaml"))
    .sort()
    .map((name) => ({ dialect, name, ...readCase(readFileSync(new URL(name, folder), "utf8")) }));
});

describe.each([...new Set(cases.map(({ dialect }) => dialect))])("%s", (folder) => {
  test.each(cases.filter(({ dialect }) => dialect === folder))("$name: $title", ({ name: _, dialect: __, ...file }) => {
    const cells = cellsOf(file);
    expect(cells.length).toBeGreaterThan(0);
    for (const { where, cluster, options, flow, allowed, certainty } of cells) {
      const truth = oracle(cluster, options, flow);
      const decision = ask(compile(cluster, options).program, flow);
      if (!decision) throw new Error(`the engine has no name for an end: ${where}`);
      const verdict = allowed ? "allow" : "deny";
      expect({ where, oracle: truth.allowed ? "allow" : "deny", engine: decision.verdict }).toEqual({
        where,
        oracle: verdict,
        engine: verdict,
      });
      if (certainty === undefined) continue;
      expect({ where, oracle: truth.certainty, engine: decision.certainty }).toEqual({
        where,
        oracle: certainty,
        engine: certainty,
      });
    }
  });
});

/** Rules of sections 2 to 7, 11 and 12 that can be told by a verdict, be it that a policy is refused and has none. */
const RULES = [
  ...numbered("NP", [1, 8], [10, 12], [20, 25]),
  ...numbered("SEL", [1, 6]),
  ...numbered("PEER", [1, 6]),
  ...numbered("PORT", [1, 14]),
  ...numbered("IPB", [1, 8]),
  ...numbered("EP", [1, 11]),
  // What else CNP-1 to CNP-8 and ANP-1 to ANP-4 refuse, field by field, is in test/parse.
  ...numbered("CNP", [1, 8], [10, 19], [30, 35]),
  ...numbered("ANP", [1, 7]),
  ...numbered("BANP", [1, 3]),
];

test("every rule of sections 2 to 7, 11 and 12 has a case that names it", () => {
  const named = new Set(cases.flatMap(({ rules }) => rules));
  expect(RULES.filter((rule) => !named.has(rule))).toEqual([]);
});

function numbered(prefix: string, ...ranges: readonly (readonly [first: number, last: number])[]): readonly string[] {
  return ranges.flatMap(([first, last]) =>
    Array.from({ length: last - first + 1 }, (_, i) => `${prefix}-${first + i}`),
  );
}
