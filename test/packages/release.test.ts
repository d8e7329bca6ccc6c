import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { parse } from "yaml";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const { version } = JSON.parse(readFileSync(`${ROOT}packages/core/package.json`, "utf8"));

/** A copy of what a release reads, with this changelog. */
function repository(changelog: string): string {
  const folder = mkdtempSync(join(tmpdir(), "watertight-release-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const path of [
    "package.json",
    "scripts/release.mjs",
    ...["core", "viewer", "cli"].map((one) => `packages/${one}`),
  ])
    cpSync(join(ROOT, path), join(folder, path), {
      recursive: true,
      filter: (name) => !/node_modules|test|src/.test(name.slice(ROOT.length)),
    });
  writeFileSync(join(folder, "CHANGELOG.md"), changelog);
  return folder;
}

function release(cwd: string, ...args: readonly string[]) {
  return spawnSync(process.execPath, ["scripts/release.mjs", ...args], { cwd, encoding: "utf8" });
}

const CHANGELOG = `# Changelog\n\n## Unreleased\n\n## ${version} (2027-01-31)\n\n- something\n`;

test("a release refuses a tag of another version and a changelog that does not know it", () => {
  expect(release(repository(CHANGELOG), "v9.9.9", "--dry-run")).toMatchObject({
    status: 1,
    stderr: expect.stringContaining("9.9.9"),
  });
  const without = repository("# Changelog\n\n## Unreleased\n\n- something\n");
  expect(release(without, `v${version}`, "--dry-run")).toMatchObject({
    status: 1,
    stderr: expect.stringContaining("CHANGELOG.md"),
  });
});

test("a release goes through all packages, and dry leaves nothing behind", () => {
  const folder = repository(CHANGELOG);
  const { status, stdout, stderr } = release(folder, `v${version}`, "--dry-run");
  expect(status, stderr).toBe(0);
  for (const name of ["@watertight/core", "@watertight/viewer", "watertight"])
    expect(stdout).toContain(`+ ${name}@${version}`);
  expect(existsSync(join(folder, "notes.md"))).toBe(false);
});

test("workflows run scripts that are there, and CI on every Node that is promised", () => {
  const read = (name: string) => readFileSync(`${ROOT}.github/workflows/${name}`, "utf8");
  const { scripts, engines } = JSON.parse(readFileSync(`${ROOT}package.json`, "utf8"));
  for (const text of [read("ci.yml"), read("release.yml")]) {
    for (const [, name = ""] of text.matchAll(/npm run (?:--silent )?([\w:]+)/g))
      expect(scripts).toHaveProperty([name]);
    for (const [, path = ""] of text.matchAll(/(?:bash|node) ([\w./-]+)/g))
      expect(existsSync(`${ROOT}${path}`), path).toBe(true);
  }
  const { jobs } = parse(read("ci.yml"));
  expect(`>=${jobs.test.strategy.matrix.node[0]}`).toBe(engines.node);
  expect(read("release.yml")).toContain("id-token: write");
});
