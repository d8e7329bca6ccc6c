import { describe, expect, test } from "vitest";
import { OUTSIDE } from "../../src/model/graph.ts";
import { hopsOf, type Path, ringsOf } from "../../src/model/trail.ts";
import { pictureOf } from "../../src/scene/picture.ts";
import { trailOf } from "../../src/scene/trail.ts";
import { graphOfText, manifests, policy, workload } from "../graphs.ts";

const graph = graphOfText(
  manifests(
    workload("a", "web"),
    workload("a", "db"),
    workload("b", "job"),
    policy("a", "db", { podSelector: {}, ingress: [{ from: [{ podSelector: {} }], ports: [{ port: 80 }] }] }),
  ),
);
const [web, db, job] = ["a/Deployment/web", "a/Deployment/db", "b/Deployment/job"] as const;
const at = (id: string) => `vertex ${graph.vertices.findIndex((vertex) => vertex.id === id)}`;

/** A path of these steps; what is not said of them does not matter here. */
function path(...steps: readonly (readonly [edge: string, from: string, to: string])[]): Path {
  const rest = {
    also: [],
    cost: 1,
    certainty: "proved",
    because: [],
    assumptions: [],
    evidence: [],
    fixes: [],
    references: [],
  };
  const [from, to] = [steps[0]?.[1] ?? "", steps.at(-1)?.[2] ?? ""];
  return {
    ...{ id: "path:1", from, to, cost: 1, hops: steps.length, certainty: "proved", inherent: false, assumptions: [] },
    steps: steps.map(([edge, source, target]) => ({ edge, from: source, to: target, ...rest })),
  };
}

describe("a path on the graph", () => {
  test("steps between workloads are hops of packets", () => {
    expect(hopsOf(graph, path(["NET", web, db], ["NET", db, job]))).toEqual([
      { from: at(web), to: at(db), label: "1", means: "packets" },
      { from: at(db), to: at(job), label: "2", means: "packets" },
    ]);
  });

  test("steps over what is on no graph are one hop, of another kind", () => {
    const steps = path(
      ["NET", web, db],
      ["TOKEN", db, "token:x"],
      ["API", "token:x", "serviceaccount:x"],
      ["RB-EXEC", "serviceaccount:x", job],
    );
    expect(hopsOf(graph, steps)[1]).toEqual({ from: at(db), to: at(job), label: "2–4", means: "other" });
  });

  test("what ends in something that is on no graph makes no hop", () => {
    expect(hopsOf(graph, path(["MOUNT", web, "secret:a/key"]))).toEqual([]);
  });

  test("the internet is where outside addresses are drawn", () => {
    const [hop] = hopsOf(graph, path(["EXPOSE", "internet", web]));
    const vertex = graph.vertices[Number(hop?.from.slice("vertex ".length))];
    expect(vertex?.group).toBe(OUTSIDE);
  });
});

describe("a path on a picture", () => {
  const hops = hopsOf(graph, path(["NET", web, db], ["NET", db, job], ["EXFIL", job, "exfiltration"]));
  const page = { width: 900, height: 600 };

  test("has a numbered line for each hop between cards", () => {
    const { edges, cards } = trailOf(pictureOf(graph, { open: "default", page }), hops);
    expect(edges.map(({ from, to, label }) => [from, to, label])).toEqual([
      [at(web), at(db), "1"],
      [at(db), at(job), "2"],
    ]);
    expect(cards).toEqual(expect.arrayContaining([at(web), at(db), at(job)]));
  });

  test("writes on a card what leads to something that is not drawn", () => {
    const { marks } = trailOf(pictureOf(graph, { open: "default", page }), hops);
    expect(marks.map(({ of, text }) => [of, text])).toEqual([[at(job), "3 ▸ Internet"]]);
  });

  test("loses no hop, whatever is closed", () => {
    for (const open of [[], ["a"], ["b"], ["a", "b"]]) {
      const { edges, marks } = trailOf(pictureOf(graph, { open: new Set(open), page }), hops);
      const said = [...edges.map(({ label = "" }) => label), ...marks.map(({ text }) => text)].join();
      expect(said.match(/\d/g)?.sort()).toEqual(["1", "2", "3"]);
    }
  });
});

test("rings are by hops, the nearest first, and leave out tokens", () => {
  const rings = ringsOf({
    from: web,
    endpoints: [
      { id: db, hops: 2, cost: 2 },
      { id: job, hops: 1, cost: 1 },
    ],
    others: [
      { id: "token:x", kind: "hold", hops: 3, cost: 3 },
      { id: "node:n1", kind: "root", hops: 2, cost: 2 },
    ],
    mean: 1,
    most: 2,
    sizes: [],
  });
  expect(rings).toEqual([
    { hops: 1, workloads: [job], others: [] },
    { hops: 2, workloads: [db], others: ["node:n1"] },
  ]);
});
