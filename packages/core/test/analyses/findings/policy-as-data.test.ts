import { describe, expect, test } from "vitest";
import { deployment } from "../../report/listed.ts";
import { found } from "./found.ts";

const TEXT =
  "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: deny }\nspec: { podSelector: {} }\n";
const JSON_TEXT = JSON.stringify({
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { name: "deny" },
});
const held = (kind: string, field: string, value: string) =>
  `apiVersion: v1\nkind: ${kind}\nmetadata: { name: x, namespace: shop }\n${field}: { k: ${JSON.stringify(value)} }\n`;
const facts = (text: string) => found(text, "NPG310").map(({ fact }) => fact.split(" holds")[0]);

test.each([TEXT, JSON_TEXT, `${"# a long preface\n".repeat(500)}${TEXT}`])(
  "a policy is data in a ConfigMap or a Secret",
  (text) => {
    expect(facts(held("ConfigMap", "data", text))).toEqual(["ConfigMap shop/x"]);
    expect(facts(held("Secret", "stringData", text))).toEqual(["Secret shop/x"]);
    expect(facts(held("Secret", "data", Buffer.from(text).toString("base64")))).toEqual(["Secret shop/x"]);
  },
);

test.each([
  "kind: NetworkPolicy is what we need",
  TEXT.replace("NetworkPolicy", "Ingress"),
  TEXT.replace("networking.k8s.io", "example.com"),
])("%s is none", (text) => {
  expect(facts(held("ConfigMap", "data", text))).toEqual([]);
});

describe("a policy with fields the API does not know", () => {
  const policy = (spec: string) =>
    `${deployment("shop", "web")}---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: web, namespace: shop }\n${spec}\n`;

  test.each([
    [
      "ports inside a peer",
      "spec: { podSelector: {}, ingress: [{ from: [{ podSelector: {}, ports: [{ port: 80 }] }] }] }",
      "ports",
    ],
    ["a selector in other letters", "spec: { podselector: { matchLabels: { app: web } } }", "podselector"],
    ["labels in other letters", "spec: { podSelector: { matchlabels: { app: web } } }", "matchlabels"],
    ["types in the singular", "spec: { podSelector: {}, policyType: [Egress] }", "policyType"],
    ["a selector outside of spec", "podSelector: { matchLabels: { app: web } }\nspec: { ingress: [] }", "podSelector"],
  ])("is not what it says: %s", (_, spec, field) => {
    const [finding, ...more] = found(policy(spec), "NPG310");
    expect(more).toEqual([]);
    expect(finding).toMatchObject({ severity: "high", certainty: "conditional" });
    expect(finding?.fact).toMatch(new RegExp(`does not know: .*\\b${field}\\.`));
  });

  test("is told once, however many there are, and what is left of it", () => {
    const spec = "spec: { podselector: { matchLabels: { app: db } }, policyType: [Egress] }";
    const [finding, ...more] = found(policy(spec), "NPG310");
    expect(more).toEqual([]);
    expect(finding?.consequence).toMatch(/what is left isolates shop\/web for ingress/);
  });

  test("is none where every field is known", () => {
    expect(found(policy("spec: { podSelector: {}, policyTypes: [Ingress], ingress: [] }"), "NPG310")).toEqual([]);
  });
});
