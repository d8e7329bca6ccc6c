import { compile, parse, reach } from "@watertight/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Coarse } from "../../src/model/coarse.ts";
import { type Graph, OUTSIDE } from "../../src/model/graph.ts";
import { type Cell, type Matrix, matrixOf } from "../../src/model/matrix.ts";
import { matrixCsv, matrixMarkdown, sentence, shortWords } from "../../src/model/matrix-words.ts";
import { outlineRows } from "../../src/ui/outline.ts";
import { drawnGraph, graphOfText, manifests, policy, workload } from "../graphs.ts";

const SHOP = manifests(
  workload("shop", "web"),
  workload("shop", "api"),
  workload("data", "db"),
  workload("lab", "toy"),
  policy("data", "db", {
    podSelector: {},
    policyTypes: ["Ingress"],
    ingress: [
      {
        from: [
          {
            namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "shop" } },
            podSelector: { matchLabels: { app: "api" } },
          },
        ],
        ports: [{ port: 5432 }],
      },
    ],
  }),
);

const everything = ({ groups }: Graph) => new Set(groups.map(({ id }) => id));

/** What stands where two lines of these names meet. */
function at({ lines, cell }: Matrix, from: string, to: string): Cell {
  const position = (name: string) => lines.findIndex(({ type, fullName }) => type !== "head" && fullName === name);
  return cell(position(from), position(to));
}

describe("the matrix", () => {
  const graph = graphOfText(SHOP);

  test("has names in the order a reader looks for them, as the outline has", () => {
    const numbered = graphOfText(manifests(workload("n-10", "x"), workload("n-2", "app-10"), workload("n-2", "app-2")));
    const names = ["n-2", "app-2", "app-10", "n-10", "x", "Outside the cluster"];
    expect(
      matrixOf(numbered, everything(numbered))
        .lines.map(({ name }) => name)
        .slice(0, 6),
    ).toEqual(names);
    const all = new Set(numbered.groups.map(({ id }) => `group ${id}`));
    expect(
      outlineRows(numbered, all)
        .map(({ name }) => name)
        .slice(0, 6),
    ).toEqual(names);
  });

  test("a rule, a default and a denial are three different cells, and the diagonal says itself", () => {
    const matrix = matrixOf(graph, everything(graph));
    expect(at(matrix, "shop/api", "data/db")).toEqual({
      kind: "allowed",
      because: "rule",
      pairs: 1,
      of: 1,
      ports: ["TCP 5432"],
    });
    expect(at(matrix, "shop/web", "lab/toy")).toMatchObject({ because: "open", ports: ["all ports"] });
    expect(at(matrix, "shop/web", "data/db")).toEqual({ kind: "denied" });
    expect(at(matrix, "data/db", "data/db")).toEqual({ kind: "self" });
    expect(at(matrix, "Internet", "Internet")).toEqual({ kind: "outside" });
  });

  test("a closed namespace counts its pairs, those inside it too", () => {
    const matrix = matrixOf(graph, new Set(["data"]));
    expect(at(matrix, "shop", "data/db")).toMatchObject({ pairs: 1, of: 2, because: "rule" });
    expect(at(matrix, "shop", "shop")).toMatchObject({ pairs: 2, of: 2, because: "open" });
    expect(at(matrix, "lab", "lab")).toEqual({ kind: "self" });
    expect(at(matrix, "lab", "shop")).toMatchObject({ pairs: 2, of: 2 });
  });

  test("of a namespace that is one vertex, its inside is not known, unless it has a single workload", () => {
    const text = manifests(...["web", "api"].map((name) => workload("many", name)), workload("one", "db"));
    const { program } = compile(parse([{ path: "coarse.yaml", text }]).cluster);
    const coarse = new Coarse(reach(program, { by: "workload" })).graph(new Set());
    const matrix = matrixOf(coarse, everything(coarse));
    expect(at(matrix, "many", "many")).toEqual({ kind: "unknown" });
    expect(at(matrix, "one", "one")).toEqual({ kind: "self" });
    expect(at(matrix, "one", "many")).toMatchObject({ kind: "allowed", of: "unknown" });
  });

  test("cells speak in sentences and fit in a few letters", () => {
    const matrix = matrixOf(graph, new Set(["data", OUTSIDE]));
    const say = (from: string, to: string) => {
      const line = (name: string) => matrix.lines.find(({ type, fullName }) => type !== "head" && fullName === name);
      const [row, column] = [line(from), line(to)];
      if (!row || !column) throw new Error(`no line ${from} or ${to}`);
      const cell = at(matrix, from, to);
      return [sentence(row, column, cell), shortWords(cell)];
    };
    expect(say("shop", "data/db")).toEqual(["1 of 2 pairs from shop to data/db are allowed, on TCP 5432", "1/2"]);
    expect(say("lab", "data/db")).toEqual(["Nothing in lab may reach data/db", ""]);
    expect(say("data/db", "Internet")).toEqual(["data/db may reach Internet on all ports; no policy has a say", "all"]);
    expect(say("lab", "Internet")).toEqual(["lab may reach Internet on all ports; no policy has a say", "all"]);
  });

  test("as Markdown and CSV it has a row and a column for every line but the heads", () => {
    const matrix = matrixOf(graph, new Set(["data", "lab", OUTSIDE]));
    const [head, , ...rows] = matrixMarkdown(matrix).trim().split("\n");
    expect(head).toBe("| from ↓ to → | data/db | lab/toy | shop (all of it) | Internet |");
    expect(rows.at(-2)).toBe(
      "| shop (all of it) | 1 of 2: TCP 5432 | 2 of 2: all ports (no policy) | 2 of 2: all ports (no policy) | 2 of 2: all ports (no policy) |",
    );
    expect(matrixCsv(matrix).split("\r\n")[1]).toBe(
      "data/db,itself,all ports (no policy),2 of 2: all ports (no policy),all ports (no policy)",
    );
  });
});

describe("graph, outline and matrix", () => {
  test("say the same pairs with the same ports", () => {
    fc.assert(
      fc.property(drawnGraph, (graph) => {
        const drawn = graph.pairs.map(({ from, to, ports }) => key(idOf(graph, from), idOf(graph, to), ports)).sort();
        expect(inMatrix(graph)).toEqual(drawn);
        expect(inOutline(graph, "can reach")).toEqual(drawn);
        expect(inOutline(graph, "reachable from")).toEqual(drawn);
      }),
    );
  });

  test("whatever is closed, the matrix counts every pair once", () => {
    fc.assert(
      fc.property(drawnGraph, fc.subarray(["a", "b", "c", OUTSIDE]), (graph, open) => {
        const matrix = matrixOf(graph, new Set(open));
        const counted = cellsOf(matrix).map(({ cell }) => (cell.kind === "allowed" ? cell.pairs : 0));
        expect(counted.reduce((sum, pairs) => sum + pairs, 0)).toBe(graph.pairs.length);
        for (const { cell } of cellsOf(matrix))
          if (cell.kind === "allowed" && cell.of !== "unknown") expect(cell.pairs).toBeLessThanOrEqual(cell.of);
      }),
    );
  });
});

function key(from: string, to: string, ports: string): string {
  return `${from} → ${to} ${ports}`;
}

function idOf({ vertices }: Graph, index: number): string {
  return vertices[index]?.id ?? "";
}

function cellsOf({ lines, cell }: Matrix) {
  const cells = lines.map((line, index) => ({ line, index })).filter(({ line }) => line.type !== "head");
  return cells.flatMap((row) =>
    cells.map((column) => ({ from: row.line, to: column.line, cell: cell(row.index, column.index) })),
  );
}

function inMatrix(graph: Graph): readonly string[] {
  return cellsOf(matrixOf(graph, everything(graph)))
    .flatMap(({ from, to, cell }) =>
      cell.kind === "allowed" ? cell.ports.map((ports) => key(from.end, to.end, ports)) : [],
    )
    .sort();
}

/** The pairs of a tree of which every row is open. */
function inOutline(graph: Graph, words: "can reach" | "reachable from"): readonly string[] {
  const ids = graph.vertices.map(({ id }) => id);
  const expanded = new Set([
    ...graph.groups.map(({ id }) => `group ${id}`),
    ...ids.flatMap((id) => [`vertex ${id}`, `vertex ${id} can reach`, `vertex ${id} reachable from`]),
  ]);
  return outlineRows(graph, expanded)
    .filter(({ level, parent }) => level === 4 && parent?.endsWith(words))
    .flatMap(({ selection, more }) =>
      selection?.kind === "edge" ? [key(selection.from, selection.to, more.replace(/, by default$/, ""))] : [],
    )
    .sort();
}
