import { describe, expect, test } from "vitest";
import { faults, find, read } from "../read.ts";

const object = (apiVersion: string, kind: string, rest: string, name = "x") =>
  `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: "${name}", namespace: shop }\n${rest}\n`;

describe("Secrets", () => {
  const text = object(
    "v1",
    "Secret",
    "type: kubernetes.io/tls\ndata: { tls.key: aHVzaA==, tls.crt: 12 }\nstringData: { note: hush }",
  ).replace(
    "namespace: shop",
    'namespace: shop, annotations: { kubectl.kubernetes.io/last-applied-configuration: \'{"data":"aHVzaA=="}\' }',
  );

  test("keep their type and the names of their keys", () => {
    expect(read(text).cluster.storage.secrets).toMatchObject([
      { namespace: "shop", name: "x", type: "kubernetes.io/tls", keys: ["note", "tls.crt", "tls.key"] },
    ]);
    expect(read(object("v1", "Secret", "data: {}")).cluster.storage.secrets).toMatchObject([
      { type: "Opaque", keys: [] },
    ]);
  });

  test("give away no value, not even in a complaint or in what kubectl keeps of them", () => {
    const { cluster, diagnostics } = read(text);
    const kept = JSON.stringify([cluster, diagnostics], (_, value) => (value instanceof Map ? [...value] : value));
    expect(kept).not.toMatch(/hush|aHVzaA|`12`/);
  });
});

test("a ConfigMap keeps its values, up to a length, with their places", () => {
  const { cluster } = read(
    object("v1", "ConfigMap", `data: { host: db, long: "${"x".repeat(5000)}" }\nbinaryData: { b: "" }`),
  );
  expect(cluster.storage.configMaps).toMatchObject([
    { entries: [{ key: "host", value: "db", span: { line: 4 } }, { key: "long" }], binaryKeys: ["b"] },
  ]);
  expect(cluster.storage.configMaps[0]?.entries[1]?.value).toHaveLength(4096);
});

test("claims, volumes and classes say how they can be shared", () => {
  const { cluster } = read(
    [
      object(
        "v1",
        "PersistentVolumeClaim",
        "spec: { accessModes: [ReadWriteMany], volumeName: v, storageClassName: s }",
      ),
      object(
        "v1",
        "PersistentVolume",
        "spec: { capacity: { storage: 1Gi }, hostPath: { path: /data }, claimRef: { namespace: shop, name: x } }",
      ),
      object("storage.k8s.io/v1", "StorageClass", "provisioner: nfs.example"),
    ].join("---\n"),
  );
  expect(cluster.storage).toMatchObject({
    volumeClaims: [{ accessModes: ["ReadWriteMany"], volumeName: "v", storageClassName: "s" }],
    volumes: [{ source: "hostPath", path: "/data", claim: { namespace: "shop", name: "x" } }],
    classes: [{ provisioner: "nfs.example" }],
  });
});

describe("roles and bindings", () => {
  test("may have names with colons", () => {
    const result = read(
      object(
        "rbac.authorization.k8s.io/v1",
        "ClusterRole",
        "rules: [{ verbs: [get], nonResourceURLs: [/metrics] }]",
        "system:x",
      ),
    );
    expect(faults(result)).toEqual([]);
    expect(result.cluster.identities.roles).toMatchObject([
      { name: "system:x", rules: [{ verbs: ["get"], resources: [], nonResourceURLs: ["/metrics"] }] },
    ]);
    expect(result.cluster.identities.roles[0]).not.toHaveProperty("namespace");
  });

  test("an aggregated ClusterRole has the rules of those it selects, through others too", () => {
    const role = (name: string, labels: string, rest: string) =>
      `apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: { name: ${name}, labels: ${labels} }\n${rest}\n`;
    const { cluster } = read(
      [
        role("top", "{}", "aggregationRule: { clusterRoleSelectors: [{ matchLabels: { to: top } }] }\nrules: []"),
        role("mid", "{ to: top }", "aggregationRule: { clusterRoleSelectors: [{ matchLabels: { to: mid } }] }"),
        role("leaf", "{ to: mid }", "rules: [{ apiGroups: [''], resources: [secrets], verbs: [list] }]"),
        role("other", "{ to: none }", "rules: [{ apiGroups: [''], resources: [pods], verbs: [create] }]"),
      ].join("---\n"),
    );
    const rules = Object.fromEntries(
      cluster.identities.roles.map(({ name, rules }) => [name, rules.map(({ resources }) => resources)]),
    );
    expect(rules).toEqual({ leaf: [["secrets"]], mid: [["secrets"]], other: [["pods"]], top: [["secrets"]] });
  });

  test("a subject without a namespace is of the binding's", () => {
    const { cluster } = read(
      object(
        "rbac.authorization.k8s.io/v1",
        "RoleBinding",
        "roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: edit }\nsubjects: [{ kind: ServiceAccount, name: a }, { kind: Group, name: g }]",
      ),
    );
    expect(cluster.identities.bindings).toMatchObject([
      {
        namespace: "shop",
        role: { kind: "ClusterRole", name: "edit" },
        subjects: [
          { kind: "ServiceAccount", name: "a", namespace: "shop" },
          { kind: "Group", name: "g" },
        ],
      },
    ]);
  });

  test("a ServiceAccount says whether its token is mounted", () => {
    const { cluster } = read(
      object("v1", "ServiceAccount", "automountServiceAccountToken: false\nsecrets: [{ name: t }]"),
    );
    expect(cluster.identities.serviceAccounts).toMatchObject([
      { namespace: "shop", name: "x", automountServiceAccountToken: false, secrets: ["t"] },
    ]);
  });
});

describe("routes", () => {
  test.each([
    ["networking.k8s.io/v1", "{ service: { name: web, port: { number: 80 } } }", []],
    ["networking.k8s.io/v1beta1", "{ serviceName: web, servicePort: 80 }", ["api-version-unsupported"]],
    ["extensions/v1beta1", "{ serviceName: web, servicePort: 80 }", ["api-version-unsupported"]],
  ])("an Ingress of %s leads to its Service", (version, backend, codes) => {
    const result = read(
      object(
        version,
        "Ingress",
        `spec: { ingressClassName: nginx, tls: [{ hosts: [a.b], secretName: t }], rules: [{ host: a.b, http: { paths: [{ path: /x, backend: ${backend} }] } }] }`,
      ),
    );
    expect(faults(result)).toEqual(codes);
    expect(result.cluster.routes.ingresses).toMatchObject([
      {
        className: "nginx",
        paths: [{ host: "a.b", path: "/x", backend: { kind: "service", service: "web", port: 80 } }],
        tls: [{ hosts: ["a.b"], secret: "t" }],
      },
    ]);
  });

  test("the two kinds called Gateway are told apart", () => {
    const { cluster } = read(
      [
        object(
          "gateway.networking.k8s.io/v1",
          "Gateway",
          "spec: { gatewayClassName: c, listeners: [{ name: l, port: 443, protocol: HTTPS, tls: { certificateRefs: [{ name: s }] } }, { name: m, port: 80, protocol: HTTP, allowedRoutes: { namespaces: { from: All }, kinds: [{ kind: HTTPRoute }] } }] }",
        ),
        object(
          "networking.istio.io/v1beta1",
          "Gateway",
          "spec: { selector: { istio: gw }, servers: [{ port: { number: 80, protocol: HTTP }, hosts: ['*'] }] }",
        ),
      ].join("---\n"),
    );
    expect(cluster.routes.gateways).toMatchObject([
      {
        className: "c",
        listeners: [
          { port: 443, from: "Same", tls: "Terminate", certificates: [{ namespace: "shop", name: "s" }] },
          { port: 80, from: "All", kinds: ["HTTPRoute"] },
        ],
      },
    ]);
    expect(cluster.routes.istioGateways).toMatchObject([
      { selector: new Map([["istio", "gw"]]), servers: [{ port: 80 }] },
    ]);
  });

  test.each(["HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute", "UDPRoute"])("a %s has parents and backends", (kind) => {
    const { cluster } = read(
      object(
        "gateway.networking.k8s.io/v1alpha2",
        kind,
        "spec: { parentRefs: [{ name: g, namespace: infra, sectionName: l }], rules: [{ backendRefs: [{ name: web, port: 80 }, { name: old, namespace: b, port: 81, weight: 0 }] }] }",
      ),
    );
    expect(cluster.routes.gatewayRoutes).toMatchObject([
      {
        kind,
        parents: [{ kind: "Gateway", namespace: "infra", name: "g", sectionName: "l" }],
        backends: [
          { kind: "Service", namespace: "shop", name: "web", port: 80, weight: 1 },
          { namespace: "b", name: "old", weight: 0 },
        ],
      },
    ]);
  });

  test("an OpenShift Route leads to every Service it names", () => {
    const { cluster } = read(
      object(
        "route.openshift.io/v1",
        "Route",
        "spec: { to: { kind: Service, name: web }, alternateBackends: [{ name: next, weight: 0 }], port: { targetPort: http }, tls: { termination: edge } }",
      ),
    );
    expect(cluster.routes.openshiftRoutes).toMatchObject([
      {
        backends: [
          { service: "web", weight: 100 },
          { service: "next", weight: 0 },
        ],
        targetPort: "http",
        tls: { termination: "edge", insecure: "None" },
      },
    ]);
  });

  test("a VirtualService without gateways is of the mesh", () => {
    const { cluster } = read(
      object(
        "networking.istio.io/v1",
        "VirtualService",
        "spec: { hosts: [a], http: [{ route: [{ destination: { host: web, port: { number: 80 } } }] }] }",
      ),
    );
    expect(cluster.routes.virtualServices).toMatchObject([
      { gateways: ["mesh"], destinations: [{ host: "web", port: 80 }] },
    ]);
  });
});

describe("controls", () => {
  test("each webhook says whom it calls", () => {
    const { cluster } = read(
      object(
        "admissionregistration.k8s.io/v1",
        "MutatingWebhookConfiguration",
        "webhooks: [{ name: a, clientConfig: { service: { namespace: n, name: s } }, rules: [{ apiGroups: [''], resources: [pods], operations: [CREATE] }] }, { name: b, clientConfig: { url: 'https://x' }, failurePolicy: Ignore }]",
      ),
    );
    expect(cluster.controls.webhooks).toMatchObject([
      {
        kind: "Mutating",
        configuration: "x",
        name: "a",
        target: { kind: "service", name: "s", port: 443 },
        failurePolicy: "Fail",
      },
      { name: "b", target: { kind: "url", url: "https://x" }, failurePolicy: "Ignore" },
    ]);
  });

  test("mesh policies are kept for audits and still told to be left out of verdicts", () => {
    const result = read(
      [
        object(
          "security.istio.io/v1",
          "PeerAuthentication",
          "spec: { mtls: { mode: STRICT }, portLevelMtls: { 8080: { mode: DISABLE } } }",
        ),
        object("security.istio.io/v1", "AuthorizationPolicy", "spec: { rules: [{}] }"),
      ].join("---\n"),
    );
    expect(result.codes.filter((code) => code === "dialect-unsupported")).toHaveLength(2);
    expect(result.cluster.controls).toMatchObject({
      peerAuthentications: [{ mode: "STRICT", portModes: new Map([["8080", "DISABLE"]]) }],
      authorizationPolicies: [{ action: "ALLOW", rules: "everything" }],
    });
  });

  test("what an AuthorizationPolicy asks of the identity of callers, source by source", () => {
    const rules = [
      "{ from: [{ source: { principals: [a], notNamespaces: [b] } }, { source: { ipBlocks: [10.0.0.0/8] } }] }",
      '{ to: [{ operation: { ports: ["80", "443"] } }, { operation: { ports: ["90"], paths: [/] } }] }',
      "{ from: [{ source: { notPrincipals: [a] } }] }",
      "{ when: [{ key: source.namespace, values: [a] }, { key: request.headers, values: [b] }] }",
    ];
    const text = object("security.istio.io/v1", "AuthorizationPolicy", `spec: { rules: [${rules.join()}] }`);
    expect(read(text).cluster.controls.authorizationPolicies).toMatchObject([
      {
        about: "workloads",
        callers: ["named", "any", "any", "excepted", "named"],
        dryRun: false,
        clauses: [
          {
            sources: [
              { named: { principals: ["a"] }, excepted: { namespaces: ["b"] }, more: false },
              { named: { principals: [] }, more: true },
            ],
            ports: [],
            requests: "all",
          },
          { sources: [], ports: [80, 443, 90], requests: "some" },
          { sources: [{ excepted: { principals: ["a"] }, more: false }], requests: "all" },
          { identities: [{ principals: [], namespaces: ["a"], serviceAccounts: [] }], requests: "some" },
        ],
      },
    ]);
  });

  test("kinds of which nothing is made are counted", () => {
    const text = object("kyverno.io/v1", "ClusterPolicy", "spec: {}");
    expect(read(`${text}---\n${text}`).cluster.controls.otherKinds).toMatchObject([
      { group: "kyverno.io", kind: "ClusterPolicy", objects: 2, span: { line: 1 } },
    ]);
  });
});

test("two objects of one name are one, the last", () => {
  const result = read(
    `${object("v1", "ServiceAccount", "")}---\n${object("v1", "ServiceAccount", "secrets: [{ name: s }]")}`,
  );
  expect(find(result.diagnostics, "object-duplicate")?.message).toContain("ServiceAccount `shop/x`");
  expect(result.cluster.identities.serviceAccounts).toMatchObject([{ secrets: ["s"] }]);
});

test("nodes have taints, namespaces and nodes annotations", () => {
  const { cluster } = read(`apiVersion: v1
kind: Node
metadata: { name: n, annotations: { a: b } }
spec: { taints: [{ key: k, effect: NoSchedule }] }
---
apiVersion: v1
kind: Namespace
metadata: { name: shop, annotations: { c: d } }
`);
  expect(cluster.nodes).toMatchObject([
    { annotations: new Map([["a", "b"]]), taints: [{ key: "k", value: "", effect: "NoSchedule" }] },
  ]);
  expect(cluster.namespaces).toMatchObject([{ annotations: new Map([["c", "d"]]) }]);
});
