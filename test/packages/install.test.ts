import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, inject, onTestFinished, test } from "vitest";
import { QUIETLY } from "./setup.ts";

const { project, tarballs } = inject("packed");

const SHOP = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: web }] }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: quiet, namespace: shop }
spec: { podSelector: {}, policyTypes: [Egress] }
`;

function run(command: string, args: readonly string[], cwd = project) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: "utf8", env: environment() });
  return { status, stdout, stderr };
}

/** Without what npm tells the scripts that it runs, such as this test. */
function environment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^npm_(?!config_(registry|cache))/i.test(name)),
  );
}

/** Runs a module of the project on the Node that runs this test. */
function node(code: string) {
  return run(process.execPath, ["--input-type=module", "--eval", code]);
}

describe("in an empty project, the package", () => {
  test("core answers", () => {
    const { stdout, stderr } = node(`
      import { compile, decide, parse } from "@watertight/core";
      const { cluster } = parse([{ path: "shop.yaml", text: ${JSON.stringify(SHOP)} }]);
      console.log(decide(compile(cluster).program, { source: "shop/web", destination: "internet" }).verdict);`);
    expect([stdout, stderr]).toEqual(["deny\n", ""]);
  });

  test("core has its matchers under ./vitest, without vitest", () => {
    const { stdout, stderr } = node(`
      import { parse } from "@watertight/core";
      import { matchers } from "@watertight/core/vitest";
      const { cluster } = parse([{ path: "shop.yaml", text: ${JSON.stringify(SHOP)} }]);
      console.log(matchers.toDeny(cluster, "shop/web", "internet").pass);`);
    expect([stdout, stderr]).toEqual(["true\n", ""]);
  });

  test("core has its schemas", () => {
    const { stdout } = node(`
      import { readFileSync } from "node:fs";
      const url = import.meta.resolve("@watertight/core/schema/delta-v1.json");
      console.log(JSON.parse(readFileSync(new URL(url))).$id);`);
    expect(stdout).toBe("urn:watertight:delta:v1\n");
  });

  test("viewer has its module, its one script and its types", () => {
    const { stdout } = node(`
      import { existsSync } from "node:fs";
      for (const name of ["@watertight/viewer", "@watertight/viewer/watertight-viewer.js"])
        console.log(existsSync(new URL(import.meta.resolve(name))));`);
    expect(stdout).toBe("true\ntrue\n");
  });

  test("watertight runs as a command, its viewer with it", () => {
    writeFileSync(join(project, "shop.yaml"), SHOP);
    const bin = join(project, "node_modules/.bin/watertight");
    expect(run(bin, ["query", "shop.yaml", "--from", "shop/web", "--to", "internet"]).stdout).toMatch(/^DENIED/);
    expect(run(bin, ["view", "shop.yaml", "--output", "-"]).stdout).toContain("<watertight-viewer>");
  });
});

test("one line of npx runs it where nothing is installed", () => {
  const folder = mkdtempSync(join(tmpdir(), "watertight-npx-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, "shop.yaml"), SHOP);
  const packages = Object.values(tarballs).flatMap(({ path }) => ["--package", path]);
  const { status, stdout } = run(
    "npx",
    ["--yes", ...QUIETLY, ...packages, "--", "watertight", "list", "shop.yaml", "-o", "csv"],
    folder,
  );
  expect(status).toBe(0);
  expect(stdout).toMatch(/^from,/);
});

describe.each(Object.values(tarballs))("the tarball of $name", ({ files }) => {
  test("holds what runs, its types and its licence, and neither sources nor tests", () => {
    expect(files).toEqual(expect.arrayContaining(["LICENSE", "README.md", "package.json"]));
    expect(files.some((path) => path.endsWith(".d.ts"))).toBe(true);
    expect(
      files.filter((path) => !/^(dist|schema)\/|^(LICENSE|README\.md|(package|custom-elements)\.json)$/.test(path)),
    ).toEqual([]);
    expect(files.filter((path) => /\.test\.|tsbuildinfo|(?<!\.d)\.ts$/.test(path))).toEqual([]);
  });
});
