import { describe, expect, test } from "vitest";
import { EVERYTHING } from "../../src/model/selector.ts";
import { adminText, find, read, readAdmin, soundAdmin, startOf } from "./read.ts";

const ANP = "AdminNetworkPolicy";
const BANP = "BaselineAdminNetworkPolicy";
const SUBJECT = "subject: { namespaces: {} }\n";
const HEAD = `priority: 10\n${SUBJECT}`;
const FROM = "from: [{ namespaces: {} }]";

const ingress = (rule: string, head = HEAD) => `${head}ingress: [{ ${rule} }]`;
const from = (peer: string) => ingress(`action: Deny, from: [${peer}]`);
const to = (peer: string, action = "Allow", head = HEAD) => `${head}egress: [{ action: ${action}, to: [${peer}] }]`;
const port = (entry: string, head = HEAD) => ingress(`action: Deny, ${FROM}, ports: [${entry}]`, head);
const many = (count: number, item: string) => Array(count).fill(item).join(", ");
const selector = (key: string, value: string) => ({ requirements: [{ key, operator: "In", values: [value] }] });

describe("ANP-1: priority and subject", () => {
  test.each([0, 1000])("priority %d is within bounds, and the tier is admin", (priority) => {
    expect(soundAdmin(ANP, HEAD.replace("10", `${priority}`))).toMatchObject({ kind: ANP, tier: "admin", priority });
  });

  test("a subject of namespaces is every pod in them", () => {
    expect(soundAdmin(ANP, HEAD.replace("{}", "{ matchLabels: { a: b } }")).subject).toEqual({
      namespaceSelector: selector("a", "b"),
      podSelector: EVERYTHING,
    });
  });

  test("a subject of pods has both selectors", () => {
    const pods = "{ pods: { namespaceSelector: {}, podSelector: { matchLabels: { a: b } } } }";
    expect(soundAdmin(ANP, HEAD.replace("{ namespaces: {} }", pods)).subject).toEqual({
      namespaceSelector: EVERYTHING,
      podSelector: selector("a", "b"),
    });
  });
});

describe("ANP-2: rules", () => {
  test.each([
    ["Allow", "allow"],
    ["Deny", "deny"],
    ["Pass", "pass"],
  ])("action %s is read as %s", (written, action) => {
    expect(soundAdmin(ANP, ingress(`name: r, action: ${written}, ${FROM}`)).ingress).toMatchObject([
      { name: "r", action },
    ]);
  });

  test("there may be 100 rules in a direction and 100 peers in a rule", () => {
    const rules = `${HEAD}ingress: [${many(100, `{ action: Deny, ${FROM} }`)}]`;
    expect(soundAdmin(ANP, rules).ingress).toHaveLength(100);
    expect(soundAdmin(ANP, from(many(100, "{ namespaces: {} }"))).ingress[0]?.peers).toHaveLength(100);
  });
});

describe("ANP-3: ports", () => {
  const ports = (spec: string) => soundAdmin(ANP, spec).ingress[0]?.ports;

  test("absent mean any", () => {
    expect(ports(ingress(`action: Deny, ${FROM}`))).toBe("any");
  });

  test.each([
    ["{ portNumber: { port: 80 } }", { kind: "range", protocol: "TCP", first: 80, last: 80 }],
    ["{ portNumber: { protocol: UDP, port: 53 } }", { kind: "range", protocol: "UDP", first: 53, last: 53 }],
    ["{ portRange: { start: 1, end: 65535 } }", { kind: "range", protocol: "TCP", first: 1, last: 65535 }],
    ["{ portRange: { protocol: SCTP, start: 7, end: 7 } }", { kind: "range", protocol: "SCTP", first: 7, last: 7 }],
    ["{ portNumber: { protocol: null, port: 80 } }", { kind: "range", protocol: "TCP" }],
  ])("%s", (entry, match) => {
    expect(ports(port(entry))).toMatchObject([match]);
  });

  test("a port name has no protocol", () => {
    const [match] = ports(port("{ namedPort: web }")) ?? [];
    expect(match).toMatchObject({ kind: "named", name: "web" });
    expect(match).not.toHaveProperty("protocol");
  });

  test("a range that ends before it starts is an error, but only the entry is dropped", () => {
    const { policy, cluster, diagnostics } = readAdmin(
      ANP,
      port("{ portRange: { start: 90, end: 80 } }, { portNumber: { port: 80 } }"),
    );
    expect(policy?.ingress[0]?.ports).toMatchObject([{ kind: "range", first: 80 }]);
    expect(cluster.unusedPolicies).toEqual([]);
    expect(diagnostics).toMatchObject([
      { code: "field-invalid", severity: "error", field: "spec.ingress[0].ports[0].portRange" },
    ]);
  });

  test("a rule whose only range ends before it starts matches no port, rather than any", () => {
    expect(readAdmin(ANP, port("{ portRange: { start: 2, end: 1 } }")).policy?.ingress[0]?.ports).toEqual([]);
  });
});

describe("ANP-4: peers", () => {
  test.each([
    ["{ namespaces: {} }", "pods"],
    ["{ pods: { namespaceSelector: {}, podSelector: {} } }", "pods"],
    ["{ networks: [0.0.0.0/0, '::/0'] }", "networks"],
    ["{ nodes: {} }", "nodes"],
    ["{ domainNames: ['*.a.b'] }", "domainNames"],
  ])("%s of an egress rule is of kind %s", (peer, kind) => {
    expect(soundAdmin(ANP, to(peer)).egress[0]?.peers).toMatchObject([{ kind }]);
  });

  test("nodes are pointed out as experimental", () => {
    expect(readAdmin(ANP, to("{ nodes: {} }")).diagnostics).toMatchObject([
      { code: "field-unknown", severity: "info", field: "spec.egress[0].to[0].nodes" },
    ]);
  });

  test("ANP-6: one of a newer API stays as unrecognised, with a warning", () => {
    const { policy, diagnostics } = readAdmin(ANP, from("{ sameLabels: [a] }"));
    expect(policy?.ingress[0]?.peers).toMatchObject([{ kind: "unrecognised" }]);
    expect(diagnostics).toMatchObject([
      { code: "field-unknown", severity: "warning", field: "spec.ingress[0].from[0].sameLabels" },
    ]);
  });
});

describe("BANP-1: the baseline", () => {
  test("comes last, in the tier of that name", () => {
    expect(soundAdmin(BANP, ingress(`action: Deny, ${FROM}`, SUBJECT))).toMatchObject({
      kind: BANP,
      name: "default",
      tier: "baseline",
      priority: "last",
      ingress: [{ action: "deny" }],
    });
  });

  test("has the ports and the peers of an AdminNetworkPolicy", () => {
    expect(soundAdmin(BANP, port("{ portNumber: { port: 80 } }", SUBJECT)).ingress[0]?.ports).toMatchObject([
      { first: 80 },
    ]);
    expect(
      soundAdmin(BANP, to("{ nodes: {} }, { networks: ['::/0'] }", "Deny", SUBJECT)).egress[0]?.peers,
    ).toHaveLength(2);
  });

  test("has no priority: one that is written has no effect", () => {
    const { policy, diagnostics } = readAdmin(BANP, HEAD);
    expect(policy?.priority).toBe("last");
    expect(diagnostics).toMatchObject([{ code: "field-unknown", severity: "error", field: "spec.priority" }]);
  });

  test("is called `default`", () => {
    const { cluster, diagnostics } = read(adminText(BANP, SUBJECT).replace("name: default", "name: base"));
    expect(cluster.adminPolicies).toEqual([]);
    expect(cluster.unusedPolicies).toMatchObject([{ kind: BANP, name: "base", reason: "rejected" }]);
    expect(diagnostics).toMatchObject([{ code: "field-invalid", severity: "error", field: "metadata.name" }]);
    expect(startOf(diagnostics[0]?.span)).toEqual([3, 19]);
  });

  test("is told apart from other kinds of the same name", () => {
    const text = `${adminText(ANP, HEAD).replace("name: p", "name: default")}---\n${adminText(BANP, SUBJECT)}`;
    const { cluster, codes } = read(text);
    expect(cluster.adminPolicies.map(({ kind }) => kind)).toEqual([ANP, BANP]);
    expect(codes).toEqual([]);
  });
});

test("rules, peers and ports point at their list items", () => {
  const spec = `${HEAD}ingress:\n- action: Deny\n  from:\n  - namespaces: {}\n  - namespaces: {}\n  ports:\n  - namedPort: a\n  - portNumber:\n      port: 1\n`;
  const [rule] = soundAdmin(ANP, spec).ingress;
  const ports = rule?.ports === "any" ? [] : (rule?.ports ?? []);
  expect(startOf(rule?.span)).toEqual([8, 5]);
  expect(rule?.peers.map(({ span }) => startOf(span))).toEqual([
    [10, 7],
    [11, 7],
  ]);
  expect(ports.map(({ span }) => startOf(span))).toEqual([
    [13, 7],
    [14, 7],
  ]);
});

test.each([
  [ANP, HEAD],
  [BANP, SUBJECT],
] as const)("%s belongs to no namespace: one that is written is pointed out", (kind, spec) => {
  const { cluster, diagnostics } = read(adminText(kind, spec).replace(" }\nspec", ", namespace: shop }\nspec"));
  expect(cluster).toMatchObject({ adminPolicies: [{ kind }], namespaces: [] });
  expect(diagnostics).toMatchObject([{ code: "field-unknown", severity: "info", field: "metadata.namespace" }]);
});

type Kind = typeof ANP | typeof BANP;

/** What the schema refuses, with the field it names: rule, what is wrong, the kind and its spec, code and field. */
const REFUSED: readonly (readonly [
  rule: string,
  what: string,
  kind: Kind,
  spec: string,
  code: string,
  field: string,
])[] = [
  ["ANP-1", "no priority", ANP, SUBJECT, "field-required", "spec.priority"],
  ["ANP-1", "priority 1001", ANP, HEAD.replace("10", "1001"), "field-invalid", "spec.priority"],
  ["ANP-1", "priority -1", ANP, HEAD.replace("10", "-1"), "field-invalid", "spec.priority"],
  ["ANP-1", "no subject", ANP, "priority: 1", "field-required", "spec.subject"],
  ["ANP-1", "an empty subject", ANP, "priority: 1\nsubject: {}", "field-required", "spec.subject"],
  [
    "ANP-1",
    "a subject without a namespace selector",
    ANP,
    "priority: 1\nsubject: { pods: { podSelector: {} } }",
    "field-required",
    "spec.subject.pods.namespaceSelector",
  ],
  [
    "ANP-1",
    "a subject without a pod selector",
    ANP,
    "priority: 1\nsubject: { pods: { namespaceSelector: {} } }",
    "field-required",
    "spec.subject.pods.podSelector",
  ],
  [
    "ANP-1",
    "two subjects",
    ANP,
    "priority: 1\nsubject: { namespaces: {}, pods: { namespaceSelector: {}, podSelector: {} } }",
    "field-invalid",
    "spec.subject",
  ],
  [
    "ANP-2",
    "101 rules",
    ANP,
    `${HEAD}egress: [${many(101, "{ action: Deny, to: [{ namespaces: {} }] }")}]`,
    "field-invalid",
    "spec.egress",
  ],
  ["ANP-2", "101 peers", ANP, from(many(101, "{ namespaces: {} }")), "field-invalid", "spec.ingress[0].from"],
  ["ANP-2", "no peers", ANP, ingress("action: Deny"), "field-required", "spec.ingress[0].from"],
  ["ANP-2", "an empty list of peers", ANP, to(""), "field-invalid", "spec.egress[0].to"],
  ["ANP-2", "the newer action", ANP, ingress(`action: Accept, ${FROM}`), "field-invalid", "spec.ingress[0].action"],
  ["ANP-2", "no action", ANP, ingress(FROM), "field-required", "spec.ingress[0].action"],
  [
    "ANP-2",
    "a name of 101 characters",
    ANP,
    ingress(`name: ${"a".repeat(101)}, action: Deny, ${FROM}`),
    "field-invalid",
    "spec.ingress[0].name",
  ],
  ["ANP-3", "an empty list of ports", ANP, port(""), "field-invalid", "spec.ingress[0].ports"],
  ["ANP-3", "101 ports", ANP, port(many(101, "{ namedPort: a }")), "field-invalid", "spec.ingress[0].ports"],
  ["ANP-3", "an empty port", ANP, port("{}"), "field-required", "spec.ingress[0].ports[0]"],
  [
    "ANP-3",
    "two ports in one",
    ANP,
    port("{ namedPort: a, portNumber: { port: 80 } }"),
    "field-invalid",
    "spec.ingress[0].ports[0]",
  ],
  ["ANP-3", "no number", ANP, port("{ portNumber: {} }"), "field-required", "spec.ingress[0].ports[0].portNumber.port"],
  [
    "ANP-3",
    "port 65536",
    ANP,
    port("{ portNumber: { port: 65536 } }"),
    "field-invalid",
    "spec.ingress[0].ports[0].portNumber.port",
  ],
  [
    "ANP-3",
    "a name for a number",
    ANP,
    port("{ portNumber: { port: web } }"),
    "field-type",
    "spec.ingress[0].ports[0].portNumber.port",
  ],
  [
    "ANP-3",
    "a range without start",
    ANP,
    port("{ portRange: { end: 80 } }"),
    "field-required",
    "spec.ingress[0].ports[0].portRange.start",
  ],
  [
    "ANP-3",
    "a range from 0",
    ANP,
    port("{ portRange: { start: 0, end: 80 } }"),
    "field-invalid",
    "spec.ingress[0].ports[0].portRange.start",
  ],
  ["ANP-4", "an empty peer", ANP, from("{}"), "field-required", "spec.ingress[0].from[0]"],
  [
    "ANP-4",
    "networks as source",
    ANP,
    from("{ networks: ['::/0'] }"),
    "field-invalid",
    "spec.ingress[0].from[0].networks",
  ],
  [
    "ANP-4",
    "a peer without a namespace selector",
    ANP,
    from("{ pods: { podSelector: {} } }"),
    "field-required",
    "spec.ingress[0].from[0].pods.namespaceSelector",
  ],
  [
    "ANP-4",
    "networks beside a port name",
    ANP,
    `${HEAD}egress: [{ action: Deny, to: [{ networks: ['::/0'] }], ports: [{ namedPort: a }] }]`,
    "field-invalid",
    "spec.egress[0]",
  ],
  ["BANP-1", "Pass", BANP, ingress(`action: Pass, ${FROM}`, SUBJECT), "field-invalid", "spec.ingress[0].action"],
  [
    "BANP-1",
    "domain names",
    BANP,
    to("{ domainNames: [a.b] }", "Allow", SUBJECT),
    "field-invalid",
    "spec.egress[0].to[0].domainNames",
  ],
  ["BANP-1", "no subject", BANP, "ingress: []", "field-required", "spec.subject"],
];

test.each([
  ["{ namespaces: { namespaceSelector: { matchLabels: { a: b } } } }", "namespaces.namespaceSelector"],
  ["{ namespaces: { sameLabels: [a] } }", "namespaces.sameLabels"],
  ["{ namespaces: { notSameLabels: [a] } }", "namespaces.notSameLabels"],
  ["{ pods: { namespaces: { namespaceSelector: {} }, podSelector: {} } }", "pods.namespaces"],
])("a peer in the form of release 0.1.1 is not read as every namespace: %s", (peer, field) => {
  const { cluster, diagnostics } = readAdmin(ANP, from(peer));
  expect(diagnostics).toMatchObject([
    { code: "dialect-unsupported", severity: "warning", field: `spec.ingress[0].from[0].${field}` },
  ]);
  expect(cluster.adminPolicies).toEqual([]);
  expect(cluster.unusedPolicies).toMatchObject([{ kind: ANP, name: "p", reason: "unsupported" }]);
});

describe("a policy the schema refuses is reported with the server's field and left out", () => {
  test.each(REFUSED)("%s: %s is one fault of %s", (_rule, _what, kind, spec, code, field) => {
    const { cluster, diagnostics } = readAdmin(kind, spec);
    const errors = diagnostics.filter(({ severity }) => severity === "error");
    expect(errors).toMatchObject([{ code, field }]);
    expect(errors[0]?.span?.line).toBeGreaterThanOrEqual(5);
    expect(errors[0]?.fix).toBeDefined();
    expect(cluster.adminPolicies).toEqual([]);
    expect(cluster.unusedPolicies).toMatchObject([{ kind, reason: "rejected" }]);
  });

  test("a policy under a group of Kubernetes that does not have it is left out too", () => {
    const { cluster, diagnostics } = read(adminText(ANP, HEAD).replace("policy.networking", "networking"));
    expect(find(diagnostics, "api-version-unsupported")?.fix).toContain("policy.networking.k8s.io/v1alpha1");
    expect(cluster.unusedPolicies).toMatchObject([{ kind: ANP, name: "p", reason: "rejected" }]);
  });
});
