import {
  answerText,
  type DeltaReport,
  type Diagnostic,
  declaredIn,
  deltaAnswer,
  deltaDot,
  deltaMarkdown,
  deltaMermaid,
  deltaReportSteps,
  deltaText,
  formatSpan,
  isEmptyDelta,
} from "@watertight/core";
import type { DELTA_FORMATS } from "../formats.ts";
import type { InputOptions } from "../input-options.ts";
import type { Io } from "../io.ts";
import { page } from "../page.ts";
import { Progress, paintFor, print, reportDiagnostics, widthOf } from "../terminal.ts";
import { configurationOf } from "./configuration.ts";
import type { Sides } from "./delta-page.ts";
import type { Loaded } from "./load.ts";

export interface DeltaOptions extends InputOptions {
  readonly exitCode?: boolean;
  readonly config?: string;
  readonly format: (typeof DELTA_FORMATS)[number];
}

type Side = Pick<Loaded, "program">;

/**
 * What differs, with what the configuration file declares of either side. A name that means something on one side alone is none that
 * is wrong.
 */
export async function reportOn(before: Side, after: Side, options: DeltaOptions, io: Io): Promise<DeltaReport> {
  const configured = await configurationOf(options, io);
  const [old, now] = [before, after].map(({ program }) => declaredIn(program, configured.config)) as [Found, Found];
  const unknown = new Set(old.diagnostics.map(placeOf));
  const wrong = now.diagnostics.filter((one) => unknown.has(placeOf(one)));
  reportDiagnostics(wrong, io, options.verbose ? "all" : "faults");
  const declared = { before: old.declared, after: now.declared };
  return new Progress(io).run(deltaReportSteps(before.program, after.program, declared));
}

type Found = ReturnType<typeof declaredIn>;

function placeOf({ span }: Diagnostic): string {
  return span === undefined ? "" : formatSpan(span);
}

/**
 * Prints a delta and returns the exit status: 1 with `--exit-code` when anything differs.
 *
 * `sides` gives the texts for a page, and `more` is added to a JSON answer.
 */
export async function printDelta(
  report: DeltaReport,
  diagnostics: readonly Diagnostic[],
  options: DeltaOptions,
  io: Io,
  sides: () => Sides,
  more: object = {},
): Promise<number> {
  if (options.format === "html") {
    const content = { ...sides(), options: report.delta.after.program.options, script: await io.readViewerScript() };
    io.stdout.write(page(content));
  } else await print(rendered(report, diagnostics, options.format, io, more), io.stdout);
  return options.exitCode && !isEmptyDelta(report) ? 1 : 0;
}

function rendered(
  report: DeltaReport,
  diagnostics: readonly Diagnostic[],
  format: Exclude<DeltaOptions["format"], "html">,
  io: Io,
  more: object,
): string | Iterable<string> {
  switch (format) {
    case "text":
      return deltaText(report, { width: widthOf(io.stdout), paint: paintFor(io.stdout, io) });
    case "json":
      return answerText({ ...deltaAnswer(report, diagnostics), ...more });
    case "md":
      return deltaMarkdown(report);
    case "mermaid":
      return deltaMermaid(report.delta);
    case "dot":
      return deltaDot(report.delta);
  }
}
