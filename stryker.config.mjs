// @ts-check
import { PARTS } from "./packages/core/test/mutation/parts.mjs";

const name = process.env.MUTATION_PART ?? "model";
const part = PARTS[name];
if (!part) throw new Error(`MUTATION_PART is one of ${Object.keys(PARTS).join(", ")}`);
// For packages/core/test/mutation/vitest.config.ts, which the test runners read.
process.env.MUTATION_TESTS ??= [...part.tests, "packages/core/test/mutation"].join();

const reports = `reports/mutation/${name}`;

/** @type {import("@stryker-mutator/api/core").PartialStrykerOptions} */
export default {
  mutate: [...part.mutate],
  plugins: ["@stryker-mutator/vitest-runner"],
  testRunner: "vitest",
  vitest: { configFile: "packages/core/test/mutation/vitest.config.ts", related: false },
  coverageAnalysis: "perTest",
  // Constants are mutated too; all tests of the part judge those.
  ignoreStatic: false,
  disableTypeChecks: true,
  // For `--incremental`, which takes up the last report where neither code nor tests changed.
  incrementalFile: `${reports}/incremental.json`,
  concurrency: 2,
  // Endless loops are noticed by counting; this is for a machine that does other things too.
  timeoutMS: 20_000,
  ignorePatterns: ["/packages/*/dist", "/docs", "/bench", "/reports", "/.stryker-tmp*"],
  reporters: ["clear-text", "progress-append-only", "html", "json"],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  htmlReporter: { fileName: `${reports}/report.html` },
  jsonReporter: { fileName: `${reports}/report.json` },
};
