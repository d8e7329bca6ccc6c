import { type ChangeAnswer, changeAnswer, compile, delta, parse, reach } from "@watertight/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { graphOf } from "../../src/model/assemble.ts";
import { type Comparison, flowsOf, narrowed, talliesOf, tallyOf } from "../../src/model/compare.ts";
import { compared } from "../../src/model/comparing.ts";
import { type Graph, OUTSIDE } from "../../src/model/graph.ts";
import { matrixOf } from "../../src/model/matrix.ts";
import { vertexOfId } from "../../src/model/names.ts";
import { comparedPictureOf } from "../../src/scene/picture.ts";
import { drawnText, manifests, policy, workload } from "../graphs.ts";

/** Two inputs compared as the viewer does it. */
function comparing(before: string, after: string) {
  const [old, now] = [before, after].map((text) => compile(parse([{ path: "drawn.yaml", text }]).cluster).program);
  if (!old || !now) throw new Error("two programs");
  const graphs = { before: graphOf(reach(old, { by: "workload" })), after: graphOf(reach(now, { by: "workload" })) };
  const change = changeAnswer(delta(old.cluster, now.cluster, now.options));
  return { ...graphs, change, comparison: compared(graphs.after, graphs.before, change) };
}

const letIn = (app: string, from: object, port: number) =>
  policy("b", "db", {
    podSelector: { matchLabels: { app } },
    policyTypes: ["Ingress"],
    ingress: [{ from: [from], ports: [{ port }] }],
  });
const everyone = { namespaceSelector: {} };
const cidr = (...ranges: readonly string[]) =>
  policy("b", "db", {
    podSelector: { matchLabels: { app: "db" } },
    policyTypes: ["Ingress"],
    ingress: [{ from: ranges.map((range) => ({ ipBlock: { cidr: range } })), ports: [{ port: 443 }] }],
  });

/** Marks in words, sorted. */
function words({ graph, marks }: Comparison): readonly string[] {
  const name = (vertex: number) => graph.vertices[vertex]?.name;
  return marks.map(({ from, to, ports, change }) => `${change} ${name(from)} → ${name(to)} ${ports}`).sort();
}

/** Comparing takes a while, so it is tried less often than what is quick. */
const FEW = { numRuns: 25 };

type Compared = ReturnType<typeof comparing>;

function expectKept({ comparison, before, after }: Compared): void {
  const { vertices, pairs } = comparison.graph;
  expect(vertices.slice(0, after.vertices.length)).toEqual(after.vertices);
  expect(pairs).toEqual(after.pairs);
  expect(vertices.map(({ index }) => index)).toEqual(vertices.map((_, index) => index));
  for (const { id, type, group } of vertices.slice(after.vertices.length)) {
    if (type === "address") expect(group).toBe(OUTSIDE);
    else expect([vertexOfId(after, id), vertexOfId(before, id)?.id]).toEqual([undefined, id]);
  }
}

function expectMarked({ comparison, change }: Compared): void {
  const blocks = new Set(change.addresses.map(({ id }) => id));
  const vertexOf = (id: string) => vertexOfId(comparison.graph, id)?.index;
  const flows = flowsOf(change).filter(({ from, to }) => !blocks.has(from) && !blocks.has(to));
  const isInside = (vertex: number) => comparison.graph.vertices[vertex]?.type === "workload";
  const marks = comparison.marks.filter(({ from, to }) => isInside(from) && isInside(to));
  expect(new Set(marks.map(({ from, to, change: kind }) => `${kind} ${from} ${to}`))).toEqual(
    new Set(flows.map(({ from, to, change: kind }) => `${kind} ${vertexOf(from)} ${vertexOf(to)}`)),
  );
}

/** As a line, a note, inside a closed namespace, or said to be dropped. */
function expectDrawn({ comparison }: Compared): void {
  const { links, view } = comparedPictureOf(comparison, undefined, {
    open: "default",
    page: { width: 800, height: 600 },
  });
  const changed = links.filter(({ change }) => change !== undefined);
  const shown = [...view.lines, ...view.dropped, ...view.notes].flatMap((part) => part.links);
  expect(changed.length === 0).toBe(comparison.marks.length === 0);
  expect(changed.filter((link) => !shown.includes(link)).length).toBeLessThanOrEqual(view.inside);
}

describe("a comparison of two graphs", () => {
  test("of an input with itself is its graph, without a mark", () => {
    fc.assert(
      fc.property(drawnText, (text) => {
        const { comparison, after, change } = comparing(text, text);
        expect(comparison).toEqual({ graph: after, marks: [] });
        expect(tallyOf(change)).toEqual({ gained: 0, lost: 0 });
      }),
      FEW,
    );
  });

  test("keeps the later graph as it is and adds what is gone, marks each change between workloads, and draws each mark", () => {
    fc.assert(
      fc.property(drawnText, drawnText, (before, after) => {
        const compared = comparing(before, after);
        expectKept(compared);
        expectMarked(compared);
        expectDrawn(compared);
      }),
      FEW,
    );
  });

  test("turned round gains what was lost", () => {
    fc.assert(
      fc.property(drawnText, drawnText, (one, other) => {
        const [there, back] = [tallyOf(comparing(one, other).change), tallyOf(comparing(other, one).change)];
        expect(back).toEqual({ gained: there.lost, lost: there.gained });
      }),
      FEW,
    );
  });

  test("shows a workload that is gone, with what was lost with it", () => {
    const rest = [workload("a", "web"), workload("b", "db"), letIn("db", everyone, 80)];
    const { comparison } = comparing(manifests(...rest, workload("a", "job")), manifests(...rest));
    expect(comparison.graph.vertices.at(-1)).toMatchObject({ name: "job", group: "a", presence: "gone" });
    expect(comparison.graph.groups.find(({ id }) => id === "a")).toMatchObject({ size: 1 });
    const closed = matrixOf(comparison.graph, new Set());
    expect(closed.cell(0, 1)).toMatchObject({ kind: "allowed", pairs: 1, of: 1 });
    expect(words(comparison)).toContain("lost job → db TCP 80");
    expect(words(comparison)).not.toContain("lost web → db TCP 80");
  });

  test("a pair whose ports change both gains and loses", () => {
    const apps = [workload("a", "web"), workload("b", "db")];
    const { comparison, change } = comparing(
      manifests(...apps, letIn("db", everyone, 80)),
      manifests(...apps, letIn("db", everyone, 81)),
    );
    expect(words(comparison)).toEqual(["gained web → db TCP 81", "lost web → db TCP 80"]);
    expect(tallyOf(change)).toEqual({ gained: 1, lost: 1 });
    expect(talliesOf(comparison)).toEqual(
      new Map([
        ["a", { gained: 1, lost: 1 }],
        ["b", { gained: 1, lost: 1 }],
      ]),
    );
  });

  test("addresses are marked where they are drawn; those drawn no longer are told from those that are", () => {
    const { comparison, after } = comparing(
      manifests(workload("b", "db"), cidr("203.0.113.0/24", "198.51.100.0/24")),
      manifests(workload("b", "db"), cidr("203.0.113.0/24")),
    );
    expect(words(comparison)).toEqual(["lost 198.51.100.0/24 → db TCP 443"]);
    const [{ from } = { from: -1 }] = comparison.marks;
    expect(from).toBeGreaterThanOrEqual(after.vertices.length);
    expect(comparison.graph.vertices[from]).toMatchObject({ type: "address", group: OUTSIDE });
  });

  test("narrowed to what changes it has what is touched and its neighbours, with the same numbers", () => {
    const rest = [workload("a", "web"), workload("b", "db"), workload("c", "far"), workload("c", "off")];
    const wall = policy("c", "wall", { podSelector: {}, policyTypes: ["Ingress", "Egress"] });
    const near = letIn("db", { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "a" } } }, 80);
    const { comparison } = comparing(
      manifests(...rest, wall, near),
      manifests(...rest, wall, near.replace('"port":80', '"port":81')),
    );
    const graph: Graph = narrowed(comparison);
    expect(graph.groups.map(({ id }) => id)).toEqual(["a", "b"]);
    expect(graph.vertices).toEqual(comparison.graph.vertices);
    expect(graph.pairs.every(({ from, to }) => ![from, to].some((at) => graph.vertices[at]?.group === "c"))).toBe(true);
  });
});

test("flows are read from every part of an answer", () => {
  const port = { TCP: [[80, 80]] } as const;
  const sides = { egress: "default", ingress: "policy" } as const;
  const pair = (from: string) => ({ from, to: "b/Deployment/db", ...sides });
  const answer: Pick<ChangeAnswer, "added" | "removed" | "changed" | "endpoints"> = {
    added: [{ ...pair("a"), ports: port, because: [], certain: true }],
    removed: [{ ...pair("b"), ports: port, because: [], certain: true }],
    changed: [],
    endpoints: {
      added: [],
      removed: [],
      opened: [{ ...pair("c"), ports: port }],
      closed: [{ ...pair("d"), ports: port }],
    },
  };
  const rest = { unsettled: [], otherProtocols: [], isolation: [], addresses: [] };
  const flows = flowsOf({ ...answer, ...rest }).map(({ from, change }) => `${change} ${from}`);
  expect(flows.sort()).toEqual(["gained a", "gained c", "lost b", "lost d"]);
});
