import { describe, expect, test } from "vitest";
import { documents, edgesOf, granted, namespace, object, pod } from "./edges.ts";

const CLOSED = object(
  "networking.k8s.io/v1",
  "NetworkPolicy",
  "closed",
  "spec: { podSelector: {}, policyTypes: [Egress] }",
);

describe("TOKEN", () => {
  const account = (rest: string) => object("v1", "ServiceAccount", "default", rest);
  const tokens = (...texts: string[]) => edgesOf(documents(...texts), ["TOKEN"]);
  const MOUNTED = ["TOKEN a → token:serviceaccount:shop/default (0 proved)"];

  test("is mounted unless something says no, and the pod's word counts first", () => {
    expect(tokens(pod("a"))).toEqual(MOUNTED);
    expect(tokens(pod("a", { spec: "automountServiceAccountToken: false" }))).toEqual([]);
    expect(tokens(pod("a"), account("automountServiceAccountToken: false"))).toEqual([]);
    expect(
      tokens(pod("a", { spec: "automountServiceAccountToken: true" }), account("automountServiceAccountToken: false")),
    ).toEqual(MOUNTED);
  });

  test("may be projected, for the API server and not for others", () => {
    const projected = (audience: string) =>
      pod("a", {
        spec: `automountServiceAccountToken: false, volumes: [{ name: t, projected: { sources: [{ serviceAccountToken: { ${audience} } }] } }]`,
      });
    expect(tokens(projected("path: t"))).toEqual(MOUNTED);
    expect(tokens(projected("audience: vault"))).toEqual([]);
  });
});

describe("API", () => {
  const routes = (...texts: string[]) =>
    edgesOf(documents(...texts), ["API"]).filter(
      (edge) => edge.endsWith("api-route (0 proved)") || edge.includes("a → api-route"),
    );

  test("an unrestricted pod reaches the API server, a closed one does not", () => {
    expect(routes(pod("a"))).toContain("API a → api-route (0 proved)");
    expect(routes(pod("a"), CLOSED).filter((edge) => edge.startsWith("API a"))).toEqual([]);
  });

  test("one with some way out may reach it, until its address is known", () => {
    const partly = object(
      "networking.k8s.io/v1",
      "NetworkPolicy",
      "p",
      "spec: { podSelector: {}, policyTypes: [Egress], egress: [{ to: [{ ipBlock: { cidr: 10.0.0.0/8 } }] }] }",
    );
    expect(routes(pod("a"), partly)).toContain("API a → api-route (0 assumed)");
    const server = (address: string) =>
      `apiVersion: v1\nkind: Endpoints\nmetadata: { name: kubernetes, namespace: default }\nsubsets: [{ addresses: [{ ip: ${address} }], ports: [{ name: https, port: 6443 }] }]\n`;
    expect(routes(pod("a"), partly, server("10.1.2.3"))).toContain("API a → api-route (0 proved)");
    expect(routes(pod("a"), partly, server("192.0.2.1")).filter((edge) => edge.startsWith("API a"))).toEqual([]);
  });

  test("a token and a way make an identity", () => {
    expect(edgesOf(pod("a"), ["API"])).toContain(
      "API token:serviceaccount:shop/default + api-route → serviceaccount:shop/default (0 proved)",
    );
  });
});

describe("RB", () => {
  const rb = (rules: string, scope: "Role" | "ClusterRole" = "Role", more = "") =>
    edgesOf(documents(pod("a"), granted(rules, scope), ...(more === "" ? [] : [more])), ALL).filter((edge) =>
      edge.includes("serviceaccount:shop/default →"),
    );
  const ALL = [
    "RB-SECRET",
    "RB-CREATE",
    "RB-EXEC",
    "RB-FWD",
    "RB-PATCH",
    "RB-NETPOL",
    "RB-NSLABEL",
    "RB-SVC",
    "RB-TOKENREQ",
    "RB-IMPERS",
    "RB-BIND",
    "RB-NODEPROXY",
    "RB-CSR",
    "RB-HOOK",
    "RB-PV",
    "RB-STAR",
  ];
  const rule = (group: string, resources: string, verbs: string, rest = "") =>
    `{ apiGroups: ["${group}"], resources: [${resources}], verbs: [${verbs}]${rest} }`;

  test.each([
    ["RB-SECRET", rule("", "secrets", "get"), "secrets:shop (1 proved)"],
    ["RB-SECRET", rule("", "secrets", "list"), "secrets:shop (1 proved)"],
    ["RB-CREATE", rule("", "pods", "create"), "pods:shop (1 proved)"],
    ["RB-CREATE", rule("apps", "deployments", "create"), "pods:shop (1 proved)"],
    ["RB-CREATE", rule("batch", "cronjobs", "create"), "pods:shop (1 proved)"],
    ["RB-EXEC", rule("", "pods/exec", "create"), "exec:shop (1 proved)"],
    ["RB-EXEC", rule("", "pods/attach", "create"), "exec:shop (1 proved)"],
    ["RB-EXEC", rule("", "pods/ephemeralcontainers", "patch"), "exec:shop (1 proved)"],
    ["RB-FWD", rule("", "pods/portforward", "create"), "forward:shop (1 proved)"],
    ["RB-NETPOL", rule("networking.k8s.io", "networkpolicies", "delete"), "policies:shop (1 proved)"],
    ["RB-NETPOL", rule("cilium.io", "ciliumnetworkpolicies", "update"), "policies:shop (1 assumed)"],
    ["RB-NSLABEL", rule("", "namespaces", "patch"), "labels:shop (1 proved)"],
    ["RB-SVC", rule("", "services", "update"), "services:shop (2 proved)"],
    ["RB-SVC", rule("discovery.k8s.io", "endpointslices", "patch"), "services:shop (2 proved)"],
    ["RB-TOKENREQ", rule("", "serviceaccounts/token", "create"), "tokens:shop (1 proved)"],
    ["RB-IMPERS", rule("", "serviceaccounts", "impersonate"), "accounts:shop (1 proved)"],
  ])("%s in a namespace", (edge, rules, gives) => {
    expect(rb(rules)).toEqual([`${edge} serviceaccount:shop/default → ${gives}`]);
  });

  test.each([
    ["RB-NODEPROXY", rule("", "nodes/proxy", "get"), "exec:* (1 proved)"],
    ["RB-IMPERS", rule("", "users", "impersonate"), "cluster-admin (1 proved)"],
    [
      "RB-HOOK",
      rule("admissionregistration.k8s.io", "mutatingwebhookconfigurations", "patch"),
      "pods:* (2 conditional)",
    ],
    ["RB-PV", rule("", "persistentvolumes", "create"), "node:* (2 conditional)"],
    ["RB-NETPOL", rule("networking.k8s.io", "networkpolicies", "create"), "policies:* (1 proved)"],
    ["RB-NETPOL", rule("policy.networking.k8s.io", "adminnetworkpolicies", "create"), "cluster-policies:* (1 assumed)"],
    ["RB-SECRET", rule("", "secrets", "watch"), "secrets:* (1 proved)"],
    ["RB-STAR", rule("*", '"*"', '"*"'), "cluster-admin (0 proved)"],
  ])("%s in the whole cluster", (edge, rules, gives) => {
    expect(rb(rules, "ClusterRole")).toEqual([`${edge} serviceaccount:shop/default → ${gives}`]);
  });

  test.each([
    rule("", "secrets", "delete"),
    rule("", "pods", "get, list"),
    rule("", "pods/log", "get"),
    rule("", "configmaps", "get"),
    rule("extensions", "secrets", "get"),
    rule("", "nodes/proxy", "get"),
    rule("", "users", "impersonate"),
    rule("", "persistentvolumes", "create"),
  ])("a Role with %s gives none", (rules) => {
    expect(rb(rules)).toEqual([]);
  });

  test("names narrow what is given, and nothing is created by name", () => {
    const secret = object("v1", "Secret", "db", "");
    expect(rb(rule("", "secrets", "get", ", resourceNames: [db]"), "Role", secret)).toEqual([
      "RB-SECRET serviceaccount:shop/default → secret:shop/db (1 proved)",
    ]);
    expect(rb(rule("", "pods", "create", ", resourceNames: [db]"))).toEqual([]);
  });

  test("RB-BIND takes writing bindings and the right to bind what one does not have", () => {
    const rbac = "rbac.authorization.k8s.io";
    const [binding, bind] = [
      rule(rbac, "rolebindings, clusterrolebindings", "create"),
      rule(rbac, "clusterroles", "bind"),
    ];
    expect(rb(binding)).toEqual([]);
    expect(rb(`${binding}, ${bind}`)).toEqual(["RB-BIND serviceaccount:shop/default → everything:shop (1 proved)"]);
    expect(rb(`${binding}, ${bind}`, "ClusterRole")).toEqual([
      "RB-BIND serviceaccount:shop/default → cluster-admin (1 proved)",
    ]);
  });

  test("RB-CSR takes asking for certificates and approving those of clients", () => {
    const group = "certificates.k8s.io";
    const asking = rule(group, "certificatesigningrequests", "create");
    expect(rb(asking, "ClusterRole")).toEqual([]);
    const approving = `${asking}, ${rule(group, "certificatesigningrequests/approval", "update")}`;
    const signer = (name: string) => `${approving}, ${rule(group, "signers", "approve", `, resourceNames: [${name}]`)}`;
    expect(rb(approving, "ClusterRole")).toEqual([]);
    expect(rb(signer("kubernetes.io/kubelet-serving"), "ClusterRole")).toEqual([]);
    for (const text of [
      signer("kubernetes.io/kube-apiserver-client"),
      `${approving}, ${rule(group, "signers", "approve")}`,
    ])
      expect(rb(text, "ClusterRole")).toEqual(["RB-CSR serviceaccount:shop/default → cluster-admin (2 proved)"]);
  });

  test("RB-TOKENREQ may go through Secrets, which have to be read as well", () => {
    expect(rb(rule("", "secrets", "create"))).toEqual([]);
    // The type of a Secret that is there does not change.
    expect(rb(rule("", "secrets", "patch, get")).join()).not.toContain("RB-TOKENREQ");
    expect(rb(rule("", "secrets", "create, get"))).toContain(
      "RB-TOKENREQ serviceaccount:shop/default → tokens:shop (1 proved)",
    );
  });

  test("a role that only Kubernetes defines is taken for what it defines", () => {
    const bound = object(
      "rbac.authorization.k8s.io/v1",
      "RoleBinding",
      "b",
      "roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: edit }\nsubjects: [{ kind: Group, name: 'system:serviceaccounts:shop' }]",
    );
    const found = edgesOf(documents(pod("a"), bound), ["RB-NETPOL", "RB-IMPERS", "RB-SECRET", "RB-STAR"]);
    expect(found).toContain("RB-NETPOL every account of shop → policies:shop (1 assumed)");
    expect(found).toContain("RB-IMPERS every account of shop → accounts:shop (1 assumed)");
    expect(edgesOf(documents(pod("a"), bound), ["API"])).toContain(
      "API serviceaccount:shop/default → every account of shop (0 proved)",
    );
    expect(
      edgesOf(documents(pod("a"), bound.replace("name: edit", "name: unheard-of")), ["RB-NETPOL"]).filter((edge) =>
        edge.includes("account"),
      ),
    ).toEqual([]);
  });
});

describe("PC", () => {
  const all = (text: string, edge: string) => edgesOf(text, [edge]);

  test("whoever makes pods acts as their accounts and reads their Secrets", () => {
    expect(all(pod("a"), "PC-SA")).toEqual([
      "PC-SA pods:shop → accounts:shop (0 proved)",
      "PC-SA pods:shop → secrets:shop (0 proved)",
    ]);
  });

  test("PC-NODE needs a namespace that lets such a pod in", () => {
    const all = (text: string, edge: string) =>
      edgesOf(documents(namespace("kube-system", "x: y"), text), [edge]).filter((one) => !one.includes("kube-system"));
    expect(all(pod("a"), "PC-NODE")).toEqual(["PC-NODE pods:shop → node:* (1 proved)"]);
    const guarded = documents(namespace("shop", "pod-security.kubernetes.io/enforce: baseline"), pod("a"));
    expect(all(guarded, "PC-NODE")).toEqual(["PC-NODE pods:shop + labels:shop → node:* (1 proved)"]);
    const privileged = documents(namespace("shop", "pod-security.kubernetes.io/enforce: privileged"), pod("a"));
    expect(all(privileged, "PC-NODE")).toEqual(["PC-NODE pods:shop → node:* (1 proved)"]);
    const engine = documents(pod("a"), object("kyverno.io/v1", "ClusterPolicy", "p", "spec: {}", ""));
    expect(all(engine, "PC-NODE")).toEqual(["PC-NODE pods:shop → node:* (1 conditional)"]);
  });

  test("PC-NODE by a namespace every cluster has, where the input does not", () => {
    const restricted = documents(namespace("shop", "pod-security.kubernetes.io/enforce: restricted"), pod("a"));
    expect(all(restricted, "PC-NODE")).toContain("PC-NODE pods:* → node:* (1 assumed)");
    expect(all(documents(namespace("kube-system", "x: y"), restricted), "PC-NODE").join()).not.toContain("pods:* →");
  });

  test("PC-SPOOF sends what any pod of the namespace may send", () => {
    expect(all(pod("a"), "PC-SPOOF")).toEqual([
      "PC-SPOOF pods:shop → packets as any pod of shop (1 assumed)",
      "PC-SPOOF relabel:shop → packets as any pod of shop (1 assumed)",
    ]);
  });
});

describe("secrets", () => {
  const secret = (rest: string, meta = "namespace: shop") => object("v1", "Secret", "s", rest, meta);

  test("MOUNT: variables, all variables, volumes and secret stores", () => {
    const variable =
      "env: [{ name: P, valueFrom: { secretKeyRef: { name: one, key: k } } }], envFrom: [{ secretRef: { name: all } }]";
    const spec =
      "volumes: [{ name: v, secret: { secretName: file } }, { name: p, projected: { sources: [{ secret: { name: part } }] } }, { name: c, csi: { driver: secrets-store.csi.k8s.io, volumeAttributes: { secretProviderClass: vault } } }, { name: unused, secret: { secretName: none } }]";
    const mounts = "volumeMounts: [{ name: v, mountPath: /v }, { name: p, mountPath: /p }]";
    expect(edgesOf(pod("a", { container: `${variable}, ${mounts}`, spec }), ["MOUNT"])).toEqual([
      "MOUNT a → secret:shop/all (0 proved)",
      "MOUNT a → secret:shop/class/vault (0 proved)",
      "MOUNT a → secret:shop/file (0 proved)",
      "MOUNT a → secret:shop/one (0 proved)",
      "MOUNT a → secret:shop/part (0 proved)",
    ]);
    expect(edgesOf(pod("a", { container: "env: [{ name: P, value: x }]" }), ["MOUNT"])).toEqual([]);
  });

  test("K-SA: a Secret that holds a token is the token", () => {
    const annotated = "namespace: shop, annotations: { kubernetes.io/service-account.name: deployer }";
    expect(edgesOf(secret("type: kubernetes.io/service-account-token", annotated), ["K-SA"])).toEqual([
      "K-SA secret:shop/s → token:serviceaccount:shop/deployer (0 proved)",
    ]);
    expect(edgesOf(secret("type: Opaque", annotated), ["K-SA"])).toEqual([]);
  });

  test("K-DB: a login of a store makes getting in cheap, once packets get there", () => {
    const given = "env: [{ name: P, valueFrom: { secretKeyRef: { name: s, key: k } } }]";
    const store = object(
      "v1",
      "Pod",
      "db",
      `spec: { containers: [{ name: c, image: "postgres:16", ports: [{ containerPort: 5432 }], ${given} }] }`,
    );
    expect(edgesOf(store, ["K-DB"])).toEqual([
      "K-DB declared door of db + secret:shop/s → db (1 assumed)",
      "K-DB undeclared door of db + secret:shop/s → db (1 assumed)",
    ]);
    expect(edgesOf(store.replace("postgres:16", "web:1").replace("5432", "80"), ["K-DB"])).toEqual([]);
  });
});

describe("nodes", () => {
  test("whoever controls a node has its pods, their tokens and their Secrets", () => {
    const given = {
      container: "env: [{ name: P, valueFrom: { secretKeyRef: { name: s, key: k } } }]",
      spec: "nodeName: n1",
    };
    const found = edgesOf(documents(pod("a", given), pod("b", { spec: "nodeName: n2" })), [
      "NODE-PODS",
      "NODE-SA",
      "NODE-ID",
    ]);
    expect(found).toContain("NODE-PODS node:n1 → pods on node:n1 (0 proved)");
    expect(found).toContain("NODE-PODS pods on node:n1 → a (0 proved)");
    expect(found).not.toContain("NODE-PODS pods on node:n1 → b (0 proved)");
    expect(found).toContain("NODE-SA tokens on node:n1 → token:serviceaccount:shop/default (0 proved)");
    expect(found).toContain("NODE-ID secrets on node:n1 → secret:shop/s (0 proved)");
    expect(found).toContain("NODE-ID node:n1 → secrets on node:n1 (1 assumed)");
  });

  test("a pod of unknown place may be on any node, one of a DaemonSet is on all", () => {
    const daemon = object(
      "apps/v1",
      "DaemonSet",
      "d",
      "spec: { selector: { matchLabels: { app: d } }, template: { metadata: { labels: { app: d } }, spec: { containers: [{ name: c }] } } }",
    );
    const found = edgesOf(documents(pod("a"), daemon), ["NODE-PODS"]);
    expect(found).toContain("NODE-PODS pods on node:* → a (0 assumed)");
    expect(found).toContain("NODE-PODS pods on node:* → d (0 proved)");
  });

  test("a pod of unknown place may be on the nodes that let it, and one of a DaemonSet is on them", () => {
    const node = (name: string, spec: string, labels = "x: y") =>
      object("v1", "Node", name, `spec: { ${spec} }`, `labels: { ${labels} }`);
    const taint = "taints: [{ key: dedicated, effect: NoSchedule }]";
    const daemon = (more: string) =>
      object(
        "apps/v1",
        "DaemonSet",
        "d",
        `spec: { selector: { matchLabels: { app: d } }, template: { metadata: { labels: { app: d } }, spec: { containers: [{ name: c }]${more} } } }`,
      );
    const found = (...texts: readonly string[]) =>
      edgesOf(documents(...texts), ["NODE-PODS"]).filter((edge) => edge.includes("pods on node:n"));
    const [plain, tainted] = [node("n1", ""), node("n2", taint)];
    expect(found(plain, pod("a"), daemon(""))).toEqual([
      "NODE-PODS node:n1 → pods on node:n1 (0 proved)",
      "NODE-PODS pods on node:n1 → d (0 proved)",
      "NODE-PODS pods on node:n1 → pods on node:* (0 assumed)",
    ]);
    expect(found(tainted, pod("a"), daemon(""))).toEqual(["NODE-PODS node:n2 → pods on node:n2 (0 proved)"]);
    const tolerating = ", tolerations: [{ operator: Exists }]";
    expect(found(tainted, pod("a"), daemon(tolerating))).toContain("NODE-PODS pods on node:n2 → d (0 proved)");
    expect(found(tainted, pod("a"), daemon(tolerating)).join()).not.toContain("→ a");
    const picky = pod("a", { spec: "nodeSelector: { disk: ssd }" });
    expect(found(plain, picky)).toEqual(["NODE-PODS node:n1 → pods on node:n1 (0 proved)"]);
    expect(found(node("n3", "", "disk: ssd"), picky)).toContain(
      "NODE-PODS pods on node:n3 → pods on node:* (0 assumed)",
    );
  });

  test("KUBELET: of other nodes as far as policies let a pod reach their addresses", () => {
    const node = object("v1", "Node", "n2", "status: { addresses: [{ type: InternalIP, address: 10.0.0.2 }] }", "");
    const found = (...texts: readonly string[]) =>
      edgesOf(documents(pod("a", { spec: "nodeName: n1" }), node, ...texts), ["KUBELET"]);
    const out = (to: string) =>
      object(
        "networking.k8s.io/v1",
        "NetworkPolicy",
        "p",
        `spec: { podSelector: {}, policyTypes: [Egress], egress: [${to}] }`,
      );
    const own = "KUBELET a → pods on node:n1 (3 conditional)";
    expect(found()).toEqual([own, "KUBELET a → pods on node:n2 (3 conditional)"]);
    expect(found(out(""))).toEqual([own]);
    expect(found(out("{ to: [{ ipBlock: { cidr: 10.0.0.0/24 } }], ports: [{ port: 10250 }] }"))).toHaveLength(2);
    expect(found(out("{ to: [{ ipBlock: { cidr: 10.0.0.0/24 } }], ports: [{ port: 443 }] }"))).toEqual([own]);
  });

  test("KUBELET: every pod reaches the kubelet beside it, which may ask for nothing", () => {
    expect(edgesOf(pod("a", { spec: "nodeName: n1" }), ["KUBELET"])).toEqual([
      "KUBELET a → pods on node:n1 (3 conditional)",
    ]);
    expect(edgesOf(pod("a"), ["KUBELET"], { certainty: "assumed" })).toEqual([]);
  });
});
