import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build as esbuild } from "esbuild";
import type { Browser } from "playwright-core";
import { build as vite } from "vite";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import webpack from "webpack";
import { openBrowser } from "../chromium.ts";

const { project } = inject("packed");

/** Both packages in one page: a verdict by the core, and the element. */
const PAGE = `import { compile, decide, parse } from "@watertight/core";
import "@watertight/viewer";
const text = "apiVersion: v1\\nkind: Pod\\nmetadata: { name: web, namespace: shop }\\nspec: { containers: [{ name: web, image: web }] }";
const { program } = compile(parse([{ path: "shop.yaml", text }]).cluster);
globalThis.verdict = decide(program, { source: "shop/web", destination: "internet" }).verdict;
`;

/** Little of the core, of which the rest has to fall away. */
const LITTLE = `import { parseCidr } from "@watertight/core";
globalThis.little = parseCidr("10.0.0.0/8");
`;

type Bundle = (entry: string, name: string) => Promise<string>;

const BUNDLERS: Readonly<Record<string, Bundle>> = {
  esbuild: async (entry) => {
    const { outputFiles, warnings } = await esbuild({
      entryPoints: [entry],
      absWorkingDir: project,
      bundle: true,
      minify: true,
      format: "iife",
      write: false,
    });
    expect(warnings).toEqual([]);
    return outputFiles[0]?.text ?? "";
  },
  vite: async (entry) => {
    const warnings: string[] = [];
    const built = await vite({
      root: project,
      configFile: false,
      logLevel: "silent",
      build: {
        write: false,
        rolldownOptions: {
          input: entry,
          output: { format: "iife" },
          onwarn: ({ message }) => warnings.push(message),
        },
      },
    });
    expect(warnings).toEqual([]);
    const [output] = [built].flat().flatMap((one) => ("output" in one ? one.output : []));
    return output?.type === "chunk" ? output.code : "";
  },
  webpack: (entry, name) =>
    new Promise((resolve, reject) => {
      const path = join(project, "out");
      const options: webpack.Configuration = {
        context: project,
        mode: "production",
        // What makes it small takes a minute, and is not what is looked at.
        optimization: { minimize: false },
        entry,
        output: { path, filename: `${name}.js` },
        performance: false,
      };
      webpack(options, (error, stats) => {
        if (error || !stats) return reject(error);
        expect(stats.toJson({ all: false, errors: true, warnings: true })).toMatchObject({ errors: [], warnings: [] });
        resolve(readFileSync(join(path, `${name}.js`), "utf8"));
      });
    }),
};

let browser: Browser;

beforeAll(async () => {
  browser = await openBrowser();
  mkdirSync(join(project, "src"), { recursive: true });
  writeFileSync(join(project, "src/page.js"), PAGE);
  writeFileSync(join(project, "src/little.js"), LITTLE);
});

afterAll(() => browser.close());

describe.each(Object.entries(BUNDLERS))("%s", (name, bundle) => {
  test("makes a page of core and viewer that runs in a browser", async () => {
    const code = await bundle(join(project, "src/page.js"), `page-${name}`);
    const page = await browser.newPage();
    const faults: string[] = [];
    page.on("pageerror", ({ message }) => faults.push(message));
    await page.setContent("<!doctype html><watertight-viewer></watertight-viewer>");
    await page.addScriptTag({ content: code });
    const seen = await page.evaluate(() => ({
      verdict: (globalThis as { verdict?: string }).verdict,
      isDefined: customElements.get("watertight-viewer") !== undefined,
      isDrawn: document.querySelector("watertight-viewer")?.shadowRoot?.childElementCount !== 0,
    }));
    await page.close();
    expect(faults).toEqual([]);
    expect(seen).toEqual({ verdict: "allow", isDefined: true, isDrawn: true });
  });
});

test.each(["esbuild", "vite"])("%s leaves out what is not used of the core", async (name) => {
  const code = await BUNDLERS[name]?.(join(project, "src/little.js"), "little");
  expect(gzipSync(code ?? "").length).toBeLessThan(33_000);
});
