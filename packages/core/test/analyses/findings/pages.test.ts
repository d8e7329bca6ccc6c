import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { check, FRAMEWORKS, mappingsOf, type Options, parse, RULES, readOptions } from "../../../src/index.ts";
import { brokenPromises, flat, programOf } from "./found.ts";

const FOLDER = fileURLToPath(new URL("../../../../../docs/findings/", import.meta.url));
const pages = readdirSync(FOLDER).filter((name) => /^NPG\d{3}\.md$/.test(name));

test("every rule has a page, and every page a rule", () => {
  expect(pages.sort()).toEqual(RULES.map(({ id }) => `${id}.md`));
});

test("the index lists every rule once, with its title and severity", () => {
  const index = readFileSync(`${FOLDER}README.md`, "utf8");
  for (const { id, name, severity, title } of RULES)
    expect(index.split(`| [${id}](${id}.md) ${name} | ${severity} | ${title} |`)).toHaveLength(2);
});

describe.each(RULES)("docs/findings/$id.md", ({ id, name, title, severity, mappings }) => {
  const page = readFileSync(`${FOLDER}${id}.md`, "utf8");
  const examples = textsIn(page, "Example");
  const traps = textsIn(page, "Not reported");

  test("is headed by what the rule is called and says", () => {
    expect(page.startsWith(`# ${id} ${name}\n\n${title}. Usual severity: **${severity}**.\n`)).toBe(true);
  });

  test("names the controls, and which of them are our interpretation", () => {
    for (const { id: framework, title: words, edition, reading } of FRAMEWORKS) {
      const controls = mappingsOf(mappings)[framework];
      const row = `| ${words} (${edition}) | ${controls?.join(", ")} | ${reading === "published" ? reading : "our interpretation"} |`;
      expect(page.includes(row)).toBe(controls !== undefined);
    }
  });

  test("shows manifests without faults", () => {
    const texts = [...examples, ...traps].map(({ text }) => ({ path: `${id}.md`, text }));
    const faults = texts.flatMap((text) => parse([text]).diagnostics.filter((one) => one.severity === "error"));
    expect(faults).toEqual([]);
  });

  test("has an example that gives the finding, with witness and fix as promised", () => {
    expect(examples.length).toBeGreaterThan(0);
    for (const { text, options } of examples) {
      const program = programOf(text, options);
      const { findings } = check(program);
      expect(flat(findings).map((finding) => finding.id)).toContain(id);
      expect(brokenPromises(program, findings)).toEqual([]);
    }
  });

  test("has texts that look like it and do not give it", () => {
    expect(traps.length).toBeGreaterThan(0);
    for (const { text, options } of traps) {
      const found = flat(check(programOf(text, options)).findings).filter((finding) => finding.id === id);
      expect(found.map(({ key }) => `${key}, given by\n${text}`)).toEqual([]);
    }
  });
});

/** The manifests under a heading, with the options that the fence names. */
function textsIn(
  page: string,
  heading: string,
): readonly { readonly text: string; readonly options: Partial<Options> }[] {
  const [, section = ""] = new RegExp(`^## ${heading}\n(.*?)(?=^## )`, "ms").exec(page) ?? [];
  return [...section.matchAll(/^```yaml *(.*?)\n(.*?)^```/gms)].map(([, assumed = "", text = ""]) => {
    const read = readOptions(assumed === "" ? [] : assumed.split(" "));
    if ("problem" in read) throw new Error(read.problem);
    return { text, options: read.options };
  });
}
