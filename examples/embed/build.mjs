// Builds each page into dist/: node examples/embed/build.mjs, after npm run bundle.
import { execFileSync } from "node:child_process";
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import MarkdownIt from "markdown-it";
import { watertight } from "./markdown/watertight.js";

const here = fileURLToPath(new URL("./", import.meta.url));
const packages = `${here}../../packages`;
const viewer = `${packages}/viewer/dist/watertight-viewer.js`;
const editor = `${packages}/viewer/dist/watertight-viewer-editor.js`;

await rm(`${here}dist`, { recursive: true, force: true });

// Plain HTML: the page as it is, with the script, the manifests, and their picture for who has no scripts.
await mkdir(`${here}dist/plain`, { recursive: true });
await cp(`${here}plain/index.html`, `${here}dist/plain/index.html`);
await cp(viewer, `${here}dist/plain/watertight-viewer.js`);
await cp(editor, `${here}dist/plain/watertight-viewer-editor.js`);
await cp(`${here}shop.yaml`, `${here}dist/plain/shop.yaml`);
const picture = execFileSync(process.execPath, [`${packages}/cli/dist/main.js`, "list", `${here}shop.yaml`, "-o", "svg"]);
await writeFile(`${here}dist/plain/shop.svg`, picture);

// React and Vue: one script with the viewer in it.
for (const [name, entry] of [
  ["react", "app.jsx"],
  ["vue", "app.js"],
]) {
  await build({
    entryPoints: [`${here}${name}/${entry}`],
    outfile: `${here}dist/${name}/app.js`,
    bundle: true,
    format: "esm",
    minify: true,
    jsx: "automatic",
    loader: { ".yaml": "text" },
    define: {
      "process.env.NODE_ENV": '"production"',
      __VUE_OPTIONS_API__: "false",
      __VUE_PROD_DEVTOOLS__: "false",
      __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "false",
    },
    logLevel: "warning",
  });
  await cp(`${here}${name}/index.html`, `${here}dist/${name}/index.html`);
}

// Docusaurus: a page rendered when it is built, which React takes over in the browser beside the viewer's own script.
const react = { bundle: true, format: "esm", minify: true, jsx: "automatic", logLevel: "warning" };
const define = { "process.env.NODE_ENV": '"production"' };
await build({
  ...react,
  define,
  entryPoints: [`${here}docusaurus/app.jsx`],
  outfile: `${here}dist/docusaurus/app.js`,
});
const rendered = `${here}dist/server.mjs`;
await build({
  ...react,
  define,
  entryPoints: [`${here}docusaurus/server.jsx`],
  outfile: rendered,
  platform: "node",
  banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
});
const { html } = await import(rendered);
await rm(rendered);
await writeFile(
  `${here}dist/docusaurus/index.html`,
  `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Watertight in Docusaurus</title>
<script src="watertight-viewer.js" defer></script>
<script src="app.js" type="module"></script></head>
<body><div id="__docusaurus">${html}</div></body>
</html>
`,
);

// MkDocs: a page in a folder of its own, with the script at its end.
await mkdir(`${here}dist/mkdocs/guide/database`, { recursive: true });
const page = new MarkdownIt({ html: true }).render(await readFile(`${here}mkdocs/docs/guide/database.md`, "utf8"));
await writeFile(
  `${here}dist/mkdocs/guide/database/index.html`,
  `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Watertight in MkDocs</title></head>
<body><main>
${page}</main>
<script src="../../watertight-viewer.js" defer></script></body>
</html>
`,
);

for (const name of ["docusaurus", "mkdocs"]) {
  await cp(viewer, `${here}dist/${name}/watertight-viewer.js`);
  await cp(editor, `${here}dist/${name}/watertight-viewer-editor.js`);
  await cp(`${here}shop.yaml`, `${here}dist/${name}/shop.yaml`);
}

// Markdown: what a docs generator does.
await mkdir(`${here}dist/markdown`, { recursive: true });
const body = new MarkdownIt().use(watertight).render(await readFile(`${here}markdown/page.md`, "utf8"));
await writeFile(
  `${here}dist/markdown/index.html`,
  `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Watertight in Markdown</title>
<script type="module" src="watertight-viewer.js"></script></head>
<body>
${body}</body>
</html>
`,
);
await cp(viewer, `${here}dist/markdown/watertight-viewer.js`);
await cp(editor, `${here}dist/markdown/watertight-viewer-editor.js`);
await cp(`${here}shop.yaml`, `${here}dist/markdown/shop.yaml`);
