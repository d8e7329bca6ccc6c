import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { compile } from "../src/index.ts";
import { cellsOf, readCase } from "./cases/case.ts";
import { oracle } from "./oracle/oracle.ts";
import { ask } from "./properties/engine.ts";

const folder = new URL("./cases/network-policy/", import.meta.url);
const cases = readdirSync(folder)
  .filter((name) => name.endsWith(".yaml"))
  .sort()
  .map((name) => ({ name, ...readCase(readFileSync(new URL(name, folder), "utf8")) }));

describe("network policy", () => {
  test.each(cases)("$name: $title", ({ name: _, ...file }) => {
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

/** Rules of sections 2 to 7 that can be told by a verdict; the others are about wording or speak of implementations only. */
const RULES = [
  ...numbered("NP", [1, 8], [10, 12], [20, 25]),
  ...numbered("SEL", [1, 6]),
  ...numbered("PEER", [1, 6]),
  ...numbered("PORT", [1, 14]),
  ...numbered("IPB", [1, 8]),
  ...numbered("EP", [1, 11]),
];

test("every rule of sections 2 to 7 has a case that names it", () => {
  const named = new Set(cases.flatMap(({ rules }) => rules));
  expect(RULES.filter((rule) => !named.has(rule))).toEqual([]);
});

function numbered(prefix: string, ...ranges: readonly (readonly [first: number, last: number])[]): readonly string[] {
  return ranges.flatMap(([first, last]) =>
    Array.from({ length: last - first + 1 }, (_, i) => `${prefix}-${first + i}`),
  );
}
