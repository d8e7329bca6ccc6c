import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decide as decideQuestion } from "../../src/engine/decide.ts";
import { ConnectionSet, compile, decide, type Flow, type Options, parse, reach, UPSTREAM } from "../../src/index.ts";
import { scenario } from "../arbitraries.ts";
import { policy } from "../report/listed.ts";

function pod(name: string, rest: string, ip = "10.0.0.1"): string {
  const spec = `{ containers: [{ name: main, image: main }], ${rest} }`;
  return `apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: shop, labels: { app: ${name} } }
spec: ${spec}
status: { podIP: ${ip}, hostIP: 192.168.0.1 }
`;
}

function node(name: string, address: string): string {
  return `apiVersion: v1
kind: Node
metadata: { name: ${name} }
status: { addresses: [{ type: InternalIP, address: ${address} }] }
`;
}

function programOf(documents: readonly string[], options: Partial<Options>) {
  const all = { ...UPSTREAM, ...options };
  return compile(parse([{ path: "a.yaml", text: documents.join("---\n") }], all).cluster, all).program;
}

/** Verdict, certainty, and the options that decide. */
function answer(documents: readonly string[], flow: Flow, options: Partial<Options> = {}) {
  const { verdict, certainty, assumptions } = decide(programOf(documents, options), flow);
  return [verdict, certainty, assumptions.flatMap(({ option }) => option ?? [])];
}

describe("icmp: protocols without ports at an isolated pod", () => {
  const web = pod("web", "");
  const ping: Flow = { source: "203.0.113.9", destination: "shop/web", protocol: "other" };
  const narrow = policy("shop", "narrow", "{ podSelector: {}, ingress: [{ ports: [{ port: 80 }] }] }");
  const wide = policy("shop", "wide", "{ podSelector: {}, ingress: [{}] }");

  test.each([
    ["rules-without-ports", "deny", "allow"],
    ["allow", "allow", "allow"],
    ["deny", "deny", "deny"],
  ] as const)("%s: behind a rule with ports %s, behind one without %s", (icmp, withPorts, without) => {
    expect(answer([web, narrow], ping, { icmp })).toEqual([withPorts, "implementation-defined", ["icmp"]]);
    expect(answer([web, wide], ping, { icmp })).toEqual([without, "implementation-defined", ["icmp"]]);
  });

  test.each(["rules-without-ports", "allow", "deny"] as const)("%s makes no difference to TCP", (icmp) => {
    expect(answer([web, narrow], { ...ping, protocol: "TCP", port: 80 }, { icmp })).toEqual(["allow", "specified", []]);
    expect(answer([web, narrow], { ...ping, protocol: "TCP", port: 81 }, { icmp })).toEqual(["deny", "specified", []]);
  });

  test("an open pod is not in question", () => {
    expect(answer([web], ping, { icmp: "deny" })).toEqual(["allow", "specified", []]);
  });

  test("what the policy lets pass is final: a baseline tier is not asked", () => {
    const baseline = `apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: { name: closed }
spec: { tier: Baseline, priority: 1, subject: { namespaces: {} }, ingress: [{ action: Deny, from: [{ namespaces: {} }] }] }
`;
    const flow: Flow = { ...ping, source: "shop/api" };
    const documents = [web, pod("api", "", "10.0.0.2"), narrow, baseline];
    expect(answer(documents, flow, { icmp: "allow" })[0]).toBe("allow");
  });

  test("a listing agrees with the question", () => {
    const program = programOf([web, pod("api", "", "10.0.0.2"), narrow], { icmp: "allow" });
    const allowed = reach(program).between("shop/Pod/api", "shop/Pod/web");
    expect(allowed.toString()).toBe(
      decide(program, { source: "shop/api", destination: "shop/web" }).allowed.toString(),
    );
  });
});

describe("emptyNamespaceSelectorAdmitsHostNetwork", () => {
  const admits = { emptyNamespaceSelectorAdmitsHostNetwork: true };
  const cluster = [
    node("n1", "192.168.0.1"),
    node("n2", "192.168.0.2"),
    pod("web", "nodeName: n1"),
    pod("far", "nodeName: n2, hostNetwork: true", "192.168.0.2"),
  ];
  const spec = (peer: string) => `{ podSelector: { matchLabels: { app: web } }, ingress: [{ from: [${peer}] }] }`;
  const empty = policy("shop", "p", spec("{ namespaceSelector: {} }"));
  const name = "emptyNamespaceSelectorAdmitsHostNetwork";

  test("lets in a host-network pod of another node, and says that it decided", () => {
    const flow: Flow = { source: "shop/far", destination: "shop/web", protocol: "TCP", port: 80 };
    const [verdict, certainty, options] = answer([...cluster, empty], flow);
    expect([verdict, certainty]).toEqual(["deny", "implementation-defined"]);
    expect(options).toContain(name);
    expect(answer([...cluster, empty], flow, admits).slice(0, 2)).toEqual(["allow", "implementation-defined"]);
  });

  test("lets in another node, and then says that it decided", () => {
    const flow: Flow = { source: "192.168.0.2", destination: "shop/web", protocol: "TCP", port: 80 };
    expect(answer([...cluster, empty], flow)).toEqual(["deny", "specified", []]);
    expect(answer([...cluster, empty], flow, admits)).toEqual(["allow", "implementation-defined", [name]]);
  });

  test("lets in nothing else", () => {
    const flow: Flow = { source: "203.0.113.9", destination: "shop/web", protocol: "TCP", port: 80 };
    expect(answer([...cluster, empty], flow, admits)).toEqual(["deny", "specified", []]);
  });

  test.each(["{ namespaceSelector: {}, podSelector: { matchLabels: { a: b } } }", "{ podSelector: {} }"])(
    "makes no difference to %s",
    (peer) => {
      const flow: Flow = { source: "192.168.0.2", destination: "shop/web", protocol: "TCP", port: 80 };
      expect(answer([...cluster, policy("shop", "p", spec(peer))], flow, admits)).toEqual(["deny", "specified", []]);
    },
  );

  test("makes no difference to egress", () => {
    const to =
      "{ podSelector: { matchLabels: { app: web } }, policyTypes: [Egress], egress: [{ to: [{ namespaceSelector: {} }] }] }";
    const flow: Flow = { source: "shop/web", destination: "192.168.0.2", protocol: "TCP", port: 80 };
    expect(answer([...cluster, policy("shop", "p", to)], flow, admits)).toEqual(["deny", "specified", []]);
  });
});

describe("cnpChannel", () => {
  const egress = (peer: string) => `apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: { name: p }
spec: { tier: Admin, priority: 1, subject: { namespaces: {} }, egress: [{ action: Deny, to: [${peer}] }] }
`;
  const cluster = [node("n1", "192.168.0.1"), pod("web", "")];
  const flow: Flow = { source: "shop/web", destination: "192.168.0.1", protocol: "TCP", port: 80 };

  test("experimental evaluates nodes, standard leaves the policy out and every verdict says so", () => {
    expect(answer([...cluster, egress("{ nodes: {} }")], flow)).toEqual(["deny", "specified", []]);
    const program = programOf([...cluster, egress("{ nodes: {} }")], { cnpChannel: "standard" });
    expect(decide(program, flow)).toMatchObject({ verdict: "allow", assumptions: [{ code: "policy-rejected" }] });
  });

  test("standard evaluates networks", () => {
    const documents = [...cluster, egress("{ networks: [192.168.0.0/16] }")];
    expect(answer(documents, flow, { cnpChannel: "standard" })).toEqual(["deny", "specified", []]);
  });
});

test("whatever the options, a listing agrees with the question on every pair", () => {
  const more = fc.record({
    icmp: fc.constantFrom<Options["icmp"]>("rules-without-ports", "allow", "deny"),
    emptyNamespaceSelectorAdmitsHostNetwork: fc.boolean(),
  });
  fc.assert(
    fc.property(scenario, more, ({ cluster, options }, drawn) => {
      const { program } = compile(cluster, { ...options, ...drawn });
      const reachability = reach(program, { by: "pod" });
      for (const source of reachability.endpoints) {
        for (const destination of reachability.endpoints) {
          if (source === destination || (source.type === "address" && destination.type === "address")) continue;
          const { allowed, possible, certain } = decideQuestion(program, {
            source,
            destination,
            connections: ConnectionSet.ALL,
          });
          expect(reachability.between(source.id, destination.id).equals(allowed)).toBe(true);
          expect([possible.includes(allowed), allowed.includes(certain)]).toEqual([true, true]);
        }
      }
    }),
    { numRuns: 30 },
  );
});
