import { describe, expect, test } from "vitest";
import { IpSet, parseCidr } from "../../src/model/ip.ts";
import { EVERYTHING } from "../../src/model/selector.ts";
import { parse } from "../../src/parse/parse.ts";
import { adminText, faults, find, read, readAdmin, soundAdmin, startOf } from "./read.ts";

const KIND = "ClusterNetworkPolicy";
const HEAD = "tier: Admin\npriority: 10\nsubject: { namespaces: {} }\n";
const FROM = "from: [{ namespaces: {} }]";
const TO = "to: [{ namespaces: {} }]";

const ingress = (rule: string) => `${HEAD}ingress: [{ ${rule} }]`;
const egress = (rule: string) => `${HEAD}egress: [{ ${rule} }]`;
const from = (peer: string) => ingress(`action: Deny, from: [${peer}]`);
const to = (peer: string, action = "Accept") => egress(`action: ${action}, to: [${peer}]`);
const protocol = (entry: string) => ingress(`action: Deny, ${FROM}, protocols: [${entry}]`);
const rule = (spec: string, direction: "ingress" | "egress" = "ingress") => soundAdmin(KIND, spec)[direction][0];
const addresses = (...cidrs: string[]) =>
  cidrs.reduce((set, cidr) => set.union(parseCidr(cidr)?.set ?? IpSet.NONE), IpSet.NONE);
const selector = (key: string, value: string) => ({ requirements: [{ key, operator: "In", values: [value] }] });
const many = (count: number, item: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => item(i)).join(", ");

describe("CNP-1: what a policy says of itself", () => {
  test.each([
    ["Admin", "admin"],
    ["Baseline", "baseline"],
  ])("tier %s is read as %s", (written, tier) => {
    expect(soundAdmin(KIND, HEAD.replace("Admin", written))).toMatchObject({
      kind: KIND,
      name: "p",
      tier,
      priority: 10,
    });
  });

  test.each([0, 1000])("priority %d is within bounds", (priority) => {
    expect(soundAdmin(KIND, HEAD.replace("10", `${priority}`)).priority).toBe(priority);
  });

  test("rules are not needed", () => {
    expect(soundAdmin(KIND, HEAD)).toMatchObject({ ingress: [], egress: [] });
    expect(soundAdmin(KIND, `${HEAD}ingress: []\negress:`)).toMatchObject({ ingress: [], egress: [] });
  });

  test("rules keep their order, 25 of them and not more", () => {
    const rules = (count: number) =>
      `${HEAD}ingress: [${many(count, (i) => `{ name: r${i}, action: Pass, ${FROM} }`)}]`;
    expect(soundAdmin(KIND, rules(25)).ingress.map(({ name }) => name)).toEqual(
      Array.from({ length: 25 }, (_, i) => `r${i}`),
    );
    const { policy, diagnostics } = readAdmin(KIND, rules(26));
    expect(policy).toBeUndefined();
    expect(diagnostics).toMatchObject([{ code: "field-invalid", field: "spec.ingress", severity: "error" }]);
  });
});

describe("CNP-2: the subject", () => {
  const subject = (text: string) => soundAdmin(KIND, HEAD.replace("{ namespaces: {} }", text)).subject;

  test("of namespaces is every pod in them", () => {
    expect(subject("{ namespaces: { matchLabels: { team: a } } }")).toEqual({
      namespaceSelector: selector("team", "a"),
      podSelector: EVERYTHING,
    });
  });

  test("of pods has both selectors", () => {
    expect(
      subject("{ pods: { namespaceSelector: { matchLabels: { a: b } }, podSelector: { matchLabels: { c: d } } } }"),
    ).toEqual({ namespaceSelector: selector("a", "b"), podSelector: selector("c", "d") });
  });

  test("of pods without a namespace selector is in all namespaces", () => {
    expect(subject("{ pods: { podSelector: { matchLabels: { c: d } } } }")).toEqual({
      namespaceSelector: EVERYTHING,
      podSelector: selector("c", "d"),
    });
  });

  test("of pods with a null namespace selector is in all namespaces, with a warning", () => {
    const spec = HEAD.replace("{ namespaces: {} }", "{ pods: { podSelector: {}, namespaceSelector: } }");
    const { policy, diagnostics } = readAdmin(KIND, spec);
    expect(policy?.subject.namespaceSelector).toEqual(EVERYTHING);
    expect(diagnostics).toMatchObject([{ code: "field-null", field: "spec.subject.pods.namespaceSelector" }]);
  });
});

describe("CNP-3: a rule", () => {
  test.each([
    ["Accept", "allow"],
    ["Deny", "deny"],
    ["Pass", "pass"],
  ])("with action %s is read as %s in both tiers", (written, action) => {
    const spec = ingress(`action: ${written}, ${FROM}`);
    expect(rule(spec)?.action).toBe(action);
    expect(rule(spec.replace("Admin", "Baseline"))?.action).toBe(action);
  });

  test("may have a name of 100 characters", () => {
    const name = "ü".repeat(100);
    expect(rule(ingress(`name: ${name}, action: Deny, ${FROM}`))?.name).toBe(name);
    expect(rule(ingress(`action: Deny, ${FROM}`))).not.toHaveProperty("name");
  });

  test("may have 25 peers", () => {
    expect(rule(from(many(25, () => "{ namespaces: {} }")))?.peers).toHaveLength(25);
  });

  test("without protocols is about any port, and so is one whose protocols are null, with a warning", () => {
    expect(rule(ingress(`action: Deny, ${FROM}`))?.ports).toBe("any");
    const { policy, diagnostics } = readAdmin(KIND, ingress(`action: Deny, ${FROM}, protocols: `));
    expect(policy?.ingress[0]?.ports).toBe("any");
    expect(diagnostics).toMatchObject([{ code: "field-null", field: "spec.ingress[0].protocols" }]);
  });
});

describe("CNP-4: a peer", () => {
  test.each([
    ["{ namespaces: { matchLabels: { a: b } } }", selector("a", "b"), EVERYTHING],
    ["{ pods: { podSelector: { matchLabels: { a: b } } } }", EVERYTHING, selector("a", "b")],
    ["{ pods: { podSelector: {}, namespaceSelector: { matchLabels: { a: b } } } }", selector("a", "b"), EVERYTHING],
  ])("%s is pods in either direction", (text, namespaceSelector, podSelector) => {
    expect(rule(from(text))?.peers).toMatchObject([{ kind: "pods", namespaceSelector, podSelector }]);
    expect(rule(to(text), "egress")?.peers).toMatchObject([{ kind: "pods", namespaceSelector, podSelector }]);
  });

  test("of networks is the union of its blocks, as they are written", () => {
    const peer = rule(to("{ networks: [10.0.0.0/9, 10.128.0.0/9, 'fd00::/8'] }", "Deny"), "egress")?.peers[0];
    expect(peer).toMatchObject({ kind: "networks", cidrs: ["10.0.0.0/9", "10.128.0.0/9", "fd00::/8"] });
    expect(peer?.kind === "networks" && peer.addresses.equals(addresses("10.0.0.0/8", "fd00::/8"))).toBe(true);
  });

  test("of nodes has a selector", () => {
    expect(rule(to("{ nodes: { matchLabels: { a: b } } }", "Deny"), "egress")?.peers).toMatchObject([
      { kind: "nodes", selector: selector("a", "b") },
    ]);
    expect(rule(to("{ nodes: {} }"), "egress")?.peers).toMatchObject([{ kind: "nodes", selector: EVERYTHING }]);
  });

  test("of domain names lists them", () => {
    expect(rule(to("{ domainNames: [example.com, '*.example.org.'] }"), "egress")?.peers).toMatchObject([
      { kind: "domainNames", names: ["example.com", "*.example.org."] },
    ]);
  });
});

describe("CNP-5: an entry of protocols", () => {
  test.each([
    ["{ tcp: { destinationPort: { number: 80 } } }", { kind: "range", protocol: "TCP", first: 80, last: 80 }],
    ["{ udp: { destinationPort: { number: 65535 } } }", { kind: "range", protocol: "UDP", first: 65535, last: 65535 }],
    [
      "{ sctp: { destinationPort: { range: { start: 1, end: 65535 } } } }",
      { kind: "range", protocol: "SCTP", first: 1, last: 65535 },
    ],
    ["{ tcp: { destinationPort: { range: { start: 1, end: 2 } } } }", { kind: "range", first: 1, last: 2 }],
  ])("%s", (entry, match) => {
    expect(rule(protocol(entry))?.ports).toMatchObject([match]);
  });

  test("with a port name has no protocol", () => {
    const [match] = rule(protocol("{ destinationNamedPort: web }"))?.ports ?? [];
    expect(match).toMatchObject({ kind: "named", name: "web" });
    expect(match).not.toHaveProperty("protocol");
  });
});

describe("CNP-6: the experimental channel", () => {
  test.each(["nodes", "domainNames"])("%s is pointed out as experimental, and evaluated", (name) => {
    const { policy, diagnostics } = readAdmin(KIND, to(name === "nodes" ? "{ nodes: {} }" : "{ domainNames: [a.b] }"));
    expect(policy?.egress[0]?.peers).toMatchObject([{ kind: name }]);
    expect(diagnostics).toMatchObject([
      { code: "field-unknown", severity: "info", field: `spec.egress[0].to[0].${name}`, span: { line: 8 } },
    ]);
  });

  test.each(["nodes", "domainNames"])("with cnpChannel=standard %s is refused", (name) => {
    const spec = to(name === "nodes" ? "{ nodes: {} }" : "{ domainNames: [a.b] }");
    const { policy, diagnostics } = readAdmin(KIND, spec, { cnpChannel: "standard" });
    expect(policy).toBeUndefined();
    expect(diagnostics).toMatchObject([
      { code: "field-unknown", severity: "error", field: `spec.egress[0].to[0].${name}`, span: { line: 8 } },
    ]);
  });

  test.each([
    ["experimental", "info"],
    ["standard", "error"],
  ] as const)("with cnpChannel=%s a port name is of severity %s", (cnpChannel, severity) => {
    const { policy, diagnostics } = readAdmin(KIND, protocol("{ destinationNamedPort: web }"), { cnpChannel });
    const field = "spec.ingress[0].protocols[0].destinationNamedPort";
    expect(diagnostics).toMatchObject([{ code: "field-unknown", severity, field, span: { line: 8 } }]);
    expect(policy !== undefined).toBe(severity === "info");
  });

  test("networks are of the standard channel", () => {
    expect(readAdmin(KIND, to("{ networks: [10.0.0.0/8] }")).diagnostics).toEqual([]);
  });

  test.each(["{ networks: [10.0.0.0/8] }", "{ nodes: {} }", "{ domainNames: [a.b] }"])(
    "%s in a rule with a port name is refused at the rule, and the place is the name",
    (peer) => {
      const spec = egress(
        `action: Accept, to: [{ namespaces: {} }, ${peer}],\n  protocols: [\n    { destinationNamedPort: web }]`,
      );
      const { policy, diagnostics } = readAdmin(KIND, spec);
      const errors = diagnostics.filter(({ severity }) => severity === "error");
      expect(policy).toBeUndefined();
      expect(errors).toMatchObject([{ code: "field-invalid", field: "spec.egress[0]" }]);
      expect(startOf(errors[0]?.span)).toEqual([10, 7]);
    },
  );

  test("a port name and networks in different rules are fine", () => {
    const rules = `{ action: Deny, ${TO}, protocols: [{ destinationNamedPort: a }] }, { action: Deny, to: [{ networks: ['::/0'] }] }`;
    expect(soundAdmin(KIND, `${HEAD}egress: [${rules}]`).egress).toHaveLength(2);
  });
});

describe("CNP-7: networks and domain names", () => {
  test("bits beyond the prefix are a warning, whatever the option for NetworkPolicy says", () => {
    const { policy, diagnostics } = readAdmin(KIND, to("{ networks: [10.1.2.3/8] }"), { strictCIDR: "error" });
    const peer = policy?.egress[0]?.peers[0];
    expect(peer?.kind === "networks" && peer.addresses.equals(addresses("10.0.0.0/8"))).toBe(true);
    expect(diagnostics).toMatchObject([
      { code: "cidr-not-canonical", severity: "warning", field: "spec.egress[0].to[0].networks[0]" },
    ]);
  });

  test.each(["010.0.0.0/8", "::ffff:10.0.0.0/104"])(
    "%s, which the schema does not take for a CIDR, is refused",
    (cidr) => {
      const { policy, diagnostics } = readAdmin(KIND, to(`{ networks: ['${cidr}'] }`));
      expect(policy).toBeUndefined();
      expect(diagnostics).toMatchObject([
        { code: "cidr-not-canonical", severity: "error", field: "spec.egress[0].to[0].networks[0]" },
      ]);
    },
  );

  test.each(["a.b", "a.b.", "*.a.b", "A-1.b_c.d", "1.2", "[.b"])("%s is a domain name to the API", (name) => {
    expect(rule(to(`{ domainNames: ['${name}'] }`), "egress")?.peers).toMatchObject([{ names: [name] }]);
  });
});

describe("CNP-8: a policy belongs to no namespace", () => {
  const text = adminText(KIND, HEAD).replace("{ name: p }", "{ name: p, namespace: shop }");

  test("one that is written is pointed out, and declares none", () => {
    const { cluster, diagnostics } = read(text);
    expect(cluster.adminPolicies).toHaveLength(1);
    expect(cluster.adminPolicies[0]).not.toHaveProperty("namespace");
    expect(cluster.namespaces).toEqual([]);
    expect(diagnostics).toMatchObject([{ code: "field-unknown", severity: "info", field: "metadata.namespace" }]);
    expect(startOf(diagnostics[0]?.span)).toEqual([3, 22]);
  });

  test("two of one name are one, in whatever namespace they are written", () => {
    const { cluster, diagnostics } = read(`${text}---\n${adminText(KIND, HEAD.replace("10", "11"))}`);
    expect(cluster.adminPolicies.map(({ priority }) => priority)).toEqual([11]);
    expect(faults({ diagnostics })).toEqual(["object-duplicate"]);
  });

  test("there may be several in each tier, and they come sorted by name", () => {
    const texts = ["b", "c", "a"].map((name) => adminText(KIND, HEAD).replace("name: p", `name: ${name}`));
    expect(read(texts.join("---\n")).cluster.adminPolicies.map(({ name }) => name)).toEqual(["a", "b", "c"]);
  });
});

describe("CNP-18: a peer of a newer API", () => {
  test.each(["Accept", "Deny", "Pass"])("stays as unrecognised in a rule that says %s, with a warning", (action) => {
    const { policy, diagnostics } = readAdmin(KIND, to("{ namespaces: {} }, { serviceAccounts: {} }", action));
    expect(policy?.egress[0]?.peers.map(({ kind }) => kind)).toEqual(["pods", "unrecognised"]);
    expect(diagnostics).toMatchObject([
      { code: "field-unknown", severity: "warning", field: "spec.egress[0].to[1].serviceAccounts" },
    ]);
    expect(diagnostics[0]?.span?.line).toBe(8);
  });

  test("may be a misspelling, and then the fix says so", () => {
    expect(find(readAdmin(KIND, from("{ namespace: {} }")).diagnostics, "field-unknown")?.fix).toContain(
      "`namespaces`",
    );
  });

  test("that has a field that is known too is that", () => {
    const { policy, diagnostics } = readAdmin(KIND, from("{ namespaces: {}, serviceAccounts: {} }"));
    expect(policy?.ingress[0]?.peers).toMatchObject([{ kind: "pods" }]);
    expect(diagnostics).toMatchObject([{ code: "field-unknown", severity: "error" }]);
  });

  test("is not one of this API in the wrong place: that is refused", () => {
    expect(readAdmin(KIND, from("{ networks: [10.0.0.0/8] }")).policy).toBeUndefined();
  });
});

describe("every part points at its list item", () => {
  const text = adminText(
    KIND,
    `
tier: Admin
priority: 1
subject: { namespaces: {} }
egress:
  - name: dns
    action: Accept
    to:
      - namespaces: {}
      - networks:
          - 10.0.0.0/8
    protocols:
      - tcp: { destinationPort: { number: 53 } }
      - udp:
          destinationPort: { number: 53 }
  - action: Deny
    to:
      - nodes: {}
`,
  );

  test("rules, peers and ports", () => {
    const policy = read(text).cluster.adminPolicies[0];
    expect(policy?.egress.map(({ span }) => startOf(span))).toEqual([
      [9, 7],
      [19, 7],
    ]);
    expect(policy?.egress[0]?.peers.map(({ span }) => startOf(span))).toEqual([
      [12, 11],
      [13, 11],
    ]);
    const ports = policy?.egress[0]?.ports;
    expect(ports !== "any" && ports?.map(({ span }) => startOf(span))).toEqual([
      [16, 11],
      [17, 11],
    ]);
    expect(startOf(policy?.span)).toEqual([1, 1]);
  });
});

/** What the schema refuses, with the field it names: rule, what is wrong, the spec, code and field. */
const REFUSED: readonly (readonly [rule: string, what: string, spec: string, code: string, field: string])[] = [
  ["CNP-1", "no tier", HEAD.replace("tier: Admin\n", ""), "field-required", "spec.tier"],
  ["CNP-1", "a tier in lower case", HEAD.replace("Admin", "admin"), "field-invalid", "spec.tier"],
  ["CNP-1", "no priority", HEAD.replace("priority: 10\n", ""), "field-required", "spec.priority"],
  ["CNP-1", "a null priority", HEAD.replace("10", ""), "field-required", "spec.priority"],
  ["CNP-1", "priority -1", HEAD.replace("10", "-1"), "field-invalid", "spec.priority"],
  ["CNP-1", "priority 1001", HEAD.replace("10", "1001"), "field-invalid", "spec.priority"],
  ["CNP-1", "a quoted priority", HEAD.replace("10", "'10'"), "field-type", "spec.priority"],
  ["CNP-1", "a fraction as priority", HEAD.replace("10", "1.5"), "field-type", "spec.priority"],
  ["CNP-1", "no subject", "tier: Admin\npriority: 1", "field-required", "spec.subject"],
  ["CNP-1", "rules that are no list", `${HEAD}ingress: { action: Deny }`, "field-type", "spec.ingress"],
  ["CNP-2", "an empty subject", HEAD.replace("{ namespaces: {} }", "{}"), "field-required", "spec.subject"],
  [
    "CNP-2",
    "a null in the subject",
    HEAD.replace("{ namespaces: {} }", "{ namespaces: }"),
    "field-required",
    "spec.subject",
  ],
  [
    "CNP-2",
    "two subjects",
    HEAD.replace("{ namespaces: {} }", "{ namespaces: {}, pods: { podSelector: {} } }"),
    "field-invalid",
    "spec.subject",
  ],
  [
    "CNP-2",
    "pods without a pod selector",
    HEAD.replace("{ namespaces: {} }", "{ pods: { namespaceSelector: {} } }"),
    "field-required",
    "spec.subject.pods.podSelector",
  ],
  [
    "CNP-2",
    "a selector without an operator",
    HEAD.replace("{ namespaces: {} }", "{ namespaces: { matchExpressions: [{ key: a }] } }"),
    "field-invalid",
    "spec.subject.namespaces.matchExpressions[0].operator",
  ],
  ["CNP-3", "no action", ingress(FROM), "field-required", "spec.ingress[0].action"],
  ["CNP-3", "the old action", ingress(`action: Allow, ${FROM}`), "field-invalid", "spec.ingress[0].action"],
  ["CNP-3", "an action in lower case", ingress(`action: deny, ${FROM}`), "field-invalid", "spec.ingress[0].action"],
  ["CNP-3", "no peers", ingress("action: Deny"), "field-required", "spec.ingress[0].from"],
  ["CNP-3", "an empty list of peers", from(""), "field-invalid", "spec.ingress[0].from"],
  ["CNP-3", "26 peers", to(many(26, () => "{ namespaces: {} }")), "field-invalid", "spec.egress[0].to"],
  ["CNP-3", "an empty list of protocols", protocol(""), "field-invalid", "spec.ingress[0].protocols"],
  [
    "CNP-3",
    "26 protocols",
    protocol(many(26, (i) => `{ tcp: { destinationPort: { number: ${i + 1} } } }`)),
    "field-invalid",
    "spec.ingress[0].protocols",
  ],
  [
    "CNP-3",
    "a name of 101 characters",
    ingress(`name: ${"a".repeat(101)}, action: Deny, ${FROM}`),
    "field-invalid",
    "spec.ingress[0].name",
  ],
  ["CNP-4", "an empty peer", from("{}"), "field-required", "spec.ingress[0].from[0]"],
  ["CNP-4", "a peer that is null but for its key", to("{ pods: }"), "field-required", "spec.egress[0].to[0]"],
  [
    "CNP-4",
    "two peers in one",
    from("{ namespaces: {}, pods: { podSelector: {} } }"),
    "field-invalid",
    "spec.ingress[0].from[0]",
  ],
  ["CNP-4", "a peer that is a string", from("all"), "field-type", "spec.ingress[0].from[0]"],
  [
    "CNP-4",
    "networks as source",
    from("{ networks: [10.0.0.0/8] }"),
    "field-invalid",
    "spec.ingress[0].from[0].networks",
  ],
  ["CNP-4", "nodes as source", from("{ nodes: {} }"), "field-invalid", "spec.ingress[0].from[0].nodes"],
  [
    "CNP-4",
    "domain names as source",
    from("{ domainNames: [a.b] }"),
    "field-invalid",
    "spec.ingress[0].from[0].domainNames",
  ],
  ["CNP-4", "no networks", to("{ networks: [] }"), "field-invalid", "spec.egress[0].to[0].networks"],
  [
    "CNP-4",
    "26 networks",
    to(`{ networks: [${many(26, (i) => `10.${i}.0.0/16`)}] }`),
    "field-invalid",
    "spec.egress[0].to[0].networks",
  ],
  [
    "CNP-4",
    "a network twice",
    to("{ networks: [10.0.0.0/8, 10.0.0.0/8] }"),
    "field-invalid",
    "spec.egress[0].to[0].networks[1]",
  ],
  ["CNP-5", "an empty entry", protocol("{}"), "field-required", "spec.ingress[0].protocols[0]"],
  [
    "CNP-5",
    "two protocols in one",
    protocol("{ tcp: { destinationPort: { number: 1 } }, destinationNamedPort: a }"),
    "field-invalid",
    "spec.ingress[0].protocols[0]",
  ],
  [
    "CNP-5",
    "a protocol without anything",
    protocol("{ tcp: {} }"),
    "field-required",
    "spec.ingress[0].protocols[0].tcp",
  ],
  [
    "CNP-5",
    "an empty port",
    protocol("{ udp: { destinationPort: {} } }"),
    "field-required",
    "spec.ingress[0].protocols[0].udp.destinationPort",
  ],
  [
    "CNP-5",
    "a number and a range",
    protocol("{ udp: { destinationPort: { number: 1, range: { start: 1, end: 2 } } } }"),
    "field-invalid",
    "spec.ingress[0].protocols[0].udp.destinationPort",
  ],
  [
    "CNP-5",
    "port 0",
    protocol("{ tcp: { destinationPort: { number: 0 } } }"),
    "field-invalid",
    "spec.ingress[0].protocols[0].tcp.destinationPort.number",
  ],
  [
    "CNP-5",
    "port 65536",
    protocol("{ tcp: { destinationPort: { range: { start: 1, end: 65536 } } } }"),
    "field-invalid",
    "spec.ingress[0].protocols[0].tcp.destinationPort.range.end",
  ],
  [
    "CNP-5",
    "a range of one port",
    protocol("{ tcp: { destinationPort: { range: { start: 80, end: 80 } } } }"),
    "field-invalid",
    "spec.ingress[0].protocols[0].tcp.destinationPort.range",
  ],
  [
    "CNP-5",
    "a range without end",
    protocol("{ tcp: { destinationPort: { range: { start: 80 } } } }"),
    "field-required",
    "spec.ingress[0].protocols[0].tcp.destinationPort.range.end",
  ],
  [
    "CNP-5",
    "a number as port name",
    protocol("{ destinationNamedPort: 80 }"),
    "field-type",
    "spec.ingress[0].protocols[0].destinationNamedPort",
  ],
  ["CNP-7", "a bare address", to("{ networks: [10.0.0.1] }"), "field-invalid", "spec.egress[0].to[0].networks[0]"],
  [
    "CNP-7",
    "a network of 44 characters",
    to(`{ networks: ['${"0".repeat(38)}1::/64'] }`),
    "field-invalid",
    "spec.egress[0].to[0].networks[0]",
  ],
  ...["com", "*", "*.com", "a.*.b", "a..b", "-a.b", "a b.c", ""].map(
    (name) =>
      [
        "CNP-7",
        `the domain name "${name}"`,
        to(`{ domainNames: ['${name}'] }`),
        "field-invalid",
        "spec.egress[0].to[0].domainNames[0]",
      ] as const,
  ),
];

describe("a policy the schema refuses is reported with the server's field and left out", () => {
  test.each(REFUSED)("%s: %s is one fault", (_rule, _what, spec, code, field) => {
    const { cluster, diagnostics } = readAdmin(KIND, spec);
    const errors = diagnostics.filter(({ severity }) => severity === "error");
    expect(errors).toMatchObject([{ code, field }]);
    expect(errors[0]?.span?.line).toBeGreaterThanOrEqual(5);
    if (code !== "field-type") expect(errors[0]?.fix).toBeDefined();
    expect(cluster.adminPolicies).toEqual([]);
    expect(cluster.unusedPolicies).toMatchObject([{ kind: KIND, name: "p", reason: "rejected" }]);
    expect(cluster.unusedPolicies[0]).not.toHaveProperty("namespace");
  });

  test.each(["", "spec:", "spec: []", "spec: 1"])("and so is one with %j for a spec", (spec) => {
    const text = `${adminText(KIND, "x: y").split("spec:")[0]}${spec}\n`;
    const { cluster, diagnostics } = read(text);
    expect(diagnostics).toMatchObject([{ severity: "error", field: "spec" }]);
    expect(cluster.unusedPolicies).toMatchObject([{ kind: KIND, name: "p", reason: "rejected" }]);
  });

  test("several faults of one policy are all reported", () => {
    const { diagnostics } = readAdmin(KIND, "priority: -1\nsubject: {}\ningress: [{ from: [{}], protocols: [{}] }]");
    expect(diagnostics.filter(({ severity }) => severity === "error")).toHaveLength(6);
  });

  test("without disturbing the others", () => {
    const text = `${adminText(KIND, "tier: x")}---\n${adminText(KIND, HEAD).replace("name: p", "name: q")}`;
    expect(parse([{ path: "a.yaml", text }]).cluster.adminPolicies.map(({ name }) => name)).toEqual(["q"]);
  });
});

describe("CNP-7: what v1beta1 has closed", () => {
  test.each([
    ["domainNames", "_a.example.com"],
    ["networks", "10.0.0.1/8"],
  ])("%s: [%s]", (peer, written) => {
    const text = adminText(KIND, to(`{ ${peer}: ['${written}'] }`));
    const field = `spec.egress[0].to[0].${peer}[0]`;
    const before = read(text);
    expect(before.cluster.adminPolicies).toHaveLength(1);
    expect(before.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
    const { cluster, diagnostics } = read(text.replace("v1alpha2", "v1beta1"));
    expect(cluster.adminPolicies).toEqual([]);
    expect(diagnostics).toContainEqual(expect.objectContaining({ field, severity: "error" }));
  });
});

describe("IN-4, IN-6: what is not there, and what is not known", () => {
  test("an unknown field is an error and has no effect", () => {
    const { policy, diagnostics } = readAdmin(
      KIND,
      ingress(`action: Deny, ${FROM}, ports: [{ portNumber: { port: 80 } }]`),
    );
    expect(policy?.ingress[0]?.ports).toBe("any");
    expect(diagnostics).toMatchObject([{ code: "field-unknown", severity: "error", field: "spec.ingress[0].ports" }]);
  });

  test("a peer with nothing after its dash is an empty one", () => {
    const { policy, codes } = readAdmin(KIND, `${HEAD}ingress:\n- action: Deny\n  from:\n  -\n`);
    expect(policy).toBeUndefined();
    expect(codes).toEqual(expect.arrayContaining(["field-null", "field-required"]));
  });
});
