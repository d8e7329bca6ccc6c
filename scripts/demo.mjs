// Bundles, then shows what the command line says of examples/shop and writes the page to look at.
import { spawnSync } from "node:child_process";

const page = "watertight-shop.html";

run("scripts/build.mjs");
run("packages/cli/dist/main.js", "list", "examples/shop");
run("packages/cli/dist/main.js", "view", "examples/shop", "--output", page);
console.log(`\nOpen ${page} in a browser.`);

function run(...args) {
  const { status } = spawnSync(process.execPath, args, { cwd: new URL("../", import.meta.url), stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}
