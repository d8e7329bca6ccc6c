// Bundles every package into its dist folder. Types are tsc's work: see `npm run types`.
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import ts from "typescript";
import { leanCytoscape } from "./lean-cytoscape.mjs";

const root = fileURLToPath(new URL("../", import.meta.url));
const source = (path) => `${root}packages/${path}`;

const { version } = JSON.parse(await readFile(source("viewer/package.json"), "utf8"));

const common = {
  absWorkingDir: root,
  define: { WATERTIGHT_VERSION: JSON.stringify(version) },
  bundle: true,
  target: "es2022",
  sourcemap: true,
  logLevel: "warning",
  legalComments: "none",
};

// A bundle that takes its neighbours in reads their sources, so the order of building never matters.
const neighbours = {
  "@watertight/core": source("core/src/index.ts"),
  "@watertight/viewer": source("viewer/src/index.ts"),
  "@watertight/viewer/svg": source("viewer/src/svg.ts"),
};

const library = { ...common, format: "esm", platform: "neutral", packages: "external" };

// What is only loaded on demand can only stand apart if nothing else leads to it, and the index of a package leads to all of it.
// So whoever imports from the core's index imports from the file that has it instead.
const withoutIndex = {
  name: "without-index",
  async setup(esbuild) {
    const index = source("core/src/index.ts");
    const homes = new Map(
      declarationsOf(index, await readFile(index, "utf8"), ts.isExportDeclaration).flatMap((declaration) =>
        declaration.exportClause.elements.map(({ name, propertyName = name }) => [
          name.text,
          { there: propertyName.text, path: JSON.stringify(join(index, "..", declaration.moduleSpecifier.text)) },
        ]),
      ),
    );
    esbuild.onLoad({ filter: /packages[\\/](viewer|cli)[\\/]src[\\/].*\.ts$/ }, async ({ path }) => {
      const text = await readFile(path, "utf8");
      const imports = declarationsOf(path, text, ts.isImportDeclaration).filter(
        ({ moduleSpecifier }) => moduleSpecifier.text === "@watertight/core",
      );
      const lines = imports.flatMap(({ importClause }) =>
        importClause.isTypeOnly
          ? []
          : importClause.namedBindings.elements
              .filter(({ isTypeOnly }) => !isTypeOnly)
              .map(({ name, propertyName = name }) => {
                const { there, path: home } = homes.get(propertyName.text);
                return `import { ${there} as ${name.text} } from ${home};`;
              }),
      );
      const rest = imports.reduceRight((all, { pos, end }) => all.slice(0, pos) + all.slice(end), text);
      return { contents: [...lines, rest].join("\n"), loader: "ts" };
    });
  },
};

const editorBeside = {
  name: "editor-beside",
  setup(esbuild) {
    esbuild.onResolve({ filter: /\/editor\/load\.ts$/ }, () => ({ path: source("viewer/src/editor/load-beside.ts") }));
  },
};

function declarationsOf(path, text, isOne) {
  return ts.createSourceFile(path, text, ts.ScriptTarget.Latest).statements.filter(isOne);
}

// The client of the Kubernetes API is there for kubeconfigs and their credentials. Its model of every kind of object and the
// `fetch` it brings along, two thirds of the code, are never called.
const withoutModels = {
  name: "without-models",
  setup(esbuild) {
    const importer = /@kubernetes\/client-node\/dist\/config\.js$/;
    esbuild.onResolve({ filter: /^(node-fetch|\.\/gen\/index\.js)$/ }, (asked) =>
      importer.test(asked.importer.replaceAll("\\", "/")) ? { path: asked.path, namespace: "unused" } : undefined,
    );
    esbuild.onLoad({ filter: /./, namespace: "unused" }, () => ({
      contents:
        "export const { Headers } = globalThis, createConfiguration = undefined, ServerConfiguration = undefined;",
    }));
  },
};

// Commander would start commands that are programs of their own. There are none, and what starts them takes 6 ms of processor time to
// load, of the 141 of a listing of one object.
const withoutPrograms = {
  name: "without-programs",
  setup(esbuild) {
    esbuild.onResolve({ filter: /^node:child_process$/ }, ({ path, importer }) =>
      /[\\/]commander[\\/]/.test(importer) ? { path, namespace: "no-programs" } : undefined,
    );
    esbuild.onLoad({ filter: /./, namespace: "no-programs" }, () => ({ contents: "" }));
  },
};

// Parts are named by their content: those of an earlier build would stay.
for (const folder of ["viewer/dist/module", "viewer/dist/parts"])
  await rm(source(folder), { recursive: true, force: true });

const [, , , modules, script, cli] = await Promise.all([
  build({ ...library, entryPoints: [source("core/src/index.ts")], outfile: source("core/dist/index.js") }),

  build({ ...library, entryPoints: [source("core/src/vitest.ts")], outfile: source("core/dist/vitest.js") }),

  build({
    ...library,
    entryPoints: ["index", "worker", "svg"].map((name) => source(`viewer/src/${name}.ts`)),
    outdir: source("viewer/dist"),
    chunkNames: "parts/[name]-[hash]",
    splitting: true,
  }),

  // For pages that serve the files themselves: only what everybody needs is in the first of them.
  build({
    ...common,
    entryPoints: {
      "watertight-viewer": source("viewer/src/module.ts"),
      worker: source("viewer/src/worker.ts"),
    },
    outdir: source("viewer/dist/module"),
    chunkNames: "[name]-[hash]",
    splitting: true,
    metafile: true,
    plugins: [withoutIndex, leanCytoscape],
    format: "esm",
    platform: "browser",
    minify: true,
    sourcemap: false,
    legalComments: "inline",
    define: { ...common.define, "process.env.NODE_ENV": '"production"' },
  }),

  // For a <script> tag, and for the page that `watertight view` writes: everything in one file, but for the editor beside it.
  build({
    ...common,
    entryPoints: {
      "watertight-viewer": source("viewer/src/script.ts"),
      "watertight-viewer-editor": source("viewer/src/editor/script.ts"),
    },
    outdir: source("viewer/dist"),
    metafile: true,
    plugins: [editorBeside, leanCytoscape],
    alias: neighbours,
    format: "iife",
    platform: "browser",
    minify: true,
    sourcemap: false,
    legalComments: "inline",
    define: { ...common.define, "process.env.NODE_ENV": '"production"' },
  }),

  // Few files start quickly: only what most runs do without, such as the client of the Kubernetes API, stands apart. Some of
  // what is taken in is CommonJS, which asks for `require`.
  build({
    ...common,
    entryPoints: [source("cli/src/main.ts")],
    outdir: source("cli/dist"),
    chunkNames: "[name]-[hash]",
    splitting: true,
    metafile: true,
    plugins: [withoutIndex, withoutModels, withoutPrograms],
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

const built = new Set(Object.keys(cli.metafile.outputs).map((path) => basename(path)));
for (const name of await readdir(source("cli/dist"))) {
  if (/\.js(\.map)?$/.test(name) && !built.has(name)) await rm(source(`cli/dist/${name}`));
}

// Whoever gets a package's code gets its licence too.
for (const [folder, ...builds] of [
  ["cli", cli],
  ["viewer", modules, script],
]) {
  const inputs = builds.flatMap(({ metafile }) => Object.keys(metafile.inputs));
  const packages = new Set(inputs.flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []));
  const notices = await Promise.all([...packages].sort().map((path) => noticeOf(root + path)));
  await writeFile(source(`${folder}/dist/THIRD-PARTY-LICENSES.txt`), notices.join(`\n${"-".repeat(80)}\n\n`));
}

async function noticeOf(folder) {
  const { name, version, license } = JSON.parse(await readFile(`${folder}/package.json`, "utf8"));
  const files = (await readdir(folder)).filter((file) => /^(licen[cs]e|notice)/i.test(file)).sort();
  const texts = await Promise.all(files.map((file) => readFile(`${folder}/${file}`, "utf8")));
  return [`${name} ${version} (${license})`, ...texts.map((text) => `\n${text.trim()}`), ""].join("\n");
}
