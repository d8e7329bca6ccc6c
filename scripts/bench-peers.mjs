// The whole listing of the same manifests by this program and by others found on PATH, whole processes, one after the other in each run:
//   npm run bundle && npm run bench:peers [-- --pods 200,500,1000 --runs 3 --limit 600]
import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { build } from "esbuild";

/** Programs that list every allowed connection of a folder of manifests; how each is called, under the names its releases had. */
const PEERS = [
  {
    name: "netpol-analyzer",
    commands: ["netpol-analyzer", "k8snetpolicy"],
    args: (folder) => ["list", "--dirpath", folder],
  },
];

const { values } = parseArgs({
  options: {
    pods: { type: "string", default: "200,500,1000" },
    runs: { type: "string", default: "3" },
    limit: { type: "string", default: "600" },
  },
});
const path = (relative) => fileURLToPath(new URL(`../${relative}`, import.meta.url));
const found = PEERS.flatMap(({ name, commands, args }) => {
  const command = commands.find((one) => spawnSync(one, ["--help"]).error === undefined);
  if (command === undefined)
    console.log(`${name}: not found on PATH as ${commands.join(" or ")}; how to get it: docs/performance.md`);
  return command === undefined ? [] : [{ name, command, args }];
});
if (found.length === 0) console.log("No peer to compare with.");
else await compare();

async function compare() {
  const outfile = path("node_modules/.cache/bench-cluster.mjs");
  await build({ entryPoints: [path("bench/cluster.ts")], outfile, bundle: true, platform: "node", format: "esm" });
  const { generate } = await import(pathToFileURL(outfile).href);
  const folder = join(tmpdir(), "watertight-peers");
  const ours = {
    name: "watertight",
    command: process.execPath,
    args: (given) => [path("packages/cli/dist/main.js"), "list", given],
  };
  for (const pods of values.pods.split(",").map(Number)) {
    const policies = Math.ceil(pods / 4);
    mkdirSync(folder, { recursive: true });
    const objects = generate({ pods, namespaces: Math.ceil(pods / 25), policies, seed: 1 });
    // JSON is YAML: each object is a document.
    writeFileSync(join(folder, "cluster.yaml"), objects.map((object) => JSON.stringify(object)).join("\n---\n"));
    console.log(`\n${pods} pods, ${policies} policies; wall clock, median of ${values.runs} runs`);
    const times = new Map([ours, ...found].map(({ name }) => [name, []]));
    for (let run = 0; run < Number(values.runs); run++)
      for (const program of [ours, ...found]) times.get(program.name).push(timed(program, folder));
    for (const [name, list] of times) row(name, list, times.get(ours.name));
    rmSync(folder, { recursive: true });
  }
}

/** Milliseconds of one run; why there are none when it failed or was stopped. */
function timed({ command, args }, folder) {
  const start = performance.now();
  const { status, signal } = spawnSync(command, args(folder), {
    stdio: "ignore",
    timeout: Number(values.limit) * 1000,
  });
  if (signal) return `stopped after ${values.limit} s`;
  return status === 0 ? performance.now() - start : `failed with exit status ${status}`;
}

function row(name, list, ours) {
  const failure = list.find((one) => typeof one === "string");
  const median = (some) => [...some].sort((a, b) => a - b)[some.length >> 1];
  const told =
    failure ?? `${median(list).toFixed(0).padStart(8)} ms ${(median(list) / median(ours)).toFixed(1).padStart(8)} ×`;
  console.log(`  ${name.padEnd(18)}${told}`);
}
