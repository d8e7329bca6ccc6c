// Bundles bench/scale.bench.ts with the engine's sources and runs it.
import { spawnSync } from "node:child_process";
import { build } from "esbuild";
import { bundled, path } from "./processes.mjs";

const bundle = bundled("scale.bench");
await build({ ...bundle, entryPoints: [path("bench/scale.bench.ts")] });
process.exitCode =
  spawnSync(process.execPath, ["--max-old-space-size=4096", bundle.outfile, ...process.argv.slice(2)], {
    stdio: "inherit",
  }).status ?? 1;
