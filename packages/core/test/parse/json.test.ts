import { describe, expect, test } from "vitest";
import { parse } from "../../src/parse/parse.ts";
import { faults, find, podIds, read, startOf } from "./read.ts";

const pod = (name: string) => `{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "${name}"}}`;

describe("JSON", () => {
  test.each([
    ["one object", pod("a"), ["default/a"]],
    ["objects one after another", `${pod("a")}\n${pod("b")}`, ["default/a", "default/b"]],
    ["objects with `---` between", `${pod("a")}\n---\n${pod("b")}\n`, ["default/a", "default/b"]],
    [
      "a list whose kind comes last",
      `{"apiVersion": "v1", "items": [${pod("a")}, ${pod("b")}], "kind": "List"}`,
      ["default/a", "default/b"],
    ],
    [
      "a typed list",
      '{"kind":"PodList","apiVersion":"v1","metadata":{},"items":[{"metadata":{"name":"a"}}]}',
      ["default/a"],
    ],
    ["an empty list", '{"kind":"List","apiVersion":"v1","items":[]}', []],
    ["a list of nothing", '{"kind":"List","apiVersion":"v1","items":null}', []],
    [
      "a list in a list",
      `{"kind":"List","apiVersion":"v1","items":[{"kind":"List","apiVersion":"v1","items":[${pod("a")}]}]}`,
      ["default/a"],
    ],
    ["a byte order mark", `\ufeff${pod("a")}`, ["default/a"]],
  ])("%s", (_what, text, ids) => {
    const result = read(text);
    expect(podIds(result.cluster)).toEqual(ids);
    expect(result.codes).toEqual([]);
  });

  test("escapes are decoded, and brackets inside strings are text", () => {
    const text =
      '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"\\u0061\\u0062","annotations":{"x":"\\"]}{\\\\"}}}';
    expect(podIds(read(text).cluster)).toEqual(["default/ab"]);
  });

  test("one broken item does not lose the others", () => {
    const result = read(`{"kind":"List","apiVersion":"v1","items":[${pod("a")},\n{"kind": nope},\n${pod("b")}]}`);
    expect(podIds(result.cluster)).toEqual(["default/a", "default/b"]);
    expect(startOf(find(result.diagnostics, "syntax")?.span)).toEqual([2, 10]);
  });

  test("text that is cut off is reported where it ends", () => {
    const result = read(`{"kind":"List","apiVersion":"v1","items":[${pod("a")},\n{"kind": "Po`);
    expect(result.codes).toEqual(["syntax"]);
    expect(result.diagnostics[0]?.span?.line).toBe(2);
  });

  test("YAML in braces is read as YAML", () => {
    expect(podIds(read("{apiVersion: v1, kind: Pod, metadata: {name: a,}}").cluster)).toEqual(["default/a"]);
    expect(podIds(read(`${pod("a")}\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: b}\n`).cluster)).toEqual([
      "default/a",
      "default/b",
    ]);
  });

  test("a key written twice is an error; the last one counts", () => {
    const result = read('{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a","name":"b"}}');
    expect(podIds(result.cluster)).toEqual(["default/b"]);
    expect(result.codes).toEqual(["duplicate-key"]);
  });

  test.each(['{"a": 01}', '{"a": "x\ny"}', '{"a": "\\q"}', "[1, 2,,]", '{"a" 1}', '{"a": tru}', "{]"])(
    "%j is not JSON",
    (text) => {
      expect(read(text).diagnostics.length).toBeGreaterThan(0);
      expect(read(text).cluster.pods).toEqual([]);
    },
  );

  test("numbers and booleans keep their type", () => {
    const labels = (value: string) =>
      faults(read(`{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a","labels":{"x":${value}}}}`));
    expect([labels('"y"'), labels("1"), labels("true"), labels("1.5e3"), labels("[]")]).toEqual([
      [],
      ...Array(4).fill(["field-type"]),
    ]);
  });

  test("an array at the top is no object", () => {
    expect(read(`[${pod("a")}]`).codes).toEqual(["not-a-manifest"]);
  });
});

describe("JSON of something else", () => {
  const settings = '// of a compiler\n{ "strict": true, }\n';

  test("is a note in a .json file, and an error elsewhere", () => {
    const diagnosed = (path: string) => parse([{ path, text: settings }]).diagnostics;
    expect(diagnosed("tsconfig.json")).toMatchObject([{ code: "not-a-manifest", severity: "info" }]);
    expect(diagnosed("a.yaml")).toMatchObject([{ code: "syntax", severity: "error" }]);
  });

  test("is an error where it may hold an object", () => {
    const { diagnostics } = parse([{ path: "a.json", text: '{ "kind": "Pod", ' }]);
    expect(diagnostics).toMatchObject([{ code: "syntax", severity: "error" }]);
  });
});
