// Whole processes, measured by what the operating system says of them.
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

export const path = (relative) => fileURLToPath(new URL(`../${relative}`, import.meta.url));
/** For what is written to be measured. */
export const folder = join(tmpdir(), "watertight-bench");
mkdirSync(folder, { recursive: true });

/** How esbuild bundles a file of bench/ for Node. */
export const bundled = (name) => ({
  outfile: path(`node_modules/.cache/${name}.mjs`),
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node20.19",
  alias: { "@watertight/core": path("packages/core/src/index.ts") },
  banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
});

/** Runs a command several times; the medians of the wall clock, of processor seconds, and of the peak of memory. */
export function measured(args, times) {
  const runs = Array.from({ length: times }, () => runOnce(args));
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

/** Prints one, and its ratios to another. */
export function row(what, { wall, cpu, rss }, floor) {
  const columns = [
    what.padEnd(20),
    `${wall.toFixed(0).padStart(7)} ms ${(wall / floor.wall).toFixed(2).padStart(6)} ×`,
    `${cpu.toFixed(0).padStart(7)} ms of processors ${(cpu / floor.cpu).toFixed(2).padStart(6)} ×`,
    `${(rss / 1024).toFixed(0).padStart(5)} MB`,
  ];
  console.log(`  ${columns.join("  ")}`);
}
