import { describe, expect, test } from "vitest";
import { documents, edgesOf, granted, namespace, object, pod } from "./edges.ts";

const policy = (name: string, spec: string, home = "shop") =>
  object("networking.k8s.io/v1", "NetworkPolicy", name, `spec: ${spec}`, `namespace: ${home}`);
const inVault = (text: string) => text.replace("namespace: shop", "namespace: vault");
const db = inVault(pod("db", { container: "ports: [{ containerPort: 5432 }]" }));
const homes = documents(namespace("shop", "team: shop"), namespace("vault", "team: vault"));
const lettingIn = (peer: string) => policy("db", `{ podSelector: {}, ingress: [{ from: [${peer}] }] }`, "vault");
const rule = (resources: string, verbs: string, rest = "") =>
  granted(`{ apiGroups: [""], resources: [${resources}], verbs: [${verbs}]${rest} }`);

describe("PC-SPOOF of labels nobody has", () => {
  const anywhere = "{ namespaceSelector: {}, podSelector: { matchLabels: { role: client } } }";
  const spoofs = (...texts: readonly string[]) =>
    edgesOf(documents(homes, pod("a"), db, ...texts), ["PC-SPOOF"], { certainty: "assumed" }).filter((edge) =>
      edge.includes("door"),
    );
  const FOUND = ["PC-SPOOF pods:shop → declared door of db (1 assumed)"];

  test("is a step for who creates pods where a policy lets such a pod in", () => {
    expect(spoofs(rule("pods", "create"), lettingIn(anywhere))).toContain(FOUND[0]);
    expect(spoofs(rule("pods", "get"), lettingIn(anywhere))).toEqual([]);
    expect(spoofs(rule("pods", "create"), lettingIn("{ podSelector: { matchLabels: { role: client } } }"))).toEqual([]);
    const impossible =
      "{ namespaceSelector: {}, podSelector: { matchExpressions: [{ key: a, operator: In, values: [b] }, { key: a, operator: DoesNotExist }] } }";
    expect(spoofs(rule("pods", "create"), lettingIn(impossible))).toEqual([]);
    expect(
      spoofs(rule("pods", "create"), lettingIn("{ namespaceSelector: { matchLabels: { team: vault } } }")),
    ).toEqual([]);
  });

  test("is none where its own namespace keeps the pod in, unless more labels let it out", () => {
    const closed = policy("closed", "{ podSelector: {}, policyTypes: [Egress] }");
    expect(spoofs(rule("pods", "create"), lettingIn(anywhere), closed)).toEqual([]);
    const out = policy("out", "{ podSelector: { matchLabels: { may: leave } }, policyTypes: [Egress], egress: [{}] }");
    expect(spoofs(rule("pods", "create"), lettingIn(anywhere), closed, out)).toContain(FOUND[0]);
  });

  test("is a step for who labels pods that are there", () => {
    expect(spoofs(rule("pods", "patch"), lettingIn(anywhere))).toContain(
      "PC-SPOOF relabel:shop → declared door of db (1 assumed)",
    );
  });

  test("dodges a policy that keeps in pods without some label", () => {
    const closed = policy(
      "closed",
      "{ podSelector: { matchExpressions: [{ key: free, operator: DoesNotExist }] }, policyTypes: [Egress] }",
    );
    expect(spoofs(rule("pods", "create"), lettingIn(anywhere), closed)).toContain(FOUND[0]);
  });

  test("is a step where an admin policy lets such a pod in, past those of namespaces", () => {
    const admin = (action: string) =>
      object(
        "policy.networking.k8s.io/v1alpha1",
        "AdminNetworkPolicy",
        "ops",
        `spec: { priority: 1, subject: { namespaces: { matchLabels: { team: vault } } }, ingress: [{ action: ${action}, from: [{ pods: { namespaceSelector: {}, podSelector: { matchLabels: { role: client } } } }] }] }`,
        "",
      );
    const closed = lettingIn("{ podSelector: { matchLabels: { never: there } } }");
    expect(spoofs(rule("pods", "create"), closed, admin("Allow"))).toContain(FOUND[0]);
    expect(spoofs(rule("pods", "create"), closed, admin("Deny"))).toEqual([]);
    expect(spoofs(rule("pods", "create"), closed, admin("Pass"))).toEqual([]);
  });

  test("is a step for a plain pod in a namespace whose pods are all on the host network", () => {
    const own = "{ namespaceSelector: { matchLabels: { team: shop } } }";
    const found = (network: string) =>
      edgesOf(documents(homes, pod("a", { spec: network }), db, rule("pods", "create"), lettingIn(own)), ["PC-SPOOF"]);
    expect(found("hostNetwork: true")).toContain(FOUND[0]);
    expect(found("hostNetwork: false")).not.toContain(FOUND[0]);
  });

  test("is none of its own where a pod of the namespace is let in as it is", () => {
    const there = pod("b").replace("app: b", "role: client");
    expect(spoofs(rule("pods", "create"), lettingIn(anywhere), there)).toEqual([]);
  });
});

describe("RB-NSLABEL into another selector", () => {
  const steps = (...texts: readonly string[]) =>
    edgesOf(documents(homes, pod("a"), db, ...texts), ["RB-NSLABEL"], { certainty: "assumed" }).filter((edge) =>
      edge.includes("door"),
    );
  const edge = "{ namespaceSelector: { matchLabels: { team: edge } } }";
  const FOUND = "RB-NSLABEL labels:shop + a → declared door of db (1 assumed)";

  test("is a step for a pod whose namespace can be labelled so", () => {
    expect(steps(rule("namespaces", "patch"), lettingIn(edge))).toContain(FOUND);
    const named = granted(
      '{ apiGroups: [""], resources: [namespaces], verbs: [patch], resourceNames: [shop] }',
      "ClusterRole",
    );
    expect(steps(named, lettingIn(edge))).toContain(FOUND);
  });

  test.each([
    ["namespaces can only be read", rule("namespaces", "get"), lettingIn(edge)],
    [
      "the selector names another namespace",
      rule("namespaces", "patch"),
      lettingIn("{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: edge } } }"),
    ],
    [
      "the pod is not meant",
      rule("namespaces", "patch"),
      lettingIn("{ namespaceSelector: { matchLabels: { team: edge } }, podSelector: { matchLabels: { app: b } } }"),
    ],
    [
      "the pod is let in already",
      rule("namespaces", "patch"),
      lettingIn("{ namespaceSelector: { matchLabels: { team: shop } } }"),
    ],
    [
      "the pod may send nothing",
      documents(rule("namespaces", "patch"), policy("closed", "{ podSelector: {}, policyTypes: [Egress] }")),
      lettingIn(edge),
    ],
    ["another namespace can be labelled", rule("namespaces", "patch", ", resourceNames: [vault]"), lettingIn(edge)],
  ])("is none where %s", (_, ...texts) => {
    expect(steps(...texts).filter((one) => one.includes("shop + a"))).toEqual([]);
  });
});
