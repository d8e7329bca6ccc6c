// Bundles, then answers three questions about examples/shop: what is open, why one thing is that should not be, and how it looks.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = new URL("../", import.meta.url);
const page = "watertight-shop.html";

run("scripts/build.mjs");
watertight("list", "examples/shop");
watertight("query", "examples/shop", "--from", "shop/storefront", "--to", "payments/ledger-db", "--port", "TCP/5432");
watertight("view", "examples/shop", "--output", page);
console.log(`
The storefront was not meant to reach the ledger: examples/shop/README.md tells the story.
Look at the graph: open ${fileURLToPath(new URL(page, root))}`);

function watertight(...args) {
  console.log(`\n$ watertight ${args.join(" ")}`);
  run("packages/cli/dist/main.js", ...args);
}

function run(...args) {
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}
