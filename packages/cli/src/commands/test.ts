import {
  answerText,
  expectationsJunit,
  expectationsText,
  readExpectations,
  testAnswer,
  testExpectations,
} from "@watertight/core";
import type { TEST_FORMATS } from "../formats.ts";
import type { InputOptions } from "../input-options.ts";
import type { Io } from "../io.ts";
import { paintFor, print, reportDiagnostics, widthOf } from "../terminal.ts";
import { Unusable } from "../unusable.ts";
import { configurationOf, declare } from "./configuration.ts";
import { load, readTexts } from "./load.ts";

export interface TestOptions extends InputOptions {
  readonly expect: readonly string[];
  readonly config?: string;
  readonly format: (typeof TEST_FORMATS)[number];
}

/** `watertight test`: whether expectations hold; 1 when one does not, 2 when one cannot be read. */
export async function test(paths: readonly string[], options: TestOptions, io: Io): Promise<number> {
  const { sources, problems } = await readTexts(options.expect, io);
  const read = sources.map(readExpectations);
  const faults = [...problems, ...read.flatMap(({ diagnostics }) => diagnostics)];
  reportDiagnostics(faults, io, "faults");
  if (faults.some(({ severity }) => severity === "error"))
    throw new Unusable("what is expected cannot be read in full, so nothing was tested");
  const expectations = read.flatMap((one) => one.expectations);
  if (expectations.length === 0) throw new Unusable(`nothing is expected in ${options.expect.join(", ")}`);
  const configured = await configurationOf(options, io);
  const { program, diagnostics } = await load(paths, options, io);
  const { declared, diagnostics: ofConfig } = declare(program, configured, options, io);
  const { ignore } = configured.config.gaps;
  const results = testExpectations(program, expectations, { today: io.today(), declared, ignore });
  switch (options.format) {
    case "text":
      io.stdout.write(expectationsText(results, { width: widthOf(io.stdout), paint: paintFor(io.stdout, io) }));
      break;
    case "json":
      await print(answerText(testAnswer(results, [...faults, ...ofConfig, ...diagnostics])), io.stdout);
      break;
    case "junit":
      io.stdout.write(expectationsJunit(results));
      break;
  }
  return results.every(({ holds }) => holds) ? 0 : 1;
}
