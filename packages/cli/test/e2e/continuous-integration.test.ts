import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { db, folder, web } from "../runs.ts";

const ROOT = fileURLToPath(new URL("../../../../", import.meta.url));
const PROGRAM = join(ROOT, "packages/cli/dist/main.js");
const PAGE = readFileSync(join(ROOT, "docs/continuous-integration.md"), "utf8");

/** A hook as pre-commit reads it. */
interface Hook {
  readonly id: string;
  readonly entry: string;
  readonly args: readonly string[];
  readonly language: string;
  readonly pass_filenames: boolean;
}

const HOOKS: readonly Hook[] = parse(readFileSync(join(ROOT, ".pre-commit-hooks.yaml"), "utf8"));

const EXPECTED = "expect:\n  - { from: shop/web, to: shop/db, port: TCP/5432, verdict: allow }\n";

/** A repository with two commits, and commands in it as `sh` runs them where the package is installed. */
function repository() {
  const path = folder({ "manifests/web.yaml": web, "manifests/db.yaml": db, "expectations.yaml": EXPECTED });
  const bin = folder({ watertight: `#!/bin/sh\nexec "${process.execPath}" "${PROGRAM}" "$@"\n` });
  chmodSync(join(bin, "watertight"), 0o755);
  const git = (...args: readonly string[]) =>
    execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b", ...args], { cwd: path, stdio: "pipe" });
  git("init", "-q", "-b", "main");
  git("add", "-A");
  git("commit", "-qm", "before");
  git("update-ref", "refs/remotes/origin/main", "HEAD");
  const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` };
  const run = (command: string) => spawnSync("sh", ["-c", command], { cwd: path, env, encoding: "utf8" });
  return { path, git, run };
}

describe("the hooks for pre-commit", () => {
  /** What pre-commit runs for a hook that is not given the names of files. */
  const commandOf = ({ entry, args }: Hook) => [entry, ...args].join(" ");
  const hook = (id: string) => HOOKS.find((one) => one.id === id) as Hook;

  test("run with Node, on the whole repository, with the arguments that are documented", () => {
    for (const { id, language, pass_filenames, args } of HOOKS) {
      expect([language, pass_filenames]).toEqual(["node", false]);
      expect(PAGE).toContain(`- id: ${id}\n        args: [${args.join(", ")}]`);
    }
  });

  test("let a good commit pass and stop one that opens what has to stay closed", () => {
    const { path, run } = repository();
    expect(run(commandOf(hook("watertight-test"))).status).toBe(0);
    rmSync(join(path, "manifests/web.yaml"));
    const failed = run(commandOf(hook("watertight-test")));
    expect(failed.status).not.toBe(0);
    expect(`${failed.stdout}${failed.stderr}`).toContain("expectations.yaml:2");
  });

  test("stop a commit with a grave finding, by name", () => {
    const { path, run } = repository();
    writeFileSync(join(path, "manifests/db.yaml"), db.split("---\n")[0] ?? "");
    const { status, stdout } = run(commandOf(hook("watertight-gaps")).replace("high", "info"));
    expect(status).toBe(1);
    expect(stdout).toMatch(/NPG\d+/);
  });
});

describe("docs/continuous-integration.md", () => {
  const lines = [...PAGE.matchAll(/^```sh\n(.*?)^```/gms)].flatMap(([, block = ""]) => block.trim().split("\n"));
  const commands = lines.map((line) => line.replace(/ +#.*/, "").replace(/^npx /, ""));

  test.each(commands)("%s", (command) => {
    const { run } = repository();
    run("watertight gaps manifests/ --baseline gaps.json --write-baseline");
    const { status, stderr } = run(command);
    expect([0, 1], stderr).toContain(status);
    expect(stderr).not.toContain("error:");
  });
});
