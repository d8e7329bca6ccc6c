import { describe, expect, test } from "vitest";
import { closest, findEndpoint } from "../../src/engine/names.ts";
import { compile, type Options, parse, UPSTREAM } from "../../src/index.ts";
import { parseAddress } from "../../src/model/ip.ts";
import type { Step } from "../cases/case.ts";
import { sourcesOf } from "../cases/manifests-of-case.ts";

const workload = (kind: string, name: string, namespace = "shop", replicas = 1) => `---
apiVersion: apps/v1
kind: ${kind}
metadata: { name: ${name}, namespace: ${namespace} }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: ${name} } }
  template: { metadata: { labels: { app: ${name} } }, spec: { containers: [{ name: main }] } }
`;

const policy = (spec: string) => `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: p, namespace: shop }
spec: ${spec}
`;

const SPLIT_DB = policy("{ podSelector: { matchLabels: { statefulset.kubernetes.io/pod-name: db-1 } } }");

const SHOP: Step = {
  nodes: { n1: "192.168.1.1" },
  pods: {
    "shop/bare": { labels: { app: "bare" }, ip: ["10.0.0.5", "fd00::5"], node: "n1" },
    "shop/agent": { labels: { app: "agent" }, ip: "192.168.1.1", node: "n1", hostNetwork: true },
  },
  manifests: [
    workload("Deployment", "web", "shop", 2),
    workload("StatefulSet", "db", "shop", 3),
    workload("Deployment", "api"),
    workload("StatefulSet", "api"),
    workload("Deployment", "web", "default"),
  ].join(""),
};

function programOf(step: Partial<Step> = {}, options: Partial<Options> = {}) {
  const all = { ...UPSTREAM, ...options };
  return compile(parse(sourcesOf({ ...SHOP, ...step }), all).cluster, all).program;
}

function find(text: string, step: Partial<Step> = {}, options: Partial<Options> = {}) {
  const found = findEndpoint(programOf(step, options), text);
  return found.kind === "endpoint" ? found.endpoint : found;
}

test.each([
  ["the whole workload where nothing tells replicas apart", "shop/db-2", {}, ["shop/StatefulSet/db"]],
  ["the part of those that no policy names", "shop/db-2", { policies: SPLIT_DB }, ["shop/StatefulSet/db#1"]],
  [
    "nothing of the kind beyond the last",
    "shop/db-3",
    { policies: SPLIT_DB },
    ["shop/StatefulSet/db#0", "shop/StatefulSet/db#1"],
  ],
])("a replica that shares its endpoint leads to %s", (_, name, step, similar) => {
  expect(find(name, step)).toEqual({ kind: "none", similar });
});

describe("a number after a name is that of a replica", () => {
  const set = (replicas: number, start = 0) =>
    workload("StatefulSet", "db", "shop", replicas).replace("spec:", `spec:\n  ordinals: { start: ${start} }`);
  /** Workloads named so like the replica asked for that a look for similar names finds them too. */
  const likes = ["db-x", "db-xx"].map((name) => workload("Deployment", name)).join("");
  const similar = (text: string, manifests: string) => {
    const found = find(text, { manifests: manifests + likes });
    return "similar" in found ? found.similar : found;
  };
  const whole = ["shop/StatefulSet/db"];

  test("counted from where the controller starts", () => {
    for (const text of ["shop/db-0", "shop/db-1"]) expect(similar(text, set(2))).toEqual(whole);
    for (const text of ["shop/db-5", "shop/db-6"]) expect(similar(text, set(2, 5))).toEqual(whole);
    for (const text of ["shop/db-0", "shop/db-4", "shop/db-7"]) expect(similar(text, set(2, 5))).toHaveLength(3);
  });

  test("of one figure or more, with nothing after it", () => {
    expect(similar("shop/db-11", set(12))).toEqual(whole);
    expect(similar("shop/db-1x", set(12))).toHaveLength(3);
  });

  test("of the only replica there is", () => {
    expect(similar("shop/db-0", set(1))).toEqual(whole);
  });
});

describe("a name is that of", () => {
  test.each([
    ["shop/Deployment/web", "shop/Deployment/web", 2],
    ["shop/web", "shop/Deployment/web", 2],
    ["web", "default/Deployment/web", 1],
    ["shop/db", "shop/StatefulSet/db", 3],
    ["shop/StatefulSet/api", "shop/StatefulSet/api", 1],
    ["shop/bare", "shop/Pod/bare", 1],
    ["shop/Pod/bare", "shop/Pod/bare", 1],
  ])("%s: %s", (text, id, pods) => {
    expect(find(text)).toMatchObject({ id, pods });
  });

  test("an endpoint of the default namespace when it has none of its own", () => {
    expect(find("web", {}, { defaultNamespace: "shop" })).toMatchObject({ id: "shop/Deployment/web" });
    expect(findEndpoint(programOf(), "web", "shop")).toMatchObject({ endpoint: { id: "shop/Deployment/web" } });
  });

  test.each(["shop/Deployment/db", "shop/Deployment/bare", "default/db", "shop/Pod/web", "shop", "", "shop/a/b/c"])(
    "nothing: %j",
    (text) => {
      expect(find(text)).toMatchObject({ kind: "none" });
    },
  );

  test("several endpoints, told by their ids", () => {
    expect(find("shop/api")).toEqual({
      kind: "ambiguous",
      candidates: ["shop/Deployment/api", "shop/StatefulSet/api"],
    });
  });

  test("a workload as a whole, unless one of the parts it is split into is named", () => {
    const whole = find("shop/db", { policies: SPLIT_DB });
    expect(whole).toMatchObject({ id: "shop/StatefulSet/db", pods: 3, name: "db", kind: "StatefulSet" });
    expect(whole).toHaveProperty("members.length", 2);
    expect(whole).not.toHaveProperty("distinguishedBy");
    expect(find("shop/StatefulSet/db", { policies: SPLIT_DB })).toEqual(whole);

    const part = find("shop/StatefulSet/db#0", { policies: SPLIT_DB });
    expect(part).toMatchObject({ id: "shop/StatefulSet/db#0", pods: 1 });
    expect(part).toHaveProperty("members.length", 1);
    expect(part).toHaveProperty("distinguishedBy");
  });

  test("a pod that a workload owns", () => {
    const pods = `---
apiVersion: v1
kind: Pod
metadata:
  name: queue-x7
  namespace: shop
  ownerReferences: [{ apiVersion: apps/v1, kind: StatefulSet, name: queue, uid: u, controller: true }]
spec: { containers: [{ name: main }] }
`;
    expect(find("shop/queue-x7", { manifests: pods })).toMatchObject({ id: "shop/Pod/queue-x7", type: "pod" });
    expect(find("shop/queue", { manifests: pods })).toMatchObject({ id: "shop/StatefulSet/queue", type: "workload" });
  });
});

describe("an address", () => {
  test.each(["10.0.0.5", "fd00::5", "fd00:0::5", "::ffff:10.0.0.5"])("of a pod means the pod: %s", (text) => {
    expect(find(text)).toMatchObject({ id: "shop/Pod/bare", pods: 1 });
  });

  test("of a node means the node, though a host-network pod has it too", () => {
    expect(find("192.168.1.1")).toMatchObject({
      id: "192.168.1.1",
      type: "address",
      pods: 0,
      cidrs: ["192.168.1.1/32"],
      members: [{ pods: [], node: { name: "n1" } }],
    });
  });

  test("of a node that no pod runs on means the node", () => {
    const step = { nodes: { n1: "192.168.1.1", n2: "192.168.1.2" } };
    expect(find("192.168.1.2", step)).toMatchObject({ members: [{ node: { name: "n2" } }] });
  });

  test("of nobody is outside", () => {
    const found = find("203.0.113.7");
    expect(found).toMatchObject({ id: "203.0.113.7", type: "address", pods: 0, cidrs: ["203.0.113.7/32"] });
    expect(found).toHaveProperty("members.length", 1);
    expect(found).not.toHaveProperty("members.0.node");
  });

  test("that only a pod tells to be its node's is a node's all the same", () => {
    const nodeless = (spec: string, status: string, name = "p") => `---
apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: shop }
spec: { containers: [{ name: main }], ${spec} }
status: { ${status} }
`;
    const at = (spec: string, status: string) =>
      find("192.168.9.9", { nodes: {}, pods: {}, manifests: nodeless(spec, status) });
    expect(at("nodeName: n9", "podIP: 10.0.0.9, hostIP: 192.168.9.9")).toMatchObject({
      members: [{ node: { name: "n9" } }],
    });
    expect(at("nodeName: n9, hostNetwork: true", "podIP: 192.168.9.9")).toMatchObject({
      members: [{ node: { name: "n9" } }],
    });
    const nameless = at("hostNetwork: true", "podIP: 192.168.9.9");
    expect("members" in nameless && nameless.members[0]?.node).toStrictEqual({});
    const both = [
      nodeless("hostNetwork: true", "podIP: 192.168.9.9", "a"),
      nodeless("nodeName: n9, hostNetwork: true", "podIP: 192.168.9.9", "b"),
    ];
    expect(find("192.168.9.9", { nodes: {}, pods: {}, manifests: both.join("") })).toMatchObject({
      members: [{ node: { name: "n9" } }],
    });
    expect(at("nodeName: n9", "podIP: 10.0.0.9, hostIP: 192.168.9.8")).not.toHaveProperty("members.0.node");
  });

  test("or block stands for every part of the outside that it touches, however rules cut that", () => {
    const cut = {
      policies: policy("{ podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: 203.0.113.0/24 } }] }] }"),
    };
    const around = find("203.0.112.0/23", cut);
    expect(around).toMatchObject({ id: "203.0.112.0/23", cidrs: ["203.0.112.0/23"] });
    expect(around).toHaveProperty("members.length", 2);
    expect(find("203.0.113.0/24", cut)).toHaveProperty("members.length", 1);
    expect(find("203.0.113.7", cut)).toHaveProperty("members.length", 1);
  });

  test("of a family that no pod has is still somewhere", () => {
    const pods = { "shop/bare": { labels: {}, ip: "10.0.0.5" } };
    expect(find("2001:db8::1", { pods, manifests: "" })).toHaveProperty("members.length", 1);
  });
});

test("the internet is every public address that is not the cluster's own", () => {
  const step: Partial<Step> = {
    nodes: { n1: "1.2.3.4" },
    pods: { "shop/bare": { labels: {}, ip: "1.2.3.5", node: "n1" } },
    manifests: `---
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { clusterIP: 1.2.3.6, selector: { app: web }, ports: [{ port: 80 }] }
---
apiVersion: v1
kind: Pod
metadata: { name: elsewhere, namespace: shop }
spec: { containers: [{ name: main }], nodeName: n2 }
status: { podIP: 10.0.0.9, hostIP: 1.2.3.9 }
`,
  };
  const found = find("internet", step, { podCIDRs: ["5.0.0.0/8"] });
  if (!("cidrs" in found)) throw new Error("the internet is no endpoint");
  expect(found.id).toBe("internet");
  const reaches = (text: string) =>
    found.cidrs?.some((cidr) => {
      const [base = "", length] = cidr.split("/");
      const [a, b] = [parseAddress(base), parseAddress(text)];
      if (!a || !b || a.family !== b.family) return false;
      const size = 1n << BigInt((a.family === "IPv4" ? 32 : 128) - Number(length));
      return a.point <= b.point && b.point < a.point + size;
    });
  for (const text of ["1.2.3.3", "1.2.3.7", "8.8.8.8", "4.255.255.255", "6.0.0.0", "2606:4700::1"])
    expect([text, reaches(text)]).toEqual([text, true]);
  for (const text of ["1.2.3.4", "1.2.3.5", "1.2.3.6", "1.2.3.9", "5.0.0.1", "5.255.255.255", "10.0.0.1", "fd00::1"])
    expect([text, reaches(text)]).toEqual([text, false]);
});

test("the internet is of the families that pods have, whatever pod ranges the options name", () => {
  const step = { pods: { "shop/bare": { labels: {}, ip: "10.0.0.5" } }, manifests: "" };
  for (const podCIDRs of [[], ["nowhere"]])
    expect(find("internet", step, { podCIDRs })).toHaveProperty("members.length", 1);
});

describe("what a mistyped name may have meant", () => {
  const ids = ["shop/Deployment/web", "shop/Deployment/webhook", "shop/StatefulSet/db", "shop/Deployment/warehouse"];
  const similar = (text: string, known = ids) =>
    closest(
      text,
      known.map((id) => ({
        id,
        spellings: [
          id
            .split("/")
            .filter((_, i) => i !== 1)
            .join("/"),
          id,
        ],
      })),
    );

  test("is what has it in it, the shortest way first, then what is few letters away", () => {
    expect(similar("shop/web")).toEqual(["shop/Deployment/web", "shop/Deployment/webhook", "shop/StatefulSet/db"]);
    expect(similar("shop/wbe")).toEqual(["shop/Deployment/web", "shop/StatefulSet/db"]);
    expect(similar("SHOP/WEBHOKO")).toEqual(["shop/Deployment/webhook", "shop/Deployment/web"]);
    expect(similar("hook")).toEqual(["shop/Deployment/webhook"]);
    expect(similar("shop/web", [...ids].reverse())).toEqual(similar("shop/web"));
  });

  test("may be any spelling of it", () => {
    expect(similar("shop/Deploment/warehouse")[0]).toBe("shop/Deployment/warehouse");
  });

  test("is at most a third of it, or two letters, away", () => {
    expect(closest("abcdefghi", [{ id: "x", spellings: ["abcdef"] }])).toEqual(["x"]);
    expect(closest("abcdefghi", [{ id: "x", spellings: ["abcde"] }])).toEqual([]);
    expect(closest("abc", [{ id: "x", spellings: ["a"] }])).toEqual(["x"]);
    expect(closest("abc", [{ id: "x", spellings: ["xy"] }])).toEqual([]);
    expect(closest("abc", [{ id: "x", spellings: [""] }])).toEqual([]);
  });

  test("counts a letter too many, too few or wrong as one", () => {
    const distances = { abcd: 0, abcde: 1, abc: 1, abxd: 1, bcd: 1, xabcd: 1, acbd: 2, ab: 2, abcdef: 2, axxd: 2 };
    const named = Object.entries(distances).map(([spelling, distance]) => ({
      id: `${distance} ${spelling}`,
      spellings: [spelling],
    }));
    for (const [i, one] of named.entries()) expect([i, closest("abcd", [one])]).toEqual([i, [one.id]]);
    const nearer = closest("zbcd", [
      { id: "far", spellings: ["zbxx"] },
      { id: "near", spellings: ["zbcx"] },
    ]);
    expect(nearer).toEqual(["near", "far"]);
    const preceded = closest("abcd", [
      { id: "a", spellings: ["xabcd"] },
      { id: "b", spellings: ["abcd"] },
    ]);
    expect(preceded).toEqual(["b", "a"]);
    expect(closest("d", [{ id: "x", spellings: ["abcd"] }])).toEqual([]);
  });

  test("is five names at most, equally near ones by id", () => {
    const many = ["f", "e", "d", "c", "b", "a"].map((letter) => ({ id: letter, spellings: [`web-${letter}`] }));
    expect(closest("web-x", many)).toEqual(["a", "b", "c", "d", "e"]);
  });

  test("is told of workloads in the namespace looked at", () => {
    expect(find("shop/wbe")).toMatchObject({ similar: ["shop/Deployment/web", "shop/StatefulSet/db"] });
    expect(find("wbe")).toMatchObject({ kind: "none", similar: ["default/Deployment/web"] });
  });
});
