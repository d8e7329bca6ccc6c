import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fold, type Link, membersOf } from "../../src/model/fold.ts";
import { type Graph, isOpen } from "../../src/model/graph.ts";
import { drawnGraph, graphOfText, manifests, policy, workload } from "../graphs.ts";

const key = ({ from, to }: { readonly from: number; readonly to: number }) => `${from} ${to}`;

/** The ordered pairs of different vertices a link speaks of. */
function pairsOfLink(graph: Graph, { from, to }: Link): readonly { readonly from: number; readonly to: number }[] {
  const targets = membersOf(graph, to);
  return membersOf(graph, from).flatMap((source) =>
    targets.filter((target) => target !== source).map((target) => ({ from: source, to: target })),
  );
}

describe("fold", () => {
  test("links say nothing untrue: every pair they cover may open exactly their ports", () => {
    fc.assert(
      fc.property(drawnGraph, (graph) => {
        const ports = new Map(graph.pairs.map((pair) => [key(pair), pair.ports]));
        for (const link of fold(graph)) {
          for (const pair of pairsOfLink(graph, link)) expect(ports.get(key(pair))).toBe(link.ports);
        }
      }),
    );
  });

  test("links and open states together say exactly what reachability says", () => {
    fc.assert(
      fc.property(drawnGraph, (graph) => {
        const said = new Set([
          ...fold(graph).flatMap((link) => pairsOfLink(graph, link).map(key)),
          ...openPairs(graph),
        ]);
        expect([...said].sort()).toEqual(graph.pairs.map(key).sort());
      }),
    );
  });

  test("default-allow is a state: without policies there are no links", () => {
    const graph = graphOfText(manifests(workload("a", "web"), workload("a", "db"), workload("b", "api")));
    expect(graph.pairs.length).toBeGreaterThan(0);
    expect(fold(graph)).toEqual([]);
  });

  test("a rule that admits everyone is one link from every workload and one from the outside", () => {
    const graph = graphOfText(
      manifests(
        workload("a", "web"),
        workload("a", "db"),
        workload("b", "api"),
        policy("a", "open-web", {
          podSelector: { matchLabels: { app: "web" } },
          policyTypes: ["Ingress"],
          ingress: [{}],
        }),
      ),
    );
    const web = graph.vertices.findIndex(({ name }) => name === "web");
    const internet = graph.vertices.findIndex(({ name }) => name === "Internet");
    expect(fold(graph)).toEqual([
      { from: "workloads", to: `vertex ${web}`, ports: "all ports" },
      { from: `vertex ${internet}`, to: `vertex ${web}`, ports: "all ports" },
    ]);
  });

  test("a namespace whose members may all reach each other is one link", () => {
    const graph = graphOfText(
      manifests(
        ...["web", "api", "db"].map((name) => workload("a", name)),
        policy("a", "own", { podSelector: {}, policyTypes: ["Ingress"], ingress: [{ from: [{ podSelector: {} }] }] }),
      ),
    );
    expect(fold(graph)).toEqual([{ from: "group a", to: "group a", ports: "all ports" }]);
  });
});

/** Pairs neither of whose sides is isolated, among those that have an address family in common. */
function openPairs(graph: Graph): readonly string[] {
  const reachable = new Set(graph.pairs.map(key));
  return graph.vertices
    .flatMap((from) => graph.vertices.map((to) => ({ from, to })))
    .filter(({ from, to }) => isOpen(from.open, "out") && isOpen(to.open, "in"))
    .map(({ from, to }) => key({ from: from.index, to: to.index }))
    .filter((pair) => reachable.has(pair));
}
