import {
  answerText,
  type Endpoint,
  type ExposureReport,
  exposureAnswer,
  exposureCsv,
  exposureMarkdown,
  exposureText,
  findExposure,
  reach,
} from "@watertight/core";
import type { InputOptions } from "../input-options.ts";
import type { Io } from "../io.ts";
import { paintFor, print, widthOf } from "../terminal.ts";
import { Unusable } from "../unusable.ts";
import { configurationOf, declare } from "./configuration.ts";
import { someEndpoints } from "./endpoints.ts";
import { load } from "./load.ts";

const FORMATS = ["text", "json", "csv", "md"] as const;

export interface ExposureOptions extends InputOptions {
  readonly to?: string;
  readonly config?: string;
  readonly format: string;
}

/** `watertight list --exposure`: which workloads the internet can reach, through which objects. */
export async function exposure(paths: readonly string[], options: ExposureOptions, io: Io): Promise<number> {
  const format = FORMATS.find((one) => one === options.format);
  if (!format)
    throw new Unusable(`--exposure: there is no form \`${options.format}\` of it; there are: ${FORMATS.join(", ")}`);
  const configured = await configurationOf(options, io);
  const { program, diagnostics } = await load(paths, options, io);
  const { declared, diagnostics: ofConfig } = declare(program, configured, options, io);
  const wanted =
    options.to === undefined ? undefined : someEndpoints(reach(program, { by: "workload" }), options.to, "--to");
  const report = narrowed(findExposure(program, declared), wanted);
  switch (format) {
    case "json":
      await print(answerText(exposureAnswer(report, [...ofConfig, ...diagnostics])), io.stdout);
      break;
    case "csv":
      await print(exposureCsv(report), io.stdout);
      break;
    case "md":
      await print(exposureMarkdown(report), io.stdout);
      break;
    case "text":
      await print(exposureText(report, { width: widthOf(io.stdout), paint: paintFor(io.stdout, io) }), io.stdout);
  }
  return 0;
}

function narrowed(report: ExposureReport, wanted: readonly Endpoint[] | undefined): ExposureReport {
  if (!wanted) return report;
  const ids = new Set(wanted.map(({ id }) => id));
  return { ...report, exposures: report.exposures.filter(({ endpoint }) => ids.has(endpoint.id)), deadEnds: [] };
}
