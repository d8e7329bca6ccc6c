// The README's pictures of examples/shop, after npm run bundle: everything of the shop that may reach the ledger.
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";

const root = new URL("../", import.meta.url);
const ledger = { selection: { kind: "endpoint", id: "payments/StatefulSet/ledger-db" } };
const look = [
  "--width",
  "940",
  "--height",
  "568",
  "--scale",
  "2",
  "--hide",
  "inspector",
  "--state",
  JSON.stringify(ledger),
];

mkdirSync(new URL("docs/images", root), { recursive: true });
for (const theme of ["light", "dark"]) {
  const args = ["scripts/screenshot.mjs", `docs/images/shop-${theme}.png`, "examples/shop", "--theme", theme, ...look];
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}
