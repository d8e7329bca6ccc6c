import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { changeAnswer, compile, delta, type Program, parse, reach, type Source } from "@watertight/core";
import { type SvgOptions, svgOfSources } from "@watertight/viewer/svg";
import { describe, expect, test } from "vitest";
import { graphOf } from "../../src/model/assemble.ts";
import { compared } from "../../src/model/comparing.ts";
import type { Graph } from "../../src/model/graph.ts";
import { vertexOfId } from "../../src/model/names.ts";
import { captionOf, toSvg } from "../../src/render/svg.ts";
import { highlightOf } from "../../src/scene/emphasis.ts";
import type { Focus } from "../../src/scene/focus.ts";
import { comparedPictureOf, pictureOf } from "../../src/scene/picture.ts";
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

const WISH = { open: "default", page: { width: 960, height: 600 } } as const;

const programOf = (sources: readonly Source[]): Program => compile(parse(sources).cluster).program;
const graphOfProgram = (program: Program): Graph => graphOf(reach(program, { by: "workload" }));
const graphOfSources = (sources: readonly Source[]): Graph => graphOfProgram(programOf(sources));

/** The shop with another client of its payments, and without monitoring. */
const edited = shop
  .filter(({ path }) => path !== "monitoring.yaml")
  .map(({ path, text: own }) => ({
    path,
    text: path === "policies/payments.yaml" ? own.replace("app: checkout", "app: cart") : own,
  }));

const end = (graph: Graph, id: string) => `vertex ${vertexOfId(graph, id)?.index ?? -1}` as const;

/** What readers can bring out of a picture. */
const BROUGHT_OUT: Readonly<Record<string, (graph: Graph) => Focus>> = {
  "shop-selected": () => ({ kind: "endpoint", id: "payments/StatefulSet/ledger-db" }),
  "shop-path": (graph) => ({
    kind: "trail",
    hops: [
      {
        from: end(graph, "edge/Deployment/ingress-nginx"),
        to: end(graph, "shop/Deployment/storefront"),
        label: "1",
        means: "packets",
      },
      {
        from: end(graph, "shop/Deployment/storefront"),
        to: end(graph, "payments/StatefulSet/ledger-db"),
        label: "2",
        means: "other",
      },
    ],
  }),
  "shop-rings": () => ({
    kind: "rings",
    from: "edge/Deployment/ingress-nginx",
    fallen: [
      { id: "shop/Deployment/storefront", hops: 1 },
      { id: "payments/StatefulSet/ledger-db", hops: 2 },
    ],
  }),
};

describe("pictures as SVG", () => {
  test.each(Object.entries(SCENES))("%s is drawn as before", async (name, [sources, options]) => {
    await expect(svgOfSources(sources, options)).toMatchFileSnapshot(`golden/${name}.svg`);
  });

  test.each(Object.entries(BROUGHT_OUT))("%s is drawn as before", async (name, focus) => {
    const picture = pictureOf(graphOfSources(shop), WISH);
    const highlight = highlightOf(picture, focus(picture.graph));
    const svg = toSvg(picture.scene, captionOf(picture), { legend: "shown", highlight });
    await expect(`${svg}\n`).toMatchFileSnapshot(`golden/${name}.svg`);
  });

  test("a comparison is drawn as before", async () => {
    const [before, after] = [programOf(shop), programOf(edited)];
    const change = changeAnswer(delta(before.cluster, after.cluster, after.options));
    const comparison = compared(graphOfProgram(after), graphOfProgram(before), change);
    const picture = comparedPictureOf(comparison, undefined, WISH);
    const svg = toSvg(picture.scene, captionOf(picture), { legend: "shown" });
    await expect(`${svg}\n`).toMatchFileSnapshot("golden/shop-compared.svg");
  });

  test("what a focus does not bring out is faded, and without one nothing is", () => {
    const picture = pictureOf(graphOfSources(shop), WISH);
    const drawn = (focus?: Focus) =>
      toSvg(picture.scene, captionOf(picture), { highlight: highlightOf(picture, focus) });
    expect(drawn()).not.toContain('opacity="0.');
    const svg = drawn({ kind: "endpoint", id: "payments/StatefulSet/ledger-db" });
    expect(svg).toMatch(/<g opacity="0.3"><text [^>]*>grafana</);
    expect(svg).toMatch(/\n<text [^>]*>ledger-db</);
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
