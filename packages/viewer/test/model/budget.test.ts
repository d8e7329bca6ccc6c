import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { disclose } from "../../src/model/budget.ts";
import { fold } from "../../src/model/fold.ts";
import { viewOf } from "../../src/model/view.ts";
import { pictureOf } from "../../src/scene/picture.ts";
import { drawnGraph, graphOfText, manifests, policy, workload } from "../graphs.ts";

const budget = fc.record({ nodes: fc.integer({ min: 1, max: 12 }), lines: fc.integer({ min: 0, max: 8 }) });
const asked = fc.oneof(
  fc.constant("default" as const),
  fc.subarray(["a", "b", "c", "outside:"]).map((ids) => new Set(ids)),
);

describe("budget", () => {
  test("is never exceeded, whatever is asked to be open", () => {
    fc.assert(
      fc.property(drawnGraph, asked, budget, (graph, open, limit) => {
        const { scene } = pictureOf(graph, { open, page: { width: 800, height: 600 }, budget: limit });
        expect(scene.edges.length).toBeLessThanOrEqual(limit.lines);
        // The outside may be drawn at both sides.
        expect(scene.cards.length).toBeLessThanOrEqual(limit.nodes + 1);
      }),
    );
  });

  test("opens at the start what can be followed, and no more", () => {
    // Each lets in those before it, on a port for each of them: next to no line stands for several.
    const openOf = (size: number) => {
      const names = Array.from({ length: size }, (_, i) => `app-${i}`);
      const home = (i: number) => ["a", "b", "c"][i % 3] ?? "";
      const from = (i: number) => ({
        from: [{ namespaceSelector: {}, podSelector: { matchLabels: { app: `app-${i}` } } }],
        ports: [{ port: 1000 + i }],
      });
      const opened = (name: string, i: number) =>
        policy(home(i), name, {
          podSelector: { matchLabels: { app: name } },
          ingress: names.slice(0, i).map((_, j) => from(j)),
        });
      const graph = graphOfText(manifests(...names.map((name, i) => workload(home(i), name)), ...names.map(opened)));
      return [...disclose(graph, fold(graph), "default").open].filter((id) => id.length === 1).sort();
    };
    expect(openOf(6)).toEqual(["a", "b", "c"]);
    expect(openOf(30)).toEqual([]);
  });

  test("loses nothing: every group is open, closed or said to be left out", () => {
    fc.assert(
      fc.property(drawnGraph, asked, budget, (graph, open, limit) => {
        const { open: shown, closed, left } = disclose(graph, fold(graph), open, new Set(), limit);
        expect([...shown, ...closed, ...left].sort()).toEqual(graph.groups.map(({ id }) => id).sort());
      }),
    );
  });

  test("loses nothing: every link is in a line, a note, inside a closed group or said to be dropped", () => {
    fc.assert(
      fc.property(drawnGraph, asked, budget, (graph, open, limit) => {
        const links = fold(graph);
        const view = viewOf(graph, links, disclose(graph, links, open, new Set(), limit), limit);
        const told = [...view.lines, ...view.notes, ...view.dropped].flatMap((part) => part.links);
        expect(told.length + view.inside).toBe(links.length);
        expect(links).toEqual(expect.arrayContaining(told));
      }),
    );
  });

  test("above sixty workloads namespaces start closed", () => {
    const many = Array.from({ length: 61 }, (_, index) => workload(index % 2 === 0 ? "a" : "b", `w${index}`));
    const graph = graphOfText(manifests(...many));
    expect([...disclose(graph, [], "default").closed]).toEqual(expect.arrayContaining(["a", "b"]));
    expect([...disclose(graph, [], new Set(["a"])).open]).toEqual(["a"]);
  });

  test("a namespace that was asked for is opened, even where closed ones have to go for it", () => {
    const workloads = ["a", "a", "a", "b", "c", "d"].map((namespace, index) => workload(namespace, `w${index}`));
    const graph = graphOfText(manifests(...workloads));
    const { open, closed, left } = disclose(graph, [], new Set(["a"]), new Set(), { nodes: 5, lines: 100 });
    expect([...open]).toEqual(["a"]);
    expect([...closed, ...left].sort()).toEqual(["b", "c", "d", "outside:"]);
    expect(closed.size).toBe(1);
  });
});
