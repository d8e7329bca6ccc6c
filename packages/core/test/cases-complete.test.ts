import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse as parseYaml } from "yaml";
import { type Options, PRESETS, parse, UPSTREAM } from "../src/index.ts";
import { type Situation, situationsOf } from "./cases/case.ts";
import { CASES } from "./cases/every-case.ts";
import { oracle } from "./oracle/oracle.ts";

const WITHOUT = parseYaml(text("./cases/without-a-case.yaml")) as Readonly<
  Record<"clauses" | "options", Readonly<Record<string, string>>>
>;

describe("docs/semantics.md", () => {
  const defined = clausesOf(text("../../../docs/semantics.md"));
  const shown = new Set(CASES.flatMap(({ file }) => file.rules));
  const excused = WITHOUT.clauses;

  test("has a case for every clause, but for those that cannot have one, with the reason", () => {
    expect(defined.filter((id) => !isExposure(id) && !shown.has(id) && !Object.hasOwn(excused, id))).toEqual([]);
  });

  test("has a test of the exposure analysis for every clause about exposure, since no flow between two ends shows one", () => {
    const folder = new URL("./analyses/exposure/", import.meta.url);
    const tested = readdirSync(folder).map((file) => readFileSync(new URL(file, folder), "utf8"));
    const named = new Set(tested.flatMap((source) => source.match(/EXP-\d+/g) ?? []));
    expect(defined.filter((id) => isExposure(id) && !named.has(id) && !Object.hasOwn(excused, id))).toEqual([]);
  });

  test("has every clause that a case shows", () => {
    expect([...shown].filter((id) => !defined.includes(id))).toEqual([]);
  });

  test("has no excuse for a clause that is gone, or that a case shows after all", () => {
    expect(Object.keys(excused).filter((id) => !defined.includes(id) || shown.has(id))).toEqual([]);
    expect(Object.values(excused).filter((reason) => reason.length < 20)).toEqual([]);
  });
});

describe("every option", () => {
  const situations = CASES.flatMap(({ file }) => situationsOf(file));

  test.each(Object.keys(UPSTREAM) as (keyof Options)[])(
    "%s makes a difference in some case, or has an excuse",
    (name) => {
      const decisive = situations.some((situation) => {
        if (situation.assumed[name] === undefined) return false;
        const { [name]: _, ...others } = situation.assumed;
        return changes(situation, { ...UPSTREAM, ...PRESETS[situation.preset], ...others });
      });
      expect(decisive).toBe(!Object.hasOwn(WITHOUT.options, name));
    },
  );

  test.each(Object.keys(PRESETS).filter((preset) => preset !== "upstream"))("of the preset %s too", (preset) => {
    const those = situations.filter((situation) => situation.preset === preset);
    expect(those.some((situation) => changes(situation, { ...UPSTREAM, ...situation.assumed }))).toBe(true);
  });
});

function isExposure(clause: string): boolean {
  return clause.startsWith("EXP-");
}

/** Whether some cell of the situation, or who is there to ask about, is another under these options. */
function changes({ sources, cells, cluster }: Situation, options: Options): boolean {
  const { cluster: other } = parse(sources, options);
  const pods = other.pods.map(({ id }) => id);
  if (pods.join() !== cluster.pods.map(({ id }) => id).join()) return true;
  return cells.some(({ flow, allowed }) => oracle(other, options, flow).allowed !== allowed);
}

/** Every id that starts an item, or stands in the first cell of a table row. */
function clausesOf(page: string): readonly string[] {
  const starts = [...page.matchAll(/^(?:- ((?:\*\*[A-Z]+-\d+\*\*(?:, )?)+)|\| ([^|]*)\|)/gm)];
  return starts.flatMap(([, item = "", cell = ""]) => `${item}${cell}`.match(/\b[A-Z]+-\d+\b/g) ?? []);
}

function text(path: string): string {
  return readFileSync(new URL(path, import.meta.url), "utf8");
}
