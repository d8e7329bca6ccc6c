import { describe, expect, test } from "vitest";
import type { Attack, AttackOptions } from "../../../src/analyses/attack/attack-graph.ts";
import { findFact, findPaths } from "../../../src/analyses/paths.ts";
import { attackOn, documents, edgesOf, object, pod } from "./edges.ts";

const policy = (name: string, spec: string) => object("networking.k8s.io/v1", "NetworkPolicy", name, `spec: ${spec}`);
const CLOSED = policy("closed", "{ podSelector: {}, policyTypes: [Ingress, Egress] }");
const service = (spec: string, meta = "namespace: shop") => object("v1", "Service", "web", `spec: ${spec}`, meta);

function path(attack: Attack, from: string, to: string, k = 1) {
  const [a, b] = [findFact(attack, from, "start"), findFact(attack, to, "target")];
  return a && b ? findPaths(attack, a, b, k) : [];
}

const id = (name: string) => `shop/Pod/${name}`;
const cost = (text: string, from: string, to: string, options: Partial<AttackOptions> = {}) =>
  path(attackOn(text, options), from, to)[0]?.cost;

describe("NET", () => {
  const listening = pod("b", { container: "ports: [{ containerPort: 80 }]" });

  test("leads wherever policies let packets go, with the verdicts as evidence", () => {
    const [found] = path(attackOn(documents(pod("a"), listening)), id("a"), id("b"));
    expect(found).toMatchObject({ cost: 3, hops: 1, certainty: "proved" });
    expect(found?.steps).toMatchObject([
      {
        edge: "NET",
        from: id("a"),
        to: id("b"),
        port: "TCP/80",
        assumptions: ["a flaw or weak login in shop/Pod/b on TCP/80"],
      },
    ]);
    expect(found?.steps[0]?.because.join()).toContain("no policy isolates shop/Pod/b for ingress");
    expect(found?.steps[0]?.evidence.length).toBeGreaterThan(0);
  });

  test("names the rules that let it through", () => {
    const open = policy("open", "{ podSelector: { matchLabels: { app: b } }, ingress: [{ ports: [{ port: 80 }] }] }");
    const [found] = path(attackOn(documents(pod("a"), listening, open)), id("a"), id("b"));
    expect(found?.steps[0]?.because.join()).toContain("allowed by shop/open, ingress rule 1");
  });

  test("leads nowhere past a policy", () => {
    expect(path(attackOn(documents(pod("a"), listening, CLOSED)), id("a"), id("b"))).toEqual([]);
  });

  test("costs less where services usually ask for no login", () => {
    const redis = pod("b", { container: "ports: [{ containerPort: 6379 }]" });
    expect(cost(documents(pod("a"), redis), id("a"), id("b"))).toBe(2);
  });

  test("on a port nobody declared is assumed, and left out of what is proved", () => {
    const both = documents(pod("a"), pod("b"));
    expect(path(attackOn(both), id("a"), id("b"))).toMatchObject([{ certainty: "assumed" }]);
    expect(path(attackOn(both, { certainty: "proved" }), id("a"), id("b"))).toEqual([]);
  });

  test("takes the port a Service sends to for declared", () => {
    const both = documents(
      pod("a"),
      pod("b"),
      service("{ selector: { app: b }, ports: [{ port: 80, targetPort: 8080 }] }"),
    );
    expect(path(attackOn(both), id("a"), id("b"))).toMatchObject([
      { certainty: "proved", steps: [{ port: "TCP/8080" }] },
    ]);
  });

  test("ends where packets arrive in mode reach", () => {
    const chain = documents(
      pod("a"),
      listening,
      pod("c"),
      policy(
        "b",
        "{ podSelector: { matchLabels: { app: c } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: b } } }] }] }",
      ),
    );
    expect(cost(chain, id("a"), id("c"))).toBe(6);
    expect(cost(chain, id("a"), id("b"), { mode: "reach" })).toBe(0);
    expect(path(attackOn(chain, { mode: "reach" }), id("a"), id("c"))).toEqual([]);
  });
});

describe("EXPOSE", () => {
  const web = pod("web", { container: "ports: [{ containerPort: 8080, name: http }]" });
  const exposed = (text: string) => path(attackOn(documents(web, text)), "internet", id("web"));

  test.each([
    [
      "LoadBalancer",
      "{ type: LoadBalancer, externalTrafficPolicy: Local, selector: { app: web }, ports: [{ port: 80, targetPort: http }] }",
      "proved",
    ],
    ["NodePort", "{ type: NodePort, selector: { app: web }, ports: [{ port: 80, targetPort: 8080 }] }", "assumed"],
    ["external IPs", "{ externalIPs: [8.8.8.8], selector: { app: web }, ports: [{ port: 8080 }] }", "assumed"],
  ])("a Service with %s is a way in", (_, spec, certainty) => {
    expect(exposed(service(spec))).toMatchObject([{ certainty, cost: 3, steps: [{ edge: "EXPOSE", to: id("web") }] }]);
  });

  test.each([
    ["of type ClusterIP", service("{ selector: { app: web }, ports: [{ port: 8080 }] }")],
    ["that selects others", service("{ type: LoadBalancer, selector: { app: db }, ports: [{ port: 8080 }] }")],
    [
      "behind a closed policy",
      documents(service("{ type: LoadBalancer, selector: { app: web }, ports: [{ port: 8080 }] }"), CLOSED),
    ],
  ])("a Service %s is none", (_, text) => {
    expect(exposed(text)).toEqual([]);
  });

  test("behind an internal load balancer a Service is a way in only for who reaches the nodes", () => {
    const internal = service(
      "{ type: LoadBalancer, selector: { app: web }, ports: [{ port: 8080 }] }",
      "namespace: shop, annotations: { networking.gke.io/load-balancer-type: Internal }",
    );
    expect(exposed(internal)).toMatchObject([{ certainty: "assumed" }]);
    const [path] = exposed(internal);
    expect(path?.assumptions.length).toBeGreaterThan(1);
  });

  test("of several ports only those that policies let through are a way in", () => {
    const both = documents(
      pod("web", { container: "ports: [{ containerPort: 6379 }, { containerPort: 8080 }]" }),
      service(
        "{ type: LoadBalancer, externalTrafficPolicy: Local, selector: { app: web }, ports: [{ name: a, port: 6379 }, { name: b, port: 8080 }] }",
      ),
      policy("web", "{ podSelector: {}, ingress: [{ ports: [{ port: 8080 }] }] }"),
    );
    expect(edgesOf(both, ["EXPOSE"])).toEqual(["EXPOSE internet → declared door of web (0 proved)"]);
  });

  test("an Ingress leads to the Service it names, a host port to its pod", () => {
    const ingress = object(
      "networking.k8s.io/v1",
      "Ingress",
      "i",
      "spec: { defaultBackend: { service: { name: web, port: { number: 80 } } } }",
    );
    expect(
      exposed(documents(service("{ selector: { app: web }, ports: [{ port: 80, targetPort: 8080 }] }"), ingress)),
    ).toMatchObject([{ certainty: "assumed", steps: [{ edge: "EXPOSE" }] }]);
    const hosted = (ip: string) => pod("h", { container: `ports: [{ containerPort: 80, hostPort: 80${ip} }]` });
    expect(path(attackOn(hosted("")), "internet", id("h"))).toMatchObject([{ certainty: "assumed" }]);
    expect(path(attackOn(hosted(", hostIP: 127.0.0.1")), "internet", id("h"))).toEqual([]);
  });
});

describe("HOSTNET and LOCAL", () => {
  test("a pod of the host network reaches the pods of its node, whatever policies say", () => {
    const text = documents(
      pod("h", { spec: "hostNetwork: true, nodeName: n1" }),
      pod("b", { spec: "nodeName: n1" }),
      pod("c", { spec: "nodeName: n2" }),
      CLOSED,
    );
    expect(edgesOf(text, ["HOSTNET"])).toEqual(["HOSTNET h → packets of node:n1 (1 proved)"]);
    expect(edgesOf(text, ["LOCAL"])).toContain(
      "LOCAL pods beside the sender on node:n1 → undeclared door of b (0 proved)",
    );
    expect(edgesOf(text, ["LOCAL"])).not.toContain(
      "LOCAL pods beside the sender on node:n1 → undeclared door of c (0 proved)",
    );
  });

  test("an ordinary pod does not send as its node", () => {
    expect(edgesOf(pod("a"), ["HOSTNET"])).toEqual([]);
  });
});

describe("IMDS and EXFIL", () => {
  const edgesOfPods = (text: string, edges: readonly string[]) =>
    edgesOf(text, edges).filter((edge) => !edge.includes("node:"));

  test("an unrestricted pod reaches the metadata service and the world", () => {
    expect(edgesOfPods(pod("a"), ["IMDS", "EXFIL"])).toEqual([
      "EXFIL a → exfiltration (0 proved)",
      "IMDS a → cloud:node-role (2 conditional)",
    ]);
  });

  test("a closed one reaches neither, one with DNS to the world may carry data in names", () => {
    expect(edgesOfPods(documents(pod("a"), CLOSED), ["IMDS", "EXFIL"])).toEqual([]);
    const dns = policy(
      "dns",
      "{ podSelector: {}, policyTypes: [Egress], egress: [{ ports: [{ port: 53, protocol: UDP }] }] }",
    );
    expect(edgesOfPods(documents(pod("a"), dns), ["IMDS", "EXFIL"])).toEqual(["EXFIL a → exfiltration (3 proved)"]);
  });

  test("one that may only ask the cluster's DNS may carry data in names, if that asks on", () => {
    const dns = pod("dns", { meta: "" }).replace("labels: { app: dns }", "labels: { app: dns, k8s-app: kube-dns }");
    const asks = policy(
      "asks",
      "{ podSelector: { matchLabels: { app: a } }, policyTypes: [Egress], egress: [{ to: [{ podSelector: { matchLabels: { app: dns } } }], ports: [{ port: 53, protocol: UDP }] }] }",
    );
    expect(edgesOfPods(documents(pod("a"), dns, asks), ["EXFIL"])).toEqual([
      "EXFIL a → exfiltration (3 conditional)",
      "EXFIL dns → exfiltration (0 proved)",
    ]);
    const mute = policy("mute", "{ podSelector: { matchLabels: { app: dns } }, policyTypes: [Egress] }");
    expect(edgesOfPods(documents(pod("a"), dns, asks, mute), ["EXFIL"])).toEqual([]);
    const deaf = policy("deaf", "{ podSelector: { matchLabels: { app: dns } }, policyTypes: [Ingress] }");
    expect(edgesOfPods(documents(pod("a"), dns, asks, deaf), ["EXFIL"])).toEqual([
      "EXFIL dns → exfiltration (0 proved)",
    ]);
  });
});

test("only packets count where only packets are asked about", () => {
  const text = documents(pod("a", { container: "securityContext: { privileged: true }" }), pod("b"));
  const { graph } = attackOn(text, { edges: "network", certainty: "conditional" });
  expect(new Set(graph.rules.map(({ edge }) => edge))).toEqual(new Set(["NET"]));
});
