// The pictures of examples/shop in the documentation, after npm run bundle: everything of the shop that may reach the ledger, as lines and as
// cells; the way there from the internet; what to fix; and what fixing it would change.
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";

const root = new URL("../", import.meta.url);
const ledger = "payments/StatefulSet/ledger-db";

/** The policy of the ledger as it was meant: one peer with two selectors, where it has two peers. */
function mended() {
  const path = "examples/shop/policies/payments.yaml";
  const given = readFileSync(new URL(path, root), "utf8");
  const text = given.replace(/- podSelector:(\s+matchLabels:\s+app: reconcile)/, "  podSelector:$1");
  if (text === given) throw new Error(`${path} has other peers than the picture shows`);
  return { path, text };
}

const BESIDE = { width: 1270, height: 720, scale: 1.5 };

const PICTURES = {
  shop: { width: 940, height: 568, scale: 2, state: { selection: { kind: "endpoint", id: ledger } } },
  matrix: {
    width: 1270,
    height: 870,
    scale: 1.5,
    state: { view: "matrix", selection: { kind: "edge", from: "shop/Deployment/storefront", to: ledger } },
  },
  paths: { ...BESIDE, state: { view: "paths", selection: { kind: "path", index: 1 } } },
  gaps: { ...BESIDE, state: { view: "gaps" } },
  policies: { ...BESIDE, state: { view: "policies", edits: [mended()] }, click: "Changes +" },
};

mkdirSync(new URL("docs/images", root), { recursive: true });
for (const [name, { width, height, scale, state, click }] of Object.entries(PICTURES)) {
  for (const theme of ["light", "dark"]) {
    const args = ["scripts/screenshot.mjs", `docs/images/${name}-${theme}.png`, "examples/shop", "--theme", theme];
    const size = ["--width", width, "--height", height, "--scale", scale, "--hide", "inspector"].map(String);
    const look = [...size, "--state", JSON.stringify(state), ...(click ? ["--click", click] : [])];
    const { status } = spawnSync(process.execPath, [...args, ...look], { cwd: root, stdio: "inherit" });
    if (status !== 0) process.exit(status ?? 1);
  }
}
