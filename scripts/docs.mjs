// Builds the documentation into site/, as static HTML, after npm run bundle: npm run docs.
import { execFileSync } from "node:child_process";
import { cp, mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { dirname, posix } from "node:path";
import { fileURLToPath } from "node:url";
import MarkdownIt from "markdown-it";
import { watertight } from "../examples/embed/markdown/watertight.js";
import { apiReference } from "./docs-api.mjs";

const root = fileURLToPath(new URL("../", import.meta.url));
const site = `${root}site/`;

// The reference of the API is made from the declarations.
execFileSync(process.execPath, [`${root}node_modules/typescript/bin/tsc`, "-b"], { cwd: root, stdio: "inherit" });

/** The folders and files that are pages, in the order of the navigation. */
const SECTIONS = [
  ["Start", ["README.md", "docs/cli.md", "examples/shop/README.md", "examples/embed/README.md", "CHANGELOG.md"]],
  ["Guide", await pagesOf("docs/guide")],
  ["Meaning", ["semantics", "attack-paths", "exposure", "glossary", "diagnostics"].map((name) => `docs/${name}.md`)],
  ["Findings", await pagesOf("docs/findings")],
  ["API", ["api/core.md", "api/viewer.md", "api/svg.md"]],
  [
    "Inside",
    [
      ...[
        "CONTRIBUTING.md",
        "docs/architecture.md",
        "docs/performance.md",
        "docs/mutation.md",
        "examples/zero-trust-guide/README.md",
      ],
      ...(await pagesOf("docs/decisions")),
    ],
  ],
];

const texts = new Map();
for (const [, paths] of SECTIONS)
  for (const path of paths) texts.set(path, path.startsWith("api/") ? apiReference(root, path) : await text(path));

await rm(site, { recursive: true, force: true });
await mkdir(site, { recursive: true });
const copied = new Set();
/** What can be searched for: the title of a page, one of its headings or none, and where it is. */
const index = [];
for (const [path, markdown] of texts) await writePage(path, markdown);
for (const path of copied) await cp(root + path, site + path, { recursive: true });
await cp(`${root}packages/viewer/dist/module`, `${site}viewer`, { recursive: true });
await cp(`${root}scripts/docs.css`, `${site}docs.css`);
await cp(`${root}scripts/docs-search.js`, `${site}search.js`);
await writeFile(`${site}search-index.js`, `export default ${JSON.stringify(index)};\n`);
console.log(`site/: ${texts.size} pages, to be served from any folder of a static server`);

async function writePage(path, markdown) {
  const target = pageOf(path);
  const body = await rendered(path, markdown);
  const up = posix.relative(dirname(target), ".") || ".";
  const script = body.includes("<watertight-viewer")
    ? `<script type="module" src="${up}/viewer/watertight-viewer.js"></script>\n`
    : "";
  const title = titleOf(markdown);
  await mkdir(dirname(site + target), { recursive: true });
  await writeFile(
    site + target,
    `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escaped(title)}${title === "Watertight" ? "" : " · Watertight"}</title>
<link rel="stylesheet" href="${up}/docs.css">
<script type="module" src="${up}/search.js"></script>
${script}</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<nav aria-label="Documentation"><a class="brand" href="${up}/index.html">Watertight</a>
<form class="find" role="search" data-up="${up}" hidden>
<label for="find">Find a page or heading</label>
<input id="find" type="search" autocomplete="off" spellcheck="false">
<ul></ul><p role="status"></p>
</form>
${SECTIONS.map(([name, paths]) => section(name, paths, path, up)).join("\n")}
</nav>
<main id="content">
${body}</main>
</body>
</html>
`,
  );
}

function section(name, paths, current, up) {
  const link = (path) =>
    `<li><a href="${up}/${pageOf(path)}"${path === current ? ' aria-current="page"' : ""}>${escaped(titleOf(texts.get(path)))}</a></li>`;
  return `<details${paths.includes(current) || name === "Start" || name === "Guide" ? " open" : ""}><summary>${name}</summary><ul>${paths.map(link).join("")}</ul></details>`;
}

/** A page's HTML: links lead to pages, files they name come along, headings can be linked to, `watertight` blocks are viewers. */
async function rendered(path, markdown) {
  const md = new MarkdownIt({ html: true });
  const manifests = new Map();
  for (const [, names] of markdown.matchAll(/^```watertight[^\n]*\n(.*?)^```/gms))
    for (const name of names.split("\n").filter(Boolean)) manifests.set(name, await text(name));
  md.use(watertight, {
    sourcesOf: (content) =>
      content
        .split("\n")
        .filter(Boolean)
        .map((name) => ({ path: name, text: manifests.get(name) })),
  });
  const tokens = md.parse(markdown, {});
  // What scrolls can be scrolled by keyboard, too.
  const { fence, code_block } = md.renderer.rules;
  const focusable =
    (rule) =>
    (...args) =>
      rule(...args).replace(/^<pre>/, '<pre tabindex="0">');
  Object.assign(md.renderer.rules, { fence: focusable(fence), code_block: focusable(code_block) });
  const anchors = new Set();
  index.push([titleOf(markdown), "", pageOf(path)]);
  for (const [at, token] of tokens.entries()) {
    if (token.type === "heading_open") {
      const id = anchorOf(tokens[at + 1].content, anchors);
      token.attrSet("id", id);
      if (token.tag !== "h1") index.push([titleOf(markdown), plainText(tokens[at + 1]), `${pageOf(path)}#${id}`]);
    }
    for (const child of token.children ?? []) {
      if (child.type === "link_open") child.attrSet("href", await linkFrom(path, child.attrGet("href")));
      if (child.type === "image") child.attrSet("src", await linkFrom(path, child.attrGet("src")));
    }
  }
  let html = md.renderer.render(tokens, md.options, {});
  for (const [whole, name, url] of html.matchAll(/\s(src|srcset)="([^"]+)"/g))
    if (/^(docs|\.\.)\//.test(url) || url.startsWith("images/"))
      html = html.replace(whole, ` ${name}="${await linkFrom(path, url)}"`);
  return html;
}

/** Where a link of a page leads on the site; a file of the repository that is no page is copied to its place. */
async function linkFrom(path, href) {
  if (/^([a-z]+:|#)/.test(href)) return href;
  const [name, fragment] = href.split("#");
  const named = posix.normalize(posix.join(dirname(path), name)).replace(/\/$/, "");
  const target = texts.has(named) ? named : texts.has(`${named}/README.md`) ? `${named}/README.md` : undefined;
  const from = dirname(pageOf(path));
  const hash = fragment === undefined ? "" : `#${fragment}`;
  if (target) return posix.relative(from, pageOf(target)) + hash;
  const isFolder = (await stat(root + named)).isDirectory();
  if (isFolder)
    return linkFrom(path, posix.relative(dirname(path), `${named}/${(await readdir(root + named)).sort()[0]}`));
  copied.add(named);
  return posix.relative(from, named);
}

function pageOf(path) {
  return path
    .replace(/^docs\//, "")
    .replace(/(^|\/)README\.md$/, "$1index.html")
    .replace(/\.md$/, ".html");
}

/** As GitHub makes them, so that links work in both places. */
function anchorOf(heading, taken) {
  const plain = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").toLowerCase();
  const slug = plain
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replace(/\s/g, "-");
  let id = slug;
  for (let i = 1; taken.has(id); i++) id = `${slug}-${i}`;
  taken.add(id);
  return id;
}

/** What of a heading is read, without its marks. */
function plainText({ children }) {
  return children.map(({ content }) => content).join("");
}

function titleOf(markdown) {
  return (/^# (.+)$/m.exec(markdown)?.[1] ?? "").replace(/[`*]/g, "");
}

async function pagesOf(folder) {
  const names = (await readdir(root + folder)).filter((name) => name.endsWith(".md")).sort();
  const first = names.filter((name) => name === "README.md");
  return [...first, ...names.filter((name) => name !== "README.md")].map((name) => `${folder}/${name}`);
}

function text(path) {
  return readFile(root + path, "utf8");
}

function escaped(words) {
  return words.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
