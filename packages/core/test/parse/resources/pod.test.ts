import { expect, test } from "vitest";
import { faults, read } from "../read.ts";

const pod = (spec: string) =>
  read(`apiVersion: v1\nkind: Pod\nmetadata: { name: p }\nspec:\n${spec.replace(/^/gm, "  ")}\n`);

const specOf = (spec: string) => pod(spec).cluster.pods[0]?.spec;

test("a container inherits from its pod's security context and may overrule it", () => {
  const spec =
    specOf(`securityContext: { runAsUser: 1000, runAsNonRoot: true, seccompProfile: { type: RuntimeDefault } }
containers:
  - { name: a, image: a:1 }
  - { name: b, securityContext: { runAsUser: 0, privileged: true, capabilities: { add: [CAP_SYS_ADMIN], drop: [all] } } }
initContainers:
  - { name: c, restartPolicy: Always }
  - { name: d }`);
  expect(spec?.containers).toMatchObject([
    { name: "a", image: "a:1", kind: "main", security: { privileged: false, runAsUser: 1000, runAsNonRoot: true } },
    {
      name: "b",
      security: {
        privileged: true,
        runAsUser: 0,
        seccomp: "RuntimeDefault",
        addedCapabilities: ["SYS_ADMIN"],
        droppedCapabilities: ["ALL"],
        places: { privileged: { line: 8 } },
      },
    },
    { name: "c", kind: "sidecar" },
    { name: "d", kind: "init" },
  ]);
});

test("variables are told apart by where their value comes from", () => {
  const [container] =
    specOf(`containers:
  - name: a
    env:
      - { name: PLAIN, value: db:5432 }
      - { name: SECRET, valueFrom: { secretKeyRef: { name: s, key: k, optional: true } } }
      - { name: CONFIG, valueFrom: { configMapKeyRef: { name: c, key: k } } }
      - { name: OWN, valueFrom: { fieldRef: { fieldPath: metadata.name } } }
    envFrom: [{ prefix: P_, secretRef: { name: all } }, { configMapRef: { name: settings } }]`)?.containers ?? [];
  expect(container?.env).toMatchObject([
    { name: "PLAIN", kind: "value", value: "db:5432", span: { line: 8 } },
    { name: "SECRET", kind: "secret", secret: "s", key: "k", optional: true },
    { name: "CONFIG", kind: "configMap", configMap: "c", key: "k", optional: false },
    { name: "OWN", kind: "own" },
  ]);
  expect(container?.envFrom).toMatchObject([
    { kind: "secret", name: "all", prefix: "P_" },
    { kind: "configMap", name: "settings", prefix: "" },
  ]);
});

test("volumes are told apart by what backs them", () => {
  const spec =
    specOf(`containers: [{ name: a, volumeMounts: [{ name: host, mountPath: /host, readOnly: true, subPath: x }] }]
volumes:
  - { name: host, hostPath: { path: /, type: Directory } }
  - { name: secret, secret: { secretName: s, items: [{ key: k, path: p }] } }
  - { name: config, configMap: { name: c, optional: true } }
  - { name: all, projected: { sources: [{ serviceAccountToken: { audience: vault } }, { secret: { name: t } }, { downwardAPI: {} }] } }
  - { name: csi, csi: { driver: secrets-store.csi.k8s.io, volumeAttributes: { secretProviderClass: vault } } }
  - { name: claim, persistentVolumeClaim: { claimName: data, readOnly: true } }
  - { name: own, ephemeral: { volumeClaimTemplate: { spec: { accessModes: [ReadWriteOnce] } } } }
  - { name: empty, emptyDir: {} }
  - { name: nfs, nfs: { server: n, path: / } }`);
  expect(spec?.volumes.map(({ span: _, ...volume }) => volume)).toEqual([
    { name: "host", kind: "hostPath", path: "/", type: "Directory" },
    { name: "secret", kind: "secret", secret: "s", keys: ["k"], optional: false },
    { name: "config", kind: "configMap", configMap: "c", optional: true },
    {
      name: "all",
      kind: "projected",
      sources: [
        { kind: "serviceAccountToken", audience: "vault" },
        { kind: "secret", secret: "t", optional: false },
        { kind: "other", type: "downwardAPI" },
      ],
    },
    { name: "csi", kind: "csi", driver: "secrets-store.csi.k8s.io", secretProviderClass: "vault" },
    { name: "claim", kind: "persistentVolumeClaim", claim: "data", readOnly: true },
    { name: "own", kind: "claimTemplate", accessModes: ["ReadWriteOnce"] },
    { name: "empty", kind: "emptyDir" },
    { name: "nfs", kind: "other", type: "nfs" },
  ]);
  expect(spec?.containers[0]?.mounts).toEqual([{ volume: "host", path: "/host", readOnly: true, subPath: "x" }]);
});

test("what ties a pod to its node, its account and its place is read, with defaults", () => {
  expect(specOf("containers: []")).toMatchObject({
    hostPID: false,
    hostIPC: false,
    serviceAccountName: "default",
    nodeAffinity: false,
    hostPorts: [],
  });
  const spec = specOf(`hostPID: true
hostIPC: true
serviceAccount: old
automountServiceAccountToken: false
nodeSelector: { pool: a }
affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [] } } }
tolerations: [{ operator: Exists }, { key: k, value: v, effect: NoSchedule }]
containers: [{ name: a, ports: [{ containerPort: 80, hostPort: 8080, hostIP: 127.0.0.1 }, { containerPort: 81 }] }]`);
  expect(spec).toMatchObject({
    hostPID: true,
    hostIPC: true,
    places: { hostPID: { line: 5 }, hostIPC: { line: 6 } },
    serviceAccountName: "old",
    automountServiceAccountToken: false,
    nodeSelector: new Map([["pool", "a"]]),
    nodeAffinity: true,
    tolerations: [
      { operator: "Exists", value: "" },
      { key: "k", operator: "Equal", value: "v", effect: "NoSchedule" },
    ],
    hostPorts: [{ container: "a", containerPort: 80, hostPort: 8080, hostIP: "127.0.0.1", protocol: "TCP" }],
  });
});

test("a fault in what policies do not look at is told and costs nothing else", () => {
  const result = pod(
    "containers: [{ name: a, env: [{ name: PORT, value: 80 }], securityContext: { privileged: maybe } }]",
  );
  expect(result.cluster.pods).toHaveLength(1);
  expect(result.diagnostics.filter(({ severity }) => severity !== "info")).toMatchObject([
    { code: "field-type", severity: "warning", field: "spec.containers[0].env[0].value" },
    { code: "field-type", severity: "warning", field: "spec.containers[0].securityContext.privileged" },
  ]);
});

test("a fault in what policies do look at is told once", () => {
  expect(faults(pod("containers: { name: a }"))).toEqual(["field-type"]);
  expect(
    faults(pod("containers: [{ name: a, ports: [{ containerPort: 80, hostPort: 80, protocol: HTTP }] }]")),
  ).toEqual(["field-invalid"]);
});

test("replicas of one owner that repeat their template share what was read of it, and others do not", () => {
  const replica = (name: string, owner: string, node: string, rest = "") =>
    `{ "apiVersion": "v1", "kind": "Pod", "metadata": { "name": "${name}",
       "ownerReferences": [{ "kind": "ReplicaSet", "name": "${owner}", "controller": true }] },
       "spec": { "nodeName": "${node}", "containers": [{ "name": "a" }]${rest} } }`;
  const { cluster } = read(
    [
      replica("a", "r", "n1"),
      replica("b", "r", "n2"),
      replica("c", "r", "n2", ', "hostPID": true'),
      replica("d", "s", "n1"),
    ].join("\n---\n"),
  );
  const [a, b, c, d] = cluster.pods;
  expect(a?.spec).toBe(b?.spec);
  expect([b?.spec.hostPID, c?.spec.hostPID]).toEqual([false, true]);
  const lines = [a, d].map((pod) => pod?.spec.containers[0]?.span.line);
  expect(lines).toEqual([3, 15]);
});

test("a StatefulSet's claim templates are volumes of its pods", () => {
  const { cluster } = read(`apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db, annotations: { owner: data } }
spec:
  selector: { matchLabels: { app: db } }
  template: { metadata: { labels: { app: db }, annotations: { a: b } }, spec: { containers: [{ name: db }] } }
  volumeClaimTemplates: [{ metadata: { name: data }, spec: { accessModes: [ReadWriteOnce], storageClassName: fast } }]
`);
  expect(cluster.pods[0]?.spec.volumes).toMatchObject([
    { name: "data", kind: "claimTemplate", accessModes: ["ReadWriteOnce"], storageClassName: "fast" },
  ]);
  expect(cluster.pods[0]?.annotations).toEqual(new Map([["a", "b"]]));
  expect(cluster.workloads[0]?.annotations).toEqual(new Map([["owner", "data"]]));
});

test("what is wrong with a template is told of each replica, even where they say the same", () => {
  const replica = (name: string, label: string) => `apiVersion: v1
kind: Pod
metadata: { name: ${name}, labels: { a: ${label} }, ownerReferences: [{ kind: ReplicaSet, name: r, controller: true }] }
spec: { containers: [{ name: a, ports: [{ containerPort: 70000 }] }] }
`;
  const { diagnostics } = read([replica("a", '"y"'), replica("b", "y"), replica("c", "y")].join("---\n"));
  const told = diagnostics.map(({ code, span }) => [code, span?.line]);
  expect(told).toEqual([
    ["field-invalid", 4],
    ["ambiguous-scalar", 8],
    ["field-invalid", 9],
    ["ambiguous-scalar", 13],
    ["field-invalid", 14],
  ]);
});
