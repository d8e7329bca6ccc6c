import { describe, expect, test } from "vitest";
import {
  annotatedSuppressions,
  check,
  compile,
  type Diagnostic,
  keysOf,
  parse,
  readConfig,
  type Screening,
  screen,
  untold,
} from "../../../src/index.ts";
import { deployment, policy } from "../../report/listed.ts";
import { programOf } from "./found.ts";

const NOWHERE = { path: "watertight.yaml", line: 1, column: 1, endLine: 1, endColumn: 2 };
const usual: Screening = { severity: "low", suppressions: [], today: "2026-06-01" };

const web = deployment("shop", "web");
const db = deployment("shop", "db");
const quiet = policy("shop", "quiet", "{ podSelector: { matchLabels: { app: db } }, policyTypes: [Ingress, Egress] }");

function findingsOf(...documents: readonly string[]) {
  return check(programOf(documents.join("---\n"))).findings;
}

function shownKeys(findings: ReturnType<typeof findingsOf>, screening: Partial<Screening>) {
  return keysOf(screen(findings, { ...usual, ...screening }).shown);
}

describe("a suppression", () => {
  const one = { rule: "NPG104", namespace: "shop", reason: "on its way out", span: NOWHERE };

  test("takes findings of its rule and scope away, with what they stand for, and keeps the reason", () => {
    const screened = screen(findingsOf(web), { ...usual, suppressions: [one] });
    expect(screened.shown).toEqual([]);
    expect(screened.suppressed).toMatchObject([{ finding: { id: "NPG104" }, by: { reason: "on its way out" } }]);
  });

  test("leaves other namespaces, rules and endpoints alone", () => {
    const elsewhere = [
      { ...one, namespace: "jobs" },
      { ...one, rule: "NPG105" },
      { ...one, endpoint: "shop/Deployment/other" },
      { ...one, policy: "shop/quiet" },
    ];
    expect(shownKeys(findingsOf(web), { suppressions: elsewhere })).toContain("NPG104 shop");
  });

  test("of what is folded under another finding takes only that away", () => {
    const by = { rule: "NPG101", endpoint: "shop/Deployment/web", reason: "public by design", span: NOWHERE };
    const keys = shownKeys(findingsOf(web), { suppressions: [by] });
    expect(keys).toContain("NPG104 shop");
    expect(keys).not.toContain("NPG101 shop/Deployment/web");
  });

  test.each([
    ["2026-06-01", []],
    ["2026-05-31", ["the suppression of NPG104 at watertight.yaml:1:1 ended on 2026-05-31: its findings are back"]],
  ])("until %s on 2026-06-01 leaves the notes %j", (until, notes) => {
    const screened = screen(findingsOf(web), { ...usual, suppressions: [{ ...one, until }] });
    expect(screened.notes).toEqual(notes);
    expect(screened.shown.length).toBe(notes.length);
  });

  test("that suppresses nothing is said to", () => {
    const { notes } = screen(findingsOf(web), { ...usual, suppressions: [{ ...one, namespace: "jobs" }] });
    expect(notes).toEqual(["the suppression of NPG104 at watertight.yaml:1:1 suppresses nothing"]);
  });

  test("of a rule there is none of is told from one that is not needed", () => {
    const { notes } = screen(findingsOf(web), { ...usual, suppressions: [{ ...one, rule: "NPG999" }] });
    expect(notes).toEqual(["the suppression of NPG999 at watertight.yaml:1:1 names no rule there is"]);
  });
});

describe("annotations", () => {
  const annotated = (value: string, key = "watertight.dev/ignore-NPG101") =>
    web.replace('namespace: "shop" }', `namespace: "shop", annotations: { ${key}: ${JSON.stringify(value)} } }`);
  const read = (value: string, key?: string) => annotatedSuppressions(programOf(annotated(value, key)).cluster);

  test("of a workload suppress with a reason and a day", () => {
    expect(read("public by design; until=2027-01-01").suppressions).toMatchObject([
      { rule: "NPG101", endpoint: "shop/Deployment/web", reason: "public by design", until: "2027-01-01" },
    ]);
  });

  test("without a reason, with a day that is none, or for no rule are not followed and said not to be", () => {
    for (const [value, key] of [
      ["; until=2027-01-01"],
      ["why; until=2027-02-30"],
      ["why", "watertight.dev/ignore-all"],
    ])
      expect(read(value as string, key)).toMatchObject({ suppressions: [], unusable: [{ message: /annotation/ }] });
  });

  test("of a policy and of a namespace are limited to them", () => {
    const text = `${quiet.replace("namespace: shop }", 'namespace: shop, annotations: { watertight.dev/ignore-NPG601: "no names" } }')}---
apiVersion: v1
kind: Namespace
metadata: { name: shop, annotations: { watertight.dev/ignore-NPG103: "soon" } }
`;
    expect(annotatedSuppressions(programOf(text).cluster).suppressions).toMatchObject([
      { rule: "NPG103", namespace: "shop" },
      { rule: "NPG601", policy: "shop/quiet" },
    ]);
  });
});

describe("the configuration file", () => {
  const read = (text: string) => readConfig({ path: "watertight.yaml", text });

  test("gives suppressions with their places", () => {
    const { config, diagnostics } = read(
      "gaps:\n  ignore:\n    - rule: NPG101\n      namespace: shop\n      reason: soon gone\n      until: 2027-01-31\n",
    );
    expect(diagnostics).toEqual([]);
    expect(config.gaps.ignore).toMatchObject([
      { rule: "NPG101", namespace: "shop", reason: "soon gone", until: "2027-01-31", span: { line: 3 } },
    ]);
  });

  test.each([
    ["without a reason", "{ rule: NPG101 }", "field-required"],
    ["without a rule", "{ reason: x }", "field-required"],
    ["for a rule that is none", "{ rule: pods, reason: x }", "field-invalid"],
    ["until a day that is none", "{ rule: NPG101, reason: x, until: 2027-13-01 }", "field-invalid"],
    ["with a misspelt scope", "{ rule: NPG101, reason: x, namespaces: shop }", "field-unknown"],
  ])("leaves out an entry %s", (_, entry, code) => {
    const { config, diagnostics } = read(`gaps: { ignore: [${entry}] }`);
    expect(config.gaps.ignore).toEqual([]);
    expect(diagnostics.map((one) => one.code)).toEqual([code]);
  });

  test("may be empty, and never throws", () => {
    for (const text of ["", "gaps:", "gaps: 3", "- 1", "gaps: { ignore: {} }", "\u0000", "{{ x }}"])
      expect(read(text).config.gaps.ignore).toEqual([]);
  });
});

describe("a baseline", () => {
  test("accepts what it holds", () => {
    const findings = findingsOf(web, db, quiet);
    const screened = screen(findings, { ...usual, severity: "info", baseline: new Set(keysOf(findings)) });
    expect([screened.shown, screened.accepted.length]).toEqual([[], findings.length]);
  });

  test("does not accept what is new under an old cause", () => {
    const baseline = new Set(keysOf(findingsOf(web)));
    expect(shownKeys(findingsOf(web, db), { baseline })).toContain("NPG101 shop/Deployment/db");
  });

  test("does not depend on where things are written", () => {
    const baseline = new Set(keysOf(findingsOf(web)));
    expect(shownKeys(findingsOf(`\n\n# moved\n${web}`), { baseline })).toEqual([]);
  });
});

test("a diagnostic that a finding says too is not told, others are", () => {
  const text = [
    web,
    db,
    policy("shop", "web-access", "{ podSelector: { matchLabels: null }, ingress: [{ from: null }] }"),
  ].join("---\n");
  const { cluster, diagnostics } = parse([{ path: "a.yaml", text }]);
  const { findings } = check(compile(cluster).program);
  expect(findings.map(({ id }) => id)).toContain("NPG405");
  const nulls = (list: readonly Diagnostic[]) =>
    list.filter(({ code }) => code === "field-null").map(({ field }) => field);
  expect(nulls(diagnostics)).toEqual(["spec.podSelector.matchLabels", "spec.ingress[0].from"]);
  expect(nulls(untold(diagnostics, findings))).toEqual(["spec.ingress[0].from"]);
  expect(untold(diagnostics, [])).toEqual(diagnostics);
});
