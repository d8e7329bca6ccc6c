import { policy } from "../../report/listed.ts";
import { blocks, ingress, named, namespace, pod, service, type Trap, tryTraps } from "./traps.ts";

const balanced = (name: string) => service("shop", name, "type: LoadBalancer, ports: [{ port: 80, targetPort: 8080 }]");
const rbac = (rules: string, subject: string, scope = "shop") => `apiVersion: rbac.authorization.k8s.io/v1
kind: ${scope === "*" ? "ClusterRole" : "Role"}
metadata: { name: some, ${scope === "*" ? "" : `namespace: ${scope}`} }
rules: [${rules}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ${scope === "*" ? "ClusterRoleBinding" : "RoleBinding"}
metadata: { name: some, ${scope === "*" ? "" : `namespace: ${scope}`} }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ${scope === "*" ? "ClusterRole" : "Role"}, name: some }
subjects: [${subject}]
`;
const RUNNER = "{ kind: ServiceAccount, name: runner, namespace: ci }";
const BY_LABEL = policy(
  "shop",
  "db",
  "{ podSelector: { matchLabels: { app: db } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: web } } }], ports: [{ port: 5432 }] }] }",
);

const TRAPS: { readonly [rule: string]: readonly Trap[] } = {
  NPG209: [
    [
      "whom a rule names by labels is meant",
      [
        pod("back", "api"),
        pod("shop", "db", [5432]),
        ingress(
          `[{ from: [{ namespaceSelector: { ${named("back")} }, podSelector: { matchLabels: { app: api } } }], ports: [{ port: 5432 }] }]`,
        ),
      ],
      [],
    ],
    [
      "a whole namespace is not",
      [
        pod("back", "api"),
        pod("shop", "db", [5432]),
        ingress(`[{ from: [{ namespaceSelector: { ${named("back")} } }], ports: [{ port: 5432 }] }]`),
      ],
      ["medium proved NPG209 shop/Pod/db TCP/5432"],
    ],
    [
      "public addresses are graver",
      [pod("shop", "db", [5432]), ingress(`[{ from: [${blocks("0.0.0.0/0")}], ports: [{ port: 5432 }] }]`)],
      ["high proved NPG209 shop/Pod/db TCP/5432"],
    ],
  ],
  NPG210: [
    [
      "ranges that are not known",
      [pod("shop", "web"), ingress(`[{ from: [${blocks("10.0.0.0/8")}] }]`)],
      ["low conditional NPG210 shop/x ingress[0]"],
    ],
    [
      "the address of a Service says nothing of pods",
      [
        pod("shop", "web"),
        service("shop", "web", "clusterIP: 172.20.0.9, ports: [{ port: 80 }]"),
        ingress(`[{ from: [${blocks("10.0.0.0/8")}] }]`),
      ],
      ["low conditional NPG210 shop/x ingress[0]"],
    ],
    [
      "pods elsewhere",
      [`${pod("shop", "web")}status: { podIP: 10.244.0.7 }\n`, ingress(`[{ from: [${blocks("172.16.0.0/12")}] }]`)],
      [],
    ],
    [
      "pods inside",
      [`${pod("shop", "web")}status: { podIP: 10.244.0.7 }\n`, ingress(`[{ from: [${blocks("10.0.0.0/8")}] }]`)],
      ["medium proved NPG210 shop/x ingress[0]"],
    ],
  ],
  NPG211: [
    [
      "no token",
      [pod("shop", "web").replace("spec: {", "spec: { automountServiceAccountToken: false,")],
      ["low conditional NPG211 shop/Pod/web"],
    ],
    ["a token", [pod("shop", "web")], ["medium conditional NPG211 shop/Pod/web"]],
    [
      "a token of an account that has what is risky, as all have",
      [
        pod("shop", "web"),
        rbac(
          "{ apiGroups: [''], resources: [secrets], verbs: [get, list] }",
          "{ kind: Group, name: 'system:serviceaccounts:shop' }",
        ),
      ],
      ["high conditional NPG211 shop/Pod/web"],
    ],
    [
      "leader election is a use",
      [
        pod("shop", "web"),
        rbac(
          "{ apiGroups: [coordination.k8s.io], resources: [leases], verbs: [get, update] }",
          "{ kind: ServiceAccount, name: default, namespace: shop }",
        ),
      ],
      [],
    ],
  ],
  NPG212: [
    [
      "a port of nodes, which may be private",
      [pod("shop", "web"), service("shop", "web", "type: NodePort, ports: [{ port: 80, targetPort: 8080 }]")],
      ["high conditional NPG212 shop/Pod/web"],
    ],
    ["a load balancer", [pod("shop", "web"), balanced("web")], ["high proved NPG212 shop/Pod/web"]],
  ],
  NPG213: [
    [
      "what serves every environment",
      [
        namespace("dev"),
        pod("dev", "web"),
        ...["ingress-nginx", "monitoring"].flatMap((name) => [namespace(name, "env: prod"), pod(name, "x")]),
      ],
      [],
    ],
    [
      "pods of one namespace by their own labels",
      [pod("shop", "web", [80], "app: web, env: dev"), pod("shop", "db", [80], "app: db, env: prod")],
      ["high proved NPG213 shop development to shop production"],
    ],
    [
      "teams, which nobody says are more or less trusted",
      [namespace("a", "team: a"), pod("a", "web"), namespace("b", "team: b"), pod("b", "web")],
      [],
    ],
  ],
  NPG214: [
    ...[
      "{ apiGroups: [apps], resources: [daemonsets], verbs: [create] }",
      "{ apiGroups: [batch], resources: [cronjobs], verbs: [create] }",
      "{ apiGroups: [''], resources: [pods], verbs: [patch] }",
    ].map(
      (rule): Trap => [
        rule,
        [pod("shop", "web"), pod("shop", "db", [5432]), BY_LABEL, rbac(rule, RUNNER)],
        ["medium conditional NPG214 pods shop"],
      ],
    ),
    ...[
      "{ apiGroups: [''], resources: [pods], verbs: [get, list] }",
      "{ apiGroups: [''], resources: [pods], verbs: [patch], resourceNames: [web] }",
      "{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }",
    ].map((rule): Trap => [rule, [pod("shop", "web"), pod("shop", "db", [5432]), BY_LABEL, rbac(rule, RUNNER)], []]),
    [
      "an operator among its own",
      [
        pod("shop", "web").replace("spec: {", "spec: { serviceAccountName: runner,"),
        pod("shop", "db", [5432]),
        BY_LABEL,
        rbac("{ apiGroups: [''], resources: [pods], verbs: [create] }", RUNNER.replace("ci", "shop")),
      ],
      [],
    ],
    [
      "an account that others have too",
      [
        ...["web", "other"].map((name) => pod("shop", name).replace("spec: {", "spec: { serviceAccountName: runner,")),
        pod("shop", "db", [5432]),
        BY_LABEL,
        rbac("{ apiGroups: [''], resources: [pods], verbs: [create] }", RUNNER.replace("ci", "shop")),
      ],
      ["medium conditional NPG214 pods shop"],
    ],
    [
      "namespaces by their name, which nobody can change",
      [
        namespace("ci"),
        pod("ci", "job"),
        pod("shop", "db"),
        ingress(`[{ from: [{ namespaceSelector: { ${named("ci")} } }] }]`),
        rbac("{ apiGroups: [''], resources: [namespaces], verbs: [patch] }", RUNNER, "*"),
      ],
      [],
    ],
    [
      "namespaces by another label",
      [
        namespace("ci", "team: ci"),
        pod("ci", "job"),
        pod("shop", "db"),
        ingress("[{ from: [{ namespaceSelector: { matchLabels: { team: ci } } }] }]"),
        rbac("{ apiGroups: [''], resources: [namespaces], verbs: [patch] }", RUNNER, "*"),
      ],
      ["medium conditional NPG214 namespaces"],
    ],
  ],
};

tryTraps(TRAPS);
