import { compile, parse, reach } from "@watertight/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { graphOf } from "../../src/model/assemble.ts";
import { Coarse } from "../../src/model/coarse.ts";
import { type Graph, OUTSIDE, residentsOf, workloadCount } from "../../src/model/graph.ts";
import { matrixOf } from "../../src/model/matrix.ts";
import { findVertex } from "../../src/model/names.ts";
import { pictureOf } from "../../src/scene/picture.ts";
import { drawnText, manifests, workload } from "../graphs.ts";

const reachabilityOf = (text: string) => reach(compile(parse([{ path: "drawn.yaml", text }]).cluster).program);
const namespaces = ({ groups }: Graph) => groups.map(({ id }) => id).filter((id) => id !== OUTSIDE);
const spoken = ({ vertices, pairs }: Graph) =>
  pairs.map(({ from, to, ports, because }) => `${vertices[from]?.id} ${vertices[to]?.id} ${ports} ${because}`);

describe("a coarse graph", () => {
  test("with every namespace taken apart is the whole one", () => {
    fc.assert(
      fc.property(drawnText, (text) => {
        const reachability = reachabilityOf(text);
        const whole = graphOf(reachability);
        const apart = new Coarse(reachability).graph(new Set(namespaces(whole)));
        expect(apart.detail).toBe("whole");
        expect(spoken(apart)).toEqual(spoken(whole));
      }),
    );
  });

  test("joins two namespaces exactly when some of their workloads are joined, and loses no workload", () => {
    fc.assert(
      fc.property(drawnText, (text) => {
        const reachability = reachabilityOf(text);
        const whole = graphOf(reachability);
        const coarse = new Coarse(reachability).graph(new Set());
        const joined = ({ vertices, pairs }: Graph) =>
          new Set(
            pairs
              .map(({ from, to }) => [vertices[from]?.group, vertices[to]?.group])
              .filter(([from, to]) => from !== to && from !== OUTSIDE && to !== OUTSIDE)
              .map(([from, to]) => `${from} ${to}`),
          );
        expect(joined(coarse)).toEqual(joined(whole));
        expect(workloadCount(coarse)).toBe(workloadCount(whole));
        const ids = (graph: Graph) => graph.groups.flatMap((group) => residentsOf(graph, group)).map(({ id }) => id);
        expect(ids(coarse).filter((id) => id.includes("/Deployment/"))).toEqual(
          ids(whole).filter((id) => id.includes("/Deployment/")),
        );
      }),
    );
  });

  test("says the same of a namespace taken apart before and after others were", () => {
    fc.assert(
      fc.property(drawnText, (text) => {
        const reachability = reachabilityOf(text);
        const [first = "", second = ""] = namespaces(graphOf(reachability));
        const used = new Coarse(reachability);
        used.graph(new Set([second]));
        expect(spoken(used.graph(new Set([first])))).toEqual(spoken(new Coarse(reachability).graph(new Set([first]))));
      }),
    );
  });

  test("is drawn with what is not taken apart as cards of namespaces, and finds workloads by name all the same", () => {
    fc.assert(
      fc.property(drawnText, (text) => {
        const reachability = reachabilityOf(text);
        const graph = new Coarse(reachability).graph(new Set());
        const { scene } = pictureOf(graph, { open: "default", page: { width: 900, height: 600 } });
        const cards = scene.cards.filter(({ kind }) => kind !== "address");
        expect(cards.every(({ kind, group }) => kind === "namespace" || group === OUTSIDE)).toBe(true);
        const [workload] = reachability.endpoints;
        expect(findVertex(graph, workload?.id ?? "")?.id).toBe(workload?.id);
      }),
    );
  });

  test("of very many namespaces leaves out the small ones until they are looked at, and claims nothing of them", () => {
    const names = Array.from({ length: 310 }, (_, index) => `n${index}`);
    const reachability = reachabilityOf(manifests(...names.map((name) => workload(name, "web"))));
    const coarse = new Coarse(reachability);
    const open = { open: "default", page: { width: 900, height: 600 } } as const;

    const graph = coarse.graph(new Set());
    const unknown = graph.vertices.filter(({ pairs }) => pairs === "unknown").map(({ group }) => group);
    expect(unknown).toHaveLength(10);
    expect(pictureOf(graph, open).disclosure.left).toEqual(expect.arrayContaining(unknown));
    const matrix = matrixOf(graph, new Set());
    const at = matrix.lines.findIndex(({ group }) => group.id === unknown[0]);
    expect(matrix.cell(0, at)).toEqual({ kind: "unknown" });

    const [chosen = ""] = unknown;
    const asked = coarse.graph(new Set(), new Set([chosen]));
    expect(pictureOf(asked, open).disclosure.left).not.toContain(chosen);
    const there = matrixOf(asked, new Set());
    expect(
      there.cell(
        0,
        there.lines.findIndex(({ group }) => group.id === chosen),
      ).kind,
    ).toBe("allowed");
  });
});
