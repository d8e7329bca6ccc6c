import type { Failure, Tested } from "../analyses/expectations.ts";
import type { Diagnostic } from "../model/diagnostic.ts";
import { type Expectation, formatEnd } from "../model/expectation.ts";
import { formatSpan, type Span } from "../model/source.ts";
import { printable } from "./escape.ts";
import { type DiagnosticAnswer, diagnosticAnswer, spanAnswer } from "./json.ts";
import { escaped, quoted } from "./junit.ts";
import { plainPaint, wrapped } from "./table.ts";
import type { TextOptions } from "./text.ts";

/** An expectation in a line: `deny dev/* → prod/* on TCP/80`. */
export function expectationTitle(expectation: Expectation): string {
  switch (expectation.kind) {
    case "flow": {
      const { from, to, port, verdict } = expectation;
      const on = port ? ` on ${portWords(port)}` : "";
      return `${verdict} ${formatEnd(from)} → ${formatEnd(to)}${on}`;
    }
    case "path": {
      const { from, to, exists, edges } = expectation;
      return `${exists ? "a" : "no"} ${edges === "network" ? "network " : ""}path ${formatEnd(from)} → ${formatEnd(to)}`;
    }
    case "gaps": {
      const { namespace, rule, severity, none } = expectation;
      const what = [rule ?? "findings", ...(severity === "info" ? [] : [`of severity ${severity} or graver`])].join(
        " ",
      );
      return `${none ? "no" : "some"} ${what}${namespace === undefined ? "" : ` in ${namespace}`}`;
    }
  }
}

function portWords({ protocol, port }: { readonly protocol: string; readonly port?: number }): string {
  if (protocol === "other") return "ICMP";
  return port === undefined ? protocol : `${protocol}/${port}`;
}

/** Results for a person: a line for the sum, and for each expectation that does not hold what shows it. */
export function expectationsText(
  results: readonly Tested[],
  { width = 100, paint = plainPaint }: TextOptions = {},
): string {
  const failed = results.filter(({ holds }) => !holds);
  const sum =
    failed.length === 0
      ? paint.green(`${results.length} of ${results.length} expectations hold.`)
      : paint.bold(
          `${failed.length} of ${results.length} expectations ${failed.length === 1 ? "does" : "do"} not hold.`,
        );
  const blocks = failed.map(({ expectation, failure, against }) => {
    const title = `${expectationTitle(expectation)}${expectation.because === undefined ? "" : ` (${expectation.because})`}`;
    const lines = failure ? [withCount(failure, against), ...failure.lines] : [];
    return [
      `${paint.red("FAILED")} ${paint.bold(printable(title))}  ${paint.dim(printable(formatSpan(expectation.span)))}`,
      ...lines.flatMap((line) => wrapped(printable(line), width, "  ", "    ")),
      ...(failure?.witness?.steps ?? []).map((step) => `  ${printable(step)}`),
    ].join("\n");
  });
  return `${[...blocks, sum].join("\n\n")}\n`;
}

function withCount({ message }: Failure, against: number): string {
  return against > 1 ? `${message}; and ${against - 1} more` : message;
}

/** What `schema/test-v1.json` describes. */
export interface TestAnswer {
  readonly schema: "watertight/test/v1";
  readonly results: readonly ResultAnswer[];
  readonly summary: { readonly total: number; readonly failed: number };
  readonly diagnostics: readonly DiagnosticAnswer[];
}

export interface ResultAnswer {
  readonly expectation: string;
  readonly kind: Expectation["kind"];
  readonly because: string | null;
  readonly holds: boolean;
  /** How many pairs of endpoints, or findings, it is about, and how many of them are against it. */
  readonly looked: number;
  readonly against: number;
  readonly source: Span;
  readonly failure: {
    readonly message: string;
    readonly witness: Failure["witness"] | null;
    readonly lines: readonly string[];
    readonly places: readonly Span[];
  } | null;
}

/** Results as `watertight/test/v1`. */
export function testAnswer(results: readonly Tested[], diagnostics: readonly Diagnostic[] = []): TestAnswer {
  return {
    schema: "watertight/test/v1",
    results: results.map(resultAnswer),
    summary: { total: results.length, failed: results.filter(({ holds }) => !holds).length },
    diagnostics: diagnostics.map(diagnosticAnswer),
  };
}

function resultAnswer({ expectation, holds, looked, against, failure }: Tested): ResultAnswer {
  return {
    expectation: expectationTitle(expectation),
    kind: expectation.kind,
    because: expectation.because ?? null,
    holds,
    looked,
    against,
    source: spanAnswer(expectation.span),
    failure: failure
      ? {
          message: failure.message,
          witness: failure.witness ?? null,
          lines: failure.lines,
          places: failure.places.map(spanAnswer),
        }
      : null,
  };
}

/** Results as JUnit XML: a test for each expectation. */
export function expectationsJunit(results: readonly Tested[]): string {
  const failures = results.filter(({ holds }) => !holds).length;
  const counts = `tests="${results.length}" failures="${failures}" errors="0"`;
  const cases = results.map(({ expectation, failure, against }) => {
    const { span, because } = expectation;
    const attributes = `name=${quoted(expectationTitle(expectation))} classname=${quoted(because ?? expectation.kind)} file=${quoted(span.path)} line="${span.line}"`;
    if (!failure) return `    <testcase ${attributes}/>`;
    const body = escaped(
      [
        withCount(failure, against),
        ...failure.lines,
        ...(failure.witness?.steps ?? []),
        `expected at ${formatSpan(span)}`,
      ].join("\n"),
    );
    return `    <testcase ${attributes}><failure message=${quoted(failure.message)}>${body}</failure></testcase>`;
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="watertight test" ${counts}>`,
    `  <testsuite name="expectations" ${counts}>`,
    ...cases,
    "  </testsuite>",
    "</testsuites>\n",
  ].join("\n");
}
