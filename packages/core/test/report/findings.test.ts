import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Ajv } from "ajv";
import { describe, expect, test } from "vitest";
import {
  check,
  type FindingsReport,
  findingsAnswer,
  findingsCsv,
  findingsJunit,
  findingsMarkdown,
  findingsSarif,
  findingsText,
  type Program,
  RULES,
  screen,
} from "../../src/index.ts";
import { fixEffect } from "../../src/report/findings.ts";
import { deployment, policy, programOf } from "./listed.ts";
import { violations } from "./schema.ts";

const shop = programOf(
  deployment("shop", "web", 2),
  deployment("shop", "db").replace("image: main", "image: main, ports: [{ containerPort: 5432 }]"),
  deployment("jobs", "report"),
  policy("shop", "deny", "{ podSelector: {}, policyTypes: [Ingress, Egress] }"),
  policy("shop", "web", "{ podSelector: { matchLabels: { app: web } }, ingress: [{}], egress: [{}] }"),
  policy("shop", "db", "{ podSelector: { matchLabels: { app: dbs } }, ingress: [{ from: [{ podSelector: {} }] }] }"),
);

function reportOn(program: Program, suppressed: readonly string[] = []): FindingsReport {
  const { findings, withoutTrial } = check(program);
  const span = { path: "watertight.yaml", line: 1, column: 1, endLine: 1, endColumn: 2 };
  const suppressions = suppressed.map((rule) => ({ rule, reason: "known <&> \u001b[31m accepted", span }));
  return { screened: screen(findings, { severity: "info", suppressions, today: "2026-06-01" }), withoutTrial };
}

const report = reportOn(shop);
const quiet = reportOn(programOf(deployment("shop", "web")), ["NPG104"]);

/** What a terminal may obey. */
const CONTROL = /\p{Cc}/u;

/** The same findings, about objects with names that no format takes well. */
const nasty: FindingsReport = {
  ...report,
  screened: {
    ...quiet.screened,
    shown: report.screened.shown.map((finding) => ({
      ...finding,
      key: `${finding.key} "<&>`,
      fact: 'A <b>, a "&amp;", a \u0000, a \u001b[31m and a ]]> for `all` | *you*.',
      ...(finding.span && { span: { ...finding.span, path: "a & b/<c>#1 ü.yaml" } }),
    })),
  },
};

test("a fix is said to close as many pairs, into however many blocks policies cut the addresses", () => {
  const blocks = (...cidrs: readonly string[]) =>
    `[${cidrs.map((cidr) => `{ ipBlock: { cidr: ${cidr} } }`).join(", ")}]`;
  const told = (to: string) => {
    const out = policy("jobs", "out", `{ podSelector: {}, policyTypes: [Ingress, Egress], egress: [{ to: ${to} }] }`);
    const { screened } = reportOn(programOf(deployment("shop", "web"), deployment("jobs", "report"), out));
    const finding = screened.shown.find(({ key }) => key === "NPG104 shop");
    return finding?.fix && fixEffect(finding.fix);
  };
  expect(told(blocks("203.0.113.0/24"))).toMatch(/^closes connections of 2 pairs/);
  expect(told(blocks("203.0.113.0/24", "198.51.100.0/24", "192.0.2.0/30"))).toBe(told(blocks("203.0.113.0/24")));
});

test("an edit of other objects than policies is in every form, with what it leaves and what is not known of it", () => {
  const out = policy("shop", "out", "{ podSelector: {}, policyTypes: [Egress], egress: [{ ports: [{ port: 443 }] }] }");
  const told = reportOn(programOf(deployment("shop", "web"), out));
  const patch = "automountServiceAccountToken: false\n";
  const answer = findingsAnswer(told);
  expect(violations("findings-v1", JSON.parse(JSON.stringify(answer)))).toEqual([]);
  const fix = answer.findings.find(({ id }) => id === "NPG211")?.fix;
  expect(fix).toMatchObject({ patch: "", leaves: "low", blastRadius: { before: 0, after: 0 } });
  expect(fix?.merge).toContain(patch);
  const { runs } = JSON.parse(findingsSarif(told));
  const result = runs[0].results.find(({ ruleId }: { ruleId: string }) => ruleId === "NPG211");
  expect(result.properties.fix).toMatchObject({ patch: "", merge: fix?.merge });
  expect(findingsMarkdown(told)).toContain("<summary>Strategic merge patch</summary>");
  expect(findingsMarkdown(told)).toContain(patch);
  expect(findingsText(told, { width: 1000 })).toMatch(
    /Tried: it changes no connection of this input; the finding stays, as low; whether what goes is used, the manifests do not show\./,
  );
  expect(findingsText(told, { width: 1000 })).toContain(".fix // empty | .patch, .merge");
});

describe("JSON", () => {
  test("is valid against its schema, whatever is in it", () => {
    for (const one of [report, nasty, reportOn(programOf(""))]) {
      const answer = JSON.parse(JSON.stringify(findingsAnswer(one)));
      expect(violations("findings-v1", answer)).toEqual([]);
    }
  });

  test("counts what it lists", () => {
    const { findings, summary } = findingsAnswer(report);
    expect(summary.total).toBe(findings.length);
    expect(Object.values(summary.bySeverity).reduce((a, b) => a + b)).toBe(findings.length);
    expect(summary.folded).toBe(findings.reduce((sum, { covers }) => sum + covers.length, 0));
    expect(new Set(findings.map(({ fingerprint }) => fingerprint)).size).toBe(findings.length);
  });

  test("names controls by framework", () => {
    const gap = findingsAnswer(report).findings.find(({ id }) => id === "NPG104");
    expect(gap?.mappings).toMatchObject({ CIS: ["5.3.2"], "PCI-DSS": ["1.3.1", "1.4.2", "1.3.2"] });
  });
});

describe("SARIF", () => {
  const { id, $schema, ...schema } = JSON.parse(
    readFileSync(
      createRequire(import.meta.url).resolve("@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json"),
      "utf8",
    ),
  );
  const validate = new Ajv({ strict: false, validateFormats: false, unicodeRegExp: false, allErrors: true }).compile(
    schema,
  );

  test("is valid against the schema of the standard, suppressed results among it", () => {
    for (const one of [report, nasty, reportOn(programOf(""))]) {
      const log = JSON.parse(findingsSarif(one, { version: "0.1.0", category: "prod" }));
      validate(log);
      expect(validate.errors ?? []).toEqual([]);
    }
    expect(validate({ version: "2.1.0", runs: [{}] })).toBe(false);
  });

  test("tells paths as code flows, controls as taxa, and what is new against a baseline", () => {
    const pivot = reportOn(
      programOf(
        deployment("shop", "web").replace(
          "image: main",
          "image: main, ports: [{ containerPort: 8080 }], securityContext: { privileged: true }",
        ),
        `apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { type: LoadBalancer, selector: { app: web }, ports: [{ port: 8080 }] }`,
      ),
    );
    const { shown } = pivot.screened;
    const screened = { ...pivot.screened, shown: shown.slice(1), accepted: shown.slice(0, 1) };
    const log = JSON.parse(findingsSarif({ ...pivot, screened }, { against: "baseline" }));
    validate(log);
    expect(validate.errors ?? []).toEqual([]);
    const [run] = log.runs;
    const states = run.results.map((one: { baselineState: string }) => one.baselineState);
    expect(states).toEqual([...shown.slice(1).map(() => "new"), "unchanged"]);
    const escaping = run.results.find((one: { ruleId: string }) => one.ruleId === "NPG504");
    const { locations } = escaping.codeFlows[0].threadFlows[0];
    expect(locations[0].location.message.text).toMatch(/^EXPOSE: internet → shop\/Deployment\/web/);
    for (const { target } of run.tool.driver.rules.flatMap((rule: { relationships: object[] }) => rule.relationships)) {
      const { name, taxa } = run.taxonomies[target.toolComponent.index];
      expect(name).toBe(target.toolComponent.name);
      expect(taxa.map((taxon: { id: string }) => taxon.id)).toContain(target.id);
    }
  });

  test("describes every rule within the limits of code scanning", () => {
    const [run] = JSON.parse(findingsSarif(report)).runs;
    const { rules } = run.tool.driver;
    expect(rules.map((rule: { id: string }) => rule.id)).toEqual(RULES.map((rule) => rule.id));
    for (const rule of rules) {
      expect(rule.help.text).not.toBe("");
      expect(Math.max(rule.shortDescription.text.length, rule.fullDescription.text.length)).toBeLessThanOrEqual(1024);
      expect(Number(rule.properties["security-severity"])).toBeGreaterThan(0);
      expect(rule.properties.tags.length).toBeLessThanOrEqual(20);
    }
    for (const result of run.results) expect(rules[result.ruleIndex].id).toBe(result.ruleId);
  });

  test("keeps a fingerprint when lines move, and begins each message with the fact", () => {
    const text = deployment("shop", "web");
    const [a, b] = [text, `# a comment\n\n${text}`].map(
      (one) => JSON.parse(findingsSarif(reportOn(programOf(one)))).runs[0],
    );
    const prints = (run: typeof a) =>
      run.results.map((one: { partialFingerprints: object }) => one.partialFingerprints);
    expect(prints(b)).toEqual(prints(a));
    expect(b.results[0].locations[0].physicalLocation.region.startLine).toBe(3);
    expect(a.results[0].message.text).toMatch(/^No policy applies to any pod of namespace shop\. /);
  });

  test("writes paths as relative references", () => {
    const [run] = JSON.parse(findingsSarif(report)).runs;
    for (const { locations } of run.results)
      expect(locations[0].physicalLocation?.artifactLocation.uri ?? "shop.yaml").toBe("shop.yaml");
    const [other] = JSON.parse(findingsSarif(nasty)).runs;
    expect(other.results[0].locations[0].physicalLocation.artifactLocation.uri).toBe(
      "a%20%26%20b/%3Cc%3E%231%20%C3%BC.yaml",
    );
  });
});

describe("JUnit", () => {
  test("has a suite for each rule and a failure for each finding", () => {
    const xml = findingsJunit(report);
    expect(xml.match(/<testsuite /g)?.length).toBe(RULES.length);
    expect(xml.match(/<failure /g)?.length).toBe(report.screened.shown.length);
    expect(xml).toContain('classname="NPG406"');
  });

  test("passes what is less grave than what fails", () => {
    const grave = report.screened.shown.filter(({ severity }) => severity === "high" || severity === "critical");
    expect(findingsJunit(report, "high").match(/<failure /g)?.length ?? 0).toBe(grave.length);
  });

  test("is well formed whatever is in it: every tag closed, every text escaped", () => {
    for (const one of [report, nasty]) expect(unclosed(findingsJunit(one))).toEqual([]);
    expect(findingsJunit(nasty)).toContain("known &lt;&amp;&gt; \\u{1b}[31m accepted");
  });
});

describe("text", () => {
  test("counts first, then puts the gravest first with the fact, the place and a fix", () => {
    const text = findingsText(report, { width: 80 });
    expect(text).toMatch(/^\d+ findings: .*\n\nHIGH\n\n {2}NPG/);
    expect(text).toMatch(
      /NPG307 near-miss-label {2}shop\.yaml:\d+:1\n {2}shop\/db asks for app=dbs, which no pod has;/,
    );
    expect(text).toContain("fix       Select app=db in shop/db. Tried: it");
  });

  test("has nothing in it that a terminal obeys", () => {
    expect(findingsText(nasty).replaceAll("\n", "")).not.toMatch(CONTROL);
  });

  test("fits the width but for what cannot be broken", () => {
    const long = findingsText(report, { width: 60 })
      .split("\n")
      .filter((line) => line.length > 60 && line.trim().includes(" ") && !/^ {2}NPG/.test(line));
    expect(long).toEqual([]);
  });

  test("is calm when there is nothing", () => {
    expect(findingsText(reportOn(programOf("")))).toBe("Nothing found.\n");
  });

  test("says what it leaves out, and why nothing more is shown", () => {
    expect(findingsText(quiet)).toMatch(/^Nothing found\.\n\nNot shown: 1 suppressed\.\n$/);
  });
});

test("Markdown has each finding with its patch, and nothing of the input is taken for markup", () => {
  const text = findingsMarkdown(report);
  expect(text.match(/^#### NPG/gm)?.length).toBe(report.screened.shown.length);
  expect(text).toMatch(/<details><summary>Patch<\/summary>\n\n```yaml\n# (?:new|replaces)/);
  expect(text).toContain("our interpretation");
  expect(findingsMarkdown(nasty)).not.toMatch(/<b>/);
  expect(findingsMarkdown(nasty).replaceAll("\n", "")).not.toMatch(CONTROL);
});

test("CSV has one line for each finding, and one above", () => {
  const lines = [...findingsCsv(report)].join("").trimEnd().split("\r\n");
  expect(lines.length).toBe(report.screened.shown.length + 1);
  expect(lines[0]).toBe("id,name,severity,certainty,namespace,endpoints,policy,place,fact,consequence,fix");
});

/** Tags that are opened and not closed, or closed and not opened; and stray brackets. */
function unclosed(xml: string): readonly string[] {
  const open: string[] = [];
  const faults: string[] = [];
  const rest = xml.replace(
    /<(\/?)([a-z-]+)((?: [a-z]+="[^"<]*")*)(\/?)>|<\?xml[^>]*\?>/g,
    (_, close, name, __, empty) => {
      if (name === undefined || empty) return "";
      if (!close) open.push(name);
      else if (open.pop() !== name) faults.push(name);
      return "";
    },
  );
  return [...faults, ...open, ...(rest.match(/[<>]|&(?!(?:amp|lt|gt|quot);)/g) ?? [])];
}
