import { describe, expect, test } from "vitest";
import type { AttackOptions } from "../../../src/analyses/attack/attack-graph.ts";
import { findFact, findPaths } from "../../../src/analyses/paths.ts";
import { attackOn, documents, edgesOf, granted, namespace, object, pod } from "./edges.ts";

const policy = (name: string, spec: string, home = "shop") =>
  object("networking.k8s.io/v1", "NetworkPolicy", name, `spec: ${spec}`, `namespace: ${home}`);
const closed = (direction: string, home = "shop") =>
  policy(`closed-${direction.toLowerCase()}`, `{ podSelector: {}, policyTypes: [${direction}] }`, home);
const inVault = (text: string) => text.replace("namespace: shop", "namespace: vault");
/** Who has the account, with a token that another pod uses, since nobody here reaches the API server. */
const homes = documents(namespace("shop", "team: shop"), namespace("vault", "team: vault"));
const source = pod("a");
const target = (home: "shop" | "vault") => {
  const text = pod("b", { container: "ports: [{ containerPort: 80 }]", spec: "automountServiceAccountToken: false" });
  return home === "shop" ? text : inVault(text);
};
const editing = (group: string, resource: string, verb = "update") =>
  `{ apiGroups: ["${group}"], resources: [${resource}], verbs: [${verb}] }`;
const EDITS = editing("networking.k8s.io", "networkpolicies");
const ADMIN = editing("policy.networking.k8s.io", "clusternetworkpolicies");

/** How the pod `a`, already acting as its account, comes to the pod `b`. */
function way(
  to: "shop" | "vault",
  texts: readonly string[],
  options: Partial<AttackOptions> = {},
  goalId = `${to}/Pod/b`,
) {
  const server =
    "apiVersion: v1\nkind: Pod\nmetadata: { name: kube-apiserver, namespace: kube-system }\nspec: { containers: [{ name: c, ports: [{ containerPort: 6443 }] }] }\n";
  const toServer = policy(
    "api",
    "{ podSelector: {}, policyTypes: [Egress], egress: [{ to: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: kube-system } } }], ports: [{ port: 6443 }] }] }",
  );
  const attack = attackOn(
    documents(homes, namespace("kube-system", "x: y"), source, target(to), server, toServer, ...texts),
    options,
  );
  const [from, goal] = [findFact(attack, "shop/Pod/a", "start"), findFact(attack, goalId, "target")];
  return from && goal ? findPaths(attack, from, goal, 1)[0] : undefined;
}

const steps = (path: ReturnType<typeof way>) => path?.steps.map(({ edge }) => edge);

describe("who changes the policies of a namespace", () => {
  test("sends what its pods may not, wherever others take it", () => {
    const path = way("vault", [granted(EDITS)]);
    expect(steps(path)).toEqual(["TOKEN", "API", "RB-NETPOL", "POLCTL"]);
    expect(path?.steps[3]).toMatchObject({
      from: "shop/Pod/a",
      to: "vault/Pod/b",
      also: ["policies:shop"],
      port: "TCP/80",
    });
    expect(path?.steps[3]?.because.join()).toContain("policies of shop on what goes out can be changed");
    expect(path?.steps[3]?.because.join()).toContain("no policy isolates vault/Pod/b");
    expect(path?.steps[3]?.because.join()).not.toContain("all-egress");
  });

  test("comes to a replica of a StatefulSet that they mention by its index", () => {
    const set = object(
      "apps/v1",
      "StatefulSet",
      "db",
      "spec: { replicas: 2, selector: { matchLabels: { app: db } }, template: { metadata: { labels: { app: db } }, spec: { automountServiceAccountToken: false, containers: [{ name: c, ports: [{ containerPort: 80 }] }] } } }",
    );
    const shut = policy(
      "shut",
      "{ podSelector: { matchLabels: { apps.kubernetes.io/pod-index: '0' } }, policyTypes: [Ingress] }",
    );
    for (const part of ["db#0", "db#1"]) {
      const goal = `shop/StatefulSet/${part}`;
      const path = way("shop", [set, shut, closed("Ingress"), granted(EDITS)], {}, goal);
      expect(steps(path)?.at(-1), part).toBe("POLCTL");
      expect(way("shop", [set, shut, closed("Ingress")], {}, goal)).toBeUndefined();
    }
  });

  test("does not undo those of another, unless they are his too", () => {
    expect(way("vault", [granted(EDITS), closed("Ingress", "vault")])).toBeUndefined();
    const everywhere = way("vault", [granted(EDITS, "ClusterRole"), closed("Ingress", "vault")]);
    expect(steps(everywhere)).toEqual(["TOKEN", "API", "RB-NETPOL", "RB-NETPOL", "RB-NETPOL", "POLCTL"]);
    expect(everywhere?.steps[5]?.also).toEqual(expect.arrayContaining(["policies:shop", "shop/Pod/a"]));
    expect(everywhere?.steps[5]?.because.join()).toContain("policies of vault on what comes in can be changed");
  });

  test("lets others in to its pods, as far as these may send", () => {
    expect(steps(way("shop", [granted(EDITS), closed("Ingress")]))).toEqual(["TOKEN", "API", "RB-NETPOL", "POLCTL"]);
    expect(way("shop", [closed("Ingress")])).toBeUndefined();
    expect(
      way("shop", [granted(editing("networking.k8s.io", "networkpolicies", "get")), closed("Ingress")]),
    ).toBeUndefined();
  });

  test("does not undo policies of the admin tier", () => {
    const denied = object(
      "policy.networking.k8s.io/v1alpha1",
      "AdminNetworkPolicy",
      "deny",
      "spec: { priority: 1, subject: { namespaces: { matchLabels: { team: vault } } }, ingress: [{ action: Deny, from: [{ namespaces: {} }] }] }",
      "",
    );
    expect(way("vault", [granted(EDITS, "ClusterRole"), denied])).toBeUndefined();
    expect(steps(way("vault", [granted(ADMIN, "ClusterRole"), denied]))).toEqual([
      "TOKEN",
      "API",
      "RB-NETPOL",
      "POLCTL",
    ]);
  });

  test("sends out of the cluster what policies kept in", () => {
    const exfil = (...texts: readonly string[]) =>
      edgesOf(documents(source, closed("Egress"), ...texts), ["EXFIL"]).filter((edge) => edge.includes("packets"));
    expect(exfil(granted(EDITS))).toEqual(["EXFIL packets of a, but for own policies → exfiltration (0 proved)"]);
    expect(exfil()).toEqual([]);
  });
});

describe("who changes policies of the cluster", () => {
  const both = [closed("Ingress", "vault"), closed("Ingress")];

  test.each([
    ["policy.networking.k8s.io", "clusternetworkpolicies"],
    ["policy.networking.k8s.io", "adminnetworkpolicies"],
    ["cilium.io", "ciliumclusterwidenetworkpolicies"],
    ["crd.projectcalico.org", "globalnetworkpolicies"],
    ["projectcalico.org", "globalnetworkpolicies"],
  ])("%s %s has packets go anywhere, as far as the plugin enforces them", (group, resource) => {
    const path = way("vault", [granted(editing(group, resource), "ClusterRole"), ...both]);
    expect(steps(path)).toEqual(["TOKEN", "API", "RB-NETPOL", "POLCTL"]);
    expect(path?.certainty).toBe("assumed");
    expect(path?.assumptions.join()).toContain("the network plugin enforces");
    expect(
      way("vault", [granted(editing(group, resource), "ClusterRole"), ...both], { certainty: "proved" }),
    ).toBeUndefined();
    expect(way("vault", [granted(editing(group, resource)), ...both])).toBeUndefined();
  });

  test("of the baseline tier undoes those alone", () => {
    const denied = object(
      "policy.networking.k8s.io/v1alpha1",
      "BaselineAdminNetworkPolicy",
      "default",
      "spec: { subject: { namespaces: { matchLabels: { team: vault } } }, ingress: [{ action: Deny, from: [{ namespaces: {} }] }] }",
      "",
    );
    const baseline = granted(editing("policy.networking.k8s.io", "baselineadminnetworkpolicies"), "ClusterRole");
    const out = policy("out", "{ podSelector: {}, policyTypes: [Egress], egress: [{}] }");
    expect(way("vault", [denied, out])).toBeUndefined();
    expect(steps(way("vault", [baseline, denied, out]))).toEqual(["TOKEN", "API", "RB-NETPOL", "POLCTL"]);
    expect(way("vault", [baseline, closed("Ingress", "vault"), out])).toBeUndefined();
  });
});
