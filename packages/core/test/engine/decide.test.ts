import { describe, expect, test } from "vitest";
import { compile, type Decision, decide, type Flow, type Options, parse, UPSTREAM } from "../../src/index.ts";
import type { Step } from "../cases/case.ts";
import { sourcesOf } from "../cases/manifests-of-case.ts";

const WEB = { labels: { app: "web" }, ip: ["10.0.0.1", "fd00::1"] };
const DB = { labels: { app: "db" }, ip: ["10.0.0.2", "fd00::2"], ports: ["sql TCP 5432"] };
const PODS: NonNullable<Step["pods"]> = { "shop/web": WEB, "shop/db": DB };

const policy = (spec: string, name = "p", namespace = "shop") => `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: ${name}, namespace: ${namespace} }
spec: ${spec}
`;
const cnp = (name: string, priority: number, rules: string, tier = "Admin") => `---
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: { name: ${name} }
spec: { tier: ${tier}, priority: ${priority}, subject: { namespaces: {} }, ingress: [${rules}] }
`;
const rule = (action: string, port?: number) =>
  `{ action: ${action}, from: [{ namespaces: {} }]${port ? `, protocols: [{ tcp: { destinationPort: { number: ${port} } } }]` : ""} }`;

const FLOW: Flow = { source: "shop/web", destination: "shop/db" };

function ask(policies: string, flow: Partial<Flow> = {}, step: Step = {}, options: Partial<Options> = {}): Decision {
  const all = { ...UPSTREAM, ...options };
  const { cluster } = parse(sourcesOf({ pods: PODS, policies, ...step }), all);
  return decide(compile(cluster, all).program, { ...FLOW, ...flow });
}

const codesOf = ({ assumptions }: Decision) => assumptions.map(({ code }) => code).sort();

/** What each step of a side did, and to what. */
const trailOf = ({ ingress }: Decision) =>
  ingress.steps.map(({ tier, outcome, reason, connections, rule }) =>
    [tier, outcome, reason, rule?.policy.name, connections.toString()].filter(Boolean).join(" "),
  );

describe("the trail of a side", () => {
  test("goes through the tiers, each with the connections that come to it", () => {
    const policies = [
      cnp("first", 1, `${rule("Accept", 80)}, ${rule("Deny", 81)}, ${rule("Pass", 82)}`),
      policy("{ podSelector: { matchLabels: { app: db } }, ingress: [{ ports: [{ port: 83 }] }] }"),
      cnp("last", 1, rule("Deny"), "Baseline"),
    ].join("");
    expect(trailOf(ask(policies, { protocol: "TCP" }))).toEqual([
      "admin allow rule first TCP 80",
      "admin deny rule first TCP 81",
      "admin pass rule first TCP 82",
      "admin no-match not-isolated TCP 1-79,83-65535",
      "network-policy allow rule p TCP 83",
      "network-policy deny isolated TCP 1-79,82,84-65535",
    ]);
  });

  test("comes to the baseline, then to the default, where nobody isolates", () => {
    expect(trailOf(ask(cnp("last", 1, rule("Deny", 80), "Baseline"), { protocol: "TCP" }))).toEqual([
      "network-policy no-match not-isolated TCP all",
      "baseline deny rule last TCP 80",
      "baseline no-match not-isolated TCP 1-79,81-65535",
      "default allow default TCP 1-79,81-65535",
    ]);
  });

  test("ends where everything is decided", () => {
    const policies = [
      cnp("first", 1, rule("Accept")),
      cnp("second", 2, rule("Deny")),
      policy("{ podSelector: {} }"),
    ].join("");
    expect(trailOf(ask(policies, { protocol: "TCP", port: 80 }))).toEqual(["admin allow rule first TCP 80"]);
  });

  test("has no step for what nothing comes to", () => {
    const pods = { "shop/db": { ...DB, node: "n1" } };
    const nodes = { n1: "192.168.0.1" };
    const from = (team: string) =>
      cnp(
        "first",
        1,
        `{ action: Accept, from: [{ namespaces: { matchExpressions: [{ key: team, operator: NotIn, values: [${team}] }] } }] }`,
      );
    const policies = from("x") + policy("{ podSelector: {} }");
    const agent = { labels: { app: "agent" }, hostNetwork: true, node: "n1", ip: "192.168.0.1" };
    const step = { pods: { ...pods, "far/agent": agent }, nodes, undeclared: ["far"] };
    for (const source of ["192.168.0.1", "far/agent"]) {
      const { ingress } = ask(policies, { source, protocol: "TCP", port: 80, family: "IPv4" }, step);
      expect(ingress.steps.filter(({ connections }) => connections.isEmpty)).toEqual([]);
    }
  });

  test("says where protocols without ports are spared", () => {
    const shut = policy("{ podSelector: { matchLabels: { app: db } } }");
    expect(trailOf(ask(shut, { protocol: "other" }, {}, { icmp: "allow" }))).toEqual([
      "network-policy allow other-protocol other protocols",
    ]);
    expect(trailOf(ask(shut, { protocol: "other" }, {}, { icmp: "deny" }))).toEqual([
      "network-policy deny isolated other protocols",
    ]);
  });

  test("names the policies that isolate", () => {
    const policies =
      policy("{ podSelector: {} }", "a") +
      policy("{ podSelector: { matchLabels: { app: db } } }", "b") +
      policy("{ podSelector: { matchLabels: { app: web } } }", "c");
    const [step] = ask(policies).ingress.steps;
    expect(step?.isolatedBy?.map(({ policy }) => policy.name)).toEqual(["a", "b"]);
  });

  test("is that of a way that is open, if any is", () => {
    const policies = policy(
      "{ podSelector: { matchLabels: { app: db } }, ingress: [{ from: [{ ipBlock: { cidr: '::/0' } }] }] }",
    );
    const decision = ask(policies);
    expect(decision.ingress).toMatchObject({ verdict: "allow", applies: "policy", encounter: { family: "IPv6" } });
    expect(ask(policy("{ podSelector: {} }")).ingress).toMatchObject({
      verdict: "deny",
      encounter: { family: "IPv4" },
    });
  });
});

describe("a verdict", () => {
  const some = policy(
    "{ podSelector: { matchLabels: { app: db } }, ingress: [{ ports: [{ port: 80 }, { port: sql }] }] }",
  );

  test("is allow when any connection asked about gets through, and says how many do", () => {
    const all = ask(some);
    expect(all).toMatchObject({ verdict: "allow", scope: "some" });
    expect(all.allowed.toString()).toBe("TCP 80,5432");
    expect(ask(some, { protocol: "TCP", port: 80 })).toMatchObject({ verdict: "allow", scope: "all" });
    expect(ask(some, { protocol: "TCP", port: 81 })).toMatchObject({ verdict: "deny", scope: "all" });
  });

  test("is some when it is not that of every pair or family", () => {
    const v6 = policy(
      "{ podSelector: { matchLabels: { app: db } }, ingress: [{ from: [{ ipBlock: { cidr: '::/0' } }] }] }",
    );
    expect(ask(v6, { protocol: "TCP", port: 80 })).toMatchObject({ verdict: "allow", scope: "some" });
    expect(ask(v6, { protocol: "TCP", port: 80, family: "IPv6" })).toMatchObject({ verdict: "allow", scope: "all" });
    expect(ask(v6, { protocol: "TCP", port: 80, family: "IPv4" })).toMatchObject({ verdict: "deny", scope: "all" });
  });

  test("needs both sides", () => {
    const shut = policy("{ podSelector: { matchLabels: { app: web } }, policyTypes: [Egress] }");
    expect(ask(shut)).toMatchObject({ verdict: "deny", egress: { verdict: "deny" }, ingress: { verdict: "allow" } });
    expect(ask(policy("{ podSelector: { matchLabels: { app: db } } }"))).toMatchObject({
      verdict: "deny",
      egress: { verdict: "allow" },
      ingress: { verdict: "deny" },
    });
  });

  test("is certain where nothing is open", () => {
    expect(ask(some, { protocol: "TCP", port: 80 })).toMatchObject({ certainty: "specified", assumptions: [] });
  });

  test("on a pod and itself is allow, whatever policies say", () => {
    const shut = policy("{ podSelector: {}, policyTypes: [Ingress, Egress] }");
    const decision = ask(shut, { destination: "shop/web" });
    expect(decision).toMatchObject({ verdict: "allow", scope: "all", certainty: "specified" });
    for (const side of [decision.egress, decision.ingress])
      expect(side).toMatchObject({ verdict: "allow", applies: "self", steps: [] });
  });

  test("on a pod and a group it is in is that of different pods", () => {
    const owned = (name: string) => `---
apiVersion: v1
kind: Pod
metadata:
  name: ${name}
  namespace: shop
  ownerReferences: [{ apiVersion: apps/v1, kind: StatefulSet, name: q, uid: u, controller: true }]
spec: { containers: [{ name: main }] }
`;
    const step = { pods: {}, manifests: owned("q-0") + owned("q-1") };
    const shut = policy("{ podSelector: {} }");
    for (const flow of [
      { source: "shop/q-0", destination: "shop/q" },
      { source: "shop/q", destination: "shop/q-0" },
      { source: "shop/q", destination: "shop/q" },
    ])
      expect(ask(shut, flow, step)).toMatchObject({ verdict: "deny", ingress: { applies: "policy" } });
    expect(ask(shut, { source: "shop/q-0", destination: "shop/q-0" }, step)).toMatchObject({ verdict: "allow" });
  });

  test("on addresses outside is allow: no policy speaks of them", () => {
    const decision = ask(policy("{ podSelector: {} }"), { source: "203.0.113.7", destination: "203.0.113.8" });
    expect(decision).toMatchObject({ verdict: "allow", certainty: "specified", ingress: { applies: "policy" } });
  });

  test("on two replicas of one workload is that of two pods", () => {
    const manifests = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: api, namespace: shop }
spec: { replicas: 2, selector: { matchLabels: { app: api } }, template: { metadata: { labels: { app: api } }, spec: { containers: [{ name: main }] } } }
`;
    const shut = policy("{ podSelector: {} }");
    expect(ask(shut, { source: "shop/api", destination: "shop/api" }, { pods: {}, manifests })).toMatchObject({
      verdict: "deny",
      ingress: { applies: "policy" },
    });
    const alone = manifests.replace("replicas: 2", "replicas: 1");
    expect(ask(shut, { source: "shop/api", destination: "shop/api" }, { pods: {}, manifests: alone })).toMatchObject({
      verdict: "allow",
      ingress: { applies: "self" },
    });
  });
});

describe("protocols without ports", () => {
  const open = (labels: string) => policy(`{ podSelector: { matchLabels: ${labels} }, ingress: [{}] }`);

  test("are in doubt where a policy isolates, and nothing else is", () => {
    expect(codesOf(ask(open("{ app: db }"), { protocol: "other" }))).toEqual(["non-port-protocol"]);
  });

  test("are so too where it may, and what that hangs on is named with it", () => {
    const others =
      "{ action: Accept, from: [{ namespaces: { matchExpressions: [{ key: team, operator: NotIn, values: [x] }] } }] }";
    const decision = ask(
      cnp("others", 1, others) + open("{ app: db }"),
      { protocol: "other" },
      { undeclared: ["shop"] },
    );
    expect(codesOf(decision)).toEqual(["namespace-labels-unknown", "non-port-protocol"]);
  });
});

describe("address families", () => {
  const one = (ip?: string): Step => ({ pods: { "shop/web": { labels: {}, ...(ip && { ip }) } } });
  const from = (source: string, step: Step, options: Partial<Options> = {}) =>
    ask("", { source, destination: "shop/web", protocol: "TCP", port: 80 }, step, options);

  test("that two ends do not share let nothing through, and there is nothing to decide", () => {
    const decision = from("2001:db8::1", one("10.0.0.1"));
    expect(decision).toMatchObject({ verdict: "deny", scope: "all", certainty: "specified" });
    expect(decision.assumptions).toMatchObject([{ code: "families-differ", certainty: "specified" }]);
    expect(decision.allowed.isEmpty).toBe(true);
    for (const side of [decision.egress, decision.ingress])
      expect(side).toEqual({ verdict: "deny", applies: "none", steps: [] });
  });

  test("that nobody wrote down leave it unknown, unless the pod CIDRs tell", () => {
    expect(from("2001:db8::1", one())).toMatchObject({ verdict: "deny", certainty: "unknown" });
    expect(from("2001:db8::1", one(), { podCIDRs: ["10.0.0.0/8"] })).toMatchObject({ certainty: "specified" });
    expect(from("2001:db8::1", one(), { podCIDRs: ["fd00::/8"] })).toMatchObject({ verdict: "allow" });
  });

  test("that are a guess make no doubt of what policies stop in any", () => {
    const shut = policy("{ podSelector: {} }");
    const asked = { source: "2001:db8::1", destination: "shop/web", protocol: "TCP", port: 80 } as const;
    expect(ask(shut, asked, one())).toMatchObject({ verdict: "deny", certainty: "specified" });
    expect(ask(shut, asked, one()).possible.isEmpty).toBe(true);
    expect(ask(policy("{ podSelector: {}, policyTypes: [Egress] }"), asked, one()).certainty).toBe("unknown");
    const back = { ...asked, source: "shop/web", destination: "2001:db8::1" };
    expect(ask(policy("{ podSelector: {}, policyTypes: [Egress] }"), back, one()).certainty).toBe("specified");
    expect(ask(shut, back, one()).certainty).toBe("unknown");
    expect(ask("", { ...asked, destination: "203.0.113.1" }, one())).toMatchObject({ certainty: "specified" });
    const other =
      "---\napiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: { name: q, namespace: shop }\nspec: {}\n";
    expect(ask(shut + other, asked, one()).certainty).toBe("unknown");
  });

  test("of pods with an address are those of pods without, and no guess", () => {
    const pods = { "shop/web": { labels: {} }, "shop/db": { labels: {}, ip: "10.0.0.2" } };
    const { certainty, assumptions, possible } = from("2001:db8::1", { pods });
    expect([certainty, assumptions.map(({ message }) => message)]).toEqual([
      "specified",
      [expect.stringContaining("no address family in common")],
    ]);
    expect(possible.isEmpty).toBe(true);
    expect(from("2001:db8::1", one()).possible.isEmpty).toBe(false);
  });

  test("that one pod has and another may have stay unknown, whatever policies say", () => {
    const pods = { "shop/web": { labels: {} }, "shop/host": { labels: {}, hostNetwork: true, node: "n6" } };
    const asked = { source: "shop/host", destination: "shop/web", protocol: "TCP", port: 80 } as const;
    const decision = ask(policy("{ podSelector: {} }"), asked, { pods, nodes: { n6: "fd01::6" } });
    expect(decision).toMatchObject({ verdict: "deny", certainty: "unknown" });
    expect(codesOf(decision)).toEqual(["families-differ"]);
  });

  test("are told when only one of them gets through", () => {
    const v6 = policy(
      "{ podSelector: { matchLabels: { app: db } }, ingress: [{ from: [{ ipBlock: { cidr: '::/0' } }] }] }",
    );
    const [note] = ask(v6, { protocol: "TCP", port: 80 }).assumptions.filter(({ code }) => code === "families-differ");
    expect(note?.message).toContain("IPv6");
    expect(note?.certainty).toBe("specified");
    expect(codesOf(ask(v6, { protocol: "TCP", port: 80, family: "IPv6" }))).not.toContain("families-differ");
    expect(codesOf(ask("", { protocol: "TCP", port: 80 }))).toEqual([]);
  });
});

describe("address families of a group", () => {
  const pod = (name: string, role: string) => `---
apiVersion: v1
kind: Pod
metadata:
  name: ${name}
  namespace: shop
  labels: { role: ${role} }
  ownerReferences: [{ apiVersion: apps/v1, kind: StatefulSet, name: q, uid: u, controller: true }]
spec: { containers: [{ name: main }] }
status: { podIPs: [{ ip: 10.0.1.${name.slice(2)} }, { ip: "fd00::1:${name.slice(2)}" }] }
`;
  const from = (role: string, cidr: string) =>
    policy(
      `{ podSelector: { matchLabels: { role: ${role} } }, ingress: [{ from: [{ ipBlock: { cidr: '${cidr}' } }] }] }`,
      role,
    );
  const shut = policy("{ podSelector: {} }", "shut");
  const noteOf = (policies: string) => {
    const manifests = pod("q-0", "first") + pod("q-1", "second");
    const decision = ask(shut + policies, { destination: "shop/q", protocol: "TCP", port: 80 }, { manifests });
    return decision.assumptions.filter(({ code }) => code === "families-differ").map(({ message }) => message);
  };

  test("are told when one of them gets through to some of it, and the other to none", () => {
    expect(noteOf(from("first", "0.0.0.0/0"))).toEqual([expect.stringContaining("IPv4")]);
    expect(noteOf(from("second", "0.0.0.0/0"))).toEqual([expect.stringContaining("IPv4")]);
    expect(noteOf(from("first", "::/0"))).toEqual([expect.stringContaining("IPv6")]);
  });

  test("are not told when each of them gets through to some of it, or neither to any", () => {
    expect(noteOf(from("first", "0.0.0.0/0") + from("second", "::/0"))).toEqual([]);
    expect(noteOf(from("first", "::/0") + from("second", "0.0.0.0/0"))).toEqual([]);
    expect(noteOf("")).toEqual([]);
  });
});

describe("what a verdict rests on", () => {
  test("is the open questions that could turn it, not those it merely touches", () => {
    const block = "{ from: [{ ipBlock: { cidr: 10.0.0.0/8 } }, { ipBlock: { cidr: 'fd00::/8' } }] }";
    const alone = policy(`{ podSelector: { matchLabels: { app: db } }, ingress: [${block}] }`);
    const beside = policy(
      `{ podSelector: { matchLabels: { app: db } }, ingress: [${block}, { from: [{ podSelector: {} }] }] }`,
    );
    const asked = { protocol: "TCP", port: 80 } as const;
    expect(ask(alone, asked)).toMatchObject({ verdict: "allow", certainty: "implementation-defined" });
    expect(codesOf(ask(alone, asked))).toEqual(["ip-block-matches-pods"]);
    expect(ask(beside, asked)).toMatchObject({ verdict: "allow", certainty: "specified", assumptions: [] });
  });

  test("is what would happen in later tiers too, if an earlier one did not match after all", () => {
    const accept = cnp(
      "first",
      1,
      "{ action: Accept, from: [{ namespaces: { matchExpressions: [{ key: team, operator: NotIn, values: [x] }] } }] }",
    );
    const step: Step = { pods: { ...PODS, "far/x": { labels: {}, ip: "10.0.0.9" } }, undeclared: ["far"] };
    const asked = { source: "far/x", protocol: "TCP", port: 80 } as const;
    expect(ask(accept, asked, step)).toMatchObject({ verdict: "allow", certainty: "specified" });
    const shut = ask(accept + policy("{ podSelector: { matchLabels: { app: db } } }"), asked, step);
    expect(shut).toMatchObject({ verdict: "allow", certainty: "unknown" });
    expect(codesOf(shut)).toEqual(["namespace-labels-unknown"]);
  });

  test("is each question once, however many ways of meeting raise it", () => {
    const block = "{ from: [{ ipBlock: { cidr: 0.0.0.0/0 } }, { ipBlock: { cidr: '::/0' } }] }";
    expect(codesOf(ask(policy(`{ podSelector: {}, ingress: [${block}] }`), { protocol: "TCP" }))).toEqual([
      "ip-block-matches-pods",
    ]);
  });

  test("is all of them where several are needed to turn it", () => {
    const tied = (name: string, action: string, cidr: string) => `---
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: { name: ${name} }
spec: { tier: Admin, priority: 5, subject: { namespaces: {} }, egress: [{ action: ${action}, to: [{ ${cidr} }] }] }
`;
    const policies =
      tied("a", "Deny", "namespaces: {}") + tied("b", "Accept", "domainNames: [db.shop.svc.cluster.local]");
    const decision = ask(policies, { protocol: "TCP", port: 80, family: "IPv4" });
    expect(decision.verdict).toBe("deny");
    expect(codesOf(decision)).toEqual(expect.arrayContaining(["domain-name", "priority-tie"]));
    expect(decision.certainty).toBe("unknown");
  });

  test("is what NetworkPolicy does to other protocols, where it isolates", () => {
    const shut = policy("{ podSelector: { matchLabels: { app: db } } }");
    expect(codesOf(ask(shut, { protocol: "other" }))).toContain("non-port-protocol");
    expect(codesOf(ask(shut, { protocol: "TCP" }))).not.toContain("non-port-protocol");
    expect(codesOf(ask(policy("{ podSelector: { matchLabels: { app: web } } }"), { protocol: "other" }))).toEqual([]);
  });

  test("is policies that could not be used, of a namespace at either end or of the cluster", () => {
    const broken = (namespace: string) => policy("{ podSelector: 5 }", "broken", namespace);
    expect(ask(broken("shop"), { protocol: "TCP", port: 80 })).toMatchObject({ certainty: "specified" });
    expect(codesOf(ask(broken("shop"), { protocol: "TCP", port: 80 }))).toEqual(["policy-rejected"]);
    expect(codesOf(ask(broken("shop"), { source: "203.0.113.7", destination: "shop/db" }))).toEqual([
      "policy-rejected",
    ]);
    expect(codesOf(ask(broken("other"), { protocol: "TCP", port: 80 }))).toEqual([]);
    const cilium = `---
apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: { name: c }
spec: {}
`;
    const decision = ask(cilium, { protocol: "TCP", port: 80 });
    expect(codesOf(decision)).toEqual(["policy-unsupported"]);
    expect(decision.certainty).toBe("unknown");
    // Whichever end it might select.
    const own = cilium.replace("Clusterwide", "").replace("{ name: c }", "{ name: c, namespace: shop }");
    const pods = { "a/web": WEB, "shop/db": DB };
    for (const ends of [{ source: "a/web" }, { source: "shop/db", destination: "a/web" }])
      expect(codesOf(ask(own, { ...ends, protocol: "TCP", port: 80 }, { pods }))).toEqual(["policy-unsupported"]);
    expect(codesOf(ask(own, { source: "a/web", destination: "203.0.113.1" }, { pods }))).toEqual([]);
  });

  test("leaves open what a policy of its kind might have changed", () => {
    const unread = (apiVersion: string, kind: string) =>
      `---\napiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: c, namespace: shop }\nspec: {}\n`;
    const closing = unread("security.istio.io/v1", "AuthorizationPolicy");
    const either = unread("cilium.io/v2", "CiliumNetworkPolicy");
    const read = (policies: string) => {
      const { certain, possible } = ask(policies, { protocol: "TCP", port: 80 });
      return [!certain.isEmpty, !possible.isEmpty];
    };
    const shut = policy("{ podSelector: {} }", "shut");
    const refused = policy("{ podSelector: {}, ingress: [{ from: [{}] }] }", "refused");
    expect(read(refused)).toEqual([true, true]);
    for (const policies of [closing, either, closing + either, closing + refused])
      expect([policies, ...read(policies)]).toEqual([policies, false, true]);
    expect([read(shut), read(shut + closing), read(shut + either)]).toEqual([
      [false, false],
      [false, false],
      [false, true],
    ]);
  });

  test("is said in words, with the option that settles it", () => {
    const block = policy("{ podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: 10.0.0.0/8 } }] }] }");
    const [assumption] = ask(block, { protocol: "TCP", port: 80, family: "IPv4" }).assumptions;
    expect(assumption).toMatchObject({ code: "ip-block-matches-pods", option: "ipBlockMatchesPods" });
    expect(assumption?.message).toMatch(/\w/);
  });
});
