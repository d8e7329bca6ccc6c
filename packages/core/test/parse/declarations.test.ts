import { describe, expect, test } from "vitest";
import { readConfig } from "../../src/parse/config.ts";
import { startOf } from "./read.ts";

const read = (text: string) => readConfig({ path: "watertight.yaml", text });

describe("what a configuration file declares", () => {
  test("is read with reasons and places", () => {
    const { config, diagnostics } = read(`jewels:
  - shop/db
  - { name: "secret:shop/db", reason: the login of every customer }
entries:
  - { name: ci/runner, reason: anybody may open a merge request }
needs:
  - { from: shop/web, to: shop/db, port: TCP/5432, reason: orders }
  - { from: shop/web, to: shop/cache, port: 6379 }
  - { from: shop/web, to: internet }
controllers:
  - { ingressClass: internal, workloads: [edge/proxy, edge/spare] }
  - { gatewayClass: eg, workloads: [edge/envoy], reason: renamed }
`);
    expect(diagnostics).toEqual([]);
    expect(config.jewels).toMatchObject([
      { name: "shop/db", span: { line: 2, column: 5 } },
      { name: "secret:shop/db", reason: "the login of every customer", span: { line: 3 } },
    ]);
    expect(config.entries).toMatchObject([{ name: "ci/runner", reason: "anybody may open a merge request" }]);
    expect(config.needs).toMatchObject([
      { from: { name: "shop/web" }, to: { name: "shop/db" }, port: { protocol: "TCP", port: 5432 }, reason: "orders" },
      { port: { protocol: "TCP", port: 6379 } },
      { to: { name: "internet", span: { line: 9 } } },
    ]);
    expect(config.needs[2]).not.toHaveProperty("port");
    expect(config.controllers).toMatchObject([
      { kind: "IngressClass", className: "internal", workloads: [{ name: "edge/proxy" }, { name: "edge/spare" }] },
      { kind: "GatewayClass", className: "eg", reason: "renamed" },
    ]);
  });

  test("weights are whole numbers within bounds, those not given are as usual", () => {
    expect(read("weights: { jewel: 7, weakPort: 1 }")).toMatchObject({
      config: { weights: { jewel: 7, weakPort: 1 } },
    });
    for (const text of [
      "weights: { jewel: 0 }",
      "weights: { jewel: 101 }",
      "weights: { jewel: 1.5 }",
      "weights: { jewels: 2 }",
    ]) {
      const { config, diagnostics } = read(text);
      expect(diagnostics).toHaveLength(1);
      expect(config.weights).toEqual({});
    }
  });

  test.each([
    ["jewel: [shop/db]", "field-unknown", "write `jewels`"],
    ["Needs: []", "field-unknown", "write `needs`"],
    ["jewels: [{ name: shop/db, raeson: x }]", "field-unknown", "write `reason`"],
    ["needs: [{ from: a/b, to: a/c, ports: TCP/1 }]", "field-unknown", "write `port`"],
    ["controllers: [{ ingresClass: a, workloads: [a/b] }]", "field-unknown", "write `ingressClass`"],
  ])("%s is a misspelling, with what was likely meant", (text, code, fix) => {
    const { config, diagnostics } = read(text);
    expect(diagnostics[0]).toMatchObject({ code, severity: "error", fix });
    expect([config.jewels, config.entries, config.needs, config.controllers].flat()).toEqual([]);
  });

  test.each([
    ["jewels: shop/db", "field-type"],
    ["jewels: [3]", "field-type"],
    ["jewels: [{ reason: x }]", "field-required"],
    ['entries: [""]', "field-invalid"],
    ["entries: [{}]", "field-required"],
    ["needs: [{ from: a/b }]", "field-required"],
    ["needs: [{ from: a/b, to: a/c, port: http }]", "field-invalid"],
    ["needs: [{ from: a/b, to: a/c, port: TCP/70000 }]", "field-invalid"],
    ["needs: [a/b]", "field-type"],
    ["controllers: [{ workloads: [a/b] }]", "field-required"],
    ["controllers: [{ ingressClass: a }]", "field-required"],
    ["controllers: [{ ingressClass: a, gatewayClass: b, workloads: [a/b] }]", "field-invalid"],
  ])("%s is refused, and the entry left out", (text, code) => {
    const { config, diagnostics } = read(text);
    expect(diagnostics.map((one) => one.code)).toEqual([code]);
    expect([config.jewels, config.entries, config.needs, config.controllers].flat()).toEqual([]);
  });

  test("what is wrong costs one entry, and is said at its place", () => {
    const { config, diagnostics } = read("jewels:\n  - shop/db\n  - { reason: x }\n  - shop/cache\n");
    expect(config.jewels.map(({ name }) => name)).toEqual(["shop/db", "shop/cache"]);
    expect(startOf(diagnostics[0]?.span)).toEqual([3, 5]);
  });
});
