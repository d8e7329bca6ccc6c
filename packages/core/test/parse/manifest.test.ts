import { describe, expect, test } from "vitest";
import { parse } from "../../src/parse/parse.ts";
import { faults, find, podIds, read, startOf } from "./read.ts";

const object = (apiVersion: string, kind: string, rest = "spec: {}") =>
  `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: x }\n${rest}\n`;
const template = "spec: { template: { metadata: { labels: { a: b } }, spec: { containers: [] } } }";

describe("what is not a manifest", () => {
  test.each([
    ["spec: { podSelector: {} }", "warning"],
    ["metadata: { name: a }", "warning"],
    ["items: []", "warning"],
    ["just text", "warning"],
    ["42", "warning"],
    ["- { apiVersion: v1, kind: Pod, metadata: { name: a } }", "warning"],
    ["a: 1", "info"],
    ["- a\n- b", "info"],
    ["- { op: add, path: /metadata/labels/a, value: b }", "info"],
    ["{}", "info"],
    ["expect:\n  - { from: a }", "info"],
    ["resources:\n  - a.yaml", "warning"],
    ["apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nnamespace: a", "warning"],
    ["resources: { limits: { cpu: 1 } }\nreplicaCount: 1", "info"],
    ["apiVersion: v2\nname: chart\nversion: 1.0.0", "info"],
    ["replicaCount: 1\nimage: { tag: x }", "info"],
    ["version: '3'\nservices: { web: {} }", "info"],
  ])("%j", (text, severity) => {
    expect(read(text).diagnostics).toMatchObject([{ code: "not-a-manifest", severity, span: { line: 1, column: 1 } }]);
  });
});

describe("what does not say what it is", () => {
  test.each([
    ["kind: Pod\nmetadata: { name: x }", "api-version-missing"],
    ["kind: Pod\napiVersion: ''\nmetadata: { name: x }", "api-version-missing"],
    ["apiVersion: v1\nmetadata: { name: x }", "kind-missing"],
    ["apiVersion: v1\nkind: Pod", "name-missing"],
    ["apiVersion: v1\nkind: Pod\nmetadata: { name: '' }", "name-missing"],
    ["apiVersion: 1\nkind: Pod\nmetadata: { name: x }", "field-type"],
    ["apiVersion: v1\nkind: Pod\nmetadata: x", "field-type"],
    ["apiVersion: v1\nkind: Pod\nmetadata: { name: 5 }", "field-type"],
  ])("%j", (text, code) => {
    const result = read(text);
    expect(result.diagnostics).toMatchObject([{ code, severity: "error", span: { path: "a.yaml" } }]);
    expect(result.cluster.pods).toEqual([]);
  });

  test("what the misspelt word was meant to be is said where it stands", () => {
    expect(read("apiVersion: v1\nkindt: Pod\nmetadata: { name: x }").diagnostics).toMatchObject([
      { code: "kind-missing", span: { line: 2, column: 1 }, fix: "write `kind` in place of `kindt`" },
    ]);
  });

  test("`generateName` is a name", () => {
    expect(podIds(read("apiVersion: v1\nkind: Pod\nmetadata: { generateName: x- }").cluster)).toEqual(["default/x"]);
  });
});

describe("kinds", () => {
  test.each([
    ["apps/v1", "Deployment"],
    ["apps/v1", "StatefulSet"],
    ["apps/v1", "DaemonSet"],
    ["apps/v1", "ReplicaSet"],
    ["v1", "ReplicationController"],
    ["batch/v1", "Job"],
    ["apps.openshift.io/v1", "DeploymentConfig"],
    ["argoproj.io/v1alpha1", "Rollout"],
  ])("WL-1: %s %s has its template in the spec", (apiVersion, kind) => {
    const result = read(object(apiVersion, kind, template));
    expect(result.cluster.pods).toMatchObject([{ id: `default/${kind}/x`, workload: `default/${kind}/x`, name: "x" }]);
    expect(result.cluster.workloads).toMatchObject([
      { id: `default/${kind}/x`, kind, name: "x", namespace: "default" },
    ]);
    expect(result.codes).toEqual([]);
  });

  test.each([
    ["apps/v1beta1", "Deployment"],
    ["extensions/v1beta1", "DaemonSet"],
    ["batch/v1beta1", "CronJob"],
  ])("%s %s is read, with a warning that it is no longer served", (apiVersion, kind) => {
    const body = kind === "CronJob" ? "spec: { jobTemplate: { spec: { template: {} } } }" : template;
    const result = read(object(apiVersion, kind, body));
    expect(result.cluster.pods).toHaveLength(1);
    expect(result.diagnostics).toMatchObject([{ code: "api-version-unsupported", severity: "warning" }]);
  });

  test.each([
    ["extensions/v1beta1", "NetworkPolicy"],
    ["v1", "NetworkPolicy"],
    ["networking.k8s.io/v1beta1", "NetworkPolicy"],
  ])("IN-7: %s %s is reported and not evaluated", (apiVersion, kind) => {
    const result = read(object(apiVersion, kind));
    expect(result.diagnostics).toMatchObject([
      { code: "api-version-unsupported", severity: "error", field: "apiVersion" },
    ]);
    expect(result.cluster).toMatchObject({
      networkPolicies: [],
      unusedPolicies: [{ kind, name: "x", reason: "rejected" }],
    });
  });

  test("a workload under a version that never had it is left out", () => {
    const result = read(object("v1", "Deployment", template));
    expect(faults(result)).toEqual(["api-version-unsupported"]);
    expect(result.cluster.pods).toEqual([]);
  });

  test.each([
    ["policy.networking.k8s.io/v1alpha2", "AdminNetworkPolicy", false],
    ["policy.networking.k8s.io/v1", "ClusterNetworkPolicy", false],
    ["cilium.io/v2", "CiliumNetworkPolicy", true],
    ["cilium.io/v2", "CiliumClusterwideNetworkPolicy", false],
    ["projectcalico.org/v3", "NetworkPolicy", true],
    ["crd.projectcalico.org/v1", "GlobalNetworkPolicy", false],
    ["security.istio.io/v1", "AuthorizationPolicy", true],
    ["security.istio.io/v1beta1", "PeerAuthentication", true],
    ["policy.linkerd.io/v1beta3", "Server", true],
    ["crd.antrea.io/v1beta1", "ClusterNetworkPolicy", false],
    ["crd.antrea.io/v1beta1", "NetworkPolicy", true],
    ["networking.k8s.aws/v1alpha1", "ClusterNetworkPolicy", false],
    ["networking.k8s.aws/v1alpha1", "ApplicationNetworkPolicy", true],
    ["networking.gke.io/v1alpha1", "FQDNNetworkPolicy", true],
    ["k8s.ovn.org/v1", "EgressFirewall", true],
    ["network.openshift.io/v1", "EgressNetworkPolicy", true],
    ["k8s.cni.cncf.io/v1beta1", "MultiNetworkPolicy", true],
  ])("%s %s is a policy that is not supported yet", (apiVersion, kind, namespaced) => {
    const result = read(object(apiVersion, kind));
    expect(result.diagnostics).toMatchObject([{ code: "dialect-unsupported", severity: "warning" }]);
    expect(result.cluster.networkPolicies).toEqual([]);
    expect(result.cluster.unusedPolicies).toMatchObject([{ kind, name: "x", reason: "unsupported" }]);
    expect(result.cluster.unusedPolicies[0]?.namespace).toBe(namespaced ? "default" : undefined);
  });

  test.each([
    ["v1", "ResourceQuota"],
    ["serving.knative.dev/v1", "Service"],
    ["example.com/v1", "Whatever"],
  ])("%s %s is ignored", (apiVersion, kind) => {
    const result = read(object(apiVersion, kind, "data: {}"));
    expect(result.diagnostics).toMatchObject([{ code: "kind-ignored", severity: "info" }]);
    expect(startOf(result.diagnostics[0]?.span)).toEqual([2, 1]);
  });
});

describe("IN-7: lists are flattened", () => {
  test("items of a typed list need not say what they are", () => {
    const text =
      "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicyList\nitems:\n- metadata: { name: a }\n  spec: {}\n- metadata: { name: b }\n  spec: {}\n";
    expect(read(text).cluster.networkPolicies.map(({ name }) => name)).toEqual(["a", "b"]);
  });

  test("items of a plain list do", () => {
    const result = read(
      "apiVersion: v1\nkind: List\nitems:\n- metadata: { name: a }\n- apiVersion: v1\n  metadata: { name: b }\n",
    );
    expect(result.codes).toEqual(["not-a-manifest", "kind-missing"]);
  });
});

describe("IN-8: the same object twice", () => {
  const pod = (label: string) =>
    `apiVersion: v1\nkind: Pod\nmetadata: { name: a, namespace: default, labels: { x: ${label} } }\n`;

  test("is an error at the second, and the last one counts, across files too", () => {
    const { cluster, diagnostics } = parse([
      { path: "b.yaml", text: pod("one") },
      { path: "a.yaml", text: pod("two") },
    ]);
    expect(cluster.pods.map(({ labels }) => labels.values.get("x"))).toEqual(["two"]);
    expect(diagnostics).toMatchObject([
      {
        code: "object-duplicate",
        severity: "error",
        span: { path: "a.yaml" },
        related: [{ span: { path: "b.yaml" } }],
      },
    ]);
  });

  test("is told apart by kind, namespace and name", () => {
    const text = [
      object("apps/v1", "Deployment", template),
      object("apps/v1", "StatefulSet", template),
      object("apps/v1", "Deployment", template).replace("name: x", "name: x, namespace: z"),
    ].join("---\n");
    expect(faults(read(text))).toEqual([]);
  });

  test("does not count a duplicate that is refused", () => {
    const policy = object("networking.k8s.io/v1", "NetworkPolicy");
    const { cluster, codes } = read(`${policy}---\n${policy.replace("{}", "{ policyTypes: x }")}`);
    expect(cluster.networkPolicies).toHaveLength(1);
    expect(codes).toEqual(["field-type"]);
  });
});

describe("the answer", () => {
  test("lists everything sorted, whatever the order of the input", () => {
    const texts = ["b", "a", "c"].map((name) =>
      object("apps/v1", "Deployment", template).replace("name: x", `name: ${name}`),
    );
    expect(podIds(read(texts.join("---\n")).cluster)).toEqual([
      "default/Deployment/a",
      "default/Deployment/b",
      "default/Deployment/c",
    ]);
  });

  test("lists diagnostics by path, line and column", () => {
    const { diagnostics } = parse([
      { path: "b.yaml", text: "a: 1\n---\nb: 2\n" },
      { path: "a.yaml", text: "c: 1\n---\napiVersion: v1\n" },
    ]);
    expect(diagnostics.map(({ span }) => [span?.path, span?.line])).toEqual([
      ["a.yaml", 1],
      ["a.yaml", 3],
      ["b.yaml", 1],
      ["b.yaml", 3],
    ]);
  });

  test("IN-1: objects without a namespace are in the default one, which an option names", () => {
    expect(podIds(read("apiVersion: v1\nkind: Pod\nmetadata: { name: a }").cluster)).toEqual(["default/a"]);
    expect(
      podIds(read("apiVersion: v1\nkind: Pod\nmetadata: { name: a }", { defaultNamespace: "shop" }).cluster),
    ).toEqual(["shop/a"]);
  });

  test("an unreadable label leaves the whole pod out", () => {
    const result = read("apiVersion: v1\nkind: Pod\nmetadata: { name: a, labels: { tier: 1 } }");
    expect(find(result.diagnostics, "field-type")).toMatchObject({
      field: "metadata.labels.tier",
      fix: 'quote it: "1"',
    });
    expect(result.cluster.pods).toEqual([]);
    expect(faults(result)).toHaveLength(1);
  });
});
