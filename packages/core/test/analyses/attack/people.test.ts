import { describe, expect, test } from "vitest";
import { der } from "./der.ts";
import { attackOn, documents, edgesOf, object } from "./edges.ts";

/** A kubeconfig with a client certificate for a user of some groups, and its key. */
function kubeconfig(name: string, groups: readonly string[], server = "https://10.0.0.1:6443"): string {
  const certificate = `-----BEGIN CERTIFICATE-----\n${der(name, groups).toString("base64")}\n-----END CERTIFICATE-----\n`;
  const data = (text: string) => Buffer.from(text).toString("base64");
  return [
    "apiVersion: v1",
    "kind: Config",
    `clusters: [{ name: c, cluster: { server: "${server}" } }]`,
    "users:",
    "- name: me",
    "  user:",
    `    client-certificate-data: ${data(certificate)}`,
    `    client-key-data: ${"QUJD".repeat(20)}`,
  ].join("\n");
}

const secret = (value: string, key = "config", meta = "namespace: shop") =>
  object("v1", "Secret", "s", `stringData: { ${JSON.stringify(key)}: ${JSON.stringify(value)} }`, meta);
const bound = (kind: "User" | "Group", name: string) =>
  object(
    "rbac.authorization.k8s.io/v1",
    "ClusterRoleBinding",
    "b",
    `roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: edit }\nsubjects: [{ kind: ${kind}, name: "${name}" }]`,
    "",
  );
const logins = (...texts: readonly string[]) => edgesOf(documents(...texts), ["K-SA"]);
const unfollowed = (...texts: readonly string[]) =>
  attackOn(documents(...texts)).unfollowed.map(({ because }) => because);

describe("a kubeconfig with a client certificate", () => {
  test("is the user, or one of the groups, to whom the input binds a role", () => {
    const config = secret(kubeconfig("jane", ["dev", "ops"]));
    expect(logins(config, bound("User", "jane"))).toEqual([
      "K-SA secret:shop/s#config + api-route → user:jane (0 assumed)",
    ]);
    expect(logins(config, bound("Group", "ops"))).toEqual([
      "K-SA secret:shop/s#config + api-route → group:ops (0 assumed)",
    ]);
    expect(edgesOf(documents(config, bound("Group", "ops")), ["RB-NETPOL"])).toContain(
      "RB-NETPOL group:ops → policies:* (1 assumed)",
    );
  });

  test("is nobody known where the input binds nothing to whom it names, and that is said", () => {
    expect(logins(secret(kubeconfig("jane", ["dev"])), bound("User", "john"))).toEqual([]);
    expect(unfollowed(secret(kubeconfig("jane", ["dev"])))).toEqual([
      "a kubeconfig with the key of user:jane, to whom the input binds no role",
    ]);
  });

  test("of the masters is the cluster: assumed where its server is this cluster's, else conditional", () => {
    const masters = (server: string) => logins(secret(kubeconfig("x", ["system:masters"], server)));
    expect(masters("https://kubernetes.default.svc")).toEqual([
      "K-SA secret:shop/s#config + api-route → cluster-admin (0 assumed)",
    ]);
    expect(masters("https://10.0.0.1:6443")).toEqual([
      "K-SA secret:shop/s#config + api-route → cluster-admin (0 conditional)",
    ]);
    const endpoints =
      "apiVersion: v1\nkind: Endpoints\nmetadata: { name: kubernetes, namespace: default }\nsubsets: [{ addresses: [{ ip: 10.0.0.1 }], ports: [{ name: https, port: 6443 }] }]\n";
    expect(logins(secret(kubeconfig("x", ["system:masters"])), endpoints)).toEqual([
      "K-SA secret:shop/s#config + api-route → cluster-admin (0 assumed)",
    ]);
  });
});

describe("private keys", () => {
  const KEY = (words: string) => `-----BEGIN ${words} KEY-----\n${"QUJD".repeat(16)}\n-----END ${words} KEY-----\n`;

  test("open nothing, and it is said which are left", () => {
    expect(logins(secret(KEY("RSA PRIVATE"), "tls.key"))).toEqual([]);
    expect(unfollowed(secret(KEY("RSA PRIVATE"), "tls.key"))).toEqual([
      "a private key: what takes it is not in the input",
    ]);
    expect(unfollowed(secret(KEY("OPENSSH PRIVATE"), "id_ed25519"))).toEqual([
      "a private key for SSH: what takes it is not in the input",
    ]);
  });

  test("of the control plane may sign for anybody, where they are kept and called as there", () => {
    expect(logins(secret(KEY("RSA PRIVATE"), "sa.key", "namespace: kube-system"))).toEqual([
      "K-SA secret:kube-system/s#sa.key + api-route → cluster-admin (0 conditional)",
    ]);
    expect(logins(secret(KEY("RSA PRIVATE"), "sa.key"))).toEqual([]);
  });
});

test("a login at an address outside the input is said to be left", () => {
  expect(unfollowed(secret("postgres://app:hunter2@db.example.com/x"))).toEqual([
    "a login at db.example.com, which no Service of the input is",
  ]);
});
