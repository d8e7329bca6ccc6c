/** Reads one file and makes its cluster, and nothing else: what loading costs of a listing. */
import { readFileSync } from "node:fs";
import { Reading } from "@watertight/core";

const [path = ""] = process.argv.slice(2);
const reading = new Reading();
reading.read({ path, text: new TextDecoder().decode(readFileSync(path)) });
if (reading.finish().cluster.pods.length === 0) process.exitCode = 1;
