// Writes a bill of materials in CycloneDX for what a user of the packages runs: their dependencies and theirs in turn, and what is
// bundled into the command line and the viewer's scripts. `npm sbom` knows every package of the workspace; those of development are
// left out.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../", import.meta.url));
const all = JSON.parse(
  execFileSync("npm", ["sbom", "--sbom-format=cyclonedx"], { cwd: root, encoding: "utf8", maxBuffer: 1e8 }),
);

const lock = JSON.parse(readFileSync(`${root}package-lock.json`, "utf8")).packages;
const ours = Object.keys(lock).filter((path) => path.startsWith("packages/") && !path.includes("node_modules"));
const used = new Set(ours);
for (const path of used) {
  const { dependencies = {}, optionalDependencies = {}, peerDependencies = {} } = lock[path];
  for (const name of Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })) {
    const found = placeOf(name, path);
    if (found) used.add(found);
  }
}

/** Where Node would find a package that is imported from another. */
function placeOf(name, from) {
  for (let folder = from; ; folder = folder.replace(/(^|\/)(node_modules\/(@[^/]+\/)?[^/]+|[^/]+)$/, "")) {
    const place = folder === "" ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
    if (lock[place]) return lock[place].link ? lock[place].resolved : place;
    if (folder === "") return undefined;
  }
}

const runtime = new Set([...used].map((path) => `${nameOf(path)}@${lock[path].version}`));
for (const folder of ["cli", "viewer"]) {
  const notices = readFileSync(`${root}packages/${folder}/dist/THIRD-PARTY-LICENSES.txt`, "utf8");
  for (const [, name, version] of notices.matchAll(/^(\S+) (\d\S*) \(.+\)$/gm)) runtime.add(`${name}@${version}`);
}

function nameOf(path) {
  return lock[path].name ?? path.replace(/^.*node_modules\//, "");
}

const idOf = ({ purl }) => decodeURIComponent(/^pkg:npm\/([^?]+)/.exec(purl)[1]);
// A package of the workspace is called by its folder there.
const components = all.components
  .filter((component) => runtime.has(idOf(component)))
  .map((component) => ({ ...component, name: idOf(component).replace(/@[^@]+$/, "") }));
const missing = [...runtime].filter((id) => !components.some((component) => idOf(component) === id));
if (missing.length > 0) throw new Error(`npm sbom does not know ${missing.join(", ")}`);
const refs = new Set(components.map((component) => component["bom-ref"]));
const dependencies = (all.dependencies ?? [])
  .filter(({ ref }) => refs.has(ref))
  .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((one) => refs.has(one)) }));
process.stdout.write(`${JSON.stringify({ ...all, components, dependencies }, null, 2)}\n`);
