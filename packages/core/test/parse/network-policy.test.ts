import { describe, expect, test } from "vitest";
import { faults, find, policyText, read, readPolicy, soundPolicy, startOf } from "./read.ts";

describe("NP-10, NP-11: policy types that are not written follow from the rules", () => {
  test.each([
    ["podSelector: {}", ["ingress"], false],
    ["ingress: []", ["ingress"], false],
    ["ingress: [{}]", ["ingress"], false],
    ["egress: []", ["ingress"], false],
    ["egress: [{}]", ["ingress", "egress"], false],
    ["policyTypes: []\negress: [{}]", ["ingress", "egress"], false],
    ["policyTypes:\negress: [{}]", ["ingress", "egress"], false],
    ["policyTypes: [Egress]", ["egress"], true],
    ["policyTypes: [Egress, Ingress]", ["ingress", "egress"], true],
    ["policyTypes: [Ingress, Ingress]", ["ingress"], true],
    ["policyTypes: [Ingress]\negress: [{}]", ["ingress"], true],
  ])("%j", (spec, policyTypes, policyTypesWritten) => {
    expect(soundPolicy(spec)).toMatchObject({ policyTypes, policyTypesWritten });
  });

  test("NP-12: rules of a direction that is not listed are kept", () => {
    expect(soundPolicy("policyTypes: [Ingress]\negress: [{}]").egress).toHaveLength(1);
  });
});

describe("NP-20 to NP-25: absent and empty lists", () => {
  test("no rules are no rules", () => {
    expect(soundPolicy("ingress: []").ingress).toEqual([]);
    expect(soundPolicy("podSelector: {}").ingress).toEqual([]);
  });

  test.each(["ingress: [{}]", "ingress: [{ from: [], ports: [] }]"])("%s leaves peers and ports open", (spec) => {
    expect(soundPolicy(spec).ingress).toMatchObject([{ peers: "any", ports: "any" }]);
  });

  test("an empty namespace selector is a peer, not everyone", () => {
    expect(soundPolicy("ingress: [{ from: [{ namespaceSelector: {} }] }]").ingress[0]?.peers).toMatchObject([
      { kind: "namespaces", namespaceSelector: { requirements: [] }, podSelector: { requirements: [] } },
    ]);
  });

  test("a pod selector alone means the policy's own namespace", () => {
    expect(soundPolicy("ingress: [{ from: [{ podSelector: {} }] }]").ingress[0]?.peers).toMatchObject([
      { kind: "pods" },
    ]);
  });

  test("PEER-2: one entry with both selectors is not two entries", () => {
    expect(
      soundPolicy("ingress: [{ from: [{ podSelector: {}, namespaceSelector: {} }] }]").ingress[0]?.peers,
    ).toHaveLength(1);
    expect(
      soundPolicy("ingress: [{ from: [{ podSelector: {} }, { namespaceSelector: {} }] }]").ingress[0]?.peers,
    ).toHaveLength(2);
  });
});

test("PORT-2, PORT-3, PORT-5, PORT-6: protocol, port and endPort have their defaults", () => {
  const ports = "[{}, { protocol: UDP }, { port: 80 }, { port: 80, endPort: 90, protocol: SCTP }, { port: http }]";
  expect(soundPolicy(`ingress: [{ ports: ${ports} }]`).ingress[0]?.ports).toMatchObject([
    { kind: "every-port", protocol: "TCP" },
    { kind: "every-port", protocol: "UDP" },
    { kind: "range", protocol: "TCP", first: 80, last: 80 },
    { kind: "range", protocol: "SCTP", first: 80, last: 90 },
    { kind: "named", name: "http", protocol: "TCP" },
  ]);
});

test("IPB-1: an ipBlock stands for its cidr without the excepted parts", () => {
  const [peer] =
    soundPolicy("egress: [{ to: [{ ipBlock: { cidr: 10.0.0.0/8, except: [10.128.0.0/9] } }] }]").egress[0]?.peers ?? [];
  expect(typeof peer === "object" && peer.kind === "ipBlock" && peer.addresses.toCidrs()).toEqual(["10.0.0.0/9"]);
});

test("matchLabels and matchExpressions become requirements in the order written", () => {
  const spec =
    "podSelector: { matchLabels: { b: '1', a: '' }, matchExpressions: [{ key: c, operator: NotIn, values: [x, z] }, { key: d, operator: DoesNotExist }] }";
  expect(soundPolicy(spec).podSelector.requirements).toEqual([
    { key: "b", operator: "In", values: ["1"] },
    { key: "a", operator: "In", values: [""] },
    { key: "c", operator: "NotIn", values: ["x", "z"] },
    { key: "d", operator: "DoesNotExist", values: [] },
  ]);
});

describe("IN-4: null is absent, and a null item is an empty one", () => {
  test("`from:` with nothing after it admits everyone", () => {
    const { policy, diagnostics } = readPolicy("ingress:\n  - from:");
    expect(policy?.ingress).toMatchObject([{ peers: "any", ports: "any" }]);
    expect(find(diagnostics, "field-null")).toMatchObject({ field: "spec.ingress[0].from", severity: "warning" });
  });

  test("a null rule allows everything", () => {
    const { policy, diagnostics } = readPolicy("ingress:\n  - ");
    expect(policy?.ingress).toMatchObject([{ peers: "any", ports: "any" }]);
    expect(find(diagnostics, "field-null")?.field).toBe("spec.ingress[0]");
  });

  test("a null namespaceSelector beside a podSelector means the policy's own namespace", () => {
    const { policy, codes } = readPolicy("ingress:\n  - from:\n      - namespaceSelector:\n        podSelector: {}");
    expect(policy?.ingress[0]?.peers).toMatchObject([{ kind: "pods" }]);
    expect(codes).toContain("field-null");
  });

  test("a null podSelector alone is an empty peer, which is refused", () => {
    expect(find(readPolicy("ingress:\n  - from:\n      - podSelector:").diagnostics, "field-required")?.field).toBe(
      "spec.ingress[0].from[0]",
    );
  });

  test.each(["podSelector:", "policyTypes: [Ingress]"])("`%s` selects every pod", (spec) => {
    expect(readPolicy(spec).policy?.podSelector.requirements).toEqual([]);
  });

  test.each(["ports:\n      - {}", "ports:\n      - port:", "ports:\n      - "])("`%s` is every TCP port", (ports) => {
    expect(readPolicy(`ingress:\n  - ${ports}`).policy?.ingress[0]?.ports).toMatchObject([
      { kind: "every-port", protocol: "TCP" },
    ]);
  });

  test("null matchLabels leave the selector empty, which matches everything", () => {
    const { policy, codes } = readPolicy("podSelector: { matchLabels: }");
    expect(policy?.podSelector.requirements).toEqual([]);
    expect(codes).toContain("field-null");
  });

  test("a null label value is the empty string", () => {
    const { policy, codes } = readPolicy("podSelector: { matchLabels: { app: } }");
    expect(policy?.podSelector.requirements).toEqual([{ key: "app", operator: "In", values: [""] }]);
    expect(codes).toContain("field-null");
  });

  test("a policy without a spec isolates every pod for ingress", () => {
    const text = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: p }\nspec:\n";
    expect(read(text).cluster.networkPolicies).toMatchObject([
      { policyTypes: ["ingress"], ingress: [], podSelector: { requirements: [] } },
    ]);
  });
});

describe("IN-6: a field that does not exist is an error, and has no effect", () => {
  test.each([
    ["podselector: { matchLabels: { a: b } }", "spec.podselector", "podSelector"],
    ["polcyTypes: [Egress]", "spec.polcyTypes", "policyTypes"],
    ["ingress: [{ form: [{ podSelector: {} }] }]", "spec.ingress[0].form", "from"],
    ["ingress: [{ to: [{ podSelector: {} }] }]", "spec.ingress[0].to", "from"],
    ["ingress: [{ ports: [{ Port: 80 }] }]", "spec.ingress[0].ports[0].Port", "port"],
    ["podSelector: { matchLabel: { a: b } }", "spec.podSelector.matchLabel", "matchLabels"],
  ])("%s", (spec, field, correction) => {
    const { policy, diagnostics } = readPolicy(spec);
    expect(find(diagnostics, "field-unknown")).toMatchObject({
      field,
      severity: "error",
      fix: expect.stringContaining(correction),
    });
    expect(policy).toMatchObject({ podSelector: { requirements: [] }, policyTypes: ["ingress"] });
  });

  test("a peer whose only field is misspelt is empty, and refused", () => {
    const { policy, codes } = readPolicy("ingress: [{ from: [{ namespaceselector: {} }] }]");
    expect(policy).toBeUndefined();
    expect(codes).toEqual(expect.arrayContaining(["field-unknown", "field-required"]));
  });

  test("a field that slipped out of its empty parent is told where it belongs", () => {
    const { diagnostics } = readPolicy("podSelector:\nmatchLabels: { a: b }");
    expect(find(diagnostics, "field-unknown")?.fix).toContain("podSelector");
  });
});

describe("ambiguous scalars", () => {
  test("a bare `y` is the string, with a warning", () => {
    const { policy, diagnostics } = readPolicy("podSelector: { matchLabels: { x: y } }");
    expect(policy?.podSelector.requirements[0]?.values).toEqual(["y"]);
    expect(find(diagnostics, "ambiguous-scalar")).toMatchObject({
      severity: "warning",
      field: "spec.podSelector.matchLabels.x",
    });
  });

  test("a commit hash that is all digits and an `e` is a string only when quoted", () => {
    expect(
      soundPolicy("podSelector: { matchLabels: { x: e73969240436 } }").podSelector.requirements[0]?.values,
    ).toEqual(["e73969240436"]);
    expect(faults(readPolicy("podSelector: { matchLabels: { x: 73969240436e1 } }"))).toEqual(["field-type"]);
  });
});

describe("places", () => {
  const spec = `
podSelector: {}
ingress:
  - from:
      - podSelector:
          matchLabels: { app: web }
      - ipBlock:
          cidr: 10.0.0.0/8
    ports:
      - port: 80
      - protocol: UDP
        port: 53

  # a comment that belongs to nothing
egress:
- {}
`;

  test("a policy, its rules, peers and ports know where they are written", () => {
    const policy = soundPolicy(spec);
    const [rule] = policy.ingress;
    expect(policy.span).toEqual({ path: "a.yaml", line: 1, column: 1, endLine: 19, endColumn: 7 });
    expect(rule?.span).toEqual({ path: "a.yaml", line: 7, column: 7, endLine: 15, endColumn: 19 });
    expect(Array.isArray(rule?.peers) && rule.peers.map(({ span }) => startOf(span))).toEqual([
      [8, 11],
      [10, 11],
    ]);
    expect(Array.isArray(rule?.ports) && rule.ports.map(({ span }) => startOf(span))).toEqual([
      [13, 11],
      [14, 11],
    ]);
    expect(startOf(policy.egress[0]?.span)).toEqual([19, 5]);
  });

  test("the places are those of the file also in a later document and in a list", () => {
    const item = policyText(spec).replace(/^/gm, "  ").replace("  ", "- ");
    const text = `# first\n---\nkind: List\napiVersion: v1\nitems:\n${item}`;
    const [policy] = read(text).cluster.networkPolicies;
    expect(startOf(policy?.span)).toEqual([6, 3]);
    expect(startOf(policy?.ingress[0]?.span)).toEqual([12, 9]);
  });

  test("the places do not change with CRLF line ends or a byte order mark on another line", () => {
    const [policy] = read(policyText(spec).replaceAll("\n", "\r\n")).cluster.networkPolicies;
    expect(policy?.ingress[0]?.span).toEqual(soundPolicy(spec).ingress[0]?.span);
    expect(startOf(read(`\ufeff# x\n${policyText(spec)}`).cluster.networkPolicies[0]?.span)).toEqual([2, 1]);
  });

  test("the places in JSON are offsets of the same kind", () => {
    const text =
      '{"apiVersion": "v1", "kind": "List", "items": [\n  {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy",\n   "metadata": {"name": "p"},\n   "spec": {"ingress": [\n     {"from": [{"podSelector": {}}],\n      "ports": [{"port": 80}]}]}}]}';
    const [policy] = read(text).cluster.networkPolicies;
    const [rule] = policy?.ingress ?? [];
    expect(startOf(policy?.span)).toEqual([2, 3]);
    expect(rule?.span).toEqual({ path: "a.yaml", line: 5, column: 6, endLine: 6, endColumn: 31 });
    expect(Array.isArray(rule?.peers) && startOf(rule.peers[0]?.span)).toEqual([5, 16]);
    expect(Array.isArray(rule?.ports) && startOf(rule.ports[0]?.span)).toEqual([6, 17]);
  });

  test("a null item is placed on the line of its dash", () => {
    expect(
      readPolicy("podSelector: {}\ningress:\n  -\n  - from: []").policy?.ingress.map(({ span }) => span.line),
    ).toEqual([7, 8]);
  });
});
