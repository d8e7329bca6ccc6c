import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build as esbuild } from "esbuild";
import type { Browser } from "playwright-core";
import { build as vite } from "vite";
import { afterAll, beforeAll, expect, inject, onTestFinished, test } from "vitest";
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

/** Bundles `src/<name>.js` of the project into a folder, the first file under the same name, and says where. */
type Bundle = (name: string) => Promise<string>;

const entryOf = (name: string) => join(project, `src/${name}.js`);

const BUNDLERS: Readonly<Record<string, Bundle>> = {
  esbuild: async (name) => {
    const outdir = join(project, "out-esbuild", name);
    const { warnings } = await esbuild({
      entryPoints: [entryOf(name)],
      absWorkingDir: project,
      outdir,
      bundle: true,
      minify: true,
      splitting: true,
      format: "esm",
    });
    expect(warnings).toEqual([]);
    return outdir;
  },
  vite: async (name) => {
    const outDir = join(project, "out-vite", name);
    const warnings: string[] = [];
    const onwarn = ({ message }: { readonly message: string }) => warnings.push(message);
    const rolldownOptions = { input: entryOf(name), output: { entryFileNames: "[name].js" }, onwarn };
    await vite({
      root: project,
      base: "./",
      configFile: false,
      logLevel: "silent",
      build: { outDir, rolldownOptions, chunkSizeWarningLimit: 2000 },
    });
    expect(warnings).toEqual([]);
    return outDir;
  },
  webpack: (name) =>
    new Promise((resolve, reject) => {
      const path = join(project, "out-webpack", name);
      const options: webpack.Configuration = {
        context: project,
        mode: "production",
        // What makes it small takes a minute, and is not what is looked at.
        optimization: { minimize: false },
        entry: entryOf(name),
        output: { path, filename: `${name}.js` },
        performance: false,
      };
      webpack(options, (error, stats) => {
        if (error || !stats) return reject(error);
        expect(stats.toJson({ all: false, errors: true, warnings: true })).toMatchObject({ errors: [], warnings: [] });
        resolve(path);
      });
    }),
};

const HTML = `<!doctype html>
<watertight-viewer><script type="application/yaml">
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop }
spec: { containers: [{ name: web, image: web }] }
</script></watertight-viewer>
<script>document.querySelector("watertight-viewer").addEventListener("watertight-ready", () => { globalThis.ready = true; });</script>
<script type="module" src="page.js"></script>
`;

/** Serves a folder, with the page that starts what is in it, to this machine for as long as a test runs. */
async function served(folder: string): Promise<string> {
  const server = createServer((asked, answer) => {
    const path = join(folder, new URL(asked.url ?? "/", "http://localhost").pathname);
    if (asked.url === "/") answer.setHeader("content-type", "text/html").end(HTML);
    else if (existsSync(path)) answer.setHeader("content-type", "text/javascript").end(readFileSync(path));
    else answer.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

let browser: Browser;

beforeAll(async () => {
  browser = await openBrowser();
  mkdirSync(join(project, "src"), { recursive: true });
  writeFileSync(join(project, "src/page.js"), PAGE);
  writeFileSync(join(project, "src/little.js"), LITTLE);
});

afterAll(() => browser.close());

test.each(Object.entries(BUNDLERS))("%s makes a page of core and viewer that runs in a browser", async (_, bundle) => {
  const url = await served(await bundle("page"));
  const page = await browser.newPage();
  const faults: string[] = [];
  page.on("pageerror", ({ message }) => faults.push(message));
  await page.goto(url);
  await page.waitForFunction(() => (globalThis as { ready?: boolean }).ready, undefined, { timeout: 60_000 });
  const verdict = await page.evaluate(() => (globalThis as { verdict?: string }).verdict);
  await page.close();
  expect(faults).toEqual([]);
  expect(verdict).toBe("allow");
});

test.each(["esbuild", "vite"])("%s leaves out what is not used of the core", async (name) => {
  const folder = await BUNDLERS[name]?.("little");
  expect(gzipSync(readFileSync(join(folder ?? "", "little.js"))).length).toBeLessThan(35_000);
});
