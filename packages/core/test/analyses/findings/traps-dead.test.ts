import { policy } from "../../report/listed.ts";
import { egress, ingress, namespace, pod, service, type Trap, tryTraps } from "./traps.ts";

const selecting = (label: string, name = "x") => policy("shop", name, `{ podSelector: { matchLabels: { ${label} } } }`);
const custom = (group: string, kind: string) => `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: ${kind.toLowerCase()}s.${group} }
spec: { group: ${group}, names: { kind: ${kind}, plural: ${kind.toLowerCase()}s }, scope: Namespaced, versions: [] }
`;
const one = (group: string, kind: string) =>
  `apiVersion: ${group}/v1\nkind: ${kind}\nmetadata: { name: x, namespace: shop }\n`;
const RUNS = custom("redis.example", "RedisCluster");
const AS_DATA = `apiVersion: v1
kind: ConfigMap
metadata: { name: held, namespace: shop }
data: { x.yaml: "apiVersion: networking.k8s.io/v1\\nkind: NetworkPolicy\\nmetadata: { name: deny }\\nspec: { podSelector: {} }\\n" }
`;
const MAKES = `apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: maker, namespace: shop }
rules: [{ apiGroups: [""], resources: [pods], verbs: [create] }]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: maker, namespace: shop }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: maker }
subjects: [{ kind: ServiceAccount, name: maker, namespace: shop }]
`;
const alike = (wanted: string, has: string): Trap => [
  `${wanted}, where pods have ${has}`,
  [pod("shop", "web", [80], has), selecting(wanted)],
  [],
];
const near = (wanted: string, has: string): Trap => [
  `${wanted}, where pods have ${has}`,
  [pod("shop", "web", [80], has), selecting(wanted)],
  ["medium proved NPG307 shop/x podSelector"],
];

const TRAPS: { readonly [rule: string]: readonly Trap[] } = {
  NPG301: [
    [
      "a name that claims to deny",
      [pod("shop", "web"), selecting("app: db", "deny-db")],
      ["high proved NPG301 shop/deny-db"],
    ],
    ["an operator may make such pods", [pod("shop", "web"), selecting("app: db"), RUNS], ["info proved NPG301 shop/x"]],
    [
      "its objects alone say so",
      [pod("shop", "web"), selecting("app: db"), one("monitoring.coreos.com", "Prometheus")],
      ["info proved NPG301 shop/x"],
    ],
    ...["ServiceMonitor", "PrometheusRule"].map(
      (kind): Trap => [
        `no pod is made of a ${kind}`,
        [
          pod("shop", "web"),
          selecting("app: db"),
          custom("monitoring.coreos.com", kind),
          one("monitoring.coreos.com", kind),
        ],
        ["medium proved NPG301 shop/x"],
      ],
    ),
    [
      "whoever may create pods may make such",
      [pod("shop", "web").replace("spec: {", "spec: { serviceAccountName: maker,"), MAKES, selecting("app: db")],
      ["info proved NPG301 shop/x"],
    ],
    [
      "but for one that no pod runs as",
      [pod("shop", "web"), MAKES, selecting("app: db")],
      ["medium proved NPG301 shop/x"],
    ],
    [
      "no pod of the namespace is shown",
      [pod("other", "web"), namespace("shop"), selecting("app: db", "deny-db")],
      ["info assumed NPG301 shop/deny-db"],
    ],
  ],
  NPG302: [
    [
      "other peers remain",
      [
        pod("shop", "web"),
        ingress(
          "[{ from: [{ podSelector: { matchLabels: { app: gone } } }, { podSelector: { matchLabels: { app: web } } }] }]",
        ),
      ],
      ["low proved NPG302 shop/x ingress[0].from[0]"],
    ],
    [
      "nobody is admitted then",
      [pod("shop", "web"), ingress("[{ from: [{ podSelector: { matchLabels: { app: gone } } }] }]")],
      ["medium proved NPG302 shop/x ingress[0].from[0]"],
    ],
    [
      "an operator may make such pods",
      [pod("shop", "web"), RUNS, ingress("[{ from: [{ podSelector: { matchLabels: { app: gone } } }] }]")],
      ["info proved NPG302 shop/x ingress[0].from[0]"],
    ],
    [
      "clients that the input does not show",
      [
        pod("shop", "web"),
        namespace("edge"),
        ingress(
          "[{ from: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: edge } }, podSelector: { matchLabels: { app: gone } } }] }]",
        ),
      ],
      [],
    ],
  ],
  NPG303: [
    [
      "a namespace that the input may not show",
      [
        namespace("shop"),
        pod("shop", "web"),
        ingress("[{ from: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: payments } } }] }]"),
      ],
      ["low assumed NPG303 shop/x ingress[0].from[0]"],
    ],
    [
      "one that is called alike",
      [
        namespace("shop"),
        namespace("payment"),
        pod("shop", "web"),
        ingress("[{ from: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: payments } } }] }]"),
      ],
      ["medium assumed NPG303 shop/x ingress[0].from[0]"],
    ],
    [
      "a label that somebody has to put there",
      [
        namespace("shop"),
        pod("shop", "web"),
        ingress("[{ from: [{ namespaceSelector: { matchLabels: { name: shop } } }] }]"),
      ],
      ["medium assumed NPG303 shop/x ingress[0].from[0]"],
    ],
    [
      "one that may be on a namespace that the input does not show",
      [
        namespace("shop"),
        pod("shop", "web"),
        ingress("[{ from: [{ namespaceSelector: { matchLabels: { metrics: enabled } } }] }]"),
      ],
      ["low assumed NPG303 shop/x ingress[0].from[0]"],
    ],
    [
      "one that OpenShift puts on its own",
      [
        namespace("shop"),
        pod("shop", "web"),
        ingress("[{ from: [{ namespaceSelector: { matchLabels: { network.openshift.io/policy-group: ingress } } }] }]"),
      ],
      [],
    ],
    [
      "in a whole cluster it is not there",
      [
        namespace("shop"),
        namespace("kube-system"),
        pod("shop", "web"),
        ingress("[{ from: [{ namespaceSelector: { matchLabels: { name: shop } } }] }]"),
      ],
      ["medium proved NPG303 shop/x ingress[0].from[0]"],
    ],
  ],
  NPG304: [
    [
      "a namespace given when it is applied",
      [pod("shop", "web"), policy("default", "x", "{ podSelector: {} }")],
      ["low assumed NPG304 default/x"],
    ],
    ["policies alone", [ingress("[]")], []],
    ["a system namespace", [pod("shop", "web"), policy("kube-system", "x", "{ podSelector: {} }")], []],
  ],
  NPG305: [
    [
      "a client may connect to pods that the input does not show",
      [pod("shop", "web"), egress("[{ to: [{ namespaceSelector: {} }], ports: [{ port: 53, protocol: UDP }] }]")],
      [],
    ],
    [
      "to those of its namespace",
      [pod("shop", "web"), egress("[{ to: [{ podSelector: {} }], ports: [{ port: 9001 }] }]")],
      ["low proved NPG305 shop/x egress[0] TCP/9001"],
    ],
    [
      "one of the pods declares none",
      [pod("shop", "web"), pod("shop", "db", []), ingress("[{ ports: [{ port: 9001 }] }]")],
      [],
    ],
  ],
  NPG306: [
    [
      "pods that the input does not show may know the name",
      [pod("shop", "web"), egress("[{ to: [{ namespaceSelector: {} }], ports: [{ port: dns, protocol: UDP }] }]")],
      [],
    ],
    [
      "a name of another protocol",
      [
        pod("shop", "web", ["{ name: dns, containerPort: 53, protocol: UDP }"]),
        ingress("[{ ports: [{ port: dns }] }]"),
      ],
      ["medium proved NPG306 shop/x ingress[0] TCP/dns"],
    ],
    [
      "a port that is there with TLS only",
      [
        pod("shop", "web", ["{ name: http, containerPort: 80 }"]),
        ingress("[{ ports: [{ port: http }, { port: https }] }]"),
      ],
      ["low proved NPG306 shop/x ingress[0] TCP/https"],
    ],
    ...[["{ app: web }", ["info proved NPG306 shop/x ingress[0] TCP/http"]] as const, ["{}", []] as const].map(
      ([labels, expected]): Trap => [
        `a name for two numbers, on pods with ${labels}`,
        [
          pod("shop", "a", ["{ name: http, containerPort: 80 }"], "app: web, v: a"),
          pod("shop", "b", ["{ name: http, containerPort: 81 }"], "app: web, v: b"),
          policy("shop", "x", `{ podSelector: { matchLabels: ${labels} }, ingress: [{ ports: [{ port: http }] }] }`),
        ],
        expected,
      ],
    ),
    [
      "some of the pods know it",
      [
        pod("shop", "a", ["{ name: http, containerPort: 80 }"], "app: web, v: a"),
        pod("shop", "b", [80], "app: web, v: b"),
        policy("shop", "x", "{ podSelector: { matchLabels: { app: web } }, ingress: [{ ports: [{ port: http }] }] }"),
      ],
      ["low proved NPG306 shop/x ingress[0] TCP/http"],
    ],
  ],
  NPG307: [
    near("app: cart", "app: carts"),
    near("app: Carts", "app: carts"),
    near("app: user_db", "app: user-db"),
    near("app: frnotend", "app: frontend"),
    near("k8s-app: web", "app: web"),
    near("App: web", "app: web"),
    near("compnent: web", "component: web"),
    alike("app: web-v2", "app: web-v1"),
    alike("app: web-blue", "app: web-green"),
    alike("app: shard-10", "app: shard-11"),
    alike("track: web", "app: web"),
    alike("app: db", "app: dc"),
  ],
  NPG308: [
    [
      "bits beyond the prefix of an exception",
      [pod("shop", "web"), ingress("[{ from: [{ ipBlock: { cidr: 10.0.0.0/8, except: [10.1.2.3/16] } }] }]")],
      ["low proved NPG308 shop/x ingress[0].from[0]"],
    ],
    [
      "nothing left",
      [
        pod("shop", "web"),
        ingress("[{ from: [{ ipBlock: { cidr: 10.0.0.0/8, except: [10.0.0.0/9, 10.128.0.0/9] } }] }]"),
      ],
      ["medium proved NPG308 shop/x ingress[0].from[0]"],
    ],
    [
      "a block in another",
      [
        pod("shop", "web"),
        ingress("[{ from: [{ ipBlock: { cidr: 10.0.0.0/8 } }, { ipBlock: { cidr: 10.1.0.0/16 } }] }]"),
      ],
      ["low proved NPG308 shop/x ingress[0].from[1]"],
    ],
    [
      "twice the same",
      [
        pod("shop", "web"),
        ingress("[{ from: [{ ipBlock: { cidr: 10.0.0.0/8 } }, { ipBlock: { cidr: 10.0.0.0/8 } }] }]"),
      ],
      ["low proved NPG308 shop/x ingress[0].from[1]"],
    ],
    [
      "in what the other excepts",
      [
        pod("shop", "web"),
        ingress(
          "[{ from: [{ ipBlock: { cidr: 10.0.0.0/8, except: [10.1.0.0/16] } }, { ipBlock: { cidr: 10.1.0.0/16 } }] }]",
        ),
      ],
      [],
    ],
  ],
  NPG309: [
    [
      "PodSecurityPolicy of either API",
      [
        one("policy", "PodSecurityPolicy").replace("policy/v1", "policy/v1beta1"),
        one("extensions", "PodSecurityPolicy").replace("/v1", "/v1beta1").replace("name: x", "name: y"),
      ],
      ["high proved NPG309 psp x", "high proved NPG309 psp y"],
    ],
  ],
  NPG310: [
    [
      "an API version that is served no longer",
      [pod("shop", "web"), ingress("[]").replace("networking.k8s.io/v1", "extensions/v1beta1")],
      ["high proved NPG310 NetworkPolicy shop/x"],
    ],
    ["data that nobody applies", [AS_DATA], ["high conditional NPG310 configmap shop/held x.yaml"]],
    ...[one("addons.cluster.x-k8s.io", "ClusterResourceSet"), one("kyverno.io", "ClusterPolicy")].map(
      (applier): Trap => [
        `data that a controller may apply: ${applier}`,
        [AS_DATA, applier],
        ["low conditional NPG310 configmap shop/held x.yaml"],
      ],
    ),
    [
      "a policy in a List is in force",
      [
        pod("shop", "web"),
        `apiVersion: v1\nkind: List\nitems: [${JSON.stringify({ apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name: "x", namespace: "shop" }, spec: { podSelector: {} } })}]\n`,
      ],
      [],
    ],
  ],
  NPG311: [
    [
      "a Service of pods beside it in the block",
      [
        pod("shop", "web"),
        service("shop", "web", "clusterIP: 10.96.0.9, ports: [{ port: 80 }]"),
        egress("[{ to: [{ ipBlock: { cidr: 10.96.0.0/16 } }] }]"),
      ],
      [],
    ],
    [
      "the API server's",
      [
        pod("shop", "web"),
        service("default", "kubernetes", "clusterIP: 10.96.0.1, ports: [{ port: 443 }]").replace(
          "selector: { app: kubernetes }, ",
          "",
        ),
        egress("[{ to: [{ ipBlock: { cidr: 10.96.0.1/32 } }] }]"),
      ],
      ["medium proved NPG311 shop/x egress[0].to[0]"],
    ],
  ],
};

tryTraps(TRAPS);
