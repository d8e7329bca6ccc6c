import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { db, web } from "../runs.ts";

const ROOT = fileURLToPath(new URL("../../../../", import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), "watertight-readme-"));

afterAll(() => rmSync(scratch, { recursive: true }));

const GUIDE = readdirSync(join(ROOT, "docs/guide")).map((name) => `docs/guide/${name}`);
const PAGES = ["README.md", ...GUIDE.filter((path) => readFileSync(join(ROOT, path), "utf8").includes("```console"))];

describe.each(PAGES)("%s shows what the commands print", (path) => {
  const readme = readFileSync(join(ROOT, path), "utf8");
  const sessions = [...readme.matchAll(/^```console\n(.*?)^```/gms)].map(([, session = ""]) => {
    const steps = session.split(/^\$ /m).slice(1);
    return { command: (steps[0] ?? "").split("\n")[0], steps };
  });

  it.each(sessions)("$command", ({ steps }) => {
    let status: number | null = null;
    for (const step of steps) {
      const [command = "", ...shown] = step.trimEnd().split("\n");
      if (command === "echo $?") {
        expect(shown.join("\n")).toBe(`${status}`);
        continue;
      }
      const answer = run(command);
      status = answer.status;
      expect(withoutSizes(answer.stdout.trimEnd())).toBe(withoutSizes(shown.join("\n")));
    }
  });
});

describe("README.md shows only commands that can be run", () => {
  const readme = readFileSync(join(ROOT, "README.md"), "utf8");
  const lines = [...readme.matchAll(/^```sh\n(.*?)^```/gms)].flatMap(([, block = ""]) => block.trim().split("\n"));
  // What reads the answer is not ours, nor are comments.
  const commands = lines
    .filter((line) => line.startsWith("watertight "))
    .map((line) => line.replace(/ +(#|\| ).*/, ""));
  const place = mkdtempSync(join(tmpdir(), "watertight-readme-"));

  beforeAll(() => {
    for (const name of ["manifests", "old", "new"])
      cpSync(join(ROOT, "examples/shop"), join(place, name), { recursive: true });
    cpSync(join(ROOT, "examples/shop"), join(place, "examples/shop"), { recursive: true });
    for (const name of ["web", "db"]) writeFileSync(join(place, `manifests/${name}.yaml`), { web, db }[name] ?? "");
    const git = (...args: readonly string[]) =>
      execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b", ...args], { cwd: place, stdio: "pipe" });
    git("init", "-q", "-b", "main");
    git("add", "-A");
    git("commit", "-qm", "all");
    git("update-ref", "refs/remotes/origin/main", "HEAD");
  });

  afterAll(() => rmSync(place, { recursive: true }));

  it.each(commands)("%s", (command) => {
    const [, ...args] = command.split(" ");
    const program = join(ROOT, "packages/cli/dist/main.js");
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
      cwd: place,
      encoding: "utf8",
    });
    expect(stderr).not.toContain("error:");
    expect([status, stdout === ""]).toEqual([0, false]);
  });

  it("shows at least one for each that takes a change", () => {
    for (const name of ["paths", "diff", "what-if"]) expect(commands.join("\n")).toContain(`watertight ${name} `);
  });
});

/** Runs a command of a page from the root of the repository; what it writes goes elsewhere. */
function run(command: string): { status: number | null; stdout: string } {
  const [program, ...words] = command.split(" ");
  expect(program).toBe("watertight");
  const output = words.indexOf("--output") + 1;
  const named = output > 0 ? (words[output] ?? "") : "";
  const args = words.map((word, i) => (output > 0 && i === output ? join(scratch, word) : word));
  const { status, stdout } = spawnSync(process.execPath, [join(ROOT, "packages/cli/dist/main.js"), ...args], {
    cwd: ROOT,
    encoding: "utf8",
  });
  return { status, stdout: stdout.replaceAll(join(scratch, named), named) };
}

/** The size of a page changes with every build. */
function withoutSizes(text: string): string {
  return text.replace(/\d+ [kM]B/g, "… kB");
}
