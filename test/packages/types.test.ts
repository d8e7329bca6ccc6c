import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { describe, expect, inject, test } from "vitest";

const { tarballs, project } = inject("packed");
const attw = fileURLToPath(new URL("../../node_modules/@arethetypeswrong/cli/dist/index.js", import.meta.url));

/** What no TypeScript imports: data, scripts for a page, and a worker. */
const UNTYPED = [
  "--exclude-entrypoints",
  "./package.json",
  "./schema/*",
  "./watertight-viewer.js",
  "./watertight-viewer-editor.js",
  "./module/watertight-viewer.js",
  "./worker",
];

describe.each(Object.entries(tarballs))("the package of packages/%s", (folder, { path, name }) => {
  test("is clean by publint", async () => {
    const { messages } = await publint({ pkgDir: `${project}/node_modules/${name}`, pack: false, strict: true });
    const { default: manifest } = await import(`../../packages/${folder}/package.json`, { with: { type: "json" } });
    expect(messages.map((message) => formatMessage(message, manifest))).toEqual([]);
  });

  test("resolves to right types for those who import ESM", () => {
    const args = [attw, path, "--profile", "esm-only", "--format", "ascii", "--no-emoji", "--no-color", ...UNTYPED];
    const { status, stdout } = spawnSync(process.execPath, args, { encoding: "utf8" });
    expect(status, stdout).toBe(0);
  });

  test("names only what it may in its types", () => {
    const { dependencies = {} } = JSON.parse(readFileSync(`${project}/node_modules/${name}/package.json`, "utf8"));
    for (const range of Object.values(dependencies)) expect(range).not.toMatch(/^(file|workspace|link):/);
  });
});
