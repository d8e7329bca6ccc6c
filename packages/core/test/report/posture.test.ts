import { expect, test } from "vitest";
import {
  checkIn,
  FindingContext,
  type FindingsReport,
  findingsAnswer,
  postureMarkdown,
  postureOf,
  postureText,
  screen,
} from "../../src/index.ts";
import { programOf } from "../analyses/findings/found.ts";
import { BOUTIQUE, boutiquePolicies } from "../analyses/posture/boutique.ts";
import { violations } from "./schema.ts";

function reportOn(text: string): Required<FindingsReport> {
  const context = new FindingContext(programOf(text));
  const { findings, withoutTrial } = checkIn(context);
  const screened = screen(findings, { severity: "low", suppressions: [], today: "2026-06-01" });
  return { screened, withoutTrial, posture: postureOf(context) };
}

const report = reportOn([BOUTIQUE, boutiquePolicies("[{}]")].join("\n---\n"));
const NASTY = `apiVersion: v1
kind: ConfigMap
metadata: { name: c, namespace: shop }
data: { "DB_PASSWORD": "hunter2<&>|\`" }`;

test("the JSON is as its schema says, with a posture and without", () => {
  expect(violations("findings-v1", findingsAnswer(report))).toEqual([]);
  expect(violations("findings-v1", findingsAnswer(reportOn("")))).toEqual([]);
  const { posture: _, ...bare } = report;
  expect(findingsAnswer(bare).posture).toBeNull();
  expect(violations("findings-v1", findingsAnswer(bare))).toEqual([]);
});

test("the text keeps to its width, and shows the parts beside every number", () => {
  const text = postureText(report.posture, report, { width: 80 });
  expect(text.split("\n").filter((line) => line.length > 80)).toEqual([]);
  expect(text).toContain("pairs allowed 26");
  expect(text).toContain("Weakest link: egress 0.");
  expect(text).toContain("narrow ingress rule 1 of default/frontend");
  for (const one of report.posture.undecidable) expect(text.replace(/\s+/g, " ")).toContain(one);
});

test("rows that lack the same object are told together", () => {
  const text = postureText(report.posture, report);
  expect(text.match(/The input has no RoleBinding or ClusterRoleBinding\./g)).toHaveLength(2);
});

test("Markdown has a table a topic, and no value that looks like a credential", () => {
  const nasty = reportOn(NASTY);
  const markdown = postureMarkdown(nasty.posture, nasty);
  expect(markdown.match(/^\| \| Claim \|/gm)).toHaveLength(7);
  expect(markdown).toContain("DB\\_PASSWORD is named like a credential");
  expect(markdown).not.toContain("hunter2");
  expect(JSON.stringify(findingsAnswer(nasty))).not.toContain("hunter2");
});
