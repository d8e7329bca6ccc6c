import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toSvg } from "../../src/render/svg.ts";
import { xml } from "../../src/render/svg-shapes.ts";
import { pictureOf } from "../../src/scene/picture.ts";
import { drawnGraph, graphOfText, manifests, workload } from "../graphs.ts";

const page = { width: 900, height: 600 };

describe("the SVG writer", () => {
  test("escapes whatever a name holds", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(xml(text)).not.toMatch(/[<>"']|&(?!amp;|lt;|gt;|quot;|#39;)/);
      }),
    );
  });

  test("makes no element of a hostile title", () => {
    const { scene } = pictureOf(graphOfText(workload("a", "web")), { open: "default", page });
    const svg = toSvg(scene, { title: "<script>alert(1)</script>", description: '"><img src=x onerror=alert(1)>' });
    expect(svg).not.toMatch(/<script|<img/);
  });

  test("gives the same text for the same scene, and names every workload", () => {
    fc.assert(
      fc.property(drawnGraph, (graph) => {
        const { scene } = pictureOf(graph, { open: "default", page });
        const svg = toSvg(scene, { title: "t", description: "d" });
        expect(toSvg(scene, { title: "t", description: "d" })).toBe(svg);
        for (const { name } of graph.vertices.filter(({ type }) => type === "workload"))
          expect(svg).toContain(`>${name}<`);
        expect(svg).not.toContain("NaN");
      }),
    );
  });

  test("a closed namespace is one card", () => {
    const graph = graphOfText(manifests(workload("a", "web"), workload("b", "api")));
    const { scene } = pictureOf(graph, { open: new Set(["a"]), page });
    expect(scene.cards.map(({ kind, name }) => `${kind} ${name}`).sort()).toEqual(["namespace b", "workload web"]);
  });
});
