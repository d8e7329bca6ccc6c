import { execFileSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { compile, deltaAnswer, deltaReport, parse, type Source } from "@watertight/core";
import { describe, expect, test } from "vitest";
import { db, folder, watertight, web } from "../runs.ts";

const files = { "web.yaml": web, "db.yaml": db };
const CLOSED = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: db, namespace: shop }
spec: { podSelector: { matchLabels: { app: db } }, ingress: [] }
`;

const OTHER = CLOSED.replace("name: db", "name: closed").replace("app: db", "app: web");

interface Proposal {
  readonly path: string;
  readonly text?: string;
}

/** What a page holds: manifests, and what is laid over them. */
function contentOf(html: string) {
  const read = (role: string) =>
    JSON.parse(
      new RegExp(`<script type="application/json" data-watertight="${role}">(.*?)</script>`, "s").exec(html)?.[1] ??
        "[]",
    );
  return { sources: read("sources") as Source[], proposed: read("proposed") as Proposal[] };
}

/** What core says of the difference a page opens on. */
function deltaOf(html: string) {
  const { sources, proposed } = contentOf(html);
  const laid = new Map(proposed.map(({ path, text }) => [path, text]));
  const known = new Set(sources.map(({ path }) => path));
  const whole = [
    ...sources.map(({ path, text }) => ({ path, text: laid.has(path) ? laid.get(path) : text })),
    ...proposed.filter(({ path }) => !known.has(path)),
  ];
  const after = whole.flatMap(({ path, text }) => (text === undefined ? [] : [{ path, text }]));
  const program = (list: readonly Source[]) => compile(parse(list).cluster).program;
  return deltaAnswer(deltaReport(program(sources), program(after)));
}

/** The same answer as a page and as JSON; a page is self-contained, and says that it opens on a difference. */
async function both(...args: readonly string[]) {
  const page = await watertight([...args, "-o", "html"]);
  const json = await watertight([...args, "-o", "json"]);
  expect([page.status, json.status]).toEqual([0, 0]);
  expect(page.out).toMatch(/^<!doctype html>/);
  expect(page.out).toContain('<watertight-viewer view="policies">');
  const connections = ({ added, removed, changed }: ReturnType<typeof deltaAnswer>) =>
    [added, removed, changed].map((list) => list.map(({ from, to }) => `${from} → ${to}`));
  expect(connections(deltaOf(page.out))).toEqual(connections(JSON.parse(json.out)));
  return contentOf(page.out);
}

describe("a difference as a page", () => {
  test("of two folders, file by file", async () => {
    const before = folder(files);
    const after = folder({ "web.yaml": web, "closed.yaml": OTHER, "db.yaml": db });
    const { sources, proposed } = await both("diff", before, "--", after);
    expect(sources.map(({ path }) => path).sort()).toEqual(["db.yaml", "web.yaml"]);
    expect(proposed).toEqual([{ path: "closed.yaml", text: OTHER }]);
    const { proposed: back } = await both("diff", after, "--", before);
    expect(back).toEqual([{ path: "closed.yaml" }]);
  });

  test("of files that say the same object twice: the order of files decides, in the page too", async () => {
    const after = folder({ ...files, "a.yaml": CLOSED, "z.yaml": OTHER });
    const { sources } = await both("diff", folder(files), "--", after);
    expect(sources.map(({ path }) => path)).toEqual(["a.yaml", "db.yaml", "web.yaml", "z.yaml"]);
    await both("diff", after, "--", folder(files));
    await both("diff", folder({ ...files, "z.yaml": CLOSED }), "--", after);
  });

  test("of two commits", async () => {
    const at = folder(files);
    const git = (...args: readonly string[]) =>
      execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.com", ...args], { cwd: at });
    git("init", "-q");
    git("add", ".");
    git("commit", "-qm", "one");
    writeFileSync(join(at, "closed.yaml"), CLOSED);
    rmSync(join(at, "web.yaml"));
    git("add", "-A");
    git("commit", "-qm", "two");
    const before = process.cwd();
    process.chdir(at);
    try {
      const { proposed } = await both("diff", "--git", "HEAD~1..HEAD");
      expect(proposed).toEqual([{ path: "web.yaml" }, { path: "closed.yaml", text: CLOSED }]);
    } finally {
      process.chdir(before);
    }
  });

  test("of edits: files laid over, and objects cut out of theirs", async () => {
    const at = folder(files);
    const overlay = folder({ "closed.yaml": CLOSED });
    const { proposed } = await both("what-if", at, "--add", overlay);
    expect(proposed).toMatchObject([{ text: CLOSED }]);
    const { proposed: cut } = await both(
      "what-if",
      at,
      "--remove",
      "NetworkPolicy/shop/db",
      "--remove",
      "shop/Deployment/web".replace("shop/Deployment", "Deployment/shop"),
    );
    expect(cut.length).toBeGreaterThan(0);
    for (const { text } of cut) expect(text).not.toContain("kind: NetworkPolicy");
  });

  test("of the least edit that allows a flow", async () => {
    const { proposed } = await both("what-if", folder(files), "--allow", "shop/web", "shop/db", "TCP/80");
    expect(proposed.length).toBe(1);
  });
});
