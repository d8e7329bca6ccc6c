import fc from "fast-check";
import { expect, test } from "vitest";
import { attackGraph } from "../../src/analyses/attack/attack-graph.ts";
import { cheapestPaths, findPaths } from "../../src/analyses/paths.ts";
import { compile } from "../../src/compile/compile.ts";
import { reach } from "../../src/engine/reach.ts";
import { cluster } from "../arbitraries.ts";
import { attackOn, documents, granted, object, pod } from "./attack/edges.ts";

test("the cheapest paths of many starts are those found one by one, the dearest left out", () => {
  fc.assert(
    fc.property(cluster, fc.integer({ min: 1, max: 6 }), (drawn, most) => {
      const attack = attackGraph(reach(compile(drawn).program));
      const starts = attack.footholds.flatMap(({ own }) => attack.graph.facts[own] ?? []);
      const targets = attack.jewels.map(({ fact }) => fact);
      const prices = (paths: ReturnType<typeof cheapestPaths>) =>
        paths.map(({ from, to, cost, hops }) => `${cost} ${hops} ${from} ${to}`);
      const each = starts.flatMap((start) => cheapestPaths(attack, [start], targets, targets.length));
      const ordered = [...each].sort((a, b) => a.cost - b.cost || a.hops - b.hops);
      expect(prices(cheapestPaths(attack, starts, targets, most))).toEqual(prices(ordered.slice(0, most)));
    }),
    { numRuns: 20 },
  );
});

test("of paths that cost the same the one of the more certain steps is told", () => {
  const closed = object(
    "networking.k8s.io/v1",
    "NetworkPolicy",
    "p",
    "spec: { podSelector: { matchLabels: { app: a } }, policyTypes: [Egress], egress: [{ to: [{ ipBlock: { cidr: 10.0.0.0/8 } }, { podSelector: {} }] }] }",
  );
  const account = pod("b", { spec: "serviceAccountName: b" });
  const role = granted('{ apiGroups: [""], resources: [secrets], verbs: [get] }').replace("name: default", "name: b");
  const attack = attackOn(documents(pod("a"), account, role, closed, object("v1", "Secret", "s", "")));
  const [from, to] = [attack.graph.find("own", "shop/Pod/a"), attack.graph.find("know", "secret:shop/s")];
  if (!from || !to) throw new Error("not in the graph");
  const api = findPaths(attack, from, to, 1)[0]?.steps.find(({ edge }) => edge === "API");
  expect(api).toMatchObject({ certainty: "proved", also: ["shop/Pod/b"] });
});
