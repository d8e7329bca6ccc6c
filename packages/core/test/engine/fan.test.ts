import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { generate, SCENARIOS } from "../../../../bench/cluster.ts";
import { APART } from "../../src/engine/bonds.ts";
import { findEndpoint } from "../../src/engine/names.ts";
import { compile, type Endpoint, parse, type Reachability, reach } from "../../src/index.ts";
import { cluster, options } from "../arbitraries.ts";
import type { Step } from "../cases/case.ts";
import { sourcesOf } from "../cases/manifests-of-case.ts";
import { runs } from "../properties/engine.ts";

const listing = fc.record({ cluster, options, by: fc.constantFrom("pod", "workload", "namespace") });

test("a fan holds what asking for each pair gives, and nothing else", () => {
  fc.assert(
    fc.property(listing, ({ cluster, options, by }) => {
      const reachability = reach(compile(cluster, options).program, { by });
      const { endpoints } = reachability;
      for (const from of endpoints) {
        const { row, bonds } = reachability.fan(from);
        const reached = new Set(row.openPeers().peers);
        endpoints.forEach((to, position) => {
          const { connections, egress, ingress } = reachability.connection(from, to);
          expect(reached.has(position)).toBe(!connections.isEmpty);
          const bond = bonds.bond(row.at(position));
          expect(bond.connections.equals(connections)).toBe(true);
          if (!connections.isEmpty) expect(bond).toMatchObject({ egress, ingress });
        });
      }
    }),
    runs(30),
  );
}, 900_000);

test.each(SCENARIOS)(
  "so it does where rows are many words long, and sources stand out in many sets: %s",
  (scenario) => {
    const items = generate({ scenario, pods: 700, namespaces: 25, policies: 160, seed: 5 });
    const { cluster } = parse([{ path: "dump.json", text: JSON.stringify({ apiVersion: "v1", kind: "List", items }) }]);
    const reachability = reach(compile(cluster).program);
    const { endpoints } = reachability;
    expect(endpoints.length).toBeGreaterThan(200);
    const all = new Int32Array(endpoints.length + 32);
    for (const from of endpoints) {
      const { row, bonds } = reachability.fan(from);
      row.spread(all);
      const wrong = endpoints.filter(
        (to, position) => !bonds.bond(all[position] as number).connections.equals(reachability.between(from.id, to.id)),
      );
      expect([from.id, wrong]).toEqual([from.id, []]);
    }
  },
);

test("what is reachable is what following connections reaches", () => {
  fc.assert(
    fc.property(listing, ({ cluster, options, by }) => {
      const reachability = reach(compile(cluster, options).program, { by });
      const { endpoints } = reachability;
      for (const from of endpoints) {
        if (from.type === "address") continue;
        const reached = reachability.reachableFrom(from);
        expect([...reached].map((position) => endpoints[position])).toEqual(followed(reachability, from));
      }
    }),
    runs(15),
  );
}, 900_000);

/** Endpoints by following connections until nothing new turns up. */
function followed(reachability: Reachability, from: Endpoint): readonly Endpoint[] {
  const found = new Set([from]);
  for (const source of found) {
    if (source.type === "address") continue;
    for (const to of reachability.endpoints)
      if (!reachability.connection(source, to).connections.isEmpty) found.add(to);
  }
  return reachability.endpoints.filter((endpoint) => found.has(endpoint));
}

describe("a fan is of the endpoint that was asked about, whichever came before", () => {
  const policy = (name: string, namespace: string, spec: string) => `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: ${name}, namespace: ${namespace} }
spec: ${spec}
`;
  /** Whom each of some endpoints reaches, called by name, one after the other. */
  const reached = (step: Step, names: readonly string[], by: "pod" | "namespace" = "pod") => {
    const reachability = reach(compile(parse(sourcesOf(step)).cluster).program, { by });
    return names.map((name) => {
      const found = findEndpoint(reachability.program, name);
      const from = reachability.endpoint(name) ?? (found.kind === "endpoint" && found.endpoint);
      if (!from) throw new Error(`nobody is called ${name}`);
      const { row } = reachability.fan(from);
      const there = reachability.endpoints.filter(
        (to, position) => row.at(position) !== APART && to.type !== "address",
      );
      return [name, there.map(({ id }) => id)];
    });
  };

  test("addresses of one block, of that and another, and of those and a third", () => {
    const admits = (name: string, cidr: string) =>
      policy(
        name,
        "x",
        `{ podSelector: { matchLabels: { app: ${name} } }, ingress: [{ from: [{ ipBlock: { cidr: ${cidr} } }] }] }`,
      );
    const policies = admits("a", "192.0.2.64/26") + admits("b", "192.0.2.192/26");
    const once = [
      ["192.0.2.0/26", []],
      ["192.0.2.0/25", ["x/Pod/a"]],
      ["192.0.2.0/24", ["x/Pod/a", "x/Pod/b"]],
    ] as const;
    const expected = [...once, ...once, ...[...once].reverse()];
    const names = expected.map(([name]) => name);
    expect(reached({ pods: { "x/a": { app: "a" }, "x/b": { app: "b" } }, policies }, names)).toEqual(expected);
  });

  test("pods that policies treat alike, of which one runs beside a host-network pod", () => {
    const nodes = { n1: "192.168.1.1", n2: "192.168.1.2" };
    const labels = { app: "a" };
    const pods = {
      "x/a": { labels, node: "n1", ip: "10.0.0.1" },
      "x/b": { labels, node: "n2", ip: "10.0.0.2" },
      "x/host": { labels: {}, node: "n1", hostNetwork: true, ip: "192.168.1.1" },
    };
    const policies = policy("p", "x", "{ podSelector: { matchLabels: { app: a } }, policyTypes: [Ingress, Egress] }");
    const names = ["x/Pod/a", "x/Pod/b", "x/Pod/a"];
    expect(reached({ nodes, pods, policies }, names)).toEqual([
      ["x/Pod/a", ["x/Pod/host"]],
      ["x/Pod/b", []],
      ["x/Pod/a", ["x/Pod/host"]],
    ]);
  });

  test("nodes whose addresses policies treat alike", () => {
    const nodes = { n1: "192.168.1.1", n2: "192.168.1.2" };
    const pods = {
      "x/a": { labels: {}, node: "n1", ip: "10.0.0.1" },
      "x/b": { labels: {}, node: "n2", ip: "10.0.0.2" },
    };
    const names = ["192.168.1.1", "192.168.1.2", "192.168.1.3", "192.168.1.1"];
    expect(reached({ nodes, pods, policies: policy("p", "x", "{ podSelector: {} }") }, names)).toEqual([
      ["192.168.1.1", ["x/Pod/a"]],
      ["192.168.1.2", ["x/Pod/b"]],
      ["192.168.1.3", []],
      ["192.168.1.1", ["x/Pod/a"]],
    ]);
  });

  test("groups whose first members policies treat alike in one direction, and the next group's first in the other", () => {
    const policies = policy("p", "a", "{ podSelector: { matchLabels: { app: shut } } }");
    const pods = {
      "a/first": { app: "shut" },
      "a/second": { app: "open" },
      "b/first": { app: "open" },
      "c/first": { app: "open" },
    };
    const names = ["b", "c", "a"];
    expect(reached({ pods, policies }, names, "namespace").map(([, ids]) => ids)).toEqual([
      ["a", "b", "c"],
      ["a", "b", "c"],
      ["a", "b", "c"],
    ]);
  });

  test("groups of which several are in one row, and one in two rows", () => {
    const pods = { "a/w": { app: "w" }, "b/p": { app: "p" }, "b/q": { app: "q" }, "c/x": { app: "x" } };
    const alike = `---
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: { name: alike }
spec:
  tier: Admin
  priority: 1
  subject: { pods: { podSelector: { matchExpressions: [{ key: app, operator: In, values: [w, p] }] } } }
  ingress: [{ action: Deny, from: [{ namespaces: {} }], protocols: [{ udp: { destinationPort: { number: 53 } } }] }]
`;
    const shut =
      policy("q", "b", "{ podSelector: { matchLabels: { app: q } } }") + policy("x", "c", "{ podSelector: {} }");
    expect(reached({ pods, policies: alike + shut }, ["c"], "namespace")).toEqual([["c", ["a", "b"]]]);
    const first = policy("p", "b", "{ podSelector: { matchLabels: { app: p } } }");
    const others = policy("w", "a", "{ podSelector: {} }") + policy("x", "c", "{ podSelector: {} }");
    expect(reached({ pods, policies: first + others }, ["c"], "namespace")).toEqual([["c", ["b"]]]);
  });

  test("a group of so many kinds of pods that they take several words", () => {
    const many = [...Array(70).keys()];
    const pods = Object.fromEntries([
      ...many.map((i) => [`many/p${i}`, { n: `${i}` }] as const),
      ["one/a", { app: "a" }] as const,
    ]);
    const admits = (n: number) =>
      policy(
        "p",
        "one",
        `{ podSelector: {}, ingress: [{ from: [{ namespaceSelector: {}, podSelector: { matchLabels: { n: "${n}" } } }] }] }`,
      );
    const named = many.map((i) => policy(`p${i}`, "many", `{ podSelector: { matchLabels: { n: "${i}" } } }`)).join("");
    for (const n of [0, 33, 69])
      expect(reached({ pods, policies: named + admits(n) }, ["many"], "namespace")).toEqual([["many", ["one"]]]);
    expect(reached({ pods, policies: named + admits(70) }, ["many"], "namespace")).toEqual([["many", []]]);
  });
});
