import { compile, parse, reach, uncertainty } from "@watertight/core";
import { describe, expect, test } from "vitest";
import { graphOf } from "../../src/model/assemble.ts";
import { doubtsIn, portsOf, withDoubts } from "../../src/model/doubts.ts";
import { fold } from "../../src/model/fold.ts";
import type { Graph } from "../../src/model/graph.ts";
import { type Line, matrixOf } from "../../src/model/matrix.ts";
import { isDoubtful, matrixCsv, sentence } from "../../src/model/matrix-words.ts";
import { svgOfSources } from "../../src/svg.ts";
import { manifests, policy, workload } from "../graphs.ts";

/** Whether the block has the pod's address nobody says, so it may let `a/web` in. */
const BY_ADDRESS = manifests(
  workload("a", "web"),
  workload("a", "db"),
  policy("a", "db", {
    podSelector: { matchLabels: { app: "db" } },
    ingress: [{ from: [{ ipBlock: { cidr: "10.0.0.0/8" } }] }],
  }),
);

/** The port has a name on an init container only, which not every implementation takes for one. */
const BY_NAME = manifests(
  workload("a", "web"),
  `apiVersion: v1
kind: Pod
metadata: { name: db, namespace: a, labels: { app: db } }
spec:
  containers: [{ name: main, image: x }]
  initContainers: [{ name: side, image: x, restartPolicy: Always, ports: [{ name: sql, containerPort: 5432 }] }]`,
  policy("a", "db", {
    podSelector: { matchLabels: { app: "db" } },
    ingress: [{ from: [{ podSelector: {} }], ports: [{ port: "sql" }] }],
  }),
);

function doubtful(text: string): Graph {
  const { program } = compile(parse([{ path: "drawn.yaml", text }]).cluster);
  const reachability = reach(program, { by: "workload" });
  return withDoubts(graphOf(reachability), doubtsIn(uncertainty(reachability)));
}

function at(graph: Graph, name: string): number {
  return graph.vertices.findIndex((vertex) => vertex.name === name);
}

describe("what is not certain is marked", () => {
  test("in a pair nothing passes between, and something might", () => {
    const graph = doubtful(BY_ADDRESS);
    const [from, to] = [at(graph, "web"), at(graph, "db")];
    expect(graph.pairs.some((pair) => pair.from === from && pair.to === to)).toBe(false);
    expect(graph.maybe).toEqual([{ from, to, ports: "all ports", because: "rule", flows: [] }]);
    const matrix = matrixOf(graph, new Set(["a"]));
    const [row, column] = [from, to].map((index) => matrix.lines.findIndex(({ members }) => members[0] === index));
    const cell = matrix.cell(row as number, column as number);
    expect(isDoubtful(cell)).toBe(true);
    const words = sentence(matrix.lines[row as number] as Line, matrix.lines[column as number] as Line, cell);
    expect(words).toBe("a/web may not reach a/db; not certain: maybe all ports");
    expect(matrixCsv(matrix)).toContain("denied (not certain)");
  });

  test("in a pair of which less may pass, whose line is dashed and has a question mark", () => {
    const graph = doubtful(BY_NAME);
    const pair = graph.pairs.find(({ from, to }) => from === at(graph, "web") && to === at(graph, "db"));
    expect(pair).toMatchObject({ ports: "TCP 5432", possible: "TCP 5432" });
    expect(pair && portsOf(pair)).toBe("TCP 5432, maybe less");
    expect(fold(graph).map(({ certainty }) => certainty)).toEqual(["doubtful"]);
    const svg = svgOfSources([{ path: "drawn.yaml", text: BY_NAME }]);
    expect(svg).toContain('stroke-dasharray="8 3 2 3"');
    expect(svg).toContain("TCP 5432 ?");
    expect(svg).toContain("not certain: hangs on what the input leaves open");
  });

  test("and nothing else", () => {
    const sure = manifests(workload("a", "web"), policy("a", "deny", { podSelector: {}, ingress: [] }));
    const graph = doubtful(sure);
    expect(graph.maybe).toBeUndefined();
    expect(svgOfSources([{ path: "drawn.yaml", text: sure }])).not.toContain("certain");
  });
});
