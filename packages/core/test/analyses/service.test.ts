import { describe, expect, test } from "vitest";
import {
  compile,
  type Decision,
  decide,
  decideService,
  findDestination,
  findEndpoint,
  fulfilment,
  isServiceDecision,
  type Options,
  parse,
  type ServiceDecision,
  UPSTREAM,
} from "../../src/index.ts";
import { policy } from "../report/listed.ts";

function pod(name: string, ip: string, { ports = "", rest = "", app = name, status = "" } = {}): string {
  return `apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: shop, labels: { app: ${app} } }
spec: { containers: [{ name: main, image: main, ports: [${ports}] }]${rest && `, ${rest}`} }
status: { podIP: ${ip}${status && `, ${status}`} }
`;
}

function service(name: string, spec: string): string {
  return `apiVersion: v1\nkind: Service\nmetadata: { name: ${name}, namespace: shop }\nspec: ${spec}\n`;
}

function node(name: string, address: string): string {
  return `apiVersion: v1\nkind: Node\nmetadata: { name: ${name} }\nstatus: { addresses: [{ address: ${address} }] }\n`;
}

function programOf(documents: readonly string[], options: Partial<Options> = {}) {
  const all = { ...UPSTREAM, ...options };
  return compile(parse([{ path: "a.yaml", text: documents.join("---\n") }], all).cluster, all).program;
}

function ask(documents: readonly string[], from: string, to: string, port?: number, options: Partial<Options> = {}) {
  const flow = { source: from, destination: to, ...(port !== undefined && ({ protocol: "TCP", port } as const)) };
  const decision = decide(programOf(documents, options), flow);
  if (!isServiceDecision(decision)) throw new Error(`${to} is no Service`);
  return decision;
}

/** Verdict, certainty, and the codes of what it rests on. */
function told({ verdict, certainty, assumptions }: Decision) {
  return [verdict, certainty, assumptions.map(({ code }) => code)];
}

/** Each endpoint with where traffic arrives and its verdict. */
function each({ endpoints }: ServiceDecision) {
  return endpoints.map(({ endpoint, ports, decision }) => [
    endpoint.id,
    ports.map(({ target }) => target),
    decision.verdict,
  ]);
}

const web = pod("web", "10.0.0.1");
const ingress = (name: string, rule: string) =>
  policy("shop", name, `{ podSelector: { matchLabels: { app: ${name} } }, ingress: [${rule}] }`);
const egress = (name: string, rule: string) =>
  policy("shop", name, `{ podSelector: { matchLabels: { app: ${name} } }, policyTypes: [Egress], egress: [${rule}] }`);

describe("SVC-1, SVC-2: a Service is its endpoints, on their ports", () => {
  const db = pod("db", "10.0.0.2", { ports: "{ name: sql, containerPort: 5432 }" });
  const dbService = (target: string) =>
    service(
      "db",
      `{ selector: { app: db }, clusterIP: 10.96.0.1, ports: [{ port: 80${target && `, targetPort: ${target}`} }] }`,
    );

  test.each([
    ["", 80],
    ["5432", 5432],
    ["sql", 5432],
  ])("targetPort `%s` arrives at %d, and that is the port policies see", (target, port) => {
    const documents = [web, db, dbService(target)];
    const at = (number: number) =>
      ask([...documents, ingress("db", `{ ports: [{ port: ${number} }] }`)], "shop/web", "shop/Service/db", 80);
    expect(each(at(port))).toEqual([["shop/Pod/db", [port], "allow"]]);
    expect(told(at(port === 80 ? 81 : 80))).toEqual(["deny", "specified", []]);
    expect(at(port).allowed.toString()).toBe("TCP 80");
  });

  test("a pod without the name is no endpoint, and of several ports with it the first counts", () => {
    const named = (name: string, ip: string, ports: string) => pod(name, ip, { app: "db", ports });
    const decision = ask(
      [
        web,
        named("a", "10.0.0.2", "{ name: sql, containerPort: 1 }, { name: sql, containerPort: 2 }"),
        named("b", "10.0.0.3", "{ name: sql, containerPort: 3, protocol: UDP }"),
        dbService("sql"),
      ],
      "shop/web",
      "shop/Service/db",
    );
    expect(each(decision)).toEqual([["shop/Pod/a", [1], "allow"]]);
  });

  test("two pods may number a port differently, and both are asked on their own", () => {
    const named = (name: string, ip: string, number: number) =>
      pod(name, ip, { app: "db", ports: `{ name: sql, containerPort: ${number} }` });
    const rule = ingress("db", "{ ports: [{ port: 1 }] }");
    const decision = ask(
      [web, named("a", "10.0.0.2", 1), named("b", "10.0.0.3", 2), dbService("sql"), rule],
      "shop/web",
      "shop/Service/db",
      80,
    );
    expect(each(decision)).toEqual([
      ["shop/Pod/a", [1], "allow"],
      ["shop/Pod/b", [2], "deny"],
    ]);
    expect(told(decision)).toEqual(["allow", "specified", ["service-load-balanced"]]);
    expect([decision.scope, decision.possible.isEmpty, decision.certain.isEmpty]).toEqual(["some", false, true]);
    expect([fulfilment(decision, "allow").holds, fulfilment(decision, "deny").holds]).toEqual([false, false]);
  });

  test("egress by selector lets through to a Service, on the port of the pod", () => {
    const rule = "{ to: [{ podSelector: { matchLabels: { app: db } } }], ports: [{ port: 5432 }] }";
    expect(told(ask([web, db, dbService("sql"), egress("web", rule)], "shop/web", "shop/Service/db", 80))).toEqual([
      "allow",
      "specified",
      [],
    ]);
  });

  test("a port the Service does not have is not answered, and neither is ICMP", () => {
    const program = programOf([web, db, dbService("")]);
    const source = findEndpoint(program, "shop/web");
    if (source.kind !== "endpoint") throw new Error("no source");
    const [about] = program.cluster.services;
    if (!about) throw new Error("no Service");
    const asked = (rest: object) => decideService(program, { source: source.endpoint, service: about, ...rest });
    expect(asked({ protocol: "TCP", port: 5432 })).toEqual({
      problem: expect.stringContaining("has no port TCP/5432; it has TCP/80"),
    });
    expect(asked({ protocol: "UDP" })).toEqual({ problem: expect.stringContaining("has no port UDP; it has TCP/80") });
    expect(asked({ protocol: "other" })).toHaveProperty("problem");
  });
});

describe("what is called by which name", () => {
  const program = programOf([
    pod("db", "10.0.0.2"),
    service("db", "{ selector: { app: db }, clusterIP: 10.96.0.1, externalIPs: [203.0.113.7], ports: [{ port: 80 }] }"),
  ]);

  test.each(["shop/Service/db", "10.96.0.1", "203.0.113.7", "db.shop", "db.shop.svc", "db.shop.svc.cluster.local."])(
    "%s is the Service",
    (text) => {
      expect(findDestination(program, text)).toMatchObject({ kind: "service", service: { name: "db" } });
    },
  );

  test.each(["shop/db", "10.0.0.2", "shop/Pod/db"])("%s is the pod", (text) => {
    expect(findDestination(program, text)).toMatchObject({ kind: "endpoint", endpoint: { id: "shop/Pod/db" } });
  });

  test("a name close to a Service's brings that up", () => {
    expect(findDestination(program, "shop/Service/bd")).toMatchObject({ kind: "none", similar: ["shop/Service/db"] });
  });

  test("a workload whose name has a dot comes before a DNS name", () => {
    const dotted = programOf([pod("db.shop", "10.0.0.3"), service("db", "{ ports: [{ port: 80 }] }")], {
      defaultNamespace: "shop",
    });
    expect(findDestination(dotted, "db.shop")).toMatchObject({
      kind: "endpoint",
      endpoint: { id: "shop/Pod/db.shop" },
    });
  });
});

describe("SVC-3: an ipBlock sees the endpoint, or the Service by option", () => {
  const db = pod("db", "10.0.0.2");
  const known = service("db", "{ selector: { app: db }, clusterIP: 10.96.0.1, ports: [{ port: 80 }] }");
  const unknown = service("db", "{ selector: { app: db }, ports: [{ port: 80 }] }");
  const block = (cidr: string) => egress("web", `{ to: [{ ipBlock: { cidr: ${cidr} } }] }`);
  const clusterIp = { serviceView: "cluster-ip" } as const;

  test("networks of an admin policy see the endpoint in any case", () => {
    const deny = (cidr: string) => `apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: { name: deny }
spec: { tier: Admin, priority: 1, subject: { namespaces: {} }, egress: [{ action: Deny, to: [{ networks: [${cidr}] }] }] }
`;
    for (const options of [{}, clusterIp]) {
      const asked = (cidr: string) => told(ask([web, db, known, deny(cidr)], "shop/web", "db.shop", 80, options));
      expect(asked("10.96.0.0/16")).toEqual(["allow", "specified", []]);
      expect(asked("10.0.0.0/24")).toEqual(["deny", "specified", []]);
    }
  });

  test("one that holds only the Service's address decides by option", () => {
    const documents = [web, db, known, block("10.96.0.0/16")];
    expect(told(ask(documents, "shop/web", "db.shop"))).toEqual([
      "deny",
      "implementation-defined",
      ["service-address"],
    ]);
    expect(told(ask(documents, "shop/web", "db.shop", 80, clusterIp))).toEqual([
      "allow",
      "implementation-defined",
      ["service-address"],
    ]);
  });

  test("one that holds both addresses decides nothing by that option", () => {
    const decision = ask([web, db, known, block("10.0.0.0/8")], "shop/web", "db.shop");
    expect(told(decision)).toEqual(["allow", "implementation-defined", ["ip-block-matches-pods"]]);
  });

  test("where the Service's address is not in the input, what hangs on it is unknown", () => {
    const documents = [web, db, unknown, block("10.96.0.0/16")];
    expect(told(ask(documents, "shop/web", "db.shop", 80, clusterIp))).toEqual([
      "deny",
      "unknown",
      ["service-address-unknown"],
    ]);
  });

  test("selectors see the pod in either view", () => {
    const rule = egress("web", "{ to: [{ podSelector: { matchLabels: { app: db } } }] }");
    expect(told(ask([web, db, known, rule], "shop/web", "db.shop", 80, clusterIp))).toEqual(["allow", "specified", []]);
  });
});

describe("SVC-4, WL-9: which endpoints there are", () => {
  const headless = service("db", "{ selector: { app: db }, clusterIP: None, ports: [{ port: 80, targetPort: 5432 }] }");

  test("a headless Service translates no port", () => {
    const documents = [web, pod("db", "10.0.0.2"), headless, ingress("db", "{ ports: [{ port: 7000 }] }")];
    expect(each(ask(documents, "shop/web", "db.shop", 7000))).toEqual([["shop/Pod/db", [7000], "allow"]]);
    expect(each(ask(documents, "shop/web", "db.shop", 80))).toEqual([["shop/Pod/db", [80], "deny"]]);
  });

  test.each([
    ["", ["shop/Pod/a"]],
    [", publishNotReadyAddresses: true", ["shop/Pod/a", "shop/Pod/b"]],
  ])("pods that are not ready are left out%s", (more, ids) => {
    const waiting = pod("b", "10.0.0.3", { app: "db", status: "conditions: [{ type: Ready, status: 'False' }]" });
    const spec = `{ selector: { app: db }, ports: [{ port: 80 }]${more} }`;
    const decision = ask(
      [web, pod("a", "10.0.0.2", { app: "db" }), waiting, service("db", spec)],
      "shop/web",
      "db.shop",
    );
    expect(decision.endpoints.map(({ endpoint }) => endpoint.id)).toEqual(ids);
  });

  test("endpoints written by hand are addresses, and pods where an address is a pod's", () => {
    const slice = `apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: db-1, namespace: shop, labels: { kubernetes.io/service-name: db } }
ports: [{ name: sql, port: 5432 }]
endpoints: [{ addresses: [192.0.2.1] }, { addresses: [10.0.0.2] }, { addresses: [192.0.2.9], conditions: { ready: false } }]
`;
    const bare = service("db", "{ ports: [{ name: sql, port: 80 }, { name: other, port: 81 }] }");
    const rule = egress("web", "{ to: [{ ipBlock: { cidr: 192.0.2.0/24 } }] }");
    const decision = ask([web, pod("db", "10.0.0.2"), bare, slice, rule], "shop/web", "db.shop");
    expect(each(decision)).toEqual([
      ["192.0.2.1", [5432], "allow"],
      ["shop/Pod/db", [5432], "deny"],
    ]);
  });

  test("Endpoints count where the Service has no selector, and not beside one", () => {
    const endpoints = `apiVersion: v1
kind: Endpoints
metadata: { name: db, namespace: shop }
subsets: [{ addresses: [{ ip: 192.0.2.1 }], ports: [{ port: 5432 }] }]
`;
    const of = (spec: string) => each(ask([web, service("db", spec), endpoints], "shop/web", "db.shop"));
    expect(of("{ ports: [{ port: 80 }] }")).toEqual([["192.0.2.1", [5432], "allow"]]);
    expect(of("{ selector: { app: x }, ports: [{ port: 80 }] }")).toEqual([]);
  });

  test("without any endpoint the answer is not known", () => {
    const decision = ask(
      [web, service("db", "{ selector: { app: db }, ports: [{ port: 80 }] }")],
      "shop/web",
      "db.shop",
    );
    expect(told(decision)).toEqual(["deny", "unknown", ["service-without-endpoints"]]);
    expect(fulfilment(decision, "deny").holds).toBe(false);
  });

  test("an ExternalName is answered for where it is an alias of a Service here, and by its address otherwise", () => {
    const alias = (target: string) => service("alias", `{ type: ExternalName, externalName: ${target} }`);
    const documents = [web, pod("db", "10.0.0.2"), headless];
    expect(each(ask([...documents, alias("db.shop.svc.cluster.local")], "shop/web", "alias.shop", 80))).toEqual([
      ["shop/Pod/db", [80], "allow"],
    ]);
    expect(() => ask([...documents, alias("db.example.com")], "shop/web", "alias.shop", 80)).toThrow(
      /alias of `db.example.com` in DNS/,
    );
    expect(() => ask([...documents, alias("alias.shop.svc")], "shop/web", "alias.shop", 80)).toThrow(/alias/);
  });
});

describe("SVC-5, CNP-13: a pod that reaches itself through a Service", () => {
  const own = service("web", "{ selector: { app: web }, ports: [{ port: 80 }] }");
  const closed = policy("shop", "closed", "{ podSelector: {}, policyTypes: [Ingress, Egress] }");

  test.each([
    ["allow", "allow"],
    ["evaluate", "deny"],
  ] as const)("npHairpin=%s: %s", (npHairpin, verdict) => {
    const decision = ask([web, own, closed], "shop/web", "web.shop", 80, { npHairpin });
    expect(told(decision)).toEqual([verdict, "implementation-defined", ["hairpin"]]);
  });

  test("is settled where no policy stands in the way", () => {
    expect(told(ask([web, own], "shop/web", "web.shop", 80, { npHairpin: "evaluate" }))).toEqual([
      "allow",
      "specified",
      [],
    ]);
  });

  test("is subject to admin policies in any case", () => {
    const deny = `apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: { name: deny }
spec: { tier: Admin, priority: 1, subject: { namespaces: {} }, ingress: [{ action: Deny, from: [{ namespaces: {} }] }] }
`;
    expect(told(ask([web, own, deny], "shop/web", "web.shop"))).toEqual(["deny", "specified", []]);
    expect(decide(programOf([web, own, deny]), { source: "shop/web", destination: "shop/web" }).verdict).toBe("allow");
  });

  test("of two replicas reaches itself and the other one", () => {
    const both = [pod("a", "10.0.0.1", { app: "web" }), pod("b", "10.0.0.2", { app: "web" }), own, closed];
    expect(each(ask(both, "shop/a", "web.shop"))).toEqual([
      ["shop/Pod/a", [80], "allow"],
      ["shop/Pod/b", [80], "deny"],
    ]);
  });
});

describe("SVC-6, SVC-7: from outside", () => {
  const web1 = pod("web", "10.0.0.1", { rest: "nodeName: n1" });
  const nodes = [node("n1", "192.168.0.1"), node("n2", "192.168.0.2")];
  const exposed = (more = "") =>
    service("web", `{ type: NodePort, selector: { app: web }, ports: [{ port: 80, nodePort: 30080 }]${more} }`);
  const client = ingress("web", "{ from: [{ ipBlock: { cidr: 203.0.113.0/24 } }] }");
  const byNode = ingress("web", "{ from: [{ ipBlock: { cidr: 192.168.0.0/16 } }] }");
  const from = "203.0.113.9";

  test("both views agree where nothing, or everything, is let in", () => {
    expect(told(ask([web1, ...nodes, exposed()], from, "web.shop"))).toEqual(["allow", "specified", []]);
    expect(told(ask([web1, ...nodes, exposed(), ingress("web", "")], from, "web.shop"))).toEqual([
      "deny",
      "specified",
      [],
    ]);
  });

  test.each([
    ["", "deny"],
    [", externalTrafficPolicy: Local", "allow"],
  ])("where they differ the traffic policy decides%s", (more, verdict) => {
    const decision = ask([web1, ...nodes, exposed(more), client], from, "web.shop");
    expect(told(decision)).toEqual([verdict, "implementation-defined", ["source-translated"]]);
    expect(decision.endpoints[0]?.view).toBe(verdict === "allow" ? "client" : "node");
    expect([decision.possible.isEmpty, decision.certain.isEmpty]).toEqual([false, true]);
  });

  test.each([
    ["client", "deny"],
    ["node", "allow"],
  ] as const)("or the option does: snatView=%s", (snatView, verdict) => {
    const documents = [web1, ...nodes, exposed(), byNode];
    expect(told(ask(documents, from, "web.shop", 80, { snatView }))[0]).toBe(verdict);
  });

  test("the own node counts where there is no other, and lets everything in", () => {
    expect(told(ask([web1, node("n1", "192.168.0.1"), exposed(), ingress("web", "")], from, "web.shop"))).toEqual([
      "allow",
      "implementation-defined",
      ["source-translated"],
    ]);
  });

  test("where no node is in the input, a rule for some addresses leaves the answer unknown", () => {
    expect(told(ask([web1, exposed(), byNode], from, "web.shop"))).toEqual([
      "deny",
      "unknown",
      ["source-address-unknown"],
    ]);
    expect(told(ask([web1, exposed(), ingress("web", "{}")], from, "web.shop"))).toEqual(["allow", "specified", []]);
  });

  test("the port may be the node port; from inside it may not", () => {
    expect(each(ask([web1, ...nodes, exposed()], from, "web.shop", 30080))).toEqual([["shop/Pod/web", [80], "allow"]]);
    expect(() => ask([web1, ...nodes, exposed()], "shop/web", "web.shop", 30080)).toThrow(/has no port TCP\/30080/);
  });

  test("a Service of type ClusterIP has no way in", () => {
    expect(() =>
      ask([web1, service("web", "{ selector: { app: web }, ports: [{ port: 80 }] }")], from, "web.shop"),
    ).toThrow(/ClusterIP/);
  });

  test("a node of the cluster comes under its own address", () => {
    const inside = service("web", "{ selector: { app: web }, ports: [{ port: 80 }] }");
    expect(told(ask([web1, ...nodes, inside, byNode], "192.168.0.2", "web.shop"))).toEqual(["allow", "specified", []]);
    expect(told(ask([web1, ...nodes, inside, client], "192.168.0.2", "web.shop"))).toEqual(["deny", "specified", []]);
  });

  test("a pod that dials the load balancer's address is not translated, whatever the traffic policy", () => {
    const balancer = `${service("web", "{ type: LoadBalancer, externalTrafficPolicy: Local, selector: { app: web }, ports: [{ port: 80 }] }")}status: { loadBalancer: { ingress: [{ ip: 203.0.113.80 }] } }\n`;
    const rule = ingress("web", "{ from: [{ podSelector: { matchLabels: { app: api } } }] }");
    expect(told(ask([web1, pod("api", "10.0.0.3"), balancer, rule], "shop/api", "203.0.113.80"))).toEqual([
      "allow",
      "specified",
      [],
    ]);
  });

  test("clients that a load balancer does not accept are worth a note", () => {
    const balancer = service(
      "web",
      "{ type: LoadBalancer, loadBalancerSourceRanges: [198.51.100.0/24], selector: { app: web }, ports: [{ port: 80 }] }",
    );
    expect(told(ask([web1, ...nodes, balancer], from, "web.shop"))).toEqual([
      "allow",
      "specified",
      ["service-source-ranges"],
    ]);
  });
});
