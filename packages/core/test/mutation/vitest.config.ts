import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Files and folders, the quickest first, as `stryker.config.mjs` has them. */
const tests = process.env.MUTATION_TESTS?.split(",") ?? ["packages/core/test/model"];

class AsListed extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => tests.findIndex((path) => moduleId.includes(path));
    return [...files].sort((a, b) => rank(a) - rank(b) || (a.moduleId < b.moduleId ? -1 : 1));
  }
}

export default defineConfig({
  test: {
    include: tests.map((path) => (path.endsWith(".ts") ? path : `${path}/**/*.test.ts`)),
    setupFiles: ["test/random-runs.ts", "packages/core/test/mutation/setup.ts"],
    // A few runs from one seed: a mutant's fate must not change from one time to the next.
    env: { FC_NUM_RUNS: "25", FC_SEED: "1" },
    // The files of a run share one worker, which reads the sources once; each mutant gets a worker of its own all the same.
    isolate: false,
    sequence: { sequencer: AsListed },
    testTimeout: 20_000,
  },
});
