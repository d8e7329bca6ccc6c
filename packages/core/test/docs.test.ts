import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { compile, parse } from "../src/index.ts";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const PAGES = ["README.md", ...filesBelow("docs", ".md"), ...filesBelow("examples", ".md")];

describe("docs/diagnostics.md", () => {
  const sections = sectionsOf("docs/diagnostics.md");
  const codes = literalsOf("packages/core/src/model/diagnostic.ts", "DiagnosticCode");
  const assumptions = literalsOf("packages/core/src/model/flow.ts", "AssumptionCode");

  it("has a section for every diagnostic and every assumption", () => {
    expect([...codes, ...assumptions].filter((code) => !sections.has(code))).toEqual([]);
  });

  const examples = [...sections].flatMap(([code, text]) => fencesOf(text, "yaml").map((yaml) => ({ code, yaml })));

  it.each(examples)("shows a text that gives $code", ({ code, yaml }) => {
    const { cluster, diagnostics } = parse([{ path: "example.yaml", text: yaml }]);
    const found = [...diagnostics, ...compile(cluster).diagnostics].map((diagnostic) => diagnostic.code);
    expect(found).toContain(code);
  });
});

describe("docs/semantics.md", () => {
  const text = page("docs/semantics.md");
  const defined = new Set(idsIn([...text.matchAll(/^(?:- |\| )([^|]*)/gm)].map(([, start = ""]) => start).join("\n")));
  const files = ["packages/core/src", "packages/core/test", "packages/cli", "packages/viewer"].flatMap((folder) =>
    filesBelow(folder, ".ts"),
  );

  it.each(files.filter((file) => idsIn(page(file)).length > 0))("has every clause that %s cites", (file) => {
    expect(idsIn(page(file)).filter((id) => !defined.has(id))).toEqual([]);
  });

  it("has every section that code cites by name", () => {
    const cited = files.flatMap((file) => [...page(file).matchAll(/docs\/semantics\.md((?:,? "[^"]+")+)/g)]);
    const names = cited.flatMap(([, list = ""]) => [...list.matchAll(/"([^"]+)"/g)].map(([, name = ""]) => name));
    const headings = [...text.matchAll(/^#+ (?:[\d–]+ )?(.*)$/gm)].map(([, heading = ""]) => heading.toLowerCase());
    expect(names.filter((name) => !headings.includes(name.toLowerCase()))).toEqual([]);
  });
});

describe("the pages", () => {
  it.each(PAGES)("%s links only to files that are there", (file) => {
    const targets = [...page(file).matchAll(/\]\(([^)#\s]+)[^)]*\)/g)].map(([, target = ""]) => target);
    const local = targets.filter((target) => !/^[a-z]+:/.test(target));
    expect(local.filter((target) => !existsSync(join(ROOT, dirname(file), target)))).toEqual([]);
  });

  it("docs/architecture.md names only source files that are there", () => {
    const named = [...page("docs/architecture.md").matchAll(/`((?:[\w-]+\/)+[\w.-]+\.ts)`/g)].map(
      ([, path = ""]) => path,
    );
    const roots = [
      "",
      "packages/",
      "packages/core/src/",
      "packages/core/",
      "packages/viewer/src/",
      "packages/cli/src/",
    ];
    const missing = named.filter((path) => !roots.some((root) => existsSync(join(ROOT, root, path))));
    expect(missing).toEqual([]);
  });
});

function page(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}

function filesBelow(folder: string, ending: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .map((name) => `${folder}/${name.replaceAll("\\", "/")}`)
    .filter((path) => path.endsWith(ending) && !/\/(?:node_modules|dist)\//.test(path))
    .sort();
}

/** The string literals of a union type, as they stand in its file. */
function literalsOf(path: string, type: string): string[] {
  const [, union = ""] = new RegExp(`export type ${type} =([^;]*);`).exec(page(path)) ?? [];
  return [...union.matchAll(/"([a-z-]+)"/g)].map(([, literal = ""]) => literal);
}

/** The text under each third-level heading. */
function sectionsOf(path: string): Map<string, string> {
  const [, ...sections] = page(path).split(/^### /m);
  return new Map(sections.map((section) => [section.slice(0, section.indexOf("\n")), section]));
}

function fencesOf(text: string, language: string): string[] {
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, "gms"))].map(([, content = ""]) => content);
}

/** Clause ids, with ranges such as `NP-10 to NP-12` given by their ends. */
function idsIn(text: string): string[] {
  return [...new Set(text.match(/\b(?:IN|NP|SEL|PEER|PORT|IPB|EP|SVC|V|L|CNP|ANP|BANP|WL|EXP)-\d+\b/g))];
}
