// Bundles bench/scale.bench.ts with the engine's sources and runs it.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const path = (relative) => fileURLToPath(new URL(`../${relative}`, import.meta.url));
const outfile = path("node_modules/.cache/scale.bench.mjs");

await build({
  entryPoints: [path("bench/scale.bench.ts")],
  outfile,
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node20.19",
  alias: { "@watertight/core": path("packages/core/src/index.ts") },
  banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
});
process.exitCode =
  spawnSync(process.execPath, ["--max-old-space-size=4096", outfile, ...process.argv.slice(2)], { stdio: "inherit" })
    .status ?? 1;
