// Bundles every package into its dist folder. Types are tsc's work: see `npm run types`.
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const source = (path) => fileURLToPath(new URL(`../packages/${path}`, import.meta.url));

const common = { bundle: true, target: "es2022", sourcemap: true, logLevel: "warning", legalComments: "none" };

// A bundle that takes its neighbours in reads their sources, so the order of building never matters.
const neighbours = {
  "@watertight/core": source("core/src/index.ts"),
  "@watertight/viewer": source("viewer/src/index.ts"),
};

const library = { ...common, format: "esm", platform: "neutral", packages: "external" };

await Promise.all([
  build({ ...library, entryPoints: [source("core/src/index.ts")], outfile: source("core/dist/index.js") }),

  build({ ...library, entryPoints: [source("viewer/src/index.ts")], outfile: source("viewer/dist/index.js") }),

  // For a <script> tag, and for the page that `watertight view` writes: everything in one file.
  build({
    ...common,
    entryPoints: [source("viewer/src/index.ts")],
    outfile: source("viewer/dist/watertight-viewer.js"),
    alias: neighbours,
    format: "iife",
    platform: "browser",
    minify: true,
    sourcemap: false,
    legalComments: "inline",
    define: { "process.env.NODE_ENV": '"production"' },
  }),

  // One file starts quickly. Some of what it takes in is CommonJS, which asks for `require`.
  build({
    ...common,
    entryPoints: [source("cli/src/main.ts")],
    outfile: source("cli/dist/main.js"),
    alias: neighbours,
    format: "esm",
    platform: "node",
    target: "node20.19",
    banner: {
      js: [
        "#!/usr/bin/env node",
        'import { createRequire } from "node:module";',
        "const require = createRequire(import.meta.url);",
      ].join("\n"),
    },
  }),
]);
