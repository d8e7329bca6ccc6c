// Publishes the packages under the version of a tag, with provenance, and writes what the changelog says of it to notes.md:
// `node scripts/release.mjs v0.2.0`. With --dry-run nothing leaves the machine. docs/releasing.md has the steps around it.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../", import.meta.url));
const dryRun = process.argv.includes("--dry-run");
const version = process.argv[2]?.replace(/^v/, "") ?? "";

/** In the order in which they need each other. */
const packages = ["core", "viewer", "cli"].map((folder) => ({ folder, ...manifestOf(folder) }));
for (const { folder, version: own, dependencies = {} } of packages) {
  if (own !== version) fail(`packages/${folder} is of version ${own}, and the tag says \`${process.argv[2] ?? ""}\``);
  for (const { name } of packages)
    if (dependencies[name] !== undefined && dependencies[name] !== version)
      fail(`packages/${folder} needs ${name} ${dependencies[name]}, and not ${version}`);
}
const notes = sectionOf(readFileSync(`${root}CHANGELOG.md`, "utf8"));
if (!notes) fail(`CHANGELOG.md has no section \`## ${version}\`, or an empty one`);
if (!dryRun) writeFileSync(`${root}notes.md`, `${notes}\n`);

const provenance = dryRun ? ["--dry-run"] : ["--provenance"];
for (const { folder } of packages)
  execFileSync("npm", ["publish", "--access", "public", "--workspace", `packages/${folder}`, ...provenance], {
    cwd: root,
    stdio: "inherit",
  });

function manifestOf(folder) {
  return JSON.parse(readFileSync(`${root}packages/${folder}/package.json`, "utf8"));
}

/** What stands under the version's heading, up to the next one. */
function sectionOf(changelog) {
  const sections = changelog.split(/^## /m).slice(1);
  const own = sections.find((section) => section.split(/\s/)[0] === version);
  return own?.slice(own.indexOf("\n")).trim();
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
