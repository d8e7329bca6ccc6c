// @ts-check
import { PARTS } from "./packages/core/test/mutation/parts.mjs";

const name = process.env.MUTATION_PART ?? "model";
const part = PARTS[name];
if (!part) throw new Error(`MUTATION_PART is one of ${Object.keys(PARTS).join(", ")}`);
// For packages/core/test/mutation/runner.mjs, which runs in processes of its own.
process.env.MUTATION_TESTS ??= part.tests.join();

const reports = `reports/mutation/${name}`;

/** @type {import("@stryker-mutator/api/core").PartialStrykerOptions} */
export default {
  mutate: [...part.mutate],
  plugins: ["./packages/core/test/mutation/runner.mjs"],
  testRunner: "in-process",
  coverageAnalysis: "perTest",
  // Constants are mutated too; all tests of the part judge those.
  ignoreStatic: false,
  disableTypeChecks: true,
  // For `--incremental`, which takes up the last report where neither code nor tests changed.
  incrementalFile: `${reports}/incremental.json`,
  concurrency: 2,
  // Most endless loops are noticed by counting; for the others, four times what the tests take without a mutant and half a minute.
  timeoutMS: 30_000,
  timeoutFactor: 4,
  dryRunTimeoutMinutes: 30,
  ignorePatterns: ["/packages/*/dist", "/docs", "/bench", "/reports", "/.stryker-tmp*"],
  reporters: ["clear-text", "progress-append-only", "html", "json"],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  htmlReporter: { fileName: `${reports}/report.html` },
  jsonReporter: { fileName: `${reports}/report.json` },
};
