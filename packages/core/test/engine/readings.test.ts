import { describe, expect, test } from "vitest";
import { compile, decide, type Flow, type Options, parse, UPSTREAM } from "../../src/index.ts";
import type { Step } from "../cases/case.ts";
import { sourcesOf } from "../cases/manifests-of-case.ts";

const policy = (spec: string, name = "p") => `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: ${name}, namespace: shop }
spec: ${spec}
`;
const cnp = (name: string, priority: number, rules: string, field = "ingress") => `---
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: { name: ${name} }
spec: { tier: Admin, priority: ${priority}, subject: { namespaces: {} }, ${field}: [${rules}] }
`;
const ports = (range: string) => `protocols: [{ tcp: { destinationPort: ${range} } }]`;
const rule = (action: string, port?: number) =>
  `{ action: ${action}, from: [{ namespaces: {} }]${port ? `, ${ports(`{ number: ${port} }`)}` : ""} }`;

interface Asked {
  readonly step: Step;
  readonly flow: Flow;
  readonly options?: Partial<Options>;
}

function ask({ step, flow, options }: Asked) {
  const all = { ...UPSTREAM, ...options };
  const { cluster } = parse(sourcesOf(step), all);
  return decide(compile(cluster, all).program, flow);
}

/** The verdict, how certain it is, and the codes of what it rests on. */
function read(asked: Asked): string {
  const { verdict, certainty, assumptions } = ask(asked);
  return [verdict, certainty, ...assumptions.map(({ code }) => code).sort()].join(" ");
}

describe("traffic with a node", () => {
  const shut = policy("{ podSelector: { matchLabels: { app: db } }, policyTypes: [Ingress, Egress] }");
  const nodes = { n1: "192.168.0.1", n2: "192.168.0.2" };
  const db = (node?: string) => ({ labels: { app: "db" }, ip: "10.0.0.2", ...(node && { node }) });
  const host = (node?: string, ip?: string) => ({
    labels: { app: "agent" },
    hostNetwork: true,
    ...(node && { node }),
    ...(ip && { ip }),
  });
  const between = (
    source: string,
    destination: string,
    pods: NonNullable<Step["pods"]>,
    options: Partial<Options> = {},
  ) =>
    read({
      step: { pods, nodes, policies: shut },
      flow: { source, destination, protocol: "TCP", port: 80, family: "IPv4" },
      options,
    });

  test("that a pod runs on comes in, whatever policies say, by its address or as a host-network pod", () => {
    expect(between("192.168.0.1", "shop/db", { "shop/db": db("n1") })).toBe("allow specified");
    expect(between("shop/agent", "shop/db", { "shop/db": db("n1"), "shop/agent": host("n1", "192.168.0.1") })).toBe(
      "allow implementation-defined host-network",
    );
    const step = { pods: { "shop/db": db("n1") }, nodes, policies: shut };
    const { ingress } = ask({ step, flow: { source: "192.168.0.1", destination: "shop/db", protocol: "TCP" } });
    expect(ingress.steps[0]).toMatchObject({ tier: "network-policy", outcome: "no-match", reason: "own-node" });
    expect(ingress.steps[0]?.connections.toString()).toBe("TCP all");
  });

  test("that it does not run on does not", () => {
    expect(between("192.168.0.2", "shop/db", { "shop/db": db("n1") })).toBe("deny specified");
    expect(between("shop/agent", "shop/db", { "shop/db": db("n1"), "shop/agent": host("n2", "192.168.0.2") })).toBe(
      "deny specified",
    );
    expect(between("203.0.113.7", "shop/db", { "shop/db": db("n1") })).toBe("deny specified");
  });

  test("that may be its own is taken for another, and that is unknown", () => {
    expect(between("192.168.0.1", "shop/db", { "shop/db": db() })).toBe("deny unknown node-unknown");
    expect(
      between("shop/agent", "shop/db", { "shop/db": db("n1"), "shop/agent": host(undefined, "192.168.0.1") }),
    ).toBe("deny unknown node-unknown");
  });

  test("goes out to the own node by option", () => {
    const pods = { "shop/db": db("n1"), "shop/agent": host("n1", "192.168.0.1") };
    expect(between("shop/db", "192.168.0.1", pods)).toBe("allow implementation-defined own-node-egress");
    expect(between("shop/db", "192.168.0.1", pods, { egressToOwnNode: "evaluate" })).toBe(
      "deny implementation-defined own-node-egress",
    );
    expect(between("shop/db", "192.168.0.2", pods)).toBe("deny specified");
    expect(between("shop/db", "shop/agent", pods, { egressToOwnNode: "evaluate" })).toBe(
      "deny implementation-defined own-node-egress",
    );
  });

  test("is a pod's like any other where host-network pods are taken for pods", () => {
    const pods = { "shop/db": db("n1"), "shop/agent": host("n1", "192.168.0.1") };
    expect(between("shop/agent", "shop/db", pods, { hostNetworkPods: "pod" })).toBe(
      "deny implementation-defined host-network",
    );
    expect(between("192.168.0.1", "shop/db", pods, { hostNetworkPods: "pod" })).toBe("allow specified");
  });

  test("is open for some pods of a workload when they run on several nodes", () => {
    const pod = (name: string, node: string) => `---
apiVersion: v1
kind: Pod
metadata:
  name: ${name}
  namespace: shop
  labels: { app: db }
  ownerReferences: [{ apiVersion: apps/v1, kind: StatefulSet, name: q, uid: u, controller: true }]
spec: { containers: [{ name: main }], nodeName: ${node} }
status: { podIP: 10.0.0.1 }
`;
    const on = (...where: readonly string[]) =>
      ask({
        step: { nodes, policies: shut, manifests: where.map((node, i) => pod(`q-${i}`, node)).join("") },
        flow: { source: "192.168.0.1", destination: "shop/q", protocol: "TCP", port: 80 },
      });
    expect(on("n1", "n1")).toMatchObject({ verdict: "allow", scope: "all" });
    expect(on("n1", "n2")).toMatchObject({ verdict: "allow", scope: "some" });
    expect(on("n2", "n2")).toMatchObject({ verdict: "deny", scope: "all" });
  });
});

describe("a named port", () => {
  const db = (...declared: string[]) => ({ labels: { app: "db" }, ip: "10.0.0.2", ports: declared });
  const web = { labels: { app: "web" }, ip: "10.0.0.1", ports: ["sql TCP 7777"] };
  const inward = policy("{ podSelector: { matchLabels: { app: db } }, ingress: [{ ports: [{ port: sql }] }] }");
  const to = (port: number, declared: string[], policies: string, options: Partial<Options> = {}) =>
    read({
      step: { pods: { "shop/web": web, "shop/db": db(...declared) }, policies },
      flow: { source: "shop/web", destination: "shop/db", protocol: "TCP", port },
      options,
    });

  test("is the number that the destination gives it, on ingress and on egress", () => {
    const outward = policy(
      "{ podSelector: { matchLabels: { app: web } }, policyTypes: [Egress], egress: [{ ports: [{ port: sql }], to: [{ podSelector: {} }] }] }",
    );
    for (const policies of [inward, outward]) {
      expect(to(5432, ["sql TCP 5432"], policies)).toBe("allow specified");
      expect(to(7777, ["sql TCP 5432"], policies)).toBe("deny specified");
      expect(to(5432, ["sql UDP 5432"], policies)).toBe("deny specified");
    }
  });

  test("of a sidecar or an init container counts by option", () => {
    expect(to(1, ["sql TCP 1 sidecar"], inward)).toBe("allow implementation-defined named-port-container");
    expect(to(1, ["sql TCP 1 init"], inward)).toBe("deny implementation-defined named-port-container");
    expect(to(1, ["sql TCP 1 init"], inward, { namedPortContainers: "all" })).toBe(
      "allow implementation-defined named-port-container",
    );
    expect(to(1, ["sql TCP 1 sidecar"], inward, { namedPortContainers: "main" })).toBe(
      "deny implementation-defined named-port-container",
    );
    expect(to(1, ["sql TCP 1"], inward, { namedPortContainers: "main" })).toBe("allow specified");
  });

  test("means nothing on an address outside", () => {
    const outward = policy(
      "{ podSelector: { matchLabels: { app: web } }, policyTypes: [Egress], egress: [{ ports: [{ port: sql }] }] }",
    );
    const step: Step = { pods: { "shop/web": web }, policies: outward };
    expect(read({ step, flow: { source: "shop/web", destination: "203.0.113.7", protocol: "TCP", port: 7777 } })).toBe(
      "deny specified",
    );
  });

  test("to pods that only an ipBlock matches may not resolve", () => {
    const outward = (peers: string) =>
      policy(
        `{ podSelector: { matchLabels: { app: web } }, policyTypes: [Egress], egress: [{ ports: [{ port: sql }], to: [${peers}] }] }`,
      );
    const block = "{ ipBlock: { cidr: 10.0.0.0/8 } }";
    expect(to(5432, ["sql TCP 5432"], outward(block))).toBe(
      "allow implementation-defined ip-block-matches-pods named-port-ip-block",
    );
    expect(to(5432, ["sql TCP 5432"], outward(`${block}, { podSelector: {} }`))).toBe("allow specified");
    const from = policy(
      "{ podSelector: { matchLabels: { app: db } }, ingress: [{ ports: [{ port: sql }], from: [{ ipBlock: { cidr: 10.0.0.0/8 } }] }] }",
    );
    expect(to(5432, ["sql TCP 5432"], from)).toBe("allow implementation-defined ip-block-matches-pods");
  });

  test("resolves on no host-network pod, or by the option that takes them for pods", () => {
    const host = { labels: { app: "db" }, ip: "192.168.0.1", hostNetwork: true, ports: ["sql TCP 5432"] };
    const outward = policy(
      "{ podSelector: { matchLabels: { app: web } }, policyTypes: [Egress], egress: [{ ports: [{ port: sql }] }] }",
    );
    const asked = (options: Partial<Options>) =>
      read({
        step: { pods: { "shop/web": web, "shop/host": host }, policies: outward },
        flow: { source: "shop/web", destination: "shop/host", protocol: "TCP", port: 5432 },
        options,
      });
    expect(asked({ egressToOwnNode: "evaluate" })).toMatch(/^deny implementation-defined host-network/);
    expect(asked({ hostNetworkPods: "pod" })).toMatch(/^allow/);
  });
});

describe("a port range", () => {
  const db = { labels: { app: "db" }, ip: "10.0.0.2" };
  const web = { labels: { app: "web" }, ip: "10.0.0.1" };
  const to = (port: number, policies: string, endPortSupported: boolean) =>
    read({
      step: { pods: { "shop/web": web, "shop/db": db }, policies },
      flow: { source: "shop/web", destination: "shop/db", protocol: "TCP", port },
      options: { endPortSupported },
    });
  const range = policy(
    "{ podSelector: { matchLabels: { app: db } }, ingress: [{ ports: [{ port: 80, endPort: 90 }, { port: 99, endPort: 99 }] }] }",
  );

  test("reaches to its end", () => {
    for (const port of [80, 85, 90, 99]) expect(to(port, range, true)).toBe("allow specified");
    expect(to(91, range, true)).toBe("deny specified");
  });

  test("may end at its first port where endPort is not supported", () => {
    expect(to(80, range, false)).toBe("allow specified");
    expect(to(81, range, false)).toBe("deny implementation-defined end-port");
    expect(to(90, range, false)).toBe("deny implementation-defined end-port");
    expect(to(91, range, false)).toBe("deny specified");
    expect(to(99, range, false)).toBe("allow specified");
  });

  test("of an admin policy reaches to its end in any case", () => {
    const deny = cnp(
      "c",
      1,
      `{ action: Deny, from: [{ namespaces: {} }], ${ports("{ range: { start: 80, end: 90 } }")} }`,
    );
    expect(to(85, deny, false)).toBe("deny specified");
  });
});

describe("policies of one priority", () => {
  const pods = {
    "shop/web": { labels: { app: "web" }, ip: "10.0.0.1" },
    "shop/db": { labels: { app: "db" }, ip: "10.0.0.2" },
  };
  const to = (port: number, ...policies: string[]) =>
    read({
      step: { pods, policies: policies.join("") },
      flow: { source: "shop/web", destination: "shop/db", protocol: "TCP", port },
    });

  test("come by name where they disagree, and that is not specified", () => {
    expect(to(80, cnp("a", 5, rule("Deny")), cnp("b", 5, rule("Accept")))).toBe(
      "deny implementation-defined priority-tie",
    );
    expect(to(80, cnp("a", 5, rule("Accept")), cnp("b", 5, rule("Deny")))).toBe(
      "allow implementation-defined priority-tie",
    );
    expect(to(80, cnp("a", 5, rule("Accept")), cnp("b", 6, rule("Deny")))).toBe("allow specified");
  });

  test("leave nothing open where they agree, or speak of different ports", () => {
    expect(to(80, cnp("a", 5, rule("Deny")), cnp("b", 5, rule("Deny")))).toBe("deny specified");
    expect(to(80, cnp("a", 5, rule("Deny", 80)), cnp("b", 5, rule("Accept", 81)))).toBe("deny specified");
  });

  test("each keep the order of their own rules", () => {
    expect(to(80, cnp("a", 5, rule("Accept", 81)), cnp("b", 5, `${rule("Deny", 80)}, ${rule("Accept")}`))).toBe(
      "deny specified",
    );
    expect(to(80, cnp("a", 5, rule("Deny", 80)), cnp("b", 5, `${rule("Deny", 80)}, ${rule("Accept")}`))).toBe(
      "deny specified",
    );
    expect(to(82, cnp("a", 5, rule("Deny")), cnp("b", 5, `${rule("Deny", 80)}, ${rule("Accept")}`))).toBe(
      "deny implementation-defined priority-tie",
    );
  });

  test("are asked only what policies before them leave", () => {
    const first = cnp("first", 4, rule("Deny", 80));
    expect(to(80, first, cnp("a", 5, rule("Deny")), cnp("b", 5, rule("Accept")))).toBe("deny specified");
    const pair = [cnp("y", 4, rule("Deny", 80)), cnp("z", 4, rule("Deny", 80))];
    expect(to(80, ...pair, cnp("a", 5, rule("Deny")), cnp("b", 5, rule("Accept")))).toBe("deny specified");
    expect(to(81, ...pair, cnp("a", 5, rule("Deny")), cnp("b", 5, rule("Accept")))).toBe(
      "deny implementation-defined priority-tie",
    );
  });

  test("may let through what a third denies", () => {
    expect(to(80, cnp("a", 5, rule("Pass")), cnp("b", 5, rule("Deny")), cnp("c", 5, rule("Accept")))).toBe(
      "allow implementation-defined priority-tie",
    );
  });
});
