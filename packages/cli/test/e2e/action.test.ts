import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { db, folder, web } from "../runs.ts";

const ROOT = fileURLToPath(new URL("../../../../", import.meta.url));
const open = db.replace("- from: [{ podSelector: { matchLabels: { app: web } } }]\n      ports", "- ports");

/** A repository whose branch `change` opens the database, and what the action's script makes of it. */
function pullRequest(settings: Readonly<Record<string, string>> = {}) {
  const path = folder({ "k8s/web.yaml": web, "k8s/db.yaml": db });
  const git = (...args: readonly string[]) =>
    execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b", ...args], { cwd: path, stdio: "pipe" });
  git("init", "-q", "-b", "main");
  git("add", "-A");
  git("commit", "-qm", "before");
  git("checkout", "-qb", "change");
  writeFileSync(join(path, "k8s/db.yaml"), open);
  git("commit", "-qam", "after");
  if (settings.CHECKED_OUT) git("checkout", "-q", settings.CHECKED_OUT);
  const temp = folder({ outputs: "", summary: "" });
  const env = {
    ...process.env,
    WATERTIGHT: `${process.execPath} ${join(ROOT, "packages/cli/dist/main.js")}`,
    WATERTIGHT_PATH: "k8s",
    BASE: "main",
    HEAD: "change",
    RUNNER_TEMP: temp,
    GITHUB_OUTPUT: join(temp, "outputs"),
    GITHUB_STEP_SUMMARY: join(temp, "summary"),
    ...settings,
  };
  const { status, stderr } = spawnSync(join(ROOT, "action/run.sh"), { cwd: path, env, encoding: "utf8" });
  const lines = readFileSync(join(temp, "outputs"), "utf8").split("\n");
  const outputs = Object.fromEntries(lines.filter(Boolean).map((line) => line.split("=", 2) as [string, string]));
  return { status, stderr, outputs, summary: readFileSync(join(temp, "summary"), "utf8") };
}

describe("the action's script", () => {
  test("reports a pull request in Markdown with a picture, and findings as SARIF", () => {
    const { status, outputs, summary } = pullRequest();
    expect(status).toBe(0);
    expect(outputs).toMatchObject({ status: "0", reason: "" });
    expect(summary).toMatch(/NetworkPolicy shop\/db changed \(k8s\/db\.yaml:10:1\)/);
    expect(summary).toContain("```mermaid");
    expect(readFileSync(outputs.report ?? "", "utf8")).toBe(summary);
    expect(JSON.parse(readFileSync(outputs.sarif ?? "", "utf8"))).toMatchObject({ version: "2.1.0" });
  });

  test("fails for a change, or for grave findings, when asked to", () => {
    expect(pullRequest({ FAIL_ON_CHANGE: "true" }).outputs.status).toBe("1");
    expect(pullRequest({ FAIL_ON_CHANGE: "true", BASE: "change" }).outputs.status).toBe("0");
    expect(pullRequest({ FAIL_ON: "info" }).outputs).toMatchObject({
      status: "1",
      reason: expect.stringContaining("info"),
    });
  });

  test("finds what is wrong at the head, whatever is checked out", () => {
    const fine = pullRequest({ HEAD: "main", BASE: "main", FAIL_ON: "medium" });
    const changed = pullRequest({ CHECKED_OUT: "main", FAIL_ON: "medium" });
    const findings = ({ outputs }: typeof fine) =>
      JSON.parse(readFileSync(outputs.sarif ?? "", "utf8")).runs[0].results.map(
        ({ ruleId }: { ruleId: string }) => ruleId,
      );
    expect(findings(changed)).toEqual(findings(pullRequest({ FAIL_ON: "medium" })));
    expect(findings(changed)).not.toEqual(findings(fine));
  });

  test("stops where a commit is not there, and says so", () => {
    const { status, stderr } = pullRequest({ BASE: "nowhere" });
    expect(status).toBe(2);
    expect(stderr).toContain("there is no commit `nowhere`");
  });
});

test("the action passes to its script what the script reads", () => {
  const { runs } = parse(readFileSync(join(ROOT, "action/action.yml"), "utf8"));
  const script = readFileSync(join(ROOT, "action/run.sh"), "utf8");
  expect(existsSync(join(ROOT, "action/run.sh"))).toBe(true);
  for (const name of Object.keys(runs.steps[0].env)) expect(script).toContain(name);
  for (const [, name] of JSON.stringify(runs).matchAll(/steps\.run\.outputs\.(\w+)/g))
    expect(script).toContain(`${name}=`);
});
