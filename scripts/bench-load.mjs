// From a dump on disk to the first line of a listing, whole processes, beside a process that only parses the same dump:
//   npm run bundle && npm run bench:load [-- --sizes S,M,XL --detail slim,full --runs 5]
import { spawnSync } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, statSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { build } from "esbuild";

const SHAPES = {
  S: { pods: 1_000, namespaces: 40, policies: 250, seed: 1 },
  M: { pods: 10_000, namespaces: 300, policies: 2_000, seed: 1 },
  XL: { pods: 150_000, namespaces: 3_000, policies: 20_000, seed: 1 },
};
const { values } = parseArgs({
  options: {
    sizes: { type: "string", default: "S,M" },
    detail: { type: "string", default: "slim,full" },
    runs: { type: "string", default: "5" },
  },
});

const path = (relative) => fileURLToPath(new URL(`../${relative}`, import.meta.url));
const folder = join(tmpdir(), "watertight-bench");
const cache = path("node_modules/.cache");
mkdirSync(folder, { recursive: true });

const bundled = (name) => ({
  outfile: join(cache, `${name}.mjs`),
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node20.19",
  alias: { "@watertight/core": path("packages/core/src/index.ts") },
  banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
});
await build({ ...bundled("bench-dump"), entryPoints: [path("bench/dump.ts")] });
await build({ ...bundled("bench-load"), entryPoints: [path("bench/load.bench.ts")] });
const { dumpOf } = await import(pathToFileURL(join(cache, "bench-dump.mjs")).href);

console.log(`Node ${process.version}, medians of ${values.runs} runs, whole processes`);
for (const size of values.sizes.split(",")) for (const detail of values.detail.split(",")) compare(size, detail);

function compare(size, detail) {
  const dump = join(folder, `${size}-${detail}.json`);
  writeDump({ ...SHAPES[size], detail }, dump);
  const { pods, policies } = SHAPES[size];
  const megabytes = (statSync(dump).size / 1e6).toFixed(1);
  console.log(`\n${size}, ${detail}: ${pods} pods, ${policies} policies, ${megabytes} MB of JSON`);
  const floor = measured([path("scripts/parse-only.mjs"), dump]);
  row("JSON.parse alone", floor, floor);
  row("read and parse", measured([join(cache, "bench-load.mjs"), dump]), floor);
  row("list --by namespace", measured([path("packages/cli/dist/main.js"), "list", "--by", "namespace", dump]), floor);
  rmSync(dump);
}

/** Item by item: the largest is more than a string can hold. */
function writeDump(shape, file) {
  const out = openSync(file, "w");
  for (const piece of dumpOf(shape)) writeSync(out, piece);
  closeSync(out);
}

/** Runs a command several times; the medians of the wall clock, of processor seconds, and of the peak of memory. */
function measured(args) {
  const runs = Array.from({ length: Number(values.runs) }, () => runOnce(args));
  const median = (of) => runs.map(of).sort((a, b) => a - b)[runs.length >> 1];
  return { wall: median((run) => run.wall), cpu: median((run) => run.cpu), rss: median((run) => run.rss) };
}

/** What the operating system says of one run, asked of the process itself as it ends. */
function runOnce(args) {
  const report = join(folder, "usage.json");
  const start = performance.now();
  const { status } = spawnSync(process.execPath, args, {
    stdio: ["ignore", "ignore", "ignore"],
    env: {
      ...process.env,
      NODE_OPTIONS: `--import ${pathToFileURL(path("scripts/usage.mjs")).href}`,
      USAGE_REPORT: report,
    },
  });
  const wall = performance.now() - start;
  if (status !== 0) throw new Error(`${args.join(" ")}: exit status ${status}`);
  const { cpu, rss } = JSON.parse(readFileSync(report, "utf8"));
  return { wall, cpu, rss };
}

function row(what, { wall, cpu, rss }, floor) {
  const columns = [
    what.padEnd(20),
    `${wall.toFixed(0).padStart(7)} ms ${(wall / floor.wall).toFixed(2).padStart(6)} ×`,
    `${cpu.toFixed(0).padStart(7)} ms of processors ${(cpu / floor.cpu).toFixed(2).padStart(6)} ×`,
    `${(rss / 1024).toFixed(0).padStart(5)} MB`,
  ];
  console.log(`  ${columns.join("  ")}`);
}
