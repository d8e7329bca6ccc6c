import { describe, expect, test } from "vitest";
import { readPlain } from "../../src/parse/yaml-scalar.ts";
import { splitDocuments, splitList } from "../../src/parse/yaml-split.ts";
import { faults, find, podIds, policyText, read, startOf } from "./read.ts";

const pod = (name: string, rest = "") => `apiVersion: v1\nkind: Pod\nmetadata: { name: ${name} }\n${rest}`;

describe("plain scalars read as kubectl reads them", () => {
  test.each([
    ["", null],
    ["~", null],
    ["null", null],
    ["NULL", null],
    ["nULL", "nULL"],
    ["true", true],
    ["yes", true],
    ["On", true],
    ["off", false],
    ["No", false],
    ["tRue", "tRue"],
    ["0", 0],
    ["-12", -12],
    ["+7", 7],
    ["0x1F", 31],
    ["0b101", 5],
    ["010", 8],
    ["0o17", 15],
    ["1_000", 1000],
    ["089", 89],
    ["1.0", 1],
    ["1e3", 1000],
    [".5", 0.5],
    ["5.", 5],
    [".inf", Number.POSITIVE_INFINITY],
    ["-.Inf", Number.NEGATIVE_INFINITY],
    [".nan", Number.NaN],
    ["e73969240436", "e73969240436"],
    ["1e", "1e"],
    ["12:30", "12:30"],
    ["2024-01-01", "2024-01-01"],
    ["-", "-"],
    ["_1", "_1"],
    ["1.2.3", "1.2.3"],
    ["10.0.0.0/8", "10.0.0.0/8"],
    ["0x", "0x"],
  ])("%j is %j", (text, value) => {
    expect(readPlain(text)).toEqual({ value });
  });

  test.each(["y", "Y", "n", "N"])("`%s` is the string, and ambiguous", (text) => {
    expect(readPlain(text)).toEqual({ value: text, ambiguous: true });
  });

  test("quoted and block scalars are strings whatever they hold", () => {
    const { cluster } = read(
      pod("a").replace("{ name: a }", "{ name: a, labels: { a: '1', b: \"true\", c: !!str 5 } }"),
    );
    expect([...(cluster.pods[0]?.labels.values ?? [])]).toEqual([
      ["a", "1"],
      ["b", "true"],
      ["c", "5"],
    ]);
  });
});

describe("documents", () => {
  test("a stream is cut at its markers, and empty documents are nothing", () => {
    const text = `# only a comment\n---\n---\n%YAML 1.1\n---\n${pod("a")}...\n# x\n---\n${pod("b")}--- # c\n${pod("c")}`;
    expect(splitDocuments(text)).toHaveLength(3);
    const result = read(text);
    expect(podIds(result.cluster)).toEqual(["default/a", "default/b", "default/c"]);
    expect(result.codes).toEqual([]);
  });

  test.each(["", "\n", "# c\n", "---\n", "---\n---\n", "\ufeff", "null\n", "~", "--- \n...\n"])(
    "%j holds nothing",
    (text) => {
      expect(read(text)).toMatchObject({ codes: [], cluster: { namespaces: [] } });
    },
  );

  test("a byte order mark is no part of the first key", () => {
    expect(podIds(read(`\ufeff${pod("a")}`).cluster)).toEqual(["default/a"]);
  });

  test("a document with a mistake is left out, and the rest goes on", () => {
    const result = read(`${pod("a")}---\n${pod("b")}spec: [\n---\n${pod("c")}`);
    expect(podIds(result.cluster)).toEqual(["default/a", "default/c"]);
    expect(faults(result)).toEqual(["syntax"]);
    expect(find(result.diagnostics, "syntax")?.span?.line).toBeGreaterThan(7);
  });

  test("a tab as indentation is told where it stands", () => {
    const result = read("apiVersion: v1\nkind: Pod\nmetadata:\n\tname: a\n");
    expect(find(result.diagnostics, "syntax")).toMatchObject({ span: { line: 4 }, fix: expect.any(String) });
  });
});

describe("lists are read item by item", () => {
  const items = [pod("a"), pod("b"), pod("c")].map((text) => `- ${text.trimEnd().replaceAll("\n", "\n  ")}\n`);

  test.each([
    ["with dashes at the margin", items.join("")],
    ["with indented dashes", items.join("").replace(/^/gm, "  ").trimEnd()],
    ["with comments and blank lines between", items.join("\n# c\n\n")],
  ])("%s", (_how, body) => {
    const text = `apiVersion: v1\nitems:\n${body}\nkind: List\nmetadata: {}\n`;
    expect(splitList(text)?.items).toHaveLength(3);
    expect(podIds(read(text).cluster)).toEqual(["default/a", "default/b", "default/c"]);
  });

  test("one broken item does not lose the others", () => {
    const result = read(`apiVersion: v1\nkind: List\nitems:\n${items[0]}- apiVersion: [\n${items[2]}`);
    expect(podIds(result.cluster)).toEqual(["default/a", "default/c"]);
    expect(find(result.diagnostics, "syntax")?.span?.line).toBeGreaterThanOrEqual(7);
  });

  test("items may hold block scalars that look like items", () => {
    const text = `kind: List\napiVersion: v1\nitems:\n${items[0]}  x: |\n    - a\n    items:\n    - b\n${items[1]}`;
    expect(podIds(read(text).cluster)).toEqual(["default/a", "default/b"]);
  });

  test("items that share an anchor are read together", () => {
    const text =
      "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Pod\n  metadata:\n    name: a\n    labels: &l { x: z }\n- apiVersion: v1\n  kind: Pod\n  metadata:\n    name: b\n    labels: *l\n";
    expect(read(text).cluster.pods.map(({ labels }) => labels.values.get("x"))).toEqual(["z", "z"]);
  });

  test("an `items` of something else is not a list", () => {
    expect(read("items:\n- a\n- b\n").codes).toEqual(["not-a-manifest"]);
  });
});

describe("keys", () => {
  test("a key written twice is an error at the second; the last one counts", () => {
    const result = read("apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n  name: b\n");
    expect(podIds(result.cluster)).toEqual(["default/b"]);
    const [found] = result.diagnostics;
    expect(found).toMatchObject({ code: "duplicate-key", severity: "error" });
    expect(startOf(found?.span)).toEqual([5, 3]);
    expect(startOf(found?.related?.[0]?.span)).toEqual([4, 3]);
  });

  test("`__proto__` and `constructor` are ordinary keys", () => {
    const { cluster } = read(pod("a").replace("{ name: a }", "{ name: a, labels: { __proto__: x, constructor: z } }"));
    expect(cluster.pods).toEqual([]);
    const selector = "apiVersion: v1\nkind: Service\nmetadata: { name: s }\nspec: { selector: { constructor: z } }\n";
    expect([...(read(selector).cluster.services[0]?.selector ?? [])]).toEqual([["constructor", "z"]]);
  });

  test("merge keys fill in what a mapping does not say itself", () => {
    const labels = "{ <<: [{ a: '1', b: '1' }, { b: '2', c: '2' }], a: '0' }";
    const { cluster } = read(pod("a").replace("{ name: a }", `{ name: a, labels: ${labels} }`));
    expect([...(cluster.pods[0]?.labels.values ?? [])].sort()).toEqual([
      ["a", "0"],
      ["b", "1"],
      ["c", "2"],
    ]);
  });

  test("a key that is no string is a mistake", () => {
    expect(faults(read(`${pod("a")}? [x]\n: 1\n`))).toEqual(["syntax"]);
  });
});

describe("aliases", () => {
  test("stand for the value of their anchor", () => {
    const { cluster } = read(pod("a").replace("{ name: a }", "{ name: &n a, labels: { x: *n } }"));
    expect(cluster.pods[0]?.labels.values.get("x")).toBe("a");
  });

  test("that would unfold to more than a million values are refused at once", () => {
    const levels = Array.from(
      { length: 12 },
      (_, i) => `l${i + 1}: &l${i + 1} [${Array(10).fill(`*l${i}`).join(", ")}]`,
    );
    const result = read(`l0: &l0 [x, x]\n${levels.join("\n")}\n`);
    expect(result.codes).toEqual(["alias-expansion"]);
    expect(result.diagnostics[0]?.span?.line).toBe(7);
  });

  test("inside what they refer to are refused", () => {
    const result = read("metadata: &a\n  labels: *a\n");
    expect(result.codes).toEqual(["alias-expansion"]);
    expect(startOf(result.diagnostics[0]?.span)).toEqual([2, 11]);
  });

  test("without an anchor are a mistake", () => {
    expect(read("metadata: *nowhere\n").codes).toEqual(["syntax"]);
  });
});

describe("templates that were not rendered", () => {
  const template =
    "{{- if .Values.enabled }}\napiVersion: v1\nkind: Pod\nmetadata:\n  name: {{ .Values.name }}\n{{- end }}\n";

  test("are told once in a file, at the first marker", () => {
    const result = read(`# {{ not this one\n---\n${template}---\n${template}`);
    expect(result.codes).toEqual(["template-not-rendered"]);
    expect(startOf(result.diagnostics[0]?.span)).toEqual([3, 1]);
  });

  test("are told also where the markers make valid YAML", () => {
    expect(read("apiVersion: v1\nkind: Pod\nmetadata:\n  name: {{ .Values.name }}\n").codes).toEqual([
      "template-not-rendered",
    ]);
    expect(read(pod('"{{ .Release.Name }}-web"')).codes).toEqual(["template-not-rendered"]);
  });

  test("are told whichever tool fills them in", () => {
    const { diagnostics, cluster } = read(
      "apiVersion: v1\nkind: Pod\nmetadata:\n  name: $" +
        "{APP}\n---\napiVersion: template.openshift.io/v1\nkind: Template\nmetadata: { name: t }\n" +
        "objects: [{ apiVersion: v1, kind: Pod, metadata: { name: a } }]\n",
    );
    expect(diagnostics).toMatchObject([
      { code: "template-not-rendered", severity: "error", fix: expect.stringContaining("envsubst") },
      { code: "template-not-rendered", severity: "error", fix: expect.stringContaining("oc process") },
    ]);
    expect(cluster.pods).toEqual([]);
  });

  test("are not suspected where braces are only text", () => {
    expect(read(`${pod("a")}a: "{{ x }}" # {{ z }}\nb: [\n`).codes).toEqual(["syntax"]);
    expect(read(pod("a", "spec: { containers: [{ args: ['{{ x }}'] }] }\n")).codes).toEqual([]);
  });
});

test("a merge conflict is named where it begins", () => {
  const result = read(`${pod("a")}---\n<<<<<<< HEAD\n${pod("b")}=======\n${pod("c")}>>>>>>> branch\n`);
  expect(result.diagnostics).toMatchObject([{ code: "syntax", message: expect.stringContaining("merge conflict") }]);
  expect(startOf(result.diagnostics[0]?.span)?.[1]).toBe(1);
  expect(podIds(result.cluster)).toEqual(["default/a"]);
});

describe("lost indentation", () => {
  const lost = policyText("podSelector: { matchLabels: { a: b } }\npolicyTypes: [Ingress]").replace(
    "metadata: { name: p, namespace: shop }",
    "metadata:\n  name: p",
  );

  test("is one error at the first key that strayed", () => {
    const result = read(lost.replace(/^ +/gm, ""));
    expect(result.codes).toEqual(["indentation-lost"]);
    expect(startOf(result.diagnostics[0]?.span)).toEqual([4, 1]);
    expect(result.diagnostics[0]).toMatchObject({ field: "name", fix: expect.stringContaining("metadata") });
  });

  test("hides the keys it makes collide", () => {
    const text =
      "apiVersion: apps/v1\nkind: Deployment\nmetadata:\nname: a\nspec:\ntemplate:\nmetadata:\nlabels:\napp: a\nspec:\ncontainers:\n- name: a\n";
    expect(read(text).codes).toEqual(["indentation-lost"]);
  });

  test("is not suspected of an object that is merely empty", () => {
    expect(read("apiVersion: v1\nkind: Pod\nmetadata: { name: a }\nspec:\n").codes).toEqual([]);
  });
});
