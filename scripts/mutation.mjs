// Mutation testing: `npm run mutation`, or `npm run mutation -- model` for one part; what follows from the first option on goes to
// Stryker. Ends with a table, by file, of all reports there are.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { PARTS } from "../packages/core/test/mutation/parts.mjs";

const words = process.argv.slice(2);
const firstOption = words.findIndex((word) => word.startsWith("--"));
const wanted = firstOption === -1 ? words : words.slice(0, firstOption);
const options = words.slice(wanted.length);
const unknown = wanted.filter((name) => !Object.hasOwn(PARTS, name));
if (unknown.length > 0) {
  console.error(`no part \`${unknown.join()}\`; there are: ${Object.keys(PARTS).join(", ")}`);
  process.exit(2);
}

for (const name of wanted.length > 0 ? wanted : Object.keys(PARTS)) {
  const { status } = spawnSync("npx", ["stryker", "run", ...options], {
    stdio: "inherit",
    env: { ...process.env, MUTATION_PART: name },
  });
  if (status !== 0) process.exit(status ?? 1);
}

const rows = Object.keys(PARTS)
  .map((name) => `reports/mutation/${name}/report.json`)
  .filter((path) => existsSync(path))
  .flatMap((path) => Object.entries(JSON.parse(readFileSync(path, "utf8")).files))
  .map(([file, { mutants }]) => [file, tallyOf(mutants)]);
const all = rows.map(([, tally]) => tally).reduce(add, tallyOf([]));

console.log("\n| file | mutants | killed | timed out | survived | score |\n| --- | --: | --: | --: | --: | --: |");
for (const [file, tally] of [...rows, ["**all**", all]]) {
  const { mutants, killed, timedOut, survived } = tally;
  const score = mutants === 0 ? "" : ((100 * (killed + timedOut)) / mutants).toFixed(1);
  console.log(`| ${file} | ${mutants} | ${killed} | ${timedOut} | ${survived} | ${score} |`);
}

/** Mutants no test runs survive like any other; those that broke the run itself count for nothing. */
function tallyOf(mutants) {
  const count = (...statuses) => mutants.filter(({ status }) => statuses.includes(status)).length;
  const [killed, timedOut, survived] = [count("Killed"), count("Timeout"), count("Survived", "NoCoverage")];
  return { mutants: killed + timedOut + survived, killed, timedOut, survived };
}

function add(a, b) {
  return Object.fromEntries(Object.entries(a).map(([key, value]) => [key, value + b[key]]));
}
