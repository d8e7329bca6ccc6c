import { describe, expect, test } from "vitest";
import { findEndpoint } from "../../src/engine/names.ts";
import { compile, parse, reach } from "../../src/index.ts";
import type { Step } from "../cases/case.ts";
import { sourcesOf } from "../cases/manifests-of-case.ts";

/** The pods, or namespaces, that somebody who holds an endpoint gets to; itself is left out. */
function reached(step: Step, from: string, by: "pod" | "namespace" = "pod"): readonly string[] {
  const reachability = reach(compile(parse(sourcesOf(step)).cluster).program, { by });
  const found = findEndpoint(reachability.program, from);
  const start = reachability.endpoint(from) ?? (found.kind === "endpoint" ? found.endpoint : undefined);
  if (!start) throw new Error(`nobody is called ${from}`);
  const ids = [...reachability.reachableFrom(start)].map((position) => reachability.endpoints[position]);
  return ids.flatMap((to) => (to === undefined || to === start || to.type === "address" ? [] : [to.id])).sort();
}

const networkPolicy = (name: string, namespace: string, spec: string) => `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: ${name}, namespace: ${namespace} }
spec: ${spec}
`;

const adminPolicy = (subject: string, rules: string) => `---
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: { name: top }
spec: { tier: Admin, priority: 1, subject: { pods: { podSelector: { matchLabels: { app: ${subject} } } } }, ${rules} }
`;
const peer = (app: string) => `{ pods: { podSelector: { matchLabels: { app: ${app} } } } }`;

const pods = (...names: readonly string[]) => Object.fromEntries(names.map((name) => [`x/${name}`, { app: name }]));

describe("nobody is reached whom a side shuts out", () => {
  test("neither who lets in others only", () => {
    const shut = adminPolicy("b", `ingress: [{ action: Deny, from: [${peer("a")}] }]`);
    expect(reached({ pods: pods("a", "b"), policies: shut }, "x/Pod/a")).toEqual([]);
    expect(reached({ pods: pods("a", "b", "c"), policies: shut }, "x/Pod/a")).toEqual(["x/Pod/b", "x/Pod/c"]);
    expect(reached({ pods: pods("a", "b"), policies: shut }, "x/Pod/b")).toEqual(["x/Pod/a"]);
  });

  test("nor who is not let out to", () => {
    const shut = adminPolicy("a", `egress: [{ action: Deny, to: [${peer("b")}] }]`);
    expect(reached({ pods: pods("a", "b"), policies: shut }, "x/Pod/a")).toEqual([]);
    expect(reached({ pods: pods("a", "b", "c"), policies: shut }, "x/Pod/a")).toEqual(["x/Pod/b", "x/Pod/c"]);
  });

  test("nor the neighbours in the list of the few who are, or those of them who do not let in", () => {
    // Each lets out to the one two further on, and lets in everybody, but for `p08`: a chain that ends there.
    const names = [...Array(40).keys()].map((i) => `p${String(i).padStart(2, "0")}`);
    const policies = names.map((name, i) =>
      networkPolicy(
        name,
        "x",
        `{ podSelector: { matchLabels: { app: ${name} } }, policyTypes: [Egress${name === "p08" ? ", Ingress" : ""}], egress: [{ to: [{ podSelector: { matchLabels: { app: ${names[i + 2] ?? "nobody"} } } }] }] }`,
      ),
    );
    const all = { pods: pods(...names), policies: policies.join("") };
    expect(reached(all, "x/Pod/p00")).toEqual(["x/Pod/p02", "x/Pod/p04", "x/Pod/p06"]);
    expect(reached(all, "x/Pod/p35")).toEqual(["x/Pod/p37", "x/Pod/p39"]);
  });
});

/** A pod that lets out to some few only, of so many that they are gone through one by one. */
const crowd = Object.fromEntries(
  [...Array(70).keys()].map((n) => [`z/p${n}`, { labels: { n: `${n}` }, ip: `10.1.0.${n + 1}` }]),
);
const apart = networkPolicy(
  "apart",
  "z",
  `{ podSelector: {}, ingress: [${[...Array(70).keys()].map((n) => `{ from: [{ podSelector: { matchLabels: { n: "${n}" } } }] }`)}] }`,
);
const letsOut = (from: string, ...to: readonly string[]) =>
  networkPolicy(
    `out-${from}`,
    "x",
    `{ podSelector: { matchLabels: { app: ${from} } }, policyTypes: [Egress], egress: [{ to: [${to.map((app) => `{ podSelector: { matchLabels: { app: ${app} } } }`)}] }] }`,
  );

test("of the few that are let out to, nobody is reached without a family in common", () => {
  const pods = {
    ...crowd,
    "x/a": { labels: { app: "a" }, ip: "10.0.0.1" },
    "x/b": { labels: { app: "b" }, ip: "fd00::2" },
    "x/c": { labels: { app: "c" }, ip: "10.0.0.3" },
  };
  const policies = apart + letsOut("a", "b", "c") + letsOut("c", "b");
  expect(reached({ pods, policies }, "x/Pod/a")).toEqual(["x/Pod/c"]);
});

test("of several that let out to the same few, one that is let in is enough", () => {
  const pods = {
    ...crowd,
    "x/a": { labels: { app: "a" }, ip: "10.0.0.1" },
    "x/b": { labels: { app: "b", part: "1" }, ip: "10.0.0.2" },
    "x/c": { labels: { app: "b", part: "2" }, ip: "10.0.0.3" },
    "x/d": { labels: { app: "d" }, ip: "10.0.0.4" },
  };
  const one = (part: string) =>
    networkPolicy(
      "one",
      "x",
      `{ podSelector: { matchLabels: { app: d } }, policyTypes: [Ingress, Egress], ingress: [{ from: [{ podSelector: { matchLabels: { part: "${part}" } } }] }] }`,
    );
  const policies = apart + letsOut("a", "b") + letsOut("b", "d");
  for (const part of ["1", "2"])
    expect(reached({ pods, policies: policies + one(part) }, "x/Pod/a")).toEqual(["x/Pod/b", "x/Pod/c", "x/Pod/d"]);
  expect(reached({ pods, policies: policies + one("3") }, "x/Pod/a")).toEqual(["x/Pod/b", "x/Pod/c"]);
});

describe("everybody is reached who is let out to and lets in", () => {
  test("in whichever family, though others under the same policies were reached in another", () => {
    // One hop to `old`, `new` and `newer`, two to `last`; under no policy are `last` and addresses in one family, and as many in the other.
    const dual = (name: string, number: number) =>
      ({ labels: { app: name }, ip: [`10.0.0.${number}`, `fd00::${number}`] }) as const;
    const all = {
      "x/first": dual("first", 1),
      "x/last": { labels: { app: "last" }, ip: "10.0.0.2" },
      "x/new": { labels: { app: "new" }, ip: "fd00::3" },
      "x/newer": { labels: { app: "new" }, ip: "fd00::5" },
      "x/old": { labels: { app: "old" }, ip: "10.0.0.4" },
    };
    const to = (...apps: readonly string[]) =>
      `[${apps.map((app) => `{ podSelector: { matchLabels: { app: ${app} } } }`)}]`;
    const policies =
      networkPolicy(
        "first",
        "x",
        `{ podSelector: { matchLabels: { app: first } }, policyTypes: [Ingress, Egress], egress: [{ to: ${to("new", "old")} }] }`,
      ) +
      networkPolicy("old", "x", `{ podSelector: { matchLabels: { app: old } }, ingress: [{ from: ${to("first")} }] }`);
    const everybody = ["x/Pod/last", "x/Pod/new", "x/Pod/newer", "x/Pod/old"];
    expect(reached({ pods: all, policies }, "x/Pod/first")).toEqual(everybody);
    expect(reached({ pods: all, policies }, "x/Pod/new")).toEqual(["x/Pod/newer"]);
  });

  test("from a node, which is not in the listing", () => {
    const nodes = { n1: "192.168.1.1", n2: "192.168.1.2" };
    const all = {
      "x/a": { labels: { app: "a" }, node: "n1", ip: "10.0.0.1" },
      "x/b": { labels: { app: "b" }, node: "n2", ip: "10.0.0.2" },
      "x/c": { labels: { app: "c" }, node: "n2", ip: "10.0.0.3" },
    };
    const from = (app: string) => `[{ from: [{ podSelector: { matchLabels: { app: ${app} } } }] }]`;
    const policies =
      networkPolicy("a", "x", "{ podSelector: { matchLabels: { app: a } } }") +
      networkPolicy("b", "x", `{ podSelector: { matchLabels: { app: b } }, ingress: ${from("a")} }`) +
      networkPolicy("c", "x", `{ podSelector: { matchLabels: { app: c } }, ingress: ${from("nobody")} }`);
    expect(reached({ nodes, pods: all, policies }, "192.168.1.1")).toEqual(["x/Pod/a", "x/Pod/b"]);
    expect(reached({ nodes, pods: all, policies }, "192.168.1.3")).toEqual([]);
  });
});
