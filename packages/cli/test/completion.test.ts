import { execFileSync } from "node:child_process";
import { UPSTREAM } from "@watertight/core";
import { describe, expect, onTestFinished, test } from "vitest";
import { db, folder, watertight, web } from "./runs.ts";

/** What the last of these words may become, `files` among them where files fit. */
async function complete(...words: readonly string[]): Promise<readonly string[]> {
  const { status, out, err } = await watertight(["__complete", "--", ...words]);
  expect([status, err]).toEqual([0, ""]);
  const [mode = "", ...lines] = out.trimEnd().split("\n");
  return [...(mode === "files" ? ["files"] : []), ...lines.map((line) => line.split("\t")[0] ?? "")];
}

const shop = () => folder({ "web.yaml": web, "db.yaml": db });

describe("what a word may become", () => {
  test("a command, in full and by its beginning", async () => {
    expect(await complete("")).toEqual(expect.arrayContaining(["list", "query", "diff", "what-if", "completion"]));
    expect(await complete("p")).toEqual(["policies", "paths"]);
    expect(await complete("nope", "")).toEqual(["files"]);
  });

  test("an option of the command that is not there yet, or may be repeated", async () => {
    expect(await complete("query", "x", "--fr")).toEqual(["--from"]);
    expect(await complete("query", "x", "--from", "a", "--fr")).toEqual([]);
    expect(await complete("what-if", "x", "--add", "a", "--ad")).toEqual(["--add"]);
    expect(await complete("diff", "--af")).toEqual([]);
  });

  test("a value that an option takes, after it or within its word", async () => {
    expect(await complete("diff", "-o", "")).toEqual(expect.arrayContaining(["text", "json", "md"]));
    expect(await complete("list", "x", "--format", "js")).toEqual(["json"]);
    expect(await complete("list", "x", "--format=js")).toEqual(["--format=json"]);
    expect(await complete("gaps", "x", "--severity", "h")).toEqual(["high"]);
    expect(await complete("list", "x", "--preset", "o")).toEqual(["ovn-like"]);
    expect(await complete("list", "x", "--port", "")).toEqual([]);
  });

  test("every assumption, with its values where they can be listed", async () => {
    const all = await complete("list", "x", "--assume", "");
    expect(new Set(all.map((word) => word.split("=")[0]))).toEqual(new Set(Object.keys(UPSTREAM)));
    expect(await complete("list", "x", "--assume", "icmp=")).toEqual([
      "icmp=rules-without-ports",
      "icmp=allow",
      "icmp=deny",
    ]);
    expect(await complete("list", "x", "--assume", "pod")).toEqual(["podCIDRs="]);
  });

  test("a file, where one is taken", async () => {
    expect(await complete("list", "")).toEqual(["files"]);
    expect(await complete("gaps", "x", "--baseline", "")).toEqual(["files"]);
    expect(await complete("diff", "old", "--", "-")).toEqual(["files"]);
    expect(await complete("test", "x", "--expect", "a", "")).toEqual(["files"]);
  });

  test("a shell, or what help explains", async () => {
    expect(await complete("completion", "")).toEqual(["bash", "zsh", "fish"]);
    expect(await complete("help", "wh")).toEqual(["what-if"]);
    expect(await complete("help", "as")).toEqual(["assumptions"]);
  });
});

describe("names in the input so far", () => {
  test("endpoints, as short as is clear", async () => {
    expect(await complete("query", shop(), "--from", "")).toEqual(["shop/db", "shop/web", "internet"]);
    const twice = folder({ "a.yaml": web, "b.yaml": web.replace("Deployment", "StatefulSet") });
    expect(await complete("list", twice, "--to", "shop/")).toEqual(["shop/Deployment/web", "shop/StatefulSet/web"]);
    expect(await complete("what-if", shop(), "--allow", "shop/web", "shop/d")).toEqual(["shop/db"]);
  });

  test("policies and objects", async () => {
    expect(await complete("policies", shop(), "--policy", "")).toEqual(["shop/db"]);
    expect(await complete("what-if", shop(), "--remove", "N")).toEqual(["NetworkPolicy/shop/db"]);
  });

  test("contexts of a kubeconfig", async () => {
    const contexts = ["prod", "staging"].map((name) => ({ name, context: { cluster: "c", user: "u" } }));
    const config = { apiVersion: "v1", kind: "Config", clusters: [], users: [], contexts };
    const file = `${folder({ config: JSON.stringify(config) })}/config`;
    expect(await complete("list", "--kubeconfig", file, "--context", "")).toEqual(["prod", "staging"]);
    expect(await complete("list", "--kubeconfig", file, "--context=s")).toEqual(["--context=staging"]);
    expect(await complete("list", "--kubeconfig", `${file}-not`, "--context", "")).toEqual([]);
  });

  test("branches and tags of a repository, on either side of a range", async () => {
    const at = folder({ "web.yaml": web });
    const git = (...args: readonly string[]) =>
      execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b", ...args], { cwd: at, stdio: "pipe" });
    git("init", "-q", "-b", "main");
    git("commit", "-q", "--allow-empty", "-m", "one");
    git("tag", "v1.0.0");
    const home = process.cwd();
    onTestFinished(() => process.chdir(home));
    process.chdir(at);
    expect(await complete("diff", "--git", "")).toEqual(["main..", "v1.0.0.."]);
    expect(await complete("diff", "--git", "main..")).toEqual(["main..main", "main..v1.0.0"]);
    expect(await complete("diff", "--git=main...v")).toEqual(["--git=main...v1.0.0"]);
    process.chdir(folder({}));
    expect(await complete("diff", "--git", "")).toEqual([]);
  });

  test("none from standard input, a cluster, or a path that is not there", async () => {
    expect(await complete("query", "-", "--from", "")).toEqual(["internet"]);
    expect(await complete("query", "--context", "prod", "--from", "")).toEqual(["internet"]);
    expect(await complete("query", "nowhere", "--from", "")).toEqual(["internet"]);
  });

  test("none from more than a Tab can wait for", async () => {
    const large = folder({ "web.yaml": web, "large.yaml": `# ${"x".repeat(4_000_000)}\n` });
    expect(await complete("query", large, "--from", "shop/")).toEqual([]);
  });
});

test("a script is printed for each shell, and for no other", async () => {
  for (const shell of ["bash", "zsh", "fish"])
    expect((await watertight(["completion", shell])).out).toContain("watertight __complete".split(" ")[1]);
  expect((await watertight(["completion", "tcsh"])).status).toBe(2);
});
