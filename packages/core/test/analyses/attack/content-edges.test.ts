import { describe, expect, test } from "vitest";
import { attackOn, documents, edgesOf, granted, object, pod } from "./edges.ts";

const base64 = (text: string) => Buffer.from(text).toString("base64");
const url = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
const TOKEN = `${url({ alg: "RS256" })}.${url({ sub: "system:serviceaccount:shop:deployer" })}.c2lnbmF0dXJlc2lnbmF0dXJl`;
const map = (key: string, value: string, more = "") =>
  object("v1", "ConfigMap", "tools", `data: { ${JSON.stringify(key)}: ${JSON.stringify(value)}${more} }`);
const secret = (key: string, value: string) =>
  object("v1", "Secret", "s", `data: { ${JSON.stringify(key)}: ${base64(value)} }`);
const kubeconfig = (user: string, login: string) =>
  `apiVersion: v1\nkind: Config\nclusters: [{ name: c, cluster: { server: "https://10.0.0.1" } }]\nusers:\n- name: ${user}\n  user:\n    ${login}\n`;
const ADMIN = kubeconfig("kubernetes-admin", `client-key-data: ${"QUJD".repeat(20)}`);
const mounting = (name: string, rest = "", path = "mountPath: /t") =>
  pod(name, {
    spec: `volumes: [{ name: v, configMap: { name: tools${rest} } }]`,
    container: `volumeMounts: [{ name: v, ${path} }]`,
  });

describe("a ConfigMap that holds a login", () => {
  test.each([
    ["a token", TOKEN],
    ["a kubeconfig with a token", kubeconfig("ci", `token: ${TOKEN}`)],
    ["a kubeconfig with an administrator's key", ADMIN],
    ["a private key", `-----BEGIN RSA PRIVATE KEY-----\n${"QUJD".repeat(16)}\n`],
    ["an address with a password", "postgres://app:hunter2@db/x"],
  ])("such as %s is known to pods that are given it", (_, value) => {
    const text = documents(mounting("a"), pod("b"), map("k", value));
    expect(edgesOf(text, ["MOUNT"])).toEqual(["MOUNT a → configmap:shop/tools#k (0 proved)"]);
    expect(attackOn(text).jewels).toContainEqual(expect.objectContaining({ reason: "secret", provenance: "inferred" }));
  });

  test.each([
    ["an address without a password", "postgres://app@db/x"],
    ["an address with a password to be filled in", "postgres://app:$(PASSWORD)@db/x"],
    ["a page with a login", "https://app:hunter2@example.com"],
    ["a kubeconfig with a file for a token", kubeconfig("ci", "tokenFile: /var/run/secrets/token")],
    ["a kubeconfig with a token to be filled in", kubeconfig("ci", "token: __SERVICEACCOUNT_TOKEN__")],
    ["the text of a policy", "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n"],
    ["a certificate", `-----BEGIN CERTIFICATE-----\n${"QUJD".repeat(16)}\n`],
    ["a token of somebody who is no ServiceAccount", TOKEN.replace(/\.[^.]+\./, `.${url({ sub: "jane" })}.`)],
  ])("is not one with %s", (_, value) => {
    const text = documents(mounting("a"), map("k", value));
    expect(edgesOf(text, ["MOUNT", "K-SA", "K-DB"])).toEqual([]);
  });

  test("is not known to pods that are given its other keys alone", () => {
    const tools = map("k", TOKEN, ", other: x");
    const known = (text: string) => edgesOf(documents(text, tools), ["MOUNT"]).length;
    expect(known(mounting("a", ", items: [{ key: other, path: o }]"))).toBe(0);
    expect(known(mounting("a", ", items: [{ key: k, path: o }]"))).toBe(1);
    expect(known(mounting("a", "", "mountPath: /t, subPath: other"))).toBe(0);
    expect(known(mounting("a", "", "mountPath: /t, subPath: k"))).toBe(1);
    const variable = (key: string) =>
      pod("a", { container: `env: [{ name: X, valueFrom: { configMapKeyRef: { name: tools, key: ${key} } } }]` });
    expect(known(variable("other"))).toBe(0);
    expect(known(variable("k"))).toBe(1);
    expect(known(pod("a", { container: "envFrom: [{ configMapRef: { name: tools } }]" }))).toBe(1);
  });

  test("RB-CONFIG: is known to who may read ConfigMaps", () => {
    const reading = (rest: string) => granted(`{ apiGroups: [""], resources: [configmaps], verbs: [get]${rest} }`);
    const found = (rest: string, ...texts: readonly string[]) =>
      edgesOf(documents(pod("a"), reading(rest), ...texts), ["RB-CONFIG"]).filter((one) => one.includes("account"));
    expect(found("", map("k", TOKEN))).toEqual(["RB-CONFIG serviceaccount:shop/default → configs:shop (1 proved)"]);
    expect(found(", resourceNames: [tools]", map("k", TOKEN))).toEqual([
      "RB-CONFIG serviceaccount:shop/default → configmap:shop/tools#k (1 proved)",
    ]);
    expect(found(", resourceNames: [others]", map("k", TOKEN))).toEqual([]);
    expect(found("", map("k", "nothing"))).toEqual([]);
  });

  test("is known to who makes pods in its namespace, and to its node", () => {
    const text = documents(mounting("a"), map("k", TOKEN));
    expect(edgesOf(text, ["PC-SA"])).toContain("PC-SA pods:shop → configs:shop (0 proved)");
    expect(edgesOf(text, ["NODE-ID"])).toContain("NODE-ID secrets on node:* → configmap:shop/tools#k (0 assumed)");
    expect(edgesOf(pod("a"), ["PC-SA"])).not.toContain("PC-SA pods:shop → configs:shop (0 proved)");
  });
});

describe("K-SA", () => {
  test("a token is its account's, if it is still good", () => {
    expect(edgesOf(map("k", kubeconfig("ci", `token: ${TOKEN}`)), ["K-SA"])).toEqual([
      "K-SA configmap:shop/tools#k → token:serviceaccount:shop/deployer (0 assumed)",
    ]);
    expect(edgesOf(secret("k", TOKEN), ["K-SA"])).toEqual([
      "K-SA secret:shop/s#k → token:serviceaccount:shop/deployer (0 assumed)",
    ]);
  });

  test("an administrator's key gives the cluster, if it is this one's; that of another user gives nothing known", () => {
    expect(edgesOf(map("k", ADMIN), ["K-SA"])).toEqual([
      "K-SA configmap:shop/tools#k + api-route → cluster-admin (0 conditional)",
    ]);
    expect(edgesOf(map("k", ADMIN.replace("kubernetes-admin", "jane")), ["K-SA"])).toEqual([]);
  });
});

describe("K-DB", () => {
  const db = documents(
    pod("db", { container: "ports: [{ containerPort: 5433 }, { containerPort: 80 }]" }),
    object("v1", "Service", "db", "spec: { selector: { app: db }, ports: [{ port: 5432, targetPort: 5433 }] }"),
  );

  test.each(["postgres://app:hunter2@db/x", "jdbc:postgresql://app:hunter2@db.shop.svc.cluster.local:5432/x"])(
    "%s lets in to what its Service leads to",
    (address) => {
      for (const [holder, name] of [
        [map("k", address), "configmap:shop/tools#k"],
        [secret("k", address), "secret:shop/s#k"],
      ] as const)
        expect(edgesOf(documents(db, holder), ["K-DB"])).toEqual([
          `K-DB declared door of db + ${name} → db (1 assumed)`,
        ]);
    },
  );

  test.each([
    "postgres://app:hunter2@db.example.com/x",
    "postgres://app:hunter2@db.other/x",
    "postgres://app:hunter2@db:9999/x",
  ])("%s lets in to nothing known", (address) => {
    expect(edgesOf(documents(db, map("k", address)), ["K-DB"])).toEqual([]);
  });
});

test("K-DB: a Service whose endpoints somebody wrote down leads to the pods with those addresses, of other namespaces too", () => {
  const backend = `apiVersion: v1
kind: Pod
metadata: { name: store, namespace: data, labels: { app: store } }
spec: { nodeName: n1, containers: [{ name: c, image: "store:1", ports: [{ containerPort: 5432 }] }] }
status: { podIP: 10.1.2.3, podIPs: [{ ip: 10.1.2.3 }] }
`;
  const service = object("v1", "Service", "db", "spec: { ports: [{ name: sql, port: 5432 }] }");
  const slice = (address: string) =>
    object(
      "discovery.k8s.io/v1",
      "EndpointSlice",
      "db-1",
      `addressType: IPv4\nports: [{ name: sql, port: 5432 }]\nendpoints: [{ addresses: ["${address}"] }]`,
      "namespace: shop, labels: { kubernetes.io/service-name: db }",
    );
  const login = secret("k", "postgres://app:hunter2@db/x");
  expect(edgesOf(documents(backend, service, slice("10.1.2.3"), login), ["K-DB"])).toEqual([
    "K-DB declared door of store + secret:shop/s#k → store (1 assumed)",
  ]);
  expect(edgesOf(documents(backend, service, slice("10.1.2.4"), login), ["K-DB"])).toEqual([]);
});

describe("K-DB by a client of a store", () => {
  const store = (name: string) =>
    documents(
      pod(name, { container: "ports: [{ containerPort: 5432 }]" }),
      object("v1", "Service", name, `spec: { selector: { app: ${name} }, ports: [{ port: 5432 }] }`),
    );
  const client = (variable: string, secretKey: string, hosts: string) =>
    pod("web", {
      container: `env: [{ name: ${variable}, valueFrom: { secretKeyRef: { name: s, key: ${secretKey} } } }${hosts}]`,
    });
  const host = (name: string) => `, { name: ${name.toUpperCase()}_HOST, value: ${name} }`;
  const logins = (...texts: readonly string[]) => edgesOf(documents(...texts), ["K-DB"]);

  test("lets in to the one store it is configured to call", () => {
    expect(logins(store("db"), client("DB_PASSWORD", "k", host("db")))).toEqual([
      "K-DB declared door of db + secret:shop/s → db (1 assumed)",
      "K-DB undeclared door of db + secret:shop/s → db (1 assumed)",
    ]);
    expect(logins(store("db"), client("SESSION_KEY", "k", host("db")))).toEqual([]);
    expect(logins(store("db"), client("DB_PASSWORD", "k", ""))).toEqual([]);
    const page = documents(
      pod("page", { container: "ports: [{ containerPort: 80 }]" }),
      object("v1", "Service", "page", "spec: { selector: { app: page }, ports: [{ port: 80 }] }"),
    );
    expect(logins(page, client("PASSWORD", "k", host("page")))).toEqual([]);
  });

  test("of several lets in to the one it is called after", () => {
    const both = documents(store("orders"), store("users"));
    const found = logins(both, client("USERS_PASSWORD", "k", host("orders") + host("users")));
    expect(found).toContain("K-DB declared door of users + secret:shop/s → users (1 assumed)");
    expect(found.join()).not.toContain("orders");
    expect(logins(both, client("PASSWORD", "k", host("orders") + host("users")))).toEqual([]);
  });
});

test("no value comes out of what is found", () => {
  const address = "postgres://app:hunter2@db/x";
  const { graph, jewels } = attackOn(documents(secret("k", address), map("k", `${address} ${TOKEN}`)));
  expect(JSON.stringify([graph.facts, graph.rules, jewels])).not.toMatch(/hunter2|eyJ/);
});
