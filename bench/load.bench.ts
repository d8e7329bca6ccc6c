/** Reads one file as `list` does and makes its cluster, and nothing else: what loading costs of a listing. */
import { open, readFile, stat } from "node:fs/promises";
import { Reading } from "@watertight/core";
import { listFileOf } from "../packages/cli/src/list-file.ts";

const [path = ""] = process.argv.slice(2);
const reading = new Reading(undefined, "verdicts");
const file = await open(path);
const list = await listFileOf(path, (await stat(path)).size, (work) =>
  work(async (from, to) => (await file.read(Buffer.allocUnsafe(to - from), 0, to - from, from)).buffer),
);
if (list) {
  const items = reading.list(list);
  await list.pour((bytes, ends) => {
    const steps = items.next(bytes, ends);
    for (let step = steps.next(); ; step = steps.next()) if (step.done) return step.value;
  });
} else reading.read({ path, text: await readFile(path, "utf8") });
await file.close();
if (reading.finish().cluster.pods.length === 0) process.exitCode = 1;
