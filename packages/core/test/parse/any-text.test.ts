import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse } from "../../src/parse/parse.ts";
import { adminText, policyText, read } from "./read.ts";

const POLICY = policyText(`
podSelector:
  matchLabels: { app: web }
policyTypes: [Ingress, Egress]
ingress:
  - from:
      - namespaceSelector: { matchExpressions: [{ key: team, operator: In, values: [a, "b"] }] }
      - ipBlock: { cidr: 10.0.0.0/8, except: [10.1.0.0/16] }
    ports:
      - { port: 80, endPort: 90, protocol: TCP }
      - port: http
egress: []
`);
const LIST = `apiVersion: v1\nitems:\n${POLICY.replace(/^/gm, "  ").replace("  ", "- ")}\n- apiVersion: apps/v1\n  kind: Deployment\n  metadata: &m\n    name: a\n  spec:\n    template:\n      metadata: *m\n      spec: { containers: [{ ports: [{ containerPort: 80 }] }] }\nkind: List\n`;
const JSON_LIST = JSON.stringify({
  apiVersion: "v1",
  items: [
    {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name: "p" },
      spec: { ingress: [{ ports: [{ port: 80 }] }] },
    },
    {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "a", labels: { x: '"\\\n' } },
      status: { podIPs: [{ ip: "10.0.0.1" }] },
    },
  ],
  kind: "List",
});
const ADMIN = [
  adminText(
    "ClusterNetworkPolicy",
    `
tier: Admin
priority: 5
subject: { pods: { podSelector: {} } }
ingress:
  - { action: Pass, from: [{ namespaces: {} }], protocols: [{ tcp: { destinationPort: { number: 80 } } }] }
egress:
  - { action: Accept, to: [{ domainNames: ["*.a.b"] }, { networks: [10.0.0.0/8] }, { nodes: {} }] }
`,
  ),
  adminText(
    "AdminNetworkPolicy",
    `
priority: 5
subject: { namespaces: {} }
ingress:
  - { action: Deny, from: [{ namespaces: {} }], ports: [{ portRange: { start: 1, end: 9 } }, { namedPort: a }] }
`,
  ),
];
const SEEDS = [POLICY, LIST, JSON_LIST, ...ADMIN];

/** What every answer must be like, whatever the text. */
function check(text: string): void {
  const { diagnostics, cluster } = read(text);
  const lines = text.split("\n");
  for (const { message, span, severity } of diagnostics) {
    expect(message).toMatch(/^[^\n]+$/);
    expect(["error", "warning", "info"]).toContain(severity);
    expect(span && span.line >= 1 && span.line <= lines.length && span.column >= 1).toBe(true);
    expect(span && (span.endLine > span.line || (span.endLine === span.line && span.endColumn > span.column))).toBe(
      true,
    );
  }
  const known = new Set(cluster.namespaces.map(({ name }) => name));
  for (const { namespace } of [...cluster.pods, ...cluster.networkPolicies]) expect(known.has(namespace)).toBe(true);
  const workloads = new Set(cluster.workloads.map(({ id }) => id));
  for (const { workload } of cluster.pods) expect(workloads.has(workload)).toBe(true);
}

describe("parse never throws", () => {
  test("on any string", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: "binary" }), fc.string({ unit: "grapheme" })), check),
    );
  });

  test("on any soup of punctuation and words", () => {
    const word = fc.constantFrom(
      ..."-:?[]{},&*!|>%@#'\"\\<~\n\r\t ".split(""),
      "- ",
      ": ",
      "  ",
      "\n---\n",
      "\n...\n",
      "<<: ",
      "&a ",
      "*a ",
      "!!str ",
      "kind",
      "List",
      "items:\n",
      "apiVersion: v1\n",
      "spec:",
      "null",
      "{{",
      "\ufeff",
    );
    fc.assert(fc.property(fc.array(word, { maxLength: 60 }), (words) => check(words.join(""))));
  });

  test("on a manifest with any stretch replaced", () => {
    const change = fc.record({
      seed: fc.constantFrom(...SEEDS),
      at: fc.nat(1500),
      length: fc.nat(20),
      by: fc.oneof(fc.string({ maxLength: 5 }), fc.constantFrom("\t", "- ", ": ", "{", "]", '"', "*m", "null", "\n")),
    });
    fc.assert(
      fc.property(change, ({ seed, at, length, by }) => check(seed.slice(0, at) + by + seed.slice(at + length))),
    );
  });

  test("on any JSON value, at the top or in place of any part of a policy", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom("metadata", "spec", "kind", "apiVersion"), (value, key) => {
        check(JSON.stringify(value));
        check(
          JSON.stringify({
            apiVersion: "networking.k8s.io/v1",
            kind: "NetworkPolicy",
            metadata: { name: "p" },
            [key]: value,
          }),
        );
        for (const part of ["podSelector", "ingress", "policyTypes"]) {
          check(
            JSON.stringify({
              apiVersion: "networking.k8s.io/v1",
              kind: "NetworkPolicy",
              metadata: { name: "p" },
              spec: { [part]: value },
            }),
          );
        }
        check(
          JSON.stringify({
            apiVersion: "networking.k8s.io/v1",
            kind: "NetworkPolicy",
            metadata: { name: "p" },
            spec: { ingress: [{ from: [value], ports: [value] }] },
          }),
        );
      }),
    );
  });

  test.each(SEEDS.map((seed, i) => [i, seed] as const))("on seed %i cut off anywhere", (_i, seed) => {
    for (let end = 0; end <= seed.length; end++) check(seed.slice(0, end));
  });

  test.each(SEEDS.map((seed, i) => [i, seed] as const))("on seed %i with any line removed", (_i, seed) => {
    const lines = seed.split("\n");
    for (let i = 0; i < lines.length; i++) check(lines.filter((_, j) => j !== i).join("\n"));
  });
});

describe("reading is the same", () => {
  test("twice", () => {
    for (const text of SEEDS) expect(read(text)).toEqual(read(text));
  });

  test("for YAML and the JSON it stands for", () => {
    const { networkPolicies } = read(
      "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: p }\nspec: { ingress: [{ ports: [{ port: 80 }] }] }\n",
    ).cluster;
    expect(read(JSON_LIST).cluster.networkPolicies[0]).toMatchObject({
      ingress: [{ peers: "any", ports: [{ kind: "range", first: 80, last: 80 }] }],
    });
    expect(networkPolicies[0]).toMatchObject({
      ingress: [{ peers: "any", ports: [{ kind: "range", first: 80, last: 80 }] }],
    });
  });
});

describe("texts made to harm are answered soon", () => {
  const within = (milliseconds: number, text: string) => {
    const start = performance.now();
    const { diagnostics } = parse([{ path: "a.yaml", text }]);
    expect(performance.now() - start).toBeLessThan(milliseconds);
    return diagnostics.map(({ code }) => code);
  };

  test.each([
    ["brackets in a hundred thousand levels", "[".repeat(100_000), "nesting-too-deep"],
    ["balanced brackets in as many", "[".repeat(100_000) + "]".repeat(100_000), "nesting-too-deep"],
    ["braces in as many", "{".repeat(100_000), "nesting-too-deep"],
    ["dashes in as many", "- ".repeat(100_000), "nesting-too-deep"],
    ["nested blocks", Array.from({ length: 300 }, (_, i) => `${" ".repeat(i)}a:\n`).join(""), "nesting-too-deep"],
    ["fifty megabytes of one document", "a: b\n".repeat(10_000_000), "source-too-large"],
    ["fifty megabytes that are nearly JSON", `{"a":${"[1,2],".repeat(8_000_000)}`, "syntax"],
    ["five megabytes of colons", ": ".repeat(2_500_000), "syntax"],
    ["a megabyte of quotes", '"'.repeat(1_000_000), "syntax"],
    ["a megabyte of anchors", "&a ".repeat(300_000), "syntax"],
    [
      "bytes of every kind",
      Array.from({ length: 10_000 }, (_, i) => String.fromCharCode(i % 256)).join(""),
      "source-not-text",
    ],
    ["replacement characters", "\ufffd".repeat(1000), "source-not-text"],
    ["template markers without end", "{{ a }}\n".repeat(100_000), "template-not-rendered"],
  ])("%s", (_what, text, code) => {
    expect(within(10_000, text)).toEqual([code]);
  });

  test("one document that is too large does not hide the next", () => {
    const { cluster, diagnostics } = parse([{ path: "a.yaml", text: `${"a: b\n".repeat(4_000_000)}---\n${POLICY}` }]);
    expect(diagnostics[0]?.code).toBe("source-too-large");
    expect(cluster.networkPolicies).toHaveLength(1);
  });

  test("a JSON dump of two thousand policies and ten thousand pods takes seconds at most", () => {
    const policies = Array.from({ length: 2000 }, (_, i) => ({
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name: `p${i}` },
      spec: {
        podSelector: { matchLabels: { app: `a${i}` } },
        ingress: [{ from: [{ podSelector: {} }], ports: [{ port: 80 }] }],
      },
    }));
    const pods = Array.from({ length: 10_000 }, (_, i) => ({
      apiVersion: "v1",
      kind: "Pod",
      metadata: {
        name: `w${i}`,
        ownerReferences: [{ kind: "ReplicaSet", name: `r${i % 500}`, uid: `r${i % 500}`, controller: true }],
      },
      spec: { containers: [{ ports: [{ containerPort: 80 }] }] },
    }));
    const sets = Array.from({ length: 500 }, (_, i) => ({
      apiVersion: "apps/v1",
      kind: "ReplicaSet",
      metadata: { name: `r${i}`, uid: `r${i}` },
      spec: { template: {} },
    }));
    expect(
      within(10_000, JSON.stringify({ items: [...policies, ...pods, ...sets], kind: "List", apiVersion: "v1" })),
    ).toEqual([]);
  });
});
