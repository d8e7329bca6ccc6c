import { readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("../", import.meta.url));

/** One import of one source file: `at` is the place to show, `to` the file or the package it names. */
interface Import {
  readonly from: string;
  readonly at: string;
  readonly to: string;
  readonly relative: boolean;
}

const files = ["core", "viewer", "cli"].flatMap((name) =>
  readdirSync(`${root}packages/${name}/src`, { recursive: true, encoding: "utf8" })
    .map((path) => `packages/${name}/src/${path.replaceAll("\\", "/")}`)
    .filter((path) => path.endsWith(".ts"))
    .sort(),
);
const texts = new Map(files.map((file) => [file, readFileSync(root + file, "utf8")]));
const imports = files.flatMap(importsOf);

/** Core's layers, low to high. */
const layers = ["model", "parse", "compile", "engine", "analyses", "report", "index.ts", "vitest.ts"];

const inCore = imports.filter(({ from }) => from.startsWith("packages/core/"));
const inViewer = imports.filter(({ from }) => from.startsWith("packages/viewer/"));
const inCli = imports.filter(({ from }) => from.startsWith("packages/cli/"));

describe("core", () => {
  test("every file belongs to a layer", () => {
    expect(files.filter((file) => file.startsWith("packages/core/") && layer(file) === -1)).toEqual([]);
  });

  test("a layer imports only itself and lower ones", () => {
    expect(places(inCore, ({ from, to, relative }) => relative && layer(to) > layer(from))).toEqual([]);
  });

  test("parse and engine never meet", () => {
    const meet = (a: string, b: string) => isIn("parse", a) && isIn("engine", b);
    expect(places(inCore, ({ from, to }) => meet(from, to) || meet(to, from))).toEqual([]);
  });

  test("only parse reads YAML, and no other library but ipaddr.js comes in", () => {
    const allowed = ({ from, to }: Import) => to === "ipaddr.js" || (to === "yaml" && isIn("parse", from));
    expect(places(inCore, (line) => !line.relative && !allowed(line))).toEqual([]);
  });

  test("nothing outside it is touched: no page, process, console or clock", () => {
    const outside = ["console", "document", "globalThis", "performance", "process", "window"];
    const core = files.filter((file) => file.startsWith("packages/core/"));
    expect(core.flatMap((file) => usesOf(outside, file))).toEqual([]);
  });
});

describe("viewer", () => {
  test("the engine comes in by its package name only", () => {
    const sibling = /^(@watertight\/(?!core$)|watertight\b)/;
    expect(places(inViewer, ({ to }) => sibling.test(to))).toEqual([]);
  });

  test("one file touches Cytoscape", () => {
    const door = /^packages\/viewer\/src\/(render\/)?cytoscape\.ts$/;
    expect(places(inViewer, ({ from, to }) => /^cytoscape\b/.test(to) && !door.test(from))).toEqual([]);
  });

  test("nothing of Node is used", () => {
    expect(places(inViewer, ({ to }) => to.startsWith("node:"))).toEqual([]);
  });
});

describe("cli", () => {
  test("one file touches the file system", () => {
    const door = "packages/cli/src/io.ts";
    expect(places(inCli, ({ from, to }) => /^(node:)?fs\b/.test(to) && from !== door)).toEqual([]);
  });

  test("one file speaks to clusters, and one serves", () => {
    const doors = ["packages/cli/src/cluster.ts", "packages/cli/src/serve.ts"];
    const network = /^(@kubernetes\/|(node:)?(http2?|https|net|tls|dgram)\b)/;
    expect(places(inCli, ({ from, to }) => network.test(to) && !doors.includes(from))).toEqual([]);
  });

  test("what most commands do without is imported only where it is needed", () => {
    const lazy = /^import (?!type ).* from "\.\.?\/(cluster|serve)\.ts"/m;
    const eager = files.filter((file) => file.startsWith("packages/cli/") && lazy.test(textOf(file)));
    expect(eager).toEqual([]);
  });
});

describe("every package", () => {
  test("relative imports stay inside it and name a file", () => {
    const own = ({ from }: Import) => from.split("/").slice(0, 3).join("/");
    const strays = (line: Import) => !line.to.startsWith(`${own(line)}/`) || !texts.has(line.to);
    expect(places(imports, (line) => line.relative && strays(line))).toEqual([]);
  });

  test("no two files import each other, however long the way round", () => {
    expect(cycles()).toEqual([]);
  });
});

/** The place of a file in core's layers; -1 for a file of none. */
function layer(file: string): number {
  return layers.indexOf(file.split("/")[3] ?? "");
}

function isIn(name: string, file: string): boolean {
  return file.startsWith(`packages/core/src/${name}/`);
}

/** `file:line imports "what"` of every import that breaks a rule. */
function places(lines: readonly Import[], broken: (line: Import) => boolean): readonly string[] {
  return lines.filter(broken).map(({ at, to }) => `${at} imports "${to}"`);
}

function importsOf(from: string): readonly Import[] {
  const text = textOf(from);
  return ts.preProcessFile(text, true, true).importedFiles.map(({ fileName, pos }) => {
    const relative = fileName.startsWith(".");
    const to = relative ? posix.join(posix.dirname(from), fileName) : fileName;
    return { from, at: `${from}:${lineAt(text, pos)}`, to, relative };
  });
}

/** `file:line name` wherever a file reads a property of one of these globals; a local variable of that name is no global. */
function usesOf(names: readonly string[], file: string): readonly string[] {
  const text = textOf(file);
  const local = new Set<string>();
  const uses: { readonly name: string; readonly at: string }[] = [];

  const visit = (node: ts.Node): void => {
    if (ts.isVariableDeclaration(node) || ts.isParameter(node) || ts.isBindingElement(node)) {
      local.add(node.name.getText());
    }
    if (ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression)) {
      const name = node.expression.text;
      if (names.includes(name)) uses.push({ name, at: `${file}:${lineAt(text, node.expression.getStart())}` });
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true));

  return uses.filter(({ name }) => !local.has(name)).map(({ name, at }) => `${at} uses ${name}`);
}

/** Every import that closes a circle, as the files it goes round. */
function cycles(): readonly string[] {
  const done = new Set<string>();
  const found: string[] = [];

  const walk = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) {
      found.push([...path.slice(path.indexOf(file)), file].join(" → "));
      return;
    }
    if (done.has(file)) return;
    const next = imports.filter(({ from, relative }) => relative && from === file);
    for (const { to } of next) walk(to, [...path, file]);
    done.add(file);
  };
  for (const file of files) walk(file, []);

  return found;
}

function textOf(file: string): string {
  return texts.get(file) ?? "";
}

function lineAt(text: string, position: number): number {
  return text.slice(0, position).split("\n").length;
}
