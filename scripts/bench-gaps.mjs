// Findings, posture and attack paths of clusters with Services, Secrets and roles, whole processes, beside one that only parses the dump:
//   npm run bundle && npm run bench:gaps [-- --shapes typical,segmented,flat --runs 3]
import { rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { build } from "esbuild";
import { bundled, folder, measured, path, row } from "./processes.mjs";

const SHAPES = {
  small: { pods: 600, namespaces: 20, policies: 80, seed: 1 },
  typical: { pods: 6_000, namespaces: 100, policies: 500, seed: 1 },
  segmented: { pods: 7_000, namespaces: 100, policies: 0, seed: 1, segmented: true },
  flat: { pods: 7_000, namespaces: 100, policies: 0, seed: 1 },
};
const COMMANDS = [["list", "--by", "namespace"], ["gaps"], ["gaps", "--summary"], ["paths"]];
const { values } = parseArgs({
  options: {
    shapes: { type: "string", default: "small,typical,segmented,flat" },
    runs: { type: "string", default: "3" },
  },
});
const runs = Number(values.runs);

await build({ ...bundled("bench-estate"), entryPoints: [path("bench/estate.ts")] });
const { estateOf } = await import(pathToFileURL(bundled("bench-estate").outfile).href);

console.log(`Node ${process.version}, medians of ${runs} runs, whole processes`);
for (const name of values.shapes.split(",")) compare(name);

function compare(name) {
  const items = [...estateOf(SHAPES[name])];
  const dump = join(folder, `${name}-estate.json`);
  writeFileSync(dump, JSON.stringify({ apiVersion: "v1", kind: "List", items }));
  const of = (kind) => items.filter((item) => item.kind === kind).length;
  const megabytes = (statSync(dump).size / 1e6).toFixed(1);
  const counts = `${of("Service")} workloads, ${of("Pod")} pods, ${of("NetworkPolicy")} policies`;
  console.log(`\n${name}: ${counts}, ${megabytes} MB of JSON`);
  const floor = measured([path("scripts/parse-only.mjs"), dump], runs);
  row("JSON.parse alone", floor, floor);
  for (const command of COMMANDS)
    row(command.join(" "), measured([path("packages/cli/dist/main.js"), ...command, dump], runs), floor);
  rmSync(dump);
}
