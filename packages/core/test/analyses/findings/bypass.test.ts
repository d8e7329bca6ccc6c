import { describe, expect, test } from "vitest";
import { deployment, policy } from "../../report/listed.ts";
import { foundAlone } from "./found.ts";

const join = (...documents: readonly string[]) => documents.join("---\n");

describe("NPG502, on the network of the node", () => {
  const agent = deployment("shop", "agent").replace("spec: { containers", "spec: { hostNetwork: true, containers");
  const deny = policy("shop", "deny", "{ podSelector: {} }");
  const object = (apiVersion: string, kind: string, spec: string) =>
    `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: one }\nspec: ${spec}\n`;
  const hostEndpoint = object("projectcalico.org/v3", "HostEndpoint", "{ node: one }");
  const forNodes = object("cilium.io/v2", "CiliumClusterwideNetworkPolicy", "{ nodeSelector: {} }");

  test.each<[string, readonly string[], readonly string[]]>([
    ["selected by a policy", [agent, deny], ["high", "conditional"]],
    ["selected by none", [agent], ["low", "conditional"]],
    ["beside HostEndpoints of Calico", [agent, deny, hostEndpoint], ["medium", "assumed"]],
    ["beside policies of Cilium for nodes", [agent, deny, forNodes], ["medium", "assumed"]],
  ])("%s", (_, documents, expected) => {
    const [finding] = foundAlone(join(...documents), "NPG502");
    expect([finding?.severity, finding?.certainty]).toEqual(expected);
  });

  test("is nothing where the implementation tells such pods apart", () => {
    expect(foundAlone(join(agent, deny), "NPG502", { options: { hostNetworkPods: "pod" } })).toEqual([]);
  });
});

describe("NPG505, an account that may take walls down", () => {
  /** A workload that is open to the internet, whose account has a grant in a namespace. */
  const holder = (account: string, namespace: string, rule: string) =>
    join(
      deployment("shop", "web")
        .replace("spec: { containers", `spec: { serviceAccountName: ${account}, containers`)
        .replace("image: main", "image: main, ports: [{ containerPort: 80 }]"),
      deployment("prod", "db"),
      "apiVersion: v1\nkind: Service\nmetadata: { name: web, namespace: shop }\nspec: { type: LoadBalancer, selector: { app: web }, ports: [{ port: 80 }] }\n",
      `apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: { name: one, namespace: ${namespace} }\nrules: [${rule}]\n`,
      `apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: one, namespace: ${namespace} }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: one }
subjects: [{ kind: ServiceAccount, name: ${account}, namespace: shop }]
`,
    );
  const policies = "{ apiGroups: [networking.k8s.io], resources: [networkpolicies], verbs: [create, delete] }";
  const pods = '{ apiGroups: [""], resources: [pods], verbs: [get, patch] }';

  test.each<[string, string, string, string, string | undefined]>([
    ["by policies", "web", "shop", policies, "high"],
    ["by labels of pods elsewhere", "web", "prod", pods, "high"],
    ["not by labels of its own namespace's pods", "web", "shop", pods, undefined],
    ["as Argo CD has to", "argocd-application-controller", "shop", policies, "low"],
    ["as Flux has to", "kustomize-controller", "prod", policies, "low"],
  ])("%s", (_, account, namespace, rule, severity) => {
    expect(foundAlone(holder(account, namespace, rule), "NPG505")[0]?.severity).toBe(severity);
  });

  test("is held by an account, also where it is for all namespaces", () => {
    const wide = holder("web", "shop", pods)
      .replace("kind: Role\n", "kind: ClusterRole\n")
      .replace("kind: RoleBinding", "kind: ClusterRoleBinding")
      .replace("kind: Role,", "kind: ClusterRole,");
    expect(foundAlone(wide, "NPG505").map(({ key }) => key)).toEqual(["NPG505 serviceaccount:shop/web"]);
  });
});
