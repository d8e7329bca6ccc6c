import { describe, expect, test } from "vitest";
import { type Tested, testExpectations } from "../../src/analyses/expectations.ts";
import { compile } from "../../src/compile/compile.ts";
import { matchesGlob } from "../../src/model/expectation.ts";
import { readExpectations } from "../../src/parse/expectations.ts";
import { parse } from "../../src/parse/parse.ts";
import { expectationsJunit, expectationsText, expectationTitle, testAnswer } from "../../src/report/expectations.ts";
import { matchers, type WatertightMatchers } from "../../src/vitest.ts";
import { deployment, policy } from "../report/listed.ts";
import { violations } from "../report/schema.ts";

declare module "vitest" {
  // biome-ignore lint/suspicious/noExplicitAny: the same parameters as vitest declares
  interface Matchers<T = any> extends WatertightMatchers<T> {}
}

const shop = [
  deployment("shop", "web"),
  deployment("shop", "db"),
  deployment("dev", "tool"),
  policy(
    "shop",
    "db",
    "{ podSelector: { matchLabels: { app: db } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: web } } }], ports: [{ port: 5432 }] }] }",
  ),
];
const { cluster } = parse([{ path: "shop.yaml", text: shop.join("---\n") }]);
const { program } = compile(cluster);

function tested(...entries: readonly string[]): readonly Tested[] {
  const text = `expect:\n${entries.map((entry) => `  - ${entry}\n`).join("")}`;
  const { expectations, diagnostics } = readExpectations({ path: "expect.yaml", text });
  expect(diagnostics).toEqual([]);
  return testExpectations(program, expectations, { today: "2026-01-01" });
}

const holds = (entry: string) => tested(entry).every((one) => one.holds);

describe("expectations", () => {
  test.each([
    ["{ from: shop/web, to: shop/db, port: TCP/5432, verdict: allow }", true],
    ["{ from: shop/web, to: shop/db, port: 5432, verdict: allow }", true],
    ["{ from: shop/web, to: shop/db, verdict: allow }", false],
    ["{ from: shop/web, to: shop/db, verdict: deny }", false],
    ["{ from: shop/web, to: shop/db, port: 80, verdict: deny }", true],
    ["{ from: internet, to: shop/db, verdict: deny }", true],
    ["{ from: internet, to: shop/web, verdict: deny }", false],
    ['{ from: "dev/*", to: "shop/*", verdict: deny }', false],
    ['{ from: "dev/*", to: "*/db", verdict: deny }', true],
    ['{ from: "*", to: shop/db, port: UDP, verdict: deny }', true],
    ["{ from: { namespace: dev }, to: { namespace: shop, labels: { app: db } }, verdict: deny }", true],
    ["{ from: { labels: { app: web } }, to: { labels: { app: db } }, port: 5432, verdict: allow }", true],
    ["{ path: { from: dev/tool, to: shop/db }, exists: true }", true],
    ["{ path: { from: dev/tool, to: shop/db }, exists: false }", false],
    ["{ gaps: { namespace: nowhere }, none: true }", true],
    ["{ gaps: { namespace: shop, rule: NPG101 }, none: true }", false],
    ["{ gaps: { namespace: dev, severity: critical }, none: true }", true],
  ])("%s: %s", (entry, expected) => {
    expect(holds(entry)).toBe(expected);
  });

  test("that are about nobody do not hold, and say what was meant", () => {
    const [glob, name, same] = tested(
      '{ from: "prod/*", to: shop/db, verdict: deny }',
      "{ from: shop/wep, to: shop/db, verdict: deny }",
      "{ from: shop/db, to: shop/db, verdict: deny }",
    );
    expect(glob).toMatchObject({ holds: false, failure: { message: "nothing in the input is `prod/*`" } });
    expect(name?.failure?.message).toContain("shop/Deployment/web");
    expect(same?.holds).toBe(false);
  });

  test("that fail show a flow that is against them, the policy, and both places", () => {
    const [result] = tested("{ from: shop/web, to: shop/db, verdict: deny, because: it is precious }");
    expect(result).toMatchObject({
      looked: 1,
      against: 1,
      failure: {
        message: "shop/Deployment/web may reach shop/Deployment/db on TCP/5432",
        witness: { from: "shop/Deployment/web", to: "shop/Deployment/db", port: "TCP/5432" },
      },
    });
    expect(result?.failure?.places).toContainEqual(expect.objectContaining({ path: "shop.yaml" }));
    const text = expectationsText([result as Tested]);
    expect(text).toContain("FAILED deny shop/web → shop/db (it is precious)  expect.yaml:2:5");
    expect(text).toContain("shop/db, ingress rule 1");
    expect(text).toMatch(/1 of 1 expectations does not hold\.\n$/);
  });

  test("hold only whatever is open", () => {
    const cilium =
      "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: { name: l7, namespace: shop }\nspec: {}\n";
    const doubtful = compile(parse([{ path: "a.yaml", text: [...shop, cilium].join("---\n") }]).cluster).program;
    const { expectations } = readExpectations({
      path: "e.yaml",
      text: "expect: [{ from: dev/tool, to: shop/db, verdict: deny }, { from: shop/web, to: shop/db, port: 5432, verdict: allow }]",
    });
    expect(testExpectations(doubtful, expectations, { today: "2026-01-01" }).map((one) => one.holds)).toEqual([
      false,
      false,
    ]);
  });

  test("are told as JSON by the schema, and as JUnit", () => {
    const results = tested(
      "{ from: shop/web, to: shop/db, verdict: deny }",
      "{ path: { from: internet, to: shop/db }, exists: false, because: 'a <b> & \"c\"' }",
      "{ gaps: { namespace: shop, severity: high }, none: true }",
      "{ from: shop/web, to: shop/db, port: 5432, verdict: allow }",
    );
    expect(violations("test-v1", JSON.parse(JSON.stringify(testAnswer(results))))).toEqual([]);
    const xml = expectationsJunit(results);
    expect(xml.match(/<testcase /g)).toHaveLength(4);
    expect(xml).toContain(`failures="${results.filter((one) => !one.holds).length}"`);
    expect(xml).toContain("a &lt;b&gt; &amp; &quot;c&quot;");
    expect(xml).toContain('file="expect.yaml" line="2"');
  });

  test("say in a line what they are", () => {
    const titles = tested(
      "{ from: { namespace: dev, labels: { app: tool } }, to: 10.0.0.0/8, port: ICMP, verdict: allow }",
      "{ path: { from: internet, to: shop/db, edges: network }, exists: false }",
      "{ gaps: { namespace: prod, severity: high }, none: true }",
    ).map(({ expectation }) => expectationTitle(expectation));
    expect(titles).toEqual([
      "allow dev/* (app=tool) → 10.0.0.0/8 on ICMP",
      "no network path internet → shop/db",
      "no findings of severity high or graver in prod",
    ]);
  });
});

describe("a file of expectations", () => {
  test.each([
    ["expect: [{ from: a/b, to: c/d }]", "verdict"],
    ["expect: [{ from: a/b, verdict: deny }]", "`to`"],
    ["expect: [{ from: a/b, to: c/d, verdict: maybe }]", "verdict"],
    ["expect: [{ from: a/b, to: c/d, verdict: deny, prot: TCP/80 }]", "prot"],
    ["expect: [{ from: a/b, to: c/d, verdict: deny, port: 70000 }]", "70000"],
    ["expect: [{ from: {}, to: c/d, verdict: deny }]", "namespace"],
    ["expect: [{ path: { from: a/b, to: c/d } }]", "exists"],
    ["expect: [{ gaps: { severity: huge }, none: true }]", "severity"],
    ["expect: [{ gaps: {} }]", "none"],
    ["expects: []", "`expect`"],
    ["expect: [}", ""],
  ])("%s is an error at its place", (text, about) => {
    const { expectations, diagnostics } = readExpectations({ path: "e.yaml", text });
    expect(expectations).toEqual([]);
    expect(diagnostics.some(({ severity, message }) => severity === "error" && message.includes(about))).toBe(true);
  });
});

describe("a glob", () => {
  test("stands for any run of characters but a slash", () => {
    expect(matchesGlob("dev/*", "dev/web")).toBe(true);
    expect(matchesGlob("dev/*", "dev/Deployment/web")).toBe(false);
    expect(matchesGlob("*/*-db*", "shop/my-db-0")).toBe(true);
    expect(matchesGlob("a.c/x", "abc/x")).toBe(false);
    expect(matchesGlob(`${"*a".repeat(40)}/b`, `${"a".repeat(39)}/b`)).toBe(false);
  });
});

describe("matchers", () => {
  expect.extend(matchers);

  test("judge as the command does", () => {
    expect(cluster).toAllow("shop/web", "shop/db", "TCP/5432");
    expect(program).toDeny("dev/*", { namespace: "shop", labels: { app: "db" } });
    expect(cluster).not.toAllow("dev/tool", "shop/db");
    expect(cluster).not.toHaveNoPath("dev/tool", "shop/db");
    expect(() => expect(cluster).toDeny("shop/web", "shop/db")).toThrow(/may reach shop\/Deployment\/db on TCP\/5432/);
    expect(() => expect(cluster).toDeny("shop/web", "shop/db", "http")).toThrow(/no port/);
  });
});
