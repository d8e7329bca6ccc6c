import { describe, expect, test } from "vitest";
import { parse } from "../../src/parse/parse.ts";
import { faults, find, policyText, read, readPolicy } from "./read.ts";

const long = "a".repeat(64);

/** What the API server refuses, with the field it names: rule, what is wrong, the spec, the field. */
const REFUSED: readonly (readonly [rule: string, what: string, spec: string, field: string])[] = [
  ["V-4", "a label key with a space", "podSelector: { matchLabels: { 'a b': x } }", "spec.podSelector.matchLabels"],
  ["V-4", "a label key with two slashes", "podSelector: { matchLabels: { a/b/c: x } }", "spec.podSelector.matchLabels"],
  [
    "V-5",
    "a label value of 64 characters",
    `podSelector: { matchLabels: { a: ${long} } }`,
    "spec.podSelector.matchLabels",
  ],
  ["V-5", "a label value ending in a dot", "podSelector: { matchLabels: { a: x. } }", "spec.podSelector.matchLabels"],
  [
    "V-6",
    "In without values",
    "podSelector: { matchExpressions: [{ key: a, operator: In }] }",
    "spec.podSelector.matchExpressions[0].values",
  ],
  [
    "V-6",
    "NotIn with an empty list",
    "podSelector: { matchExpressions: [{ key: a, operator: NotIn, values: [] }] }",
    "spec.podSelector.matchExpressions[0].values",
  ],
  [
    "V-7",
    "Exists with values",
    "podSelector: { matchExpressions: [{ key: a, operator: Exists, values: [b] }] }",
    "spec.podSelector.matchExpressions[0].values",
  ],
  [
    "V-8",
    "an operator in the wrong case",
    "podSelector: { matchExpressions: [{ key: a, operator: in, values: [b] }] }",
    "spec.podSelector.matchExpressions[0].operator",
  ],
  [
    "V-8",
    "no operator",
    "podSelector: { matchExpressions: [{ key: a }] }",
    "spec.podSelector.matchExpressions[0].operator",
  ],
  [
    "V-9",
    "an expression without a key",
    "podSelector: { matchExpressions: [{ operator: Exists }] }",
    "spec.podSelector.matchExpressions[0].key",
  ],
  [
    "V-10",
    "an expression value that is no label value",
    "podSelector: { matchExpressions: [{ key: a, operator: In, values: [x, '-y'] }] }",
    "spec.podSelector.matchExpressions[0].values[1]",
  ],
  [
    "V-11",
    "a protocol in lower case",
    "ingress: [{ ports: [{ protocol: tcp }] }]",
    "spec.ingress[0].ports[0].protocol",
  ],
  ["V-11", "ICMP", "egress: [{}, { ports: [{ protocol: ICMP }] }]", "spec.egress[1].ports[0].protocol"],
  ["V-11", "an empty protocol", "ingress: [{ ports: [{ protocol: '' }] }]", "spec.ingress[0].ports[0].protocol"],
  ["V-12", "port 0", "ingress: [{ ports: [{ port: 0 }] }]", "spec.ingress[0].ports[0].port"],
  ["V-12", "port 65536", "ingress: [{ ports: [{ port: 65536 }] }]", "spec.ingress[0].ports[0].port"],
  ["V-14", "a quoted number as port", "ingress: [{ ports: [{ port: '80' }] }]", "spec.ingress[0].ports[0].port"],
  ["V-14", "a port name in upper case", "ingress: [{ ports: [{ port: HTTP }] }]", "spec.ingress[0].ports[0].port"],
  ["V-14", "an empty port name", "ingress: [{ ports: [{ port: '' }] }]", "spec.ingress[0].ports[0].port"],
  ["V-14", "a port name with two hyphens", "ingress: [{ ports: [{ port: a--b }] }]", "spec.ingress[0].ports[0].port"],
  [
    "V-14",
    "a port name of 16 characters",
    "ingress: [{ ports: [{ port: abcdefghijklmnop }] }]",
    "spec.ingress[0].ports[0].port",
  ],
  ["V-15", "endPort without port", "ingress: [{ ports: [{ endPort: 90 }] }]", "spec.ingress[0].ports[0].endPort"],
  [
    "V-16",
    "endPort after a name",
    "ingress: [{ ports: [{ port: http, endPort: 90 }] }]",
    "spec.ingress[0].ports[0].endPort",
  ],
  [
    "V-17",
    "endPort before port",
    "ingress: [{ ports: [{ port: 90, endPort: 80 }] }]",
    "spec.ingress[0].ports[0].endPort",
  ],
  ["V-18", "endPort 70000", "ingress: [{ ports: [{ port: 90, endPort: 70000 }] }]", "spec.ingress[0].ports[0].endPort"],
  ["V-20", "an empty peer", "ingress: [{ from: [{}] }]", "spec.ingress[0].from[0]"],
  ["V-20", "a peer whose only selector is null", "egress: [{ to: [{ podSelector: }] }]", "spec.egress[0].to[0]"],
  [
    "V-21",
    "ipBlock beside a selector",
    "ingress: [{ from: [{ podSelector: {}, ipBlock: { cidr: 10.0.0.0/8 } }] }]",
    "spec.ingress[0].from[0]",
  ],
  ["V-22", "no cidr", "ingress: [{ from: [{ ipBlock: {} }] }]", "spec.ingress[0].from[0].ipBlock.cidr"],
  ["V-22", "an empty cidr", "ingress: [{ from: [{ ipBlock: { cidr: '' } }] }]", "spec.ingress[0].from[0].ipBlock.cidr"],
  [
    "V-23",
    "a bare address as cidr",
    "egress: [{ to: [{ ipBlock: { cidr: 10.0.0.1 } }] }]",
    "spec.egress[0].to[0].ipBlock.cidr",
  ],
  [
    "V-24",
    "a bare address as except",
    "ingress: [{ from: [{ ipBlock: { cidr: 10.0.0.0/8, except: [10.0.0.1] } }] }]",
    "spec.ingress[0].from[0].ipBlock.except[0]",
  ],
  [
    "V-24",
    "an empty except",
    "ingress: [{ from: [{ ipBlock: { cidr: 10.0.0.0/8, except: [''] } }] }]",
    "spec.ingress[0].from[0].ipBlock.except[0]",
  ],
  [
    "V-25",
    "an except outside",
    "ingress: [{ from: [{ ipBlock: { cidr: 192.168.8.0/24, except: [192.168.9.0/24] } }] }]",
    "spec.ingress[0].from[0].ipBlock.except[0]",
  ],
  [
    "V-25",
    "an except equal to the cidr",
    "ingress: [{ from: [{ ipBlock: { cidr: 10.0.0.0/8, except: [10.0.0.0/8] } }] }]",
    "spec.ingress[0].from[0].ipBlock.except[0]",
  ],
  [
    "V-25",
    "an except wider than the cidr",
    "ingress: [{ from: [{ ipBlock: { cidr: 10.0.0.0/8, except: [0.0.0.0/0] } }] }]",
    "spec.ingress[0].from[0].ipBlock.except[0]",
  ],
  [
    "V-25",
    "an except of the other family",
    "ingress: [{ from: [{ ipBlock: { cidr: 0.0.0.0/0, except: ['::/1'] } }] }]",
    "spec.ingress[0].from[0].ipBlock.except[0]",
  ],
  ["V-27", "three policy types", "policyTypes: [Ingress, Egress, Ingress]", "spec.policyTypes"],
  ["V-28", "a policy type in lower case", "policyTypes: [Ingress, egress]", "spec.policyTypes[1]"],
  ["V-30", "a string where a list belongs", "policyTypes: Ingress", "spec.policyTypes"],
  ["V-30", "a number where a list belongs", "ingress: [{ ports: 80 }]", "spec.ingress[0].ports"],
  ["V-30", "a mapping where a list belongs", "ingress: { from: [] }", "spec.ingress"],
  ["V-30", "a list where a selector belongs", "podSelector: [app]", "spec.podSelector"],
  [
    "V-30",
    "a quoted endPort",
    "ingress: [{ ports: [{ port: 80, endPort: '90' }] }]",
    "spec.ingress[0].ports[0].endPort",
  ],
  ["IN-5", "a number as label value", "podSelector: { matchLabels: { tier: 1 } }", "spec.podSelector.matchLabels.tier"],
  [
    "IN-5",
    "a boolean as label value",
    "podSelector: { matchLabels: { on: yes } }",
    "spec.podSelector.matchLabels.true",
  ],
  [
    "IN-5",
    "a number among values",
    "podSelector: { matchExpressions: [{ key: a, operator: In, values: [1.0] }] }",
    "spec.podSelector.matchExpressions[0].values[0]",
  ],
];

describe("a policy the API server refuses is reported with the server's field and left out", () => {
  test.each(REFUSED)("%s: %s", (_rule, _what, spec, field) => {
    const { cluster, diagnostics } = readPolicy(spec);
    const errors = diagnostics.filter(({ severity }) => severity === "error");
    expect(errors.map((error) => error.field)).toContain(field);
    expect(errors.every(({ span }) => span !== undefined && span.line >= 5)).toBe(true);
    expect(cluster.networkPolicies).toEqual([]);
    expect(cluster.unusedPolicies).toMatchObject([
      { kind: "NetworkPolicy", namespace: "shop", name: "p", reason: "rejected" },
    ]);
  });

  test.each(REFUSED)("%s: %s is one fault, not several", (_rule, _what, spec) => {
    expect(readPolicy(spec).diagnostics.filter(({ severity }) => severity === "error")).toHaveLength(1);
  });
});

describe("the metadata of a policy is checked", () => {
  const policy = (metadata: string) =>
    read(`apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: ${metadata}\nspec: {}\n`);

  test.each([
    ["V-1", "{ name: Web_1 }", "metadata.name"],
    ["V-1", `{ name: ${"a".repeat(254)} }`, "metadata.name"],
    ["V-2", "{ name: a, namespace: a.b }", "metadata.namespace"],
    ["V-3", "{ name: a, labels: { 'x y': z } }", "metadata.labels"],
    ["V-3", "{ name: a, labels: { x: 'a b' } }", "metadata.labels"],
    ["V-3", "{ name: a, annotations: { 'x y': z } }", "metadata.annotations"],
    ["V-30", "{ name: 5 }", "metadata.name"],
    ["V-30", "{ name: a, annotations: { x: 5 } }", "metadata.annotations.x"],
  ])("%s: %s", (_rule, metadata, field) => {
    const { cluster, diagnostics } = policy(metadata);
    expect(diagnostics.filter(({ severity }) => severity === "error").map((error) => error.field)).toEqual([field]);
    expect(cluster.networkPolicies).toEqual([]);
  });

  test("V-1: a missing name is an error of its own", () => {
    expect(faults(policy("{ namespace: a }"))).toEqual(["name-missing"]);
    expect(faults(policy(""))).toEqual(["name-missing"]);
    expect(faults(policy("{ name: '' }"))).toEqual(["name-missing"]);
  });
});

describe("V-40: what the API server accepts is accepted", () => {
  test.each([
    "ingress: []",
    "ingress: [{ from: [], ports: [] }]",
    "ingress: [{ from: [{ podSelector: {}, namespaceSelector: {} }] }]",
    "policyTypes: [Ingress, Ingress]",
    "ingress: [{}, {}]",
    "policyTypes: [Ingress]\negress: [{}]",
    "ingress: [{ ports: [{ port: 80, endPort: 80 }] }]",
    "podSelector: { matchLabels: { a: '' } }",
    "ingress: [{ from: [{ ipBlock: { cidr: 10.0.0.0/8, except: [10.0.0.0/9, 10.128.0.0/9, 10.1.0.0/16] } }] }]",
    "ingress: [{ ports: [{ port: a-1 }, { port: 1a }] }]",
    "podSelector: { matchLabels: { example.com/x: A_b.c-1 } }",
  ])("%s", (spec) => {
    const { policy, ...rest } = readPolicy(spec);
    expect(policy).toBeDefined();
    expect(faults(rest)).toEqual([]);
  });
});

describe("V-26, V-42: a CIDR a strict server refuses", () => {
  const spec = "ingress: [{ from: [{ ipBlock: { cidr: 10.1.2.3/8, except: [10.1.2.3/24] } }] }]";

  test("is a warning by default, and read without the bits beyond its prefix", () => {
    const { policy, diagnostics } = readPolicy(spec);
    expect(policy?.ingress[0]?.peers).toMatchObject([{ kind: "ipBlock", cidr: "10.1.2.3/8", except: ["10.1.2.3/24"] }]);
    const found = diagnostics.filter(({ code }) => code === "cidr-not-canonical");
    expect(found.map(({ field, severity }) => [field, severity])).toEqual([
      ["spec.ingress[0].from[0].ipBlock.cidr", "warning"],
      ["spec.ingress[0].from[0].ipBlock.except[0]", "warning"],
    ]);
  });

  test("is an error when the option says so", () => {
    const { cluster, diagnostics } = readPolicy(spec, { strictCIDR: "error" });
    expect(cluster.networkPolicies).toEqual([]);
    expect(find(diagnostics, "cidr-not-canonical")?.severity).toBe("error");
  });
});

test("several faults of one policy are all reported", () => {
  const { diagnostics } = readPolicy(
    "policyTypes: [egress]\ningress: [{ from: [{}], ports: [{ port: 0, protocol: tcp }] }]",
  );
  expect(diagnostics.filter(({ severity }) => severity === "error")).toHaveLength(4);
});

test("a refused policy does not disturb the others", () => {
  const text = `${policyText("policyTypes: Ingress")}---\n${policyText("podSelector: {}").replace("name: p", "name: q")}`;
  const { cluster } = parse([{ path: "a.yaml", text }]);
  expect(cluster.networkPolicies.map(({ name }) => name)).toEqual(["q"]);
});
