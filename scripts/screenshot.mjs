// Saves pictures of the built viewer: npm run bundle, then
//   node scripts/screenshot.mjs OUT.png PATH… [--width 1280] [--height 800] [--scale 1] [--theme dark] [--attr focus=shop/web]
//     [--state JSON] [--hide PART] [--click TEXT] [--press KEY]
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { build } from "esbuild";

const root = fileURLToPath(new URL("../", import.meta.url));
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    width: { type: "string", default: "1280" },
    height: { type: "string", default: "800" },
    scale: { type: "string", default: "1" },
    theme: { type: "string", default: "light" },
    attr: { type: "string", multiple: true, default: [] },
    state: { type: "string" },
    hide: { type: "string", multiple: true, default: [] },
    click: { type: "string", multiple: true, default: [] },
    press: { type: "string", multiple: true, default: [] },
  },
});
const [out, ...paths] = positionals;
if (!out || paths.length === 0) throw new Error("usage: screenshot.mjs OUT.png PATH…");

const { openBrowser } = await importTypeScript("test/chromium.ts");
const browser = await openBrowser();
try {
  const viewport = { width: Number(values.width), height: Number(values.height) };
  const page = await browser.newPage({
    viewport,
    deviceScaleFactor: Number(values.scale),
    colorScheme: values.theme === "dark" ? "dark" : "light",
  });
  page.on("pageerror", (error) => console.error("page error:", error.message));
  page.on("console", (message) => console.error("console:", message.text()));
  const hidden = values.hide.map((part) => `watertight-viewer::part(${part}){display:none}`).join("");
  await page.setContent(`<!doctype html><style>html,body{height:100%;margin:0}${hidden}</style><body></body>`);
  await page.addScriptTag({ path: join(root, "packages/viewer/dist/watertight-viewer.js") });
  const sources = paths.flatMap(files).map((path) => ({ path, text: readFileSync(path, "utf8") }));
  const milliseconds = await page.evaluate(
    async ({ sources, attributes, state, theme }) => {
      const viewer = document.createElement("watertight-viewer");
      viewer.style.height = "100%";
      viewer.setAttribute("theme", theme);
      for (const attribute of attributes) viewer.setAttribute(...attribute.split("="));
      const ready = new Promise((resolve) => viewer.addEventListener("watertight-ready", resolve, { once: true }));
      document.body.append(viewer);
      const start = performance.now();
      viewer.sources = sources;
      await ready;
      const took = performance.now() - start;
      if (state) viewer.state = JSON.parse(state);
      return took;
    },
    { sources, attributes: values.attr, state: values.state, theme: values.theme },
  );
  await page.waitForTimeout(400);
  for (const text of values.click) {
    await page.locator("watertight-viewer").getByText(text).first().click();
    await page.waitForTimeout(300);
  }
  for (const key of values.press) await page.keyboard.press(key);
  await page.waitForTimeout(300);
  await page.screenshot({ path: out });
  console.log(`${out}: ready after ${Math.round(milliseconds)} ms`);
} finally {
  await browser.close();
}

function files(path) {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => files(join(path, name)))
    .filter((name) => /\.(ya?ml|json)$/.test(name));
}

/** A TypeScript module of this repository, made into a file that Node can import. */
async function importTypeScript(path) {
  const outfile = join(root, "node_modules/.cache", `${path.replaceAll("/", "-")}.mjs`);
  await build({
    entryPoints: [join(root, path)],
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    packages: "external",
    define: { "import.meta.url": JSON.stringify(new URL(`../${path}`, import.meta.url).href) },
  });
  return import(pathToFileURL(outfile).href);
}
