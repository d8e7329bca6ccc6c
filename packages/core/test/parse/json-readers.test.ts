import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readJson, readStrictly } from "../../src/parse/json.ts";
import { JsonFault } from "../../src/parse/json-fault.ts";
import { type JsonUnit, jsonUnits } from "../../src/parse/json-skim.ts";
import type { Step } from "../../src/parse/places.ts";
import { SourceText } from "../../src/parse/text.ts";
import { isList, isMap, type Value } from "../../src/parse/tree.ts";

/** JSON in every spelling: any spacing, any escapes, keys that repeat and keys that JavaScript treats apart. */
const space = fc.constantFrom("", "", " ", "\n", "\n    ", "\t", "\r\n", "\ufeff");
const string = fc
  .oneof(
    fc.string({ maxLength: 6 }),
    fc.constantFrom("__proto__", "constructor", "1", "0", '":', "\\", '"', "{", "]", "a"),
  )
  .chain((text) => fc.constantFrom(JSON.stringify(text), escaped(text)));
const scalar = fc.oneof(
  string,
  fc.constantFrom("null", "true", "false", "-0", "1e400", "0.1", "12345678901234567890", "-1.5E-3"),
);
const { json } = fc.letrec<{ json: string; list: string; map: string }>((tie) => ({
  json: fc.oneof({ depthSize: "small", withCrossShrink: true }, scalar, tie("list"), tie("map")),
  list: fc
    .tuple(fc.array(tie("json"), { maxLength: 4 }), space)
    .map(([items, gap]) => `[${gap}${items.join(`${gap},`)}${gap}]`),
  map: fc
    .tuple(fc.array(fc.tuple(string, space, tie("json")), { maxLength: 5 }), space)
    .map(
      ([members, gap]) =>
        `{${gap}${members.map(([key, mid, value]) => `${key}${mid}:${gap}${value}`).join(`,${gap}`)}${gap}}`,
    ),
}));

/** The same string with every character written as an escape. */
function escaped(text: string): string {
  return `"${text.replace(/[\s\S]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`)}"`;
}

function unitsOf(text: string): readonly JsonUnit[] {
  const units = jsonUnits(text);
  return units instanceof JsonFault ? [] : units;
}

/** JSON, and JSON with a stretch of it replaced. */
const nearlyJson = fc.oneof(
  json,
  fc
    .tuple(json, fc.nat(), fc.nat(3), fc.constantFrom("", ",", '"', "{", "}", "[", "]", ":", "0", "\\", "\n", '"a":'))
    .map(([text, at, length, by]) => {
      const from = text.length === 0 ? 0 : at % text.length;
      return text.slice(0, from) + by + text.slice(from + length);
    }),
);

describe("the two readers of JSON", () => {
  test("read the same values, report the same keys written twice, and refuse the same texts", () => {
    fc.assert(
      fc.property(nearlyJson, (text) => {
        for (const unit of unitsOf(text)) {
          const source = new SourceText({ path: "a.json", text });
          const fast = readJson(source, unit);
          const strict = readStrictly(source, unit);
          if (fast instanceof JsonFault || strict instanceof JsonFault) expect(fast).toEqual(strict);
          else expect({ root: fast.root, problems: fast.problems }).toEqual(strict);
        }
      }),
    );
  });

  test("find every part of a value where it is written", () => {
    fc.assert(
      fc.property(json, (text) => {
        for (const unit of unitsOf(text)) {
          const document = readJson(new SourceText({ path: "a.json", text }), unit);
          if (document instanceof JsonFault) throw new Error(`${document.message} in ${text}`);
          const { root, places } = document;
          for (const [path, value] of partsOf(root, [])) {
            const written = places.textOf(places.at(path)).replaceAll("\ufeff", "");
            if (document.problems.length === 0) expect(JSON.parse(written)).toEqual(value);
            expect(places.span(path).path).toBe("a.json");
          }
        }
      }),
    );
  });

  test("the texts of these tests do reach both of them", () => {
    const seen = { fast: 0, twice: 0, fault: 0 };
    for (const text of fc.sample(nearlyJson, { numRuns: 500, seed: 1 })) {
      for (const unit of unitsOf(text)) {
        const read = readStrictly(new SourceText({ path: "a.json", text }), unit);
        if (read instanceof JsonFault) seen.fault++;
        else if (read.problems.length > 0) seen.twice++;
        else seen.fast++;
      }
    }
    expect(Math.min(seen.fast, seen.twice, seen.fault)).toBeGreaterThan(10);
  });
});

function* partsOf(value: Value, path: readonly Step[]): Generator<[readonly Step[], Value]> {
  yield [path, value];
  if (isList(value)) for (const [i, item] of value.entries()) yield* partsOf(item, [...path, i]);
  else if (isMap(value)) for (const [key, item] of Object.entries(value)) yield* partsOf(item, [...path, key]);
}
