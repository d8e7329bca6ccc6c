// @ts-check
/**
 * A test runner for Stryker that keeps the tests in one process, as a list of functions, and starts nothing for a mutant: most mutants
 * die within milliseconds, where starting vitest for each takes seconds. It knows as much of vitest as the tests of the core use.
 */
import { readdirSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { resolve, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { declareClassPlugin, PluginKind } from "@stryker-mutator/api/plugin";
import {
  DryRunStatus,
  determineHitLimitReached,
  TestStatus,
  toMutantRunResult,
} from "@stryker-mutator/api/test-runner";
import { ASYMMETRIC_MATCHERS_OBJECT, chai, JestAsymmetricMatchers, JestChaiExpect, JestExtend } from "@vitest/expect";
import { build } from "esbuild";

/**
 * @typedef {{ id: string, name: string, file: string, body: () => unknown }} Test
 * @typedef {{ activeMutant?: string, currentTestId?: string, hitCount?: number, hitLimit?: number, mutantCoverage: object }} Instruments
 */

/** What mutated code reads and writes. @type {Instruments} */
const instruments = { mutantCoverage: { static: {}, perTest: {} } };
Object.assign(globalThis, { __stryker__: instruments });

for (const plugin of [JestExtend, JestChaiExpect, JestAsymmetricMatchers]) chai.use(plugin);
const expect = Object.assign(
  (/** @type {unknown} */ value, /** @type {string=} */ message) => chai.expect(value, message),
  chai.expect,
  Reflect.get(globalThis, ASYMMETRIC_MATCHERS_OBJECT),
);

/** Files that keep what they worked out for as long as they are loaded, or the input is: one mutant would leave it to the next. */
const REMEMBERS = /(model\/ip|compile\/network-policy)\.ts$/;

class InProcessRunner {
  /** @type {Test[]} */
  tests = [];
  /** How long each test took the last time, by id. @type {Map<string, number>} */
  durations = new Map();
  /** How many mutants each test has killed, by id. @type {Map<string, number>} */
  kills = new Map();
  code = "";
  /** The mutant that was active while the tests were loaded. @type {string | undefined} */
  loadedWith;

  capabilities() {
    return { reloadEnvironment: true };
  }

  async init() {
    const files = (process.env.MUTATION_TESTS ?? "").split(",").flatMap(testsIn);
    const { outputFiles } = await build({
      stdin: { contents: entryOf(files), resolveDir: process.cwd() },
      bundle: true,
      write: false,
      format: "cjs",
      platform: "node",
      target: "node20",
      packages: "external",
      // The package says that its files have no effect when imported; tests have.
      ignoreAnnotations: true,
      plugins: [aroundTests, ...(process.env.MUTATION_PART === "model" ? [] : [readingOnce])],
      logLevel: "silent",
    });
    this.code = outputFiles[0]?.text ?? "";
    this.load(undefined);
  }

  /** Reads sources and tests anew, so that constants are worked out with the mutant active. @param {string | undefined} mutant */
  load(mutant) {
    /** @type {Test[]} */
    const tests = [];
    const vitest = collecting(tests);
    const require = createRequire(resolve("package.json"));
    const silent = { ...console, log() {}, table() {} };
    instruments.activeMutant = mutant;
    instruments.currentTestId = undefined;
    const run = new Function("require", "module", "console", this.code);
    run((/** @type {string} */ name) => (name === "vitest" ? vitest : require(name)), { exports: {} }, silent);
    this.tests = tests;
    this.loadedWith = mutant;
  }

  async dryRun() {
    const tests = [];
    for (const test of this.tests) tests.push(await this.run(test));
    return { status: DryRunStatus.Complete, tests, mutantCoverage: instruments.mutantCoverage };
  }

  /** @param {import("@stryker-mutator/api/test-runner").MutantRunOptions} options */
  async mutantRun({ activeMutant, mutantActivation, testFilter, hitLimit }) {
    instruments.hitCount = hitLimit === undefined ? undefined : 0;
    instruments.hitLimit = hitLimit;
    const { tests: all } = this;
    const wanted = testFilter && new Set(testFilter);
    const results = [];
    try {
      const during = mutantActivation === "static" ? activeMutant.id : undefined;
      const isKept = during === undefined && this.loadedWith === undefined && !REMEMBERS.test(activeMutant.fileName);
      if (!isKept) this.load(during);
      instruments.activeMutant = activeMutant.id;
      for (const test of this.likeliest(wanted ? this.tests.filter(({ id }) => wanted.has(id)) : this.tests)) {
        const result = await this.run(test);
        results.push(result);
        if (result.status !== TestStatus.Failed) continue;
        this.kills.set(test.id, (this.kills.get(test.id) ?? 0) + 1);
        break;
      }
    } catch (error) {
      // Tests that cannot even be loaded have noticed.
      this.tests = all;
      this.loadedWith = activeMutant.id;
      results.push(failed("loading", "loading", 0, error));
    }
    instruments.activeMutant = undefined;
    const endless = determineHitLimitReached(instruments.hitCount, hitLimit);
    return toMutantRunResult(endless ?? { status: DryRunStatus.Complete, tests: results });
  }

  /** Those that killed most mutants first, and the quick before the slow. @param {Test[]} tests */
  likeliest(tests) {
    const cost = ({ id }) => (1 + (this.durations.get(id) ?? 0)) / (1 + (this.kills.get(id) ?? 0));
    return [...tests].sort((a, b) => cost(a) - cost(b));
  }

  /** @param {Test} test */
  async run({ id, name, body }) {
    const start = performance.now();
    const took = () => performance.now() - start;
    instruments.currentTestId = id;
    try {
      await body();
      return /** @type {const} */ ({ id, name, status: TestStatus.Success, timeSpentMs: took() });
    } catch (error) {
      return failed(id, name, took(), error);
    } finally {
      instruments.currentTestId = undefined;
      this.durations.set(id, took());
    }
  }
}

/** @param {unknown} error */
function failed(/** @type {string} */ id, /** @type {string} */ name, /** @type {number} */ timeSpentMs, error) {
  const failureMessage = error instanceof Error ? error.message : String(error);
  return /** @type {const} */ ({ id, name, status: TestStatus.Failed, timeSpentMs, failureMessage });
}

/** What tests import from vitest, gathering them. @param {Test[]} tests */
function collecting(tests) {
  /** @type {string[]} */
  let path = [];
  const describe = (/** @type {string} */ name, /** @type {() => void} */ body) => {
    const outside = path;
    path = [...outside, name];
    body();
    path = outside;
  };
  const test = (/** @type {string} */ title, /** @type {() => unknown} */ body) => {
    const name = [...path, title].join(" ");
    tests.push({ id: `${tests.length} ${name}`, name, file: path[0] ?? "", body });
  };
  return { describe: withEach(describe), test: withEach(test), expect };
}

/**
 * @template {unknown[]} A
 * @param {(name: string, body: (...args: A) => unknown) => void} one
 */
function withEach(one) {
  const each = (/** @type {readonly unknown[]} */ rows) => (/** @type {string} */ name, /** @type {Function} */ body) =>
    rows.forEach((row, index) => {
      one(`${name} #${index}`, () => body(...(Array.isArray(row) ? row : [row])));
    });
  return Object.assign(one, { each });
}

/** The files of tests at a path, which is a file or a folder. @param {string} path @returns {string[]} */
function testsIn(path) {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".test.ts"))
    .sort()
    .map((name) => `${path}/${name.split(sep).join("/")}`);
}

/** Few random runs, from one seed: a mutant's fate must not change from one time to the next. @param {string[]} files */
function entryOf(files) {
  process.env.FC_NUM_RUNS = "15";
  return [
    'import fc from "fast-check";',
    "fc.configureGlobal({ numRuns: 15, seed: 1, endOnFailure: true });",
    ...files.map((file) => `import "./${file}";`),
  ].join("\n");
}

/** Tests know where they are, though they are all in one text here. @type {import("esbuild").Plugin} */
const aroundTests = {
  name: "around tests",
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]test[\\/].*\.ts$/ }, async ({ path }) => {
      const contents = (await readFile(path, "utf8")).replaceAll(
        "import.meta.url",
        JSON.stringify(pathToFileURL(path).href),
      );
      return { contents, loader: "ts" };
    });
  },
};

/** Most of the time of a test goes into reading its manifests, in which nothing of compile or engine has a part. @type {import("esbuild").Plugin} */
const readingOnce = {
  name: "reading once",
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]core[\\/]src[\\/]parse[\\/]parse\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, "utf8");
      const contents = `${source.replace("export function parse(", "function parseAnew(")}
        const readBefore = new Map<string, Parsed>();
        export const parse: typeof parseAnew = (...asked) => {
          const key = JSON.stringify(asked);
          const parsed = readBefore.get(key) ?? parseAnew(...asked);
          readBefore.set(key, parsed);
          return parsed;
        };`;
      return { contents, loader: "ts" };
    });
  },
};

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, "in-process", InProcessRunner)];
