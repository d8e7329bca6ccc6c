// Bundles bench/viewer.bench.ts with the viewer's sources and runs it on the built files: npm run bundle first.
import { spawnSync } from "node:child_process";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const path = (relative) => fileURLToPath(new URL(`../${relative}`, import.meta.url));
const outfile = path("node_modules/.cache/viewer.bench.mjs");

await build({
  entryPoints: [path("bench/viewer.bench.ts")],
  outfile,
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node20.19",
  external: ["playwright-core", "axe-core", "yaml"],
  alias: { "@watertight/core": path("packages/core/src/index.ts") },
  // What is bundled looks for the repository's files where its sources are.
  define: { "import.meta.url": JSON.stringify(pathToFileURL(path("test/chromium.ts")).href) },
});
process.exitCode =
  spawnSync(process.execPath, [outfile, ...process.argv.slice(2)], { stdio: "inherit", cwd: path(".") }).status ?? 1;
