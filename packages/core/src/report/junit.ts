import {
  FINDING_SEVERITIES,
  type Finding,
  type FindingSeverity,
  findingMessage,
} from "../analyses/findings/finding.ts";
import { RULES } from "../analyses/findings/registry.ts";
import { formatSpan } from "../model/source.ts";
import { printable } from "./escape.ts";
import type { FindingsReport } from "./findings.ts";

/**
 * Findings as JUnit XML: one suite for each rule, one failed test for each finding, and one that passes for a rule that found nothing.
 *
 * Findings less grave than `failOn` are listed as passed, with what they say as output.
 */
export function findingsJunit({ screened }: FindingsReport, failOn: FindingSeverity = "info"): string {
  const isFailure = ({ severity }: Finding) =>
    FINDING_SEVERITIES.indexOf(severity) <= FINDING_SEVERITIES.indexOf(failOn);
  const suites = RULES.map((rule) => {
    const findings = screened.shown.filter(({ id }) => id === rule.id);
    const skipped = screened.suppressed.filter(({ finding }) => finding.id === rule.id);
    const cases = [
      ...findings.map((finding) => testCase(finding, isFailure(finding))),
      ...skipped.map(({ finding, by }) => {
        const attributes = `name=${quoted(aboutOf(finding))} classname=${quoted(finding.id)}`;
        return `    <testcase ${attributes}><skipped message=${quoted(by.reason)}/></testcase>`;
      }),
    ];
    if (cases.length === 0) cases.push(`    <testcase name=${quoted(rule.title)} classname=${quoted(rule.id)}/>`);
    const failures = findings.filter(isFailure).length;
    const counts = `tests="${cases.length}" failures="${failures}" errors="0" skipped="${skipped.length}"`;
    return {
      text: `  <testsuite name=${quoted(`${rule.id} ${rule.name}`)} ${counts}>\n${cases.join("\n")}\n  </testsuite>`,
      failures,
      tests: cases.length,
    };
  });
  const sum = (of: "failures" | "tests") => suites.reduce((total, suite) => total + suite[of], 0);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="watertight gaps" tests="${sum("tests")}" failures="${sum("failures")}" errors="0">`,
    ...suites.map(({ text }) => text),
    "</testsuites>\n",
  ].join("\n");
}

function testCase(finding: Finding, isFailure: boolean): string {
  const { id, severity, span, fact } = finding;
  const place = span ? ` file=${quoted(span.path)} line="${span.line}"` : "";
  const body = escaped([findingMessage(finding), ...(span ? [`at ${formatSpan(span)}`] : [])].join("\n"));
  const inner = isFailure
    ? `<failure type=${quoted(severity)} message=${quoted(fact)}>${body}</failure>`
    : `<system-out>${body}</system-out>`;
  return `    <testcase name=${quoted(aboutOf(finding))} classname=${quoted(id)}${place}>${inner}</testcase>`;
}

function aboutOf({ id, key }: Finding): string {
  return key.slice(id.length + 1);
}

/** Text as the value of an attribute. */
export function quoted(text: string): string {
  return `"${escaped(text)}"`;
}

/** Text that is the same inside XML: without the characters XML does not have, line by line. */
export function escaped(text: string): string {
  return text
    .split("\n")
    .map(printable)
    .join("\n")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
