import { execFileSync } from "node:child_process";
import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import { db, echo, folder, watertight, web } from "../runs.ts";
import { violations } from "../schema.ts";

const files = { "web.yaml": web, "db.yaml": db };
const open = db.replace("- from: [{ podSelector: { matchLabels: { app: web } } }]\n      ports", "- ports");

async function answer(...args: readonly string[]) {
  const { status, out, err } = await watertight([...args, "-o", "json"]);
  expect(err).not.toContain("error:");
  const json = JSON.parse(out);
  expect(violations("delta-v1", json)).toEqual([]);
  return { status, json };
}

describe("diff", () => {
  test("says what opens, and which policy did it", async () => {
    const [before, after] = [folder(files), folder({ ...files, "db.yaml": open, "echo.yaml": echo })];
    const { status, out } = await watertight(["diff", before, "--", after]);
    expect(status).toBe(0);
    expect(out).toMatch(/^1 connection opens, 1 workload is new.* One of those that open is from outside\.$/m);
    expect(out).toMatch(
      /NetworkPolicy shop\/db changed \(.*db\.yaml:10:1\)\n.*\n +opens +shop\/db +TCP 5432 +any outside address/,
    );
    expect(out).toMatch(/new: open\/echo/);
  });

  test("gives the same as JSON by the schema", async () => {
    const [before, after] = [folder(files), folder({ ...files, "db.yaml": open })];
    const { json } = await answer("diff", before, "--", after);
    expect(json.added).toMatchObject([
      {
        from: "0.0.0.0/0",
        to: "shop/StatefulSet/db",
        ports: { TCP: [[5432, 5432]] },
        ingress: "policy",
        certain: true,
        because: [{ change: "changed", kind: "NetworkPolicy", policy: "shop/db", source: { line: 10 } }],
      },
    ]);
    expect(json.addresses).toEqual([{ id: "0.0.0.0/0", cidrs: ["0.0.0.0/0"] }]);
    expect(json.gaps.opened.map(({ id }: { id: string }) => id)).not.toEqual([]);
    const back = await answer("diff", after, "--", before);
    expect(back.json.removed).toMatchObject([{ from: "0.0.0.0/0", because: [{ change: "changed" }] }]);
    const keys = (gaps: readonly { readonly key: string }[]) => gaps.map(({ key }) => key);
    expect(keys(back.json.gaps.closed)).toEqual(keys(json.gaps.opened));
    expect(json.gaps.opened).toMatchObject([{ because: [{ change: "changed", policy: "shop/db" }] }]);
  });

  test("exits with 1 for a difference when asked to, and with 0 for none", async () => {
    const [before, after] = [folder(files), folder({ ...files, "db.yaml": open })];
    expect((await watertight(["diff", "--exit-code", before, "--", after])).status).toBe(1);
    const same = await watertight(["diff", "--exit-code", before, "--", folder(files)]);
    expect(same).toMatchObject({ status: 0, out: "No connection changes.\n" });
  });

  test.each(["md", "mermaid", "dot"])("takes the form %s", async (format) => {
    const [before, after] = [folder(files), folder({ ...files, "db.yaml": open })];
    const { status, out } = await watertight(["diff", before, "-o", format, "--", after]);
    expect(status).toBe(0);
    expect(out).toContain("5432");
  });

  test("wants two sides", async () => {
    const path = folder(files);
    for (const args of [[path], [path, "--"], ["--", path], []])
      expect((await watertight(["diff", ...args])).err).toMatch(/say what to compare|argument missing/);
    expect((await watertight(["diff", folder({}), "--", folder({})])).status).toBe(2);
  });
});

describe("diff --git", () => {
  const home = process.cwd();
  afterEach(() => process.chdir(home));

  /** A repository with these states of its files, one commit each; the working directory is inside it. */
  function repository(...states: readonly Readonly<Record<string, string>>[]): string {
    const path = folder({});
    const git = (...args: readonly string[]) =>
      execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b", ...args], { cwd: path, stdio: "pipe" });
    git("init", "-q", "-b", "main");
    for (const state of states) {
      git("rm", "-rq", "--ignore-unmatch", ".");
      cpSync(folder(state), path, { recursive: true });
      git("add", "-A");
      git("commit", "-qm", "state");
    }
    process.chdir(path);
    return path;
  }

  test("reads both sides from commits, whatever the work tree holds", async () => {
    const path = repository({ "k8s/web.yaml": web, "k8s/db.yaml": db }, { "k8s/web.yaml": web, "k8s/db.yaml": open });
    writeFileSync(join(path, "k8s/db.yaml"), "not: [yaml");
    writeFileSync(join(path, "k8s/new.yaml"), echo);
    const { json } = await answer("diff", "--git", "HEAD~1..HEAD", "k8s");
    expect(json.added).toMatchObject([{ because: [{ policy: "shop/db", source: { path: "k8s/db.yaml", line: 10 } }] }]);
    expect(json.endpoints.added).toEqual([]);
    expect((await watertight(["diff", "--git", "HEAD..", "--exit-code"])).status).toBe(0);
  });

  test("takes files by name, names with blanks and letters of every script, and a folder that is new", async () => {
    repository(
      { "readme.txt": "nothing", "web.yaml": web },
      { "readme.txt": "nothing", "web.yaml": web, "neu/dü b.yml": echo },
    );
    const { json } = await answer("diff", "--git", "main~1..main");
    expect(json.endpoints.added).toMatchObject([{ id: "open/Deployment/echo" }]);
    expect((await answer("diff", "--git", "main~1..main", "neu")).json.endpoints.added).toHaveLength(1);
  });

  test("says what is wrong with a range, a revision, a place without commits", async () => {
    repository({ "web.yaml": web });
    for (const [range, message] of [
      ["main", "`main` is no range"],
      ["main..nowhere", "there is no commit `nowhere`"],
      ["--help..main", "there is no commit `--help`"],
    ] as const) {
      const { status, err } = await watertight(["diff", `--git=${range}`]);
      expect(status).toBe(2);
      expect(err).toContain(message);
    }
    process.chdir(folder({}));
    expect((await watertight(["diff", "--git", "a..b"])).err).toMatch(/not a git repository/);
  });

  test("says so when there is no git", async () => {
    repository({ "web.yaml": web });
    vi.stubEnv("PATH", folder({}));
    expect((await watertight(["diff", "--git", "a..b"])).err).toMatch(/git is not installed/);
    vi.unstubAllEnvs();
  });
});
