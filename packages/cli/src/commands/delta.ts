import {
  answerText,
  type DeltaReport,
  type Diagnostic,
  deltaAnswer,
  deltaDot,
  deltaMarkdown,
  deltaMermaid,
  deltaReport,
  deltaText,
  isEmptyDelta,
} from "@watertight/core";
import type { DELTA_FORMATS } from "../formats.ts";
import type { InputOptions } from "../input-options.ts";
import type { Io } from "../io.ts";
import { page } from "../page.ts";
import { paintFor, print, widthOf } from "../terminal.ts";
import type { Sides } from "./delta-page.ts";
import type { Loaded } from "./load.ts";

export interface DeltaOptions extends InputOptions {
  readonly exitCode?: boolean;
  readonly format: (typeof DELTA_FORMATS)[number];
}

export function reportOn(before: Pick<Loaded, "program">, after: Pick<Loaded, "program">): DeltaReport {
  return deltaReport(before.program, after.program);
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
