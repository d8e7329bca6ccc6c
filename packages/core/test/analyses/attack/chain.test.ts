import { expect, test } from "vitest";
import { findFact, findPaths } from "../../../src/analyses/paths.ts";
import { attackOn, documents, object, pod } from "./edges.ts";

/** A proxy that the nodes publish, a checker behind it whose account may read the Secrets of its namespace. */
const rbac = "rbac.authorization.k8s.io/v1";
const reader = documents(
  object(rbac, "Role", "secret-reader", 'rules: [{ apiGroups: [""], resources: ["*"], verbs: [get, watch, list] }]'),
  object(
    rbac,
    "RoleBinding",
    "reads",
    "roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: secret-reader }\nsubjects: [{ kind: ServiceAccount, name: checker, namespace: shop }]",
  ),
  object("v1", "Secret", "vaultapikey", "stringData: { key: x }"),
);
const proxy = documents(
  pod("proxy", { container: "ports: [{ containerPort: 5000 }]", spec: "automountServiceAccountToken: false" }),
  object(
    "v1",
    "Service",
    "proxy",
    "spec: { type: NodePort, selector: { app: proxy }, ports: [{ port: 5000, nodePort: 30003 }] }",
  ),
);
const checker = (more: string) =>
  pod("checker", { container: "ports: [{ containerPort: 8080 }]", spec: `serviceAccountName: checker${more}` });
const egress = object(
  "networking.k8s.io/v1",
  "NetworkPolicy",
  "e",
  "spec: { podSelector: { matchLabels: { app: checker } }, policyTypes: [Egress] }",
);

function way(...texts: readonly string[]) {
  const attack = attackOn(documents(...texts));
  const [from, to] = [findFact(attack, "internet", "start"), findFact(attack, "secret:shop/vaultapikey", "target")];
  return from && to ? findPaths(attack, from, to, 1)[0] : undefined;
}

test("from a published proxy by way of an account to a Secret in five steps", () => {
  const path = way(reader, proxy, checker(""));
  expect(path?.steps.map(({ edge, to }) => `${edge} ${to}`)).toEqual([
    "EXPOSE shop/Pod/proxy",
    "NET shop/Pod/checker",
    "TOKEN token:serviceaccount:shop/checker",
    "API serviceaccount:shop/checker",
    "RB-SECRET secret:shop/vaultapikey",
  ]);
  expect(path).toMatchObject({ cost: 7, hops: 5 });
  expect(path?.assumptions.join()).toContain("a flaw or weak login in shop/Pod/checker on TCP/8080");
});

test("without the token, or with a narrower role, there is no way", () => {
  expect(way(reader, proxy, checker(", automountServiceAccountToken: false"))).toBeUndefined();
  expect(way(reader.replace('resources: ["*"]', "resources: [configmaps]"), proxy, checker(""))).toBeUndefined();
});

test("a token that cannot be used where it is found is used from where the attacker came", () => {
  const path = way(reader, proxy, checker(""), egress);
  expect(path?.steps.map(({ edge }) => edge)).toEqual(["EXPOSE", "NET", "TOKEN", "API", "RB-SECRET"]);
  expect(path?.steps[3]?.also).toEqual(["shop/Pod/proxy"]);
});
