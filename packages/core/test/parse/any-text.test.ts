import fc from "fast-check";
import { describe, expect, test } from "vitest";
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
