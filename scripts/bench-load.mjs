// From a dump on disk to the first line of a listing, whole processes, beside a process that only parses the same dump:
//   npm run bundle && npm run bench:load [-- --sizes S,M,XL --detail slim,full --runs 5]
import { closeSync, openSync, rmSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { build } from "esbuild";
import { bundled, folder, measured, path, row } from "./processes.mjs";

const SHAPES = {
  S: { pods: 1_000, namespaces: 40, policies: 250, seed: 1 },
  M: { pods: 10_000, namespaces: 300, policies: 2_000, seed: 1 },
  XL: { pods: 150_000, namespaces: 3_000, policies: 20_000, seed: 1 },
};
const { values } = parseArgs({
  options: {
    sizes: { type: "string", default: "S,M" },
    detail: { type: "string", default: "slim,full" },
    runs: { type: "string", default: "5" },
  },
});

await build({ ...bundled("bench-dump"), entryPoints: [path("bench/dump.ts")] });
await build({ ...bundled("bench-load"), entryPoints: [path("bench/load.bench.ts")] });
const { dumpOf } = await import(pathToFileURL(bundled("bench-dump").outfile).href);

const runs = Number(values.runs);
console.log(`Node ${process.version}, medians of ${values.runs} runs, whole processes`);
for (const size of values.sizes.split(",")) for (const detail of values.detail.split(",")) compare(size, detail);

function compare(size, detail) {
  const dump = join(folder, `${size}-${detail}.json`);
  writeDump({ ...SHAPES[size], detail }, dump);
  const { pods, policies } = SHAPES[size];
  const megabytes = (statSync(dump).size / 1e6).toFixed(1);
  console.log(`\n${size}, ${detail}: ${pods} pods, ${policies} policies, ${megabytes} MB of JSON`);
  const floor = measured([path("scripts/parse-only.mjs"), dump], runs);
  row("JSON.parse alone", floor, floor);
  row("read and parse", measured([bundled("bench-load").outfile, dump], runs), floor);
  row(
    "list --by namespace",
    measured([path("packages/cli/dist/main.js"), "list", "--by", "namespace", dump], runs),
    floor,
  );
  rmSync(dump);
}

/** Item by item: the largest is more than a string can hold. */
function writeDump(shape, file) {
  const out = openSync(file, "w");
  for (const piece of dumpOf(shape)) writeSync(out, piece);
  closeSync(out);
}
