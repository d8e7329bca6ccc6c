import { describe, expect, test } from "vitest";
import { adminDrafts, adminTier } from "../../src/compile/admin-policy.ts";
import { priorityDiagnostics } from "../../src/compile/priority.ts";
import { vocabularyOf } from "../../src/compile/vocabulary.ts";
import type { Direction } from "../../src/model/flow.ts";
import { IpSet } from "../../src/model/ip.ts";
import { read } from "../parse/read.ts";

const cnp = (name: string, priority: number, rules = "", tier = "Admin") => `---
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: { name: ${name} }
spec: { tier: ${tier}, priority: ${priority}, subject: { namespaces: {} }, ${rules} }
`;
const anp = (name: string, priority: number, rules = "") => `---
apiVersion: policy.networking.k8s.io/v1alpha1
kind: AdminNetworkPolicy
metadata: { name: ${name} }
spec: { priority: ${priority}, subject: { namespaces: {} }, ${rules} }
`;
const banp = (rules = "") => `---
apiVersion: policy.networking.k8s.io/v1alpha1
kind: BaselineAdminNetworkPolicy
metadata: { name: default }
spec: { subject: { namespaces: {} }, ${rules} }
`;
const node = (name: string, address: string, labels = "{}") => `---
apiVersion: v1
kind: Node
metadata: { name: ${name}, labels: ${labels} }
status: { addresses: [${address}] }
`;

const ingress = (action: string, from = "namespaces: {}") => `ingress: [{ action: ${action}, from: [{ ${from} }] }]`;
const egress = (to: string, action = "Deny") => `egress: [{ action: ${action}, to: [{ ${to} }] }]`;

const admin = (text: string, direction: Direction = "ingress") => adminTier(read(text).cluster, "admin", direction);

describe("policies of a tier", () => {
  test("come by priority as a number, then by name, and those of the tier alone", () => {
    const text = [cnp("b", 10), cnp("a", 10), cnp("z", 9), cnp("c", 100), cnp("base", 1, "", "Baseline")].join("");
    const { cluster } = read(text);
    expect(adminDrafts(cluster, "admin")).toMatchObject([
      { policy: { kind: "ClusterNetworkPolicy", name: "z" }, tier: "admin", priority: 9, isolates: [] },
      { policy: { name: "a" }, priority: 10 },
      { policy: { name: "b" }, priority: 10 },
      { policy: { name: "c" }, priority: 100 },
    ]);
    expect(adminDrafts(cluster, "baseline")).toMatchObject([{ policy: { name: "base" }, tier: "baseline" }]);
  });

  test("of the baseline end with the one that has no priority", () => {
    const { cluster } = read([banp(), cnp("z-base", 1000, "", "Baseline")].join(""));
    expect(adminDrafts(cluster, "baseline").map(({ policy, priority }) => [policy.name, priority])).toEqual([
      ["z-base", 1000],
      ["default", "last"],
    ]);
  });

  test("isolate nobody, exempt no own node and leave other protocols to their rules", () => {
    expect(admin(cnp("a", 1, ingress("Deny")))).toMatchObject({
      name: "admin",
      direction: "ingress",
      isolation: [],
      ownNode: { exempt: false },
      hairpin: { exempt: false },
      otherProtocols: "by-rules",
    });
  });

  test("hand over their rules in order, each known by its place", () => {
    const rules =
      "ingress: [{ action: Accept, from: [{ namespaces: {} }] }, { action: Pass, from: [{ namespaces: {} }], protocols: [{ tcp: { destinationPort: { number: 80 } } }] }]";
    expect(admin([cnp("b", 2, ingress("Deny")), cnp("a", 1, rules)].join("")).rules).toMatchObject([
      { policy: { name: "a" }, index: 0, action: "allow", ranges: "whole", ports: "any" },
      { policy: { name: "a" }, index: 1, action: "pass", ports: [{ first: 80, last: 80 }] },
      { policy: { name: "b" }, index: 0, action: "deny", subject: { hostNetwork: "never" } },
    ]);
    expect(admin(cnp("a", 1, rules), "egress").rules).toEqual([]);
  });

  test("share a tie when their priority is the same number, but one never with itself or with none", () => {
    const ties = (text: string) => admin(text).rules.map(({ tie }) => tie);
    expect(
      ties([cnp("a", 5, ingress("Deny")), cnp("b", 5, ingress("Accept")), cnp("c", 6, ingress("Deny"))].join("")),
    ).toEqual([5, 5, undefined]);
    expect(ties(cnp("a", 5, ingress("Deny")))).toEqual([undefined]);
    expect(admin(cnp("a", 5, ingress("Deny"))).rules[0]).not.toHaveProperty("tie");
    const lasts = adminTier(read(banp(ingress("Deny"))).cluster, "baseline", "ingress");
    const [last] = lasts.rules;
    expect(last).not.toHaveProperty("tie");
  });
});

describe("a rule with a peer of a newer API", () => {
  const rulesOf = (action: string) => admin(cnp("a", 1, ingress(action, "planets: {}"))).rules;

  test("matches nothing where it would allow", () => {
    expect(rulesOf("Accept")).toEqual([]);
  });

  test.each(["Deny", "Pass"])("denies everything where it is a %s", (action) => {
    expect(rulesOf(action)).toMatchObject([{ peers: "any", ports: "any", action: "deny" }]);
  });

  test("does so whatever ports and other peers it names", () => {
    const rule =
      "ingress: [{ action: Pass, from: [{ namespaces: {} }, { planets: {} }], protocols: [{ tcp: { destinationPort: { number: 80 } } }] }]";
    expect(admin(cnp("a", 1, rule)).rules).toMatchObject([{ peers: "any", ports: "any", action: "deny" }]);
  });
});

describe("a peer of an egress rule", () => {
  const peerOf = (to: string, ...objects: string[]) => {
    const [rule] = admin([cnp("a", 1, egress(to)), ...objects].join(""), "egress").rules;
    const [peer] = rule === undefined || rule.peers === "any" ? [] : rule.peers;
    return peer;
  };
  const cidrsOf = (peer: ReturnType<typeof peerOf>) => peer?.kind === "addresses" && peer.addresses.toCidrs();

  test("is pods, never those of the host network", () => {
    expect(peerOf("pods: { namespaceSelector: {}, podSelector: {} }")).toMatchObject({
      kind: "pods",
      selector: { namespaces: { requirements: [] }, pods: { requirements: [] }, hostNetwork: "never" },
    });
  });

  test("is networks, those of pods included", () => {
    const peer = peerOf("networks: [10.0.0.0/8]");
    expect(peer).toMatchObject({ kind: "addresses", pods: "always", serviceAddress: "ignored" });
    expect(peer).not.toHaveProperty("missing");
    expect(cidrsOf(peer)).toEqual(["10.0.0.0/8"]);
    expect(peer).toMatchObject({ exceptions: [] });
  });

  const MISSING = { code: "node-addresses-unknown", certainty: "unknown", message: expect.stringMatching(/\w/) };

  test("is the addresses of the nodes it selects, and of no other", () => {
    const nodes = [
      node(
        "n1",
        "{ type: InternalIP, address: 192.168.0.1 }, { type: InternalIP, address: fd00::1 }",
        "{ role: edge }",
      ),
      node("n2", "{ type: InternalIP, address: 192.168.0.2 }"),
    ];
    const edge = peerOf("nodes: { matchLabels: { role: edge } }", ...nodes);
    expect(edge).toMatchObject({ kind: "addresses", pods: "never", serviceAddress: "ignored" });
    expect(edge).not.toHaveProperty("missing");
    expect(cidrsOf(edge)).toEqual(["192.168.0.1/32", "fd00::1/128"]);
    expect(cidrsOf(peerOf("nodes: {}", ...nodes))).toEqual(["192.168.0.1/32", "192.168.0.2/32", "fd00::1/128"]);
    const none = peerOf("nodes: { matchLabels: { role: none } }", ...nodes);
    expect(cidrsOf(none)).toEqual([]);
    expect(none).not.toHaveProperty("missing");
  });

  test("is nodes of which some are not shown, where an address is missing", () => {
    expect(peerOf("nodes: {}")).toMatchObject({ missing: MISSING });
    const bare = [node("n1", "{ type: InternalIP, address: 192.168.0.1 }"), node("n2", "", "{ role: edge }")];
    expect(peerOf("nodes: {}", ...bare)).toMatchObject({ missing: MISSING });
    expect(cidrsOf(peerOf("nodes: {}", ...bare))).toEqual(["192.168.0.1/32"]);
    expect(peerOf("nodes: { matchExpressions: [{ key: role, operator: DoesNotExist }] }", ...bare)).not.toHaveProperty(
      "missing",
    );
  });

  test.each([
    ["web.shop.svc.cluster.local", true],
    ["web.shop.svc.example.com", true],
    ["10-0-0-1.shop.pod.example.com", true],
    ["*.svc.example.com", true],
    ["db.example.CLUSTER.local.", true],
    ["svc.example.com", true],
    ["example.com", false],
    ["mysvc.example.com", false],
    ["svc-a.example.com", false],
    ["db.example.cluster.local", true],
    ["db.cluster.local.example.com", false],
  ])("that is the DNS name %s may be pods: %s", (name, mayBePods) => {
    const rule = `egress: [{ action: Accept, to: [{ domainNames: [example.org, ${JSON.stringify(name)}] }] }]`;
    const [found] = admin(cnp("a", 1, rule), "egress").rules;
    expect(found?.peers).toMatchObject([
      {
        kind: "undecidable",
        mayBePods,
        assumption: { code: "domain-name", certainty: "unknown", message: expect.stringMatching(/\w/) },
      },
    ]);
  });
});

describe("an order that nobody settles", () => {
  const found = (...texts: string[]) => priorityDiagnostics(read(texts.join("")).cluster);
  const namesIn = (...texts: string[]) =>
    found(...texts).map(({ code, message }) => [code, ...(message.match(/`[^`]*`/g) ?? [])]);

  test("is told where policies of one priority have different actions, at the later of them", () => {
    const [diagnostic, ...more] = found(cnp("a", 5, ingress("Deny")), cnp("b", 5, ingress("Accept")));
    expect(more).toEqual([]);
    expect(diagnostic).toMatchObject({
      code: "ambiguous-priority",
      severity: "warning",
      span: { line: 7 },
      related: [{ span: { line: 2 } }],
    });
    expect(diagnostic?.fix).toMatch(/\S/);
    expect(diagnostic?.related?.[0]?.message).toContain("`a`");
    expect(namesIn(cnp("a", 5, ingress("Deny")), cnp("b", 5, ingress("Accept")))).toEqual([
      ["ambiguous-priority", "`b`", "`a`"],
    ]);
  });

  test("is told of every later one, with the first it disagrees with", () => {
    expect(
      namesIn(
        cnp("a", 5, ingress("Deny")),
        cnp("b", 5, ingress("Deny")),
        cnp("c", 5, ingress("Accept")),
        cnp("d", 5, ingress("Deny")),
      ),
    ).toEqual([
      ["ambiguous-priority", "`c`", "`a`"],
      ["ambiguous-priority", "`d`", "`c`"],
    ]);
  });

  test.each([
    ["another priority", [cnp("a", 5, ingress("Deny")), cnp("b", 6, ingress("Accept"))]],
    ["the same action", [cnp("a", 5, ingress("Deny")), cnp("b", 5, ingress("Deny"))]],
    ["another direction", [cnp("a", 5, ingress("Deny")), cnp("b", 5, egress("namespaces: {}", "Accept"))]],
    ["another tier", [cnp("a", 5, ingress("Deny")), cnp("b", 5, ingress("Accept"), "Baseline")]],
    ["no rules", [cnp("a", 5, ingress("Deny")), cnp("b", 5)]],
  ])("is settled by %s", (_, texts) => {
    expect(found(...texts)).toEqual([]);
  });

  test("is told of egress too, and between kinds", () => {
    expect(
      namesIn(cnp("a", 5, egress("namespaces: {}", "Accept")), cnp("b", 5, egress("namespaces: {}"))),
    ).toHaveLength(1);
    expect(found(anp("a", 5, ingress("Deny")), cnp("b", 5, ingress("Accept"))).map(({ code }) => code)).toEqual([
      "ambiguous-priority",
      "mixed-policy-api-versions",
    ]);
    expect(found(anp("a", 5, ingress("Deny")), cnp("a", 5, ingress("Accept")))[0]?.message).toContain(
      "ClusterNetworkPolicy `a` and AdminNetworkPolicy `a`",
    );
  });

  test("is told where both generations of the API are used, at the older policy", () => {
    const [diagnostic, ...more] = found(cnp("a", 5), anp("b", 6));
    expect(more).toEqual([]);
    expect(diagnostic).toMatchObject({ code: "mixed-policy-api-versions", severity: "warning", span: { line: 7 } });
    expect(diagnostic?.message).toContain("AdminNetworkPolicy");
    expect(found(anp("a", 5), anp("b", 6), banp())).toEqual([]);
    expect(found(cnp("a", 5), cnp("b", 6))).toEqual([]);
    expect(found()).toEqual([]);
  });
});

describe("the words policies have for things", () => {
  const vocabulary = (text: string) => {
    const { cluster } = read(text);
    const tiers = [adminTier(cluster, "admin", "ingress"), adminTier(cluster, "admin", "egress")];
    return vocabularyOf(adminDrafts(cluster, "admin"), tiers, [cluster]);
  };

  test("are labels of subjects and peers with the values they mention, namespaces' labels left out", () => {
    const peer =
      "pods: { namespaceSelector: { matchLabels: { team: x } }, podSelector: { matchLabels: { app: web } } }";
    const text = [
      cnp("a", 1, ingress("Deny", peer)),
      cnp("b", 2, ingress("Deny", peer.replace("web", "db"))),
      cnp("c", 3).replace(
        "{ namespaces: {} }",
        "{ pods: { namespaceSelector: {}, podSelector: { matchExpressions: [{ key: tier, operator: Exists }] } } }",
      ),
    ].join("");
    expect([...vocabulary(text).labels]).toEqual([
      ["tier", new Set()],
      ["app", new Set(["web", "db"])],
    ]);
  });

  test("are names of ports, not their numbers", () => {
    const ports = (port: string) => `ingress: [{ action: Deny, from: [{ namespaces: {} }], protocols: [${port}] }]`;
    const text = cnp("a", 1, ports("{ destinationNamedPort: http }, { tcp: { destinationPort: { number: 80 } } }"));
    expect([...vocabulary(text).portNames]).toEqual(["http"]);
  });

  test("are sets of addresses, each once", () => {
    const text = [
      cnp("a", 1, egress("networks: [10.0.0.0/9, 10.128.0.0/9]")),
      cnp("b", 2, egress("networks: [10.0.0.0/8]")),
      cnp("c", 3, egress("networks: [11.0.0.0/8]")),
    ].join("");
    expect(vocabulary(text).addresses.map((set) => set.toCidrs())).toEqual([["10.0.0.0/8"], ["11.0.0.0/8"]]);
  });

  test("have equal keys exactly where the addresses are equal", () => {
    const [a, b] = [
      IpSet.of([
        [0n, 1n],
        [213n, 500n],
      ]),
      IpSet.of([
        [0n, 12n],
        [13n, 500n],
      ]),
    ];
    expect(a.key).not.toBe(b.key);
    expect(a.union(b).key).toBe(b.union(a).key);
  });
});
