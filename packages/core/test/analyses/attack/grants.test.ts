import { describe, expect, test } from "vitest";
import { documents, edgesOf, granted, namespace, object, pod } from "./edges.ts";

const RBAC = "rbac.authorization.k8s.io";
const rule = (group: string, resources: string, verbs: string, rest = "") =>
  `{ apiGroups: ["${group}"], resources: [${resources}], verbs: [${verbs}]${rest} }`;
const named = (...names: readonly string[]) => `, resourceNames: [${names.join()}]`;
const ACCOUNT = "serviceaccount:shop/default →";

/** The steps of the account a role is granted to, without its name. */
function steps(rules: string, scope: "Role" | "ClusterRole", ...texts: readonly string[]): readonly string[] {
  return edgesOf(documents(granted(rules, scope), ...texts), EDGES)
    .filter((edge) => edge.includes(ACCOUNT))
    .map((edge) => edge.replace(` ${ACCOUNT}`, ""));
}
const EDGES = [
  "RB-PATCH",
  "RB-EXEC",
  "RB-FWD",
  "RB-BIND",
  "RB-NODEPROXY",
  "RB-IMPERS",
  "RB-SVC",
  "RB-HOOK",
  "RB-NETPOL",
];

const workload = (kind: string, name: string) =>
  object(
    kind === "CronJob" ? "batch/v1" : "apps/v1",
    kind,
    name,
    `spec: { replicas: 2, selector: { matchLabels: { app: ${name} } }, template: { metadata: { labels: { app: ${name} } }, spec: { containers: [{ name: c, image: "${name}:1" }] } } }`,
  );

describe("RB-PATCH", () => {
  const both = documents(workload("Deployment", "web"), workload("StatefulSet", "db"));

  test("of a kind of workloads runs other code in them, and in any pod their template can be", () => {
    expect(steps(rule("apps", "deployments", "patch"), "Role", both)).toEqual([
      "RB-PATCH deployments of shop (1 proved)",
      "RB-PATCH pods:shop (1 proved)",
    ]);
    const led = edgesOf(documents(granted(rule("apps", "deployments", "patch")), both), ["RB-PATCH"]);
    expect(led).toContain("RB-PATCH deployments of shop → web (0 proved)");
    expect(led).not.toContain("RB-PATCH deployments of shop → db (0 proved)");
  });

  test("by name is of that workload alone, of its kind", () => {
    expect(steps(rule("apps", "deployments", "patch", named("web")), "Role", both)).toEqual([
      "RB-PATCH pods:shop (1 proved)",
      "RB-PATCH web (1 proved)",
    ]);
    expect(steps(rule("apps", "deployments", "patch", named("db")), "Role", both)).toEqual([]);
  });

  test("of pods changes their image and their labels, and no more of their spec", () => {
    expect(steps(rule("", "pods", "patch"), "Role", pod("a"))).toEqual([
      "RB-PATCH exec:shop (1 proved)",
      "RB-PATCH relabel:shop (1 proved)",
    ]);
    expect(steps(rule("", "pods", "update", named("a")), "Role", pod("a"), pod("b"))).toEqual([
      "RB-PATCH a (1 proved)",
      "RB-PATCH relabel:shop (1 proved)",
    ]);
  });

  test("of a Job is none, since its template is fixed, nor where there is nothing of the kind", () => {
    const job = object("batch/v1", "Job", "j", "spec: { template: { spec: { containers: [{ name: c }] } } }");
    expect(steps(rule("batch", "jobs", "patch"), "Role", job)).toEqual([]);
    expect(steps(rule("apps", "daemonsets", "patch"), "Role", both)).toEqual([]);
  });
});

describe("names of rules", () => {
  test.each([
    ["RB-EXEC a pod", rule("", "pods/exec", "create", named("a")), ["RB-EXEC a (1 proved)"]],
    ["RB-EXEC a replica", rule("", "pods/exec", "create", named("db-1")), ["RB-EXEC db (1 proved)"]],
    ["RB-EXEC no replica", rule("", "pods/exec", "create", named("db-2")), []],
    ["RB-FWD a pod", rule("", "pods/portforward", "create", named("a")), ["RB-FWD undeclared door of a (1 proved)"]],
    [
      "RB-NETPOL a policy",
      rule("networking.k8s.io", "networkpolicies", "patch", named("p")),
      ["RB-NETPOL policies:shop (1 proved)"],
    ],
    ["RB-NETPOL to be created", rule("networking.k8s.io", "networkpolicies", "create", named("p")), []],
  ])("are kept: %s", (_, rules, expected) => {
    expect(steps(rules, "Role", pod("a"), workload("StatefulSet", "db"))).toEqual(expected);
  });

  test.each([
    ["RB-NODEPROXY a node", rule("", "nodes/proxy", "get", named("n1")), ["RB-NODEPROXY pods on node:n1 (1 proved)"]],
    ["RB-IMPERS a user", rule("", "users", "impersonate", named("jane")), ["RB-IMPERS user:jane (1 proved)"]],
    [
      "RB-IMPERS a group, as somebody",
      `${rule("", "users", "impersonate", named("jane"))}, ${rule("", "groups", "impersonate", named("dev"))}`,
      ["RB-IMPERS group:dev (1 proved)", "RB-IMPERS user:jane (1 proved)"],
    ],
    ["RB-IMPERS a group, as nobody", rule("", "groups", "impersonate", named("dev")), []],
    [
      "RB-HOOK a webhook",
      rule("admissionregistration.k8s.io", "mutatingwebhookconfigurations", "update", named("w")),
      ["RB-HOOK pods:* (2 conditional)"],
    ],
  ])("outside namespaces are kept: %s", (_, rules, expected) => {
    expect(steps(rules, "ClusterRole", pod("a", { spec: "nodeName: n1" }))).toEqual(expected);
  });

  test("people that may be impersonated have what is bound to them, and masters everything", () => {
    const binding = object(
      `${RBAC}/v1`,
      "RoleBinding",
      "jane",
      `roleRef: { apiGroup: ${RBAC}, kind: ClusterRole, name: edit }\nsubjects: [{ kind: User, name: jane }]`,
    );
    const impersonating = granted(rule("", "users", "impersonate", named("jane")), "ClusterRole");
    expect(edgesOf(documents(pod("a"), impersonating, binding), ["RB-NETPOL"])).toContain(
      "RB-NETPOL user:jane → policies:shop (1 assumed)",
    );
    expect(edgesOf(documents(pod("a"), binding), ["RB-NETPOL"]).join()).not.toContain("jane");
    const masters = granted(rule("", "users, groups", "impersonate", named("system:masters")), "ClusterRole");
    expect(edgesOf(masters, ["RB-STAR"])).toContain("RB-STAR group:system:masters → cluster-admin (0 proved)");
  });
});

test("a WebSocket for reading runs commands on API servers that take it", () => {
  expect(steps(rule("", "pods/exec", "get"), "Role", pod("a"))).toEqual(["RB-EXEC exec:shop (1 conditional)"]);
  expect(steps(rule("", "pods/portforward", "get"), "Role", pod("a"))).toEqual(["RB-FWD forward:shop (1 conditional)"]);
});

test("RB-HOOK: a validating webhook sees Secrets, and changes nothing", () => {
  const hook = rule("admissionregistration.k8s.io", "validatingwebhookconfigurations", "update");
  expect(steps(hook, "ClusterRole")).toEqual(["RB-HOOK secrets:* (2 conditional)"]);
});

describe("RB-BIND", () => {
  const binding = (resource: string) => rule(RBAC, resource, "create");
  const bind = (...names: readonly string[]) =>
    rule(RBAC, "clusterroles", "bind", names.length === 0 ? "" : named(...names));

  test("of one role gives what it allows, where it is bound", () => {
    const reader = object(`${RBAC}/v1`, "ClusterRole", "reader", `rules: [${rule("", "secrets", "get")}]`, "");
    const text = documents(pod("a"), granted(`${binding("rolebindings")}, ${bind("reader")}`), reader);
    expect(edgesOf(text, ["RB-BIND", "RB-SECRET"])).toEqual(
      expect.arrayContaining([
        "RB-BIND serviceaccount:shop/default → whoever binds ClusterRole reader in shop (1 proved)",
        "RB-SECRET whoever binds ClusterRole reader in shop → secrets:shop (1 proved)",
      ]),
    );
    expect(steps(`${binding("rolebindings")}, ${bind("unheard-of")}`, "Role")).toEqual([]);
  });

  test("by RoleBindings everywhere gives every namespace, by ClusterRoleBindings the cluster", () => {
    const homes = documents(namespace("edge", ""), pod("a"));
    expect(steps(`${binding("rolebindings")}, ${bind()}`, "ClusterRole", homes)).toEqual([
      "RB-BIND everything:edge (1 proved)",
      "RB-BIND everything:shop (1 proved)",
    ]);
    expect(steps(`${binding("clusterrolebindings")}, ${bind()}`, "ClusterRole", homes)).toEqual([
      "RB-BIND cluster-admin (1 proved)",
    ]);
  });

  test("of Roles gives those of the namespace and no ClusterRole", () => {
    const bindRoles = rule(RBAC, "roles", "bind");
    expect(steps(`${binding("rolebindings")}, ${bindRoles}`, "Role")).toEqual([
      "RB-BIND whoever binds Role shop/r in shop (1 proved)",
    ]);
  });

  test("escalate gives everything to whoever may change a role of its own", () => {
    const escalate = (resource: string, verbs: string, rest = "") => rule(RBAC, resource, verbs, rest);
    expect(steps(escalate("roles", "escalate, patch"), "Role")).toEqual(["RB-BIND everything:shop (1 proved)"]);
    expect(steps(escalate("roles", "escalate, patch", named("r")), "Role")).toEqual([
      "RB-BIND everything:shop (1 proved)",
    ]);
    expect(steps(escalate("clusterroles", "escalate, update"), "ClusterRole")).toEqual([
      "RB-BIND cluster-admin (1 proved)",
    ]);
    for (const none of [
      escalate("roles", "escalate"),
      escalate("roles", "patch"),
      escalate("roles", "escalate, patch", named("another")),
      escalate("clusterroles", "escalate, patch"),
      `${escalate("clusterroles", "escalate")}, ${binding("rolebindings")}`,
    ])
      expect(steps(none, "Role")).toEqual([]);
  });
});

describe("RB-SVC", () => {
  const db = documents(
    pod("db", { container: "ports: [{ containerPort: 5432 }]" }),
    object("v1", "Service", "db", "spec: { selector: { app: db }, ports: [{ port: 5432 }] }"),
  );
  const client = pod("a", { container: 'env: [{ name: DB_HOST, value: "db" }]' });
  const found = (rules: string, ...texts: readonly string[]) =>
    edgesOf(documents(granted(rules), db, client, ...texts), ["RB-SVC"]);

  test("leads clients of the Service astray, by name those of that one", () => {
    const all = found(rule("", "services", "patch"));
    expect(all).toContain("RB-SVC serviceaccount:shop/default → services:shop (2 proved)");
    expect(all).toContain("RB-SVC services:shop → service:shop/db (0 proved)");
    expect(all).toContain("RB-SVC service:shop/db → data of a (0 assumed)");
    for (const rules of [
      rule("", "endpoints", "patch", named("db")),
      rule("discovery.k8s.io", "endpointslices", "update", named("db-x1z2k")),
    ])
      expect(found(rules)).toContain("RB-SVC serviceaccount:shop/default → service:shop/db (2 proved)");
    expect(found(rule("", "services", "patch", named("db")))).toContain(
      "RB-SVC serviceaccount:shop/default → service:shop/db (2 proved)",
    );
    expect(found(rule("", "services", "patch", named("other"))).join()).not.toContain("account");
    expect(found(rule("", "services", "get")).join()).not.toContain("account");
  });

  test("hears the logins that clients have there", () => {
    const login = object("v1", "Secret", "login", `stringData: { dsn: "postgres://app:hunter2@db/x" }`);
    const user = pod("b", {
      container:
        'env: [{ name: DSN, valueFrom: { secretKeyRef: { name: login, key: dsn } } }, { name: DB_HOST, value: "db" }]',
    });
    expect(found(rule("", "endpoints", "update"), login, user)).toContain(
      "RB-SVC service:shop/db → secret:shop/login#dsn (0 assumed)",
    );
  });

  test("sends as the proxy that leads in to the Service", () => {
    const proxy = documents(
      namespace("edge", ""),
      object(
        "apps/v1",
        "Deployment",
        "ingress-nginx-controller",
        `spec: { selector: { matchLabels: { app.kubernetes.io/name: ingress-nginx } }, template: { metadata: { labels: { app.kubernetes.io/name: ingress-nginx, app.kubernetes.io/component: controller } }, spec: { containers: [{ name: c, image: "registry.k8s.io/ingress-nginx/controller:v1.9.0", args: ["--controller-class=k8s.io/ingress-nginx"], ports: [{ containerPort: 80 }] }] } } }`,
        "namespace: edge",
      ),
      object("networking.k8s.io/v1", "IngressClass", "nginx", "spec: { controller: k8s.io/ingress-nginx }", ""),
      object(
        "networking.k8s.io/v1",
        "Ingress",
        "db",
        "spec: { ingressClassName: nginx, defaultBackend: { service: { name: db, port: { number: 5432 } } } }",
      ),
    );
    expect(found(rule("", "endpoints", "update"), proxy)).toContain(
      "RB-SVC service:shop/db + declared door of ingress-nginx-controller → requests through ingress-nginx-controller, wherever they are led (0 assumed)",
    );
  });
});
