import { describe, expect, test } from "vitest";
import { faults, policyText, read } from "./read.ts";

const namespace = (name: string, labels = "{}") =>
  `apiVersion: v1\nkind: Namespace\nmetadata: { name: ${name}, labels: ${labels} }\n`;
const NAME = "kubernetes.io/metadata.name";

describe("IN-2: a namespace carries its name as a label", () => {
  test("whether it is written or not", () => {
    const { cluster, codes } = read(`${namespace("a", "{ team: x }")}---\n${namespace("b", `{ ${NAME}: b }`)}`);
    expect(cluster.namespaces.map(({ labels }) => [...labels.values])).toEqual([
      [
        ["team", "x"],
        [NAME, "a"],
      ],
      [[NAME, "b"]],
    ]);
    expect(codes).toEqual([]);
  });

  test("and a manifest that says otherwise is overruled", () => {
    const { cluster, diagnostics } = read(namespace("a", `{ ${NAME}: other }`));
    expect(cluster.namespaces[0]?.labels.values.get(NAME)).toBe("a");
    expect(diagnostics).toMatchObject([{ code: "namespace-name-label", severity: "warning", span: { line: 3 } }]);
  });
});

describe("IN-3: a namespace that is used but not declared", () => {
  test("exists, with labels nobody knows", () => {
    const { cluster, diagnostics } = read(policyText("podSelector: {}"));
    expect(cluster.namespaces).toEqual([
      { name: "shop", labels: { values: new Map([[NAME, "shop"]]), incomplete: true }, annotations: new Map() },
    ]);
    expect(diagnostics).toMatchObject([{ code: "namespace-undeclared", severity: "info", span: { line: 1 } }]);
  });

  test.each(["default", "kube-system"])("needs no mention when it is `%s`", (name) => {
    const { cluster, diagnostics } = read(policyText("podSelector: {}").replace("shop", name));
    expect(cluster.namespaces).toMatchObject([{ name, labels: { incomplete: true } }]);
    expect(diagnostics).toEqual([]);
  });

  test("is one that a refused policy lives in, too", () => {
    expect(read(policyText("policyTypes: x")).cluster.namespaces).toMatchObject([{ name: "shop" }]);
  });
});

test("a namespace with unreadable labels counts as undeclared", () => {
  const result = read(`${namespace("shop", "{ a: 1 }")}---\n${policyText("podSelector: {}")}`);
  expect(faults(result)).toEqual(["field-type"]);
  expect(result.cluster.namespaces).toMatchObject([{ labels: { incomplete: true } }]);
});
