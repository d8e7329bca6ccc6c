import { describe, expect, test } from "vitest";
import type { Options } from "../../src/model/options.ts";
import { faults, find, podIds, read } from "./read.ts";

const TEMPLATE = { metadata: { labels: { app: "x" } }, spec: { containers: [] } };

type Json = Readonly<Record<string, unknown>>;

const GROUPS: Readonly<Record<string, string>> = {
  Pod: "v1",
  Node: "v1",
  ReplicationController: "v1",
  Job: "batch/v1",
  CronJob: "batch/v1",
};

function object(kind: string, name: string, rest: Json = {}, metadata: Json = {}): Json {
  return { apiVersion: GROUPS[kind] ?? "apps/v1", kind, metadata: { name, ...metadata }, ...rest };
}

function workload(kind: string, name: string, spec: Json = {}, metadata: Json = {}): Json {
  return object(kind, name, { spec: { template: TEMPLATE, ...spec } }, metadata);
}

function ownedBy(kind: string, name: string, uid?: string): Json {
  return { ownerReferences: [{ apiVersion: "x/v1", kind, name, controller: true, ...(uid && { uid }) }] };
}

function readObjects(objects: readonly Json[], options: Partial<Options> = {}) {
  return read(JSON.stringify({ apiVersion: "v1", kind: "List", items: objects }), options);
}

const workloads = (objects: readonly Json[]) =>
  readObjects(objects).cluster.pods.map(({ id, workload }) => [id, workload]);

describe("WL-2: how many pods a template stands for", () => {
  test.each([
    ["Deployment", {}, 1],
    ["Deployment", { replicas: 3 }, 3],
    ["StatefulSet", { replicas: 2 }, 2],
    ["ReplicaSet", { replicas: 4 }, 4],
    ["DaemonSet", { replicas: 9 }, 1],
    ["Job", {}, 1],
    ["Job", { parallelism: 5 }, 5],
    ["Job", { parallelism: 5, completions: 2 }, 2],
  ])("%s %j", (kind, spec, replicas) => {
    expect(readObjects([workload(kind, "a", spec)]).cluster.pods).toMatchObject([{ replicas }]);
  });

  test("a DaemonSet has a pod on every node", () => {
    expect(
      readObjects([workload("DaemonSet", "a"), object("Node", "n1"), object("Node", "n2")]).cluster.pods,
    ).toMatchObject([{ replicas: 2 }]);
  });

  test("a CronJob has one, also when it is suspended", () => {
    const spec = { suspend: true, jobTemplate: { spec: { template: TEMPLATE, parallelism: 3 } } };
    expect(readObjects([object("CronJob", "a", { spec })]).cluster.pods).toMatchObject([
      { id: "default/CronJob/a", replicas: 1 },
    ]);
  });

  test.each([
    ["Deployment", { replicas: 0 }],
    ["Job", { parallelism: 0 }],
  ])("%s %j has none, unless the option asks for one", (kind, spec) => {
    const result = readObjects([workload(kind, "a", spec)]);
    expect(result.cluster).toMatchObject({ pods: [], workloads: [] });
    expect(result.diagnostics).toMatchObject([{ code: "object-skipped", severity: "info" }]);
    expect(readObjects([workload(kind, "a", spec)], { includeScaledToZero: true }).cluster.pods).toMatchObject([
      { replicas: 1 },
    ]);
  });

  test("a Job that has finished has none", () => {
    const status = { conditions: [{ type: "Complete", status: "True" }] };
    expect(readObjects([{ ...workload("Job", "a"), status }]).codes).toEqual(["object-skipped"]);
  });
});

describe("WL-4: labels that controllers add", () => {
  const labelsOf = (objects: readonly Json[]) => readObjects(objects).cluster.pods[0]?.labels;

  test.each([
    ["Deployment", ["pod-template-hash"]],
    ["StatefulSet", ["controller-revision-hash"]],
    ["DaemonSet", ["controller-revision-hash", "pod-template-generation"]],
    ["Job", ["batch.kubernetes.io/controller-uid", "controller-uid"]],
  ])("%s adds labels whose value only the cluster knows", (kind, keys) => {
    expect([...(labelsOf([workload(kind, "a")])?.valueUnknown ?? [])].sort()).toEqual(keys);
  });

  test("a bare ReplicaSet adds none", () => {
    expect(labelsOf([workload("ReplicaSet", "a")])).toEqual({ values: new Map([["app", "x"]]) });
  });

  test("a Job's name is known, that of a CronJob's Job is not", () => {
    expect(labelsOf([workload("Job", "a")])?.values.get("batch.kubernetes.io/job-name")).toBe("a");
    const spec = { jobTemplate: { spec: { template: TEMPLATE } } };
    expect(labelsOf([object("CronJob", "a", { spec })])?.valueUnknown?.has("batch.kubernetes.io/job-name")).toBe(true);
  });

  test("a StatefulSet's ordinals are kept apart from the labels its pods share", () => {
    const { pods } = readObjects([workload("StatefulSet", "db", { replicas: 3, ordinals: { start: 5 } })]).cluster;
    expect(pods[0]?.ordinals).toEqual({
      start: 5,
      labels: [
        { key: "statefulset.kubernetes.io/pod-name", prefix: "db-" },
        { key: "apps.kubernetes.io/pod-index", prefix: "" },
      ],
    });
    expect([...(pods[0]?.labels.values.keys() ?? [])]).toEqual(["app"]);
  });

  test("an Indexed Job has its completion index, other Jobs have none", () => {
    expect(
      readObjects([workload("Job", "a", { completionMode: "Indexed", parallelism: 2 })]).cluster.pods[0]?.ordinals,
    ).toEqual({
      start: 0,
      labels: [{ key: "batch.kubernetes.io/job-completion-index", prefix: "" }],
    });
    expect(readObjects([workload("Job", "a")]).cluster.pods[0]?.ordinals).toBeUndefined();
  });
});

describe("WL-5: a selector that does not match its own template", () => {
  test("is a warning, and the template is expanded all the same", () => {
    const result = readObjects([workload("Deployment", "a", { selector: { matchLabels: { app: "other" } } })]);
    expect(result.diagnostics).toMatchObject([
      { code: "selector-mismatch", severity: "warning", field: "spec.selector" },
    ]);
    expect(result.cluster.pods).toHaveLength(1);
  });

  test("is not found where it matches", () => {
    expect(readObjects([workload("Deployment", "a", { selector: { matchLabels: { app: "x" } } })]).codes).toEqual([]);
    expect(readObjects([workload("ReplicationController", "a", { selector: { app: "x" } })]).codes).toEqual([]);
  });
});

describe("WL-6: live pods and their owners", () => {
  const deployment = workload("Deployment", "web", { replicas: 3 }, { uid: "d1" });
  const replicaSet = workload(
    "ReplicaSet",
    "web-1",
    { replicas: 1 },
    { uid: "r1", ...ownedBy("Deployment", "web", "d1") },
  );
  const old = workload("ReplicaSet", "web-0", { replicas: 0 }, { uid: "r0", ...ownedBy("Deployment", "web", "d1") });
  const pod = object("Pod", "web-1-abc", {}, { uid: "p1", ...ownedBy("ReplicaSet", "web-1", "r1") });

  test("pods join the topmost owner, which then is not expanded, nor is anything below it", () => {
    const result = readObjects([deployment, replicaSet, old, pod]);
    expect(result.cluster.pods).toMatchObject([
      { id: "default/web-1-abc", name: "web-1-abc", workload: "default/Deployment/web", replicas: 1 },
    ]);
    expect(result.cluster.workloads.map(({ id }) => id)).toEqual(["default/Deployment/web"]);
    expect(result.codes).toEqual([]);
  });

  test("the order of the objects does not matter", () => {
    const { span: _, ...first } = readObjects([pod, old, replicaSet, deployment]).cluster.pods[0] ?? {};
    expect(first).toMatchObject({ workload: "default/Deployment/web" });
  });

  test("without live pods only the topmost owner is expanded", () => {
    expect(workloads([deployment, replicaSet, old])).toEqual([["default/Deployment/web", "default/Deployment/web"]]);
  });

  test("a missing owner is known by its reference alone", () => {
    expect(workloads([replicaSet, pod])).toEqual([["default/web-1-abc", "default/Deployment/web"]]);
    expect(workloads([pod])).toEqual([["default/web-1-abc", "default/ReplicaSet/web-1"]]);
  });

  test("a missing ReplicaSet does not part pods from their Deployment", () => {
    const hashed = object(
      "Pod",
      "web-abc-1",
      {},
      { labels: { "pod-template-hash": "abc" }, ...ownedBy("ReplicaSet", "web-abc", "r9") },
    );
    expect(workloads([deployment, hashed])).toEqual([["default/web-abc-1", "default/Deployment/web"]]);
    expect(workloads([hashed])).toEqual([["default/web-abc-1", "default/ReplicaSet/web-abc"]]);
  });

  test("an owner with another uid is another owner", () => {
    const stranger = object("Pod", "s", {}, ownedBy("StatefulSet", "db", "u2"));
    expect(
      readObjects([workload("StatefulSet", "db", {}, { uid: "u1" }), stranger]).cluster.pods.map(({ id }) => id),
    ).toEqual(["default/StatefulSet/db", "default/s"]);
  });

  test("where a uid is missing, kind and name decide", () => {
    const replica = object("Pod", "db-0", {}, ownedBy("StatefulSet", "db", "u2"));
    expect(workloads([workload("StatefulSet", "db"), replica])).toEqual([["default/db-0", "default/StatefulSet/db"]]);
  });

  test("pods of a CronJob's Job join the CronJob", () => {
    const cron = object("CronJob", "nightly", { spec: { jobTemplate: { spec: { template: TEMPLATE } } } });
    const job = workload("Job", "nightly-1", {}, ownedBy("CronJob", "nightly"));
    const run = object("Pod", "nightly-1-x", {}, ownedBy("Job", "nightly-1"));
    expect(workloads([cron, job, run])).toEqual([["default/nightly-1-x", "default/CronJob/nightly"]]);
    expect(workloads([cron, job])).toEqual([["default/CronJob/nightly", "default/CronJob/nightly"]]);
    expect(workloads([cron, run])).toEqual([["default/nightly-1-x", "default/CronJob/nightly"]]);
  });

  test("what generated a workload is not its workload", () => {
    const set = workload("StatefulSet", "prometheus-k8s", {}, ownedBy("Prometheus", "k8s"));
    expect(workloads([set, object("Pod", "p-0", {}, ownedBy("StatefulSet", "prometheus-k8s"))])).toEqual([
      ["default/p-0", "default/StatefulSet/prometheus-k8s"],
    ]);
  });

  test("owners that refer to each other in a circle end nowhere", () => {
    const a = workload("ReplicaSet", "a", {}, { uid: "u", ...ownedBy("Deployment", "a", "u") });
    expect(podIds(readObjects([a, object("Pod", "p", {}, ownedBy("ReplicaSet", "a", "u"))]).cluster)).toEqual([
      "default/p",
    ]);
  });

  test("references that are no controller's do not count", () => {
    const reference = { apiVersion: "v1", kind: "ConfigMap", name: "c" };
    expect(workloads([object("Pod", "p", {}, { ownerReferences: [reference] })])).toEqual([
      ["default/p", "default/Pod/p"],
    ]);
  });

  test("WL-10: a mirror pod is a bare pod", () => {
    expect(workloads([object("Pod", "etcd-n1", {}, ownedBy("Node", "n1"))])).toEqual([
      ["default/etcd-n1", "default/Pod/etcd-n1"],
    ]);
  });
});

describe("WL-8: what decides a pod's place in the network", () => {
  const spec = {
    nodeName: "n1",
    containers: [
      {
        ports: [
          { containerPort: 80, name: "http" },
          { containerPort: 53, name: "dns", protocol: "UDP" },
        ],
      },
    ],
    initContainers: [
      { restartPolicy: "Always", ports: [{ containerPort: 9090, name: "metrics" }] },
      { ports: [{ containerPort: 1 }] },
    ],
  };

  test("ports of its containers, with their protocol and the kind of container", () => {
    expect(readObjects([object("Pod", "a", { spec })]).cluster.pods).toMatchObject([
      {
        node: "n1",
        network: "pod",
        ports: [
          { name: "http", port: 80, protocol: "TCP", container: "main" },
          { name: "dns", port: 53, protocol: "UDP", container: "main" },
          { name: "metrics", port: 9090, protocol: "TCP", container: "sidecar" },
          { port: 1, protocol: "TCP", container: "init" },
        ],
      },
    ]);
  });

  test("its addresses, and those of its node", () => {
    const status = {
      phase: "Running",
      podIP: "10.0.0.1",
      podIPs: [{ ip: "10.0.0.1" }, { ip: "fd00::1" }],
      hostIP: "192.0.2.1",
    };
    expect(readObjects([object("Pod", "a", { spec, status })]).cluster.pods).toMatchObject([
      { addresses: ["10.0.0.1", "fd00::1"], nodeAddresses: ["192.0.2.1"] },
    ]);
  });

  test("a host-network pod has the addresses of its node", () => {
    const status = { podIP: "192.0.2.1", podIPs: [{ ip: "192.0.2.1" }, { ip: "2001:db8::1" }], hostIP: "192.0.2.1" };
    expect(
      readObjects([object("Pod", "a", { spec: { ...spec, hostNetwork: true }, status })]).cluster.pods,
    ).toMatchObject([{ network: "host", addresses: [], nodeAddresses: ["192.0.2.1", "2001:db8::1"] }]);
  });

  test.each([
    { containers: {} },
    { containers: [{ ports: [{ containerPort: "80" }] }] },
    { containers: [{ ports: [{}] }] },
    { hostNetwork: "yes" },
  ])("%j leaves the pod out", (broken) => {
    const result = readObjects([object("Pod", "a", { spec: broken }), object("Pod", "b")]);
    expect(podIds(result.cluster)).toEqual(["default/b"]);
    expect(faults(result)).toHaveLength(1);
  });

  test.each([
    [{}, "field-required", "spec.containers[0].ports[0]", "number"],
    [{ containerport: 80 }, "field-required", "spec.containers[0].ports[0].containerport", "`containerPort`"],
    [{ containerPort: 0 }, "field-invalid", "spec.containers[0].ports[0].containerPort", undefined],
  ])("of %j it is said what is wrong with it", (port, code, field, fix) => {
    const { diagnostics } = readObjects([object("Pod", "a", { spec: { containers: [{ ports: [port] }] } })]);
    const [fault] = diagnostics.filter(({ severity }) => severity === "error");
    expect(fault).toMatchObject({ code, field });
    expect(fault?.fix ?? "").toContain(fix ?? "");
  });
});

test("EP-9: finished pods take no part, unless the option keeps them", () => {
  const pods = ["Succeeded", "Failed", "Running", "Pending"].map((phase) =>
    object("Pod", phase.toLowerCase(), { status: { phase } }),
  );
  const result = readObjects(pods);
  expect(podIds(result.cluster)).toEqual(["default/pending", "default/running"]);
  expect(result.codes).toEqual(["object-skipped", "object-skipped"]);
  expect(readObjects(pods, { includeFinishedPods: true }).cluster.pods).toHaveLength(4);
});

test("a Rollout that refers to a workload leaves the pods to it", () => {
  const rollout = {
    ...object("Rollout", "a", { spec: { workloadRef: { kind: "Deployment", name: "b" } } }),
    apiVersion: "argoproj.io/v1alpha1",
  };
  const result = readObjects([rollout, workload("Deployment", "b")]);
  expect(podIds(result.cluster)).toEqual(["default/Deployment/b"]);
  expect(result.codes).toEqual(["object-skipped"]);
});

test("a workload without a template is reported and left out", () => {
  const result = readObjects([
    object("Deployment", "a", { spec: {} }),
    object("CronJob", "b", { spec: { jobTemplate: {} } }),
    object("Job", "c"),
  ]);
  expect(result.cluster.pods).toEqual([]);
  expect(result.diagnostics.map(({ code, field }) => [code, field])).toEqual([
    ["field-required", "spec.template"],
    ["field-required", "spec.jobTemplate.spec.template"],
    ["field-required", "spec.template"],
  ]);
  expect(find(result.diagnostics, "field-required")?.severity).toBe("error");
});

test.each([
  ["status: { conditions: [{ type: Ready, status: 'True' }] }", "ready"],
  ["status: { conditions: [{ type: Ready, status: 'False' }] }", "not-ready"],
  ["status: { phase: Pending }", "not-ready"],
  ["status: { phase: Running }", undefined],
  ["spec: {}", undefined],
])("a pod with `%s` has the readiness that Services go by", (rest, readiness) => {
  const { cluster } = read(`apiVersion: v1\nkind: Pod\nmetadata: { name: p }\n${rest}\n`);
  expect(cluster.pods[0]?.readiness).toBe(readiness);
});

test("a pod that is going away is not ready, whatever its condition", () => {
  const deleted = "metadata: { name: p, deletionTimestamp: '2026-01-01T00:00:00Z' }";
  const status = "status: { conditions: [{ type: Ready, status: 'True' }] }";
  const { cluster } = read(`apiVersion: v1\nkind: Pod\n${deleted}\n${status}\n`);
  expect(cluster.pods[0]?.readiness).toBe("not-ready");
});

describe("a field that reads as if it isolated pods", () => {
  const spec = { containers: [], networkPolicy: { ingress: [] } };

  test.each([
    ["of a pod", object("Pod", "web", { spec })],
    ["of a workload", workload("Deployment", "web", { networkPolicies: ["web"] })],
    ["of a template", workload("Deployment", "web", { template: { ...TEMPLATE, spec } })],
  ])("%s is said to isolate none, and the pods are there", (_, written) => {
    const result = readObjects([written]);
    expect(faults(result)).toContain("field-unknown");
    expect(result.cluster.pods).toHaveLength(1);
  });
});
