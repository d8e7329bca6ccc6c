import { expect, test } from "vitest";
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
