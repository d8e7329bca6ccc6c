// The pictures of examples/shop in the README, after npm run bundle: everything of the shop that may reach the ledger, as lines and as cells.
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";

const root = new URL("../", import.meta.url);
const ledger = "payments/StatefulSet/ledger-db";

const PICTURES = {
  shop: { width: 940, height: 568, scale: 2, state: { selection: { kind: "endpoint", id: ledger } } },
  matrix: {
    width: 1270,
    height: 870,
    scale: 1.5,
    state: { view: "matrix", selection: { kind: "edge", from: "shop/Deployment/storefront", to: ledger } },
  },
};

mkdirSync(new URL("docs/images", root), { recursive: true });
for (const [name, { width, height, scale, state }] of Object.entries(PICTURES)) {
  for (const theme of ["light", "dark"]) {
    const args = ["scripts/screenshot.mjs", `docs/images/${name}-${theme}.png`, "examples/shop", "--theme", theme];
    const size = ["--width", width, "--height", height, "--scale", scale, "--hide", "inspector"].map(String);
    const look = [...size, "--state", JSON.stringify(state)];
    const { status } = spawnSync(process.execPath, [...args, ...look], { cwd: root, stdio: "inherit" });
    if (status !== 0) process.exit(status ?? 1);
  }
}
