import { describe, expect, test } from "vitest";
import type { Vocabulary } from "../../src/analyst/catalogue.ts";
import { suggestionsAt } from "../../src/model/suggest.ts";
import { placeAt } from "../../src/model/yaml-place.ts";

const VOCABULARY: Vocabulary = {
  namespaces: ["data", "shop"],
  podLabels: { app: ["db", "web"], tier: ["1"] },
  namespaceLabels: { "kubernetes.io/metadata.name": ["data", "shop"] },
  nodeLabels: {},
  ports: [{ port: 5432, protocol: "TCP", name: "postgres", workloads: ["data/StatefulSet/db"] }],
};

const HEAD = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n";

/** The words suggested where a bar stands in the text. */
function words(text: string): readonly string[] {
  const offset = text.indexOf("|");
  return suggestionsAt(text.replace("|", ""), offset, VOCABULARY).all.map(({ word }) => word);
}

describe("the place in a document that is being written", () => {
  test.each([
    ["spec:\n  podSelector:\n    |", ["spec", "podSelector"], "key"],
    ["spec:\n  ingress:\n    - from:\n        - podSel|", ["spec", "ingress", "[]", "from", "[]"], "key"],
    [
      "spec:\n  ingress:\n  - from:\n    - ipBlock:\n        cidr: |",
      ["spec", "ingress", "[]", "from", "[]", "ipBlock", "cidr"],
      "value",
    ],
    [
      "spec:\n  ingress:\n    - from: []\n      ports:\n        - port: 8|",
      ["spec", "ingress", "[]", "ports", "[]", "port"],
      "value",
    ],
    ["spec: { podSelector: { matchLabels: { app: | } } }", ["spec", "podSelector", "matchLabels", "app"], "value"],
    ["spec:\n  policyTypes: [Ingress, E|]", ["spec", "policyTypes", "[]"], "value"],
    ["spec:\n  policyTypes:\n    - |", ["spec", "policyTypes", "[]"], "key"],
    ["a: 1\n---\nspec:\n  # a remark\n\n  egress:\n    - |", ["spec", "egress", "[]"], "key"],
  ])("%j", (text, path, at) => {
    const place = placeAt(text.replace("|", ""), text.indexOf("|"));
    expect(place.path).toEqual(path);
    expect(place.at).toBe(at);
  });
});

describe("suggestions", () => {
  test.each([
    [`${HEAD}spec:\n  |`, ["podSelector", "policyTypes", "ingress", "egress"]],
    [`${HEAD}spec:\n  podSelector:\n    matchLabels:\n      |`, ["app", "tier"]],
    [`${HEAD}spec:\n  podSelector:\n    matchLabels:\n      app: |`, ["db", "web"]],
    [
      `${HEAD}spec:\n  ingress:\n    - from:\n        - namespaceSelector: { matchLabels: { | } }`,
      ["kubernetes.io/metadata.name"],
    ],
    [
      `${HEAD}spec:\n  podSelector:\n    matchExpressions:\n      - key: app\n        operator: In\n        values: [|]`,
      ["db", "web"],
    ],
    [`${HEAD}spec:\n  ingress:\n    - ports:\n        - port: |`, ["postgres", "5432"]],
    [`${HEAD}spec:\n  ingress:\n    - ports:\n        - protocol: |`, ["TCP", "UDP", "SCTP"]],
    [`${HEAD}spec:\n  policyTypes: [|]`, ["Ingress", "Egress"]],
    [`${HEAD}metadata:\n  namespace: |`, ["data", "shop"]],
    ["kind: |", ["NetworkPolicy", "ClusterNetworkPolicy", "AdminNetworkPolicy", "BaselineAdminNetworkPolicy"]],
    ["kind: ClusterNetworkPolicy\nspec:\n  ingress:\n    - action: |", ["Accept", "Deny", "Pass"]],
    ["kind: Deployment\nspec:\n  |", []],
  ])("%j", (text, expected) => {
    expect(words(text)).toEqual(expected);
  });

  test("a value that would not stay a string is written in quotes", () => {
    const text = `${HEAD}spec:\n  podSelector:\n    matchLabels:\n      tier: `;
    expect(suggestionsAt(text, text.length, VOCABULARY).all).toMatchObject([{ word: "1", text: '"1"' }]);
  });
});
