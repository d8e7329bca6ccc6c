import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const source = (path: string) => fileURLToPath(new URL(`./packages/${path}`, import.meta.url));
const e2e = "packages/*/test/e2e/**/*.test.ts";
const packages = "test/packages/**/*.test.ts";

export default defineConfig({
  test: {
    maxWorkers: "100%",
    projects: [
      {
        // From source: no build needed.
        resolve: {
          alias: [
            { find: /^@watertight\/core$/, replacement: source("core/src/index.ts") },
            { find: /^@watertight\/viewer$/, replacement: source("viewer/src/index.ts") },
            { find: /^@watertight\/viewer\/svg$/, replacement: source("viewer/src/svg.ts") },
          ],
        },
        test: {
          name: "unit",
          // Nothing here keeps state from file to file, and reading the sources anew for each takes as long as running it.
          isolate: false,
          include: ["packages/*/test/**/*.test.ts", "test/**/*.test.ts"],
          exclude: [e2e, packages],
          setupFiles: ["test/random-runs.ts"],
          // Properties take as long as the number of runs asked for.
          testTimeout: process.env.FC_NUM_RUNS ? 3_600_000 : 20_000,
        },
      },
      {
        // The built files, in a browser or as a process: `npm run bundle` first.
        test: {
          name: "e2e",
          include: [e2e],
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        // What would be published, as others meet it: `npm run build` first.
        test: {
          name: "packages",
          include: [packages],
          globalSetup: ["test/packages/setup.ts"],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
