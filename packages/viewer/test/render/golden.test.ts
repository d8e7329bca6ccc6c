import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Source } from "@watertight/core";
import { type SvgOptions, svgOfSources } from "@watertight/viewer/svg";
import { describe, expect, test } from "vitest";
import { manifests, policy, workload } from "../graphs.ts";

const root = fileURLToPath(new URL("../../../../", import.meta.url));

/** Every manifest of a folder, in the order of their names. */
function folder(path: string): readonly Source[] {
  return readdirSync(root + path, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".yaml") && !name.includes("expected"))
    .sort()
    .map((name) => ({ path: name, text: readFileSync(`${root}${path}/${name}`, "utf8") }));
}

const text = (...documents: readonly string[]): readonly Source[] => [
  { path: "drawn.yaml", text: manifests(...documents) },
];

const shop = folder("examples/shop");

/** A few scenes as they are drawn, to be looked at where they change: every line of the files is a part of the picture. */
const SCENES: Readonly<Record<string, readonly [readonly Source[], SvgOptions]>> = {
  shop: [shop, {}],
  "shop-dark-without-legend": [shop, { theme: "dark", legend: "hidden" }],
  "shop-closed": [shop, { open: ["payments"] }],
  "no-policy": [text(workload("a", "web"), workload("a", "api"), workload("b", "db")), {}],
  "denied-everything": [
    text(
      workload("a", "web"),
      workload("a", "api"),
      policy("a", "deny", { podSelector: {}, policyTypes: ["Ingress", "Egress"] }),
    ),
    {},
  ],
};

describe("pictures as SVG", () => {
  test.each(Object.entries(SCENES))("%s is drawn as before", async (name, [sources, options]) => {
    await expect(svgOfSources(sources, options)).toMatchFileSnapshot(`golden/${name}.svg`);
  });

  test("an SVG has nothing in it that runs, loads or links", () => {
    const svg = svgOfSources(shop);
    expect(svg).not.toMatch(/<script|<style|<image|<foreignObject|<a |href|url\((?!#)|\son\w+=/);
  });

  test("the caption is the caller's where one is given", () => {
    const svg = svgOfSources(shop, { title: "The <shop>", description: "as of today" });
    expect(svg).toContain("<title>The &lt;shop&gt;</title>");
    expect(svg).toContain("<desc>as of today</desc>");
  });
});
