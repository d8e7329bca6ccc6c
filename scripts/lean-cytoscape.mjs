import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

// Cytoscape's one file has everything: layouts, graph algorithms, animations and a second renderer, which together are a third of
// it. A page that draws a finished picture on a canvas calls none of them, so its sources are bundled with those parts left out.

/** Files of Cytoscape's `src` that nothing here ever calls, and what stands in for each. */
const UNUSED = {
  "collection/algorithms/index.mjs": "export default {};",
  "collection/animation.mjs": "export default { animated: () => false };",
  "core/animation/index.mjs":
    "export default { animated: () => false, startAnimationLoop() {}, stopAnimationLoop() {} };",
  "define/animation.mjs": "export default {};",
  "extensions/layout/index.mjs":
    'import preset from "./preset.mjs"; import none from "./null.mjs";' +
    'export default [{ name: "preset", impl: preset }, { name: "null", impl: none }];',
  "extensions/renderer/canvas/drawing-images.mjs": "export default {};",
  "extensions/renderer/canvas/webgl/drawing-redraw-webgl.mjs": "export default {};",
  "promise.mjs": "export default Promise;",
};

/** What only names of data with dots in them go through; ours have none. */
const UNUSED_IMPORTS = /^lodash\/(get|set|toPath)\.js$/;

export const leanCytoscape = {
  name: "lean-cytoscape",
  async setup(esbuild) {
    const folder = join(dirname(createRequire(import.meta.url).resolve("cytoscape")), "..");
    const { version } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
    const left = new Set(Object.keys(UNUSED));
    esbuild.onResolve({ filter: /^cytoscape$/ }, () => ({ path: join(folder, "src/index.mjs") }));
    esbuild.onResolve({ filter: UNUSED_IMPORTS }, ({ path }) => ({ path, namespace: "unused" }));
    esbuild.onLoad({ filter: /./, namespace: "unused" }, () => ({ contents: "export default undefined;" }));
    esbuild.onLoad({ filter: /[\\/]cytoscape[\\/]src[\\/].*\.mjs$/ }, ({ path }) => {
      const name = path.slice(join(folder, "src").length + 1).replaceAll("\\", "/");
      if (name === "version.mjs") return { contents: `export default ${JSON.stringify(version)};` };
      left.delete(name);
      return UNUSED[name] === undefined ? undefined : { contents: UNUSED[name], resolveDir: dirname(path) };
    });
    // Another version may have these parts elsewhere: better no build than a large one.
    esbuild.onEnd(() => (left.size === 0 ? {} : { errors: [{ text: `Cytoscape has no ${[...left].join(", ")}` }] }));
  },
};
