// @ts-check
/**
 * What is mutated, a part a run, and the tests that judge it, the quickest first: one failure ends a mutant, so most never come
 * to the last. `scripts/mutation.mjs` runs the parts.
 */
const core = "packages/core";
const agreement = [
  `${core}/test/cases.test.ts`,
  `${core}/test/properties/reach-of-cases.test.ts`,
  `${core}/test/properties/agreement.test.ts`,
];

/** @type {Readonly<Record<string, { readonly mutate: readonly string[], readonly tests: readonly string[] }>>} */
export const PARTS = {
  model: {
    mutate: ["intervals", "connections", "ip", "ports", "bitset", "selector", "order"].map(
      (file) => `${core}/src/model/${file}.ts`,
    ),
    tests: [`${core}/test/model`],
  },
  compile: {
    mutate: [`${core}/src/compile/*.ts`],
    tests: [`${core}/test/compile`, `${core}/test/engine`, ...agreement],
  },
  engine: {
    mutate: [`${core}/src/engine/*.ts`],
    tests: [`${core}/test/engine`, `${core}/test/compile`, ...agreement],
  },
};

const name = process.env.MUTATION_PART ?? "model";
const part = PARTS[name];
if (!part) throw new Error(`MUTATION_PART is one of ${Object.keys(PARTS).join(", ")}`);
// For packages/core/test/mutation/vitest.config.ts, which the test runners read.
process.env.MUTATION_TESTS ??= [...part.tests, `${core}/test/mutation`].join();

const reports = `reports/mutation/${name}`;

/** @type {import("@stryker-mutator/api/core").PartialStrykerOptions} */
export default {
  mutate: [...part.mutate],
  plugins: ["@stryker-mutator/vitest-runner"],
  testRunner: "vitest",
  vitest: { configFile: `${core}/test/mutation/vitest.config.ts`, related: false },
  coverageAnalysis: "perTest",
  // Constants are mutated too; all tests of the part judge those.
  ignoreStatic: false,
  disableTypeChecks: true,
  // For `--incremental`, which takes up the last report where neither code nor tests changed.
  incrementalFile: `${reports}/incremental.json`,
  concurrency: 2,
  timeoutMS: 5000,
  ignorePatterns: ["/packages/*/dist", "/docs", "/bench", "/reports"],
  reporters: ["clear-text", "progress-append-only", "html", "json"],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  htmlReporter: { fileName: `${reports}/report.html` },
  jsonReporter: { fileName: `${reports}/report.json` },
};
