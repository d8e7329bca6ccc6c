import { policy } from "../../report/listed.ts";
import { namespace, pod, service, type Trap, tryTraps } from "./traps.ts";

const DENY = policy("shop", "deny", "{ podSelector: {}, policyTypes: [Ingress, Egress] }");
const BOTH = "policyTypes: [Ingress, Egress]";

const baseline = (rules: string) => `apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: { name: for-all }
spec: { tier: Baseline, priority: 10, subject: { namespaces: {} }, ${rules} }
`;
const ALL_OUT = 'to: [{ namespaces: {} }, { networks: ["0.0.0.0/0", "::/0"] }]';
const DENY_IN = "ingress: [{ action: Deny, from: [{ namespaces: {} }] }]";
const NO_MAIL = `egress: [{ action: Deny, ${ALL_OUT}, protocols: [{ tcp: { destinationPort: { number: 25 } } }] }]`;
const CALICO =
  "apiVersion: projectcalico.org/v3\nkind: GlobalNetworkPolicy\nmetadata: { name: deny }\nspec: { types: [Ingress, Egress] }\n";
const cilium = (mode: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: cilium-config, namespace: kube-system }\ndata: { enable-policy: ${mode} }\n`;
const entry = (ports: string) => service("shop", "web", `type: LoadBalancer, ports: ${ports}`);

const TRAPS: { readonly [rule: string]: readonly Trap[] } = {
  NPG101: [
    [
      "an entry by design, all of whose ports are for the outside, is a lesser one",
      [pod("shop", "web"), entry("[{ port: 80, targetPort: 8080 }]")],
      ["low proved NPG101 shop/Pod/web"],
    ],
    [
      "an entry with another port is not",
      [pod("shop", "web", [8080, 9090]), entry("[{ port: 80, targetPort: 8080 }]")],
      ["high proved NPG101 shop/Pod/web"],
    ],
    [
      "a baseline that denies every pod leaves addresses outside",
      [pod("shop", "web"), baseline(DENY_IN)],
      ["low proved NPG101 shop/Pod/web"],
    ],
    ["a policy of Calico for all may isolate it", [pod("shop", "web"), CALICO], ["medium assumed NPG101 shop/Pod/web"]],
    ["Cilium may isolate every pod", [pod("shop", "web"), cilium("always")], []],
    ["by default it does not", [pod("shop", "web"), cilium("default")], ["medium proved NPG101 shop/Pod/web"]],
  ],
  NPG102: [
    [
      "what an admin policy allows to all leaves the rest open",
      [
        pod("shop", "web"),
        baseline(`egress: [{ action: Accept, ${ALL_OUT}, protocols: [{ tcp: { destinationPort: { number: 80 } } }] }]`),
      ],
      ["medium proved NPG102 shop/Pod/web"],
    ],
    ["a baseline that denies all", [pod("shop", "web"), baseline(`egress: [{ action: Deny, ${ALL_OUT} }]`)], []],
    [
      "a port that is denied to all leaves the others",
      [pod("shop", "web"), baseline(NO_MAIL)],
      ["medium proved NPG102 shop/Pod/web"],
    ],
    [
      "what can be entered is graver",
      [pod("shop", "web"), entry("[{ port: 80, targetPort: 8080 }]")],
      ["high proved NPG102 shop/Pod/web"],
    ],
  ],
  NPG103: [
    [
      "a policy of Calico for all may isolate the namespace",
      [pod("shop", "web"), CALICO],
      ["medium assumed NPG103 shop egress", "medium assumed NPG103 shop ingress"],
    ],
    ["a baseline that denies every pod", [pod("shop", "web"), DENY.replace("Ingress, ", ""), baseline(DENY_IN)], []],
    ["a namespace without pods", [namespace("shop")], []],
  ],
  NPG104: [
    ["a namespace without pods", [namespace("shop")], []],
    ["a system namespace is a lesser one", [pod("kube-system", "agent")], ["low proved NPG104 kube-system"]],
    ["Cilium may isolate every pod", [pod("shop", "web"), cilium("always")], []],
    ["a store is graver", [pod("shop", "db", [5432])], ["high proved NPG104 shop"]],
  ],
  NPG105: [
    [
      "an author who says ingress may mean ingress alone",
      [pod("shop", "web"), policy("shop", "deny-ingress", "{ podSelector: {}, egress: [] }")],
      ["medium assumed NPG105 shop/deny-ingress"],
    ],
    [
      "a name alone is weaker evidence",
      [pod("shop", "web"), policy("shop", "deny-all", "{ podSelector: {} }")],
      ["medium assumed NPG105 shop/deny-all"],
    ],
    [
      "a name that speaks of both directions speaks of egress",
      [pod("shop", "web"), policy("shop", "deny-ingress-and-egress", "{ podSelector: {} }")],
      ["medium assumed NPG105 shop/deny-ingress-and-egress"],
    ],
    [
      "so does an annotation",
      [
        pod("shop", "web"),
        policy("shop", "x", "{ podSelector: {} }").replace("name: x,", "name: x, annotations: { about: no egress },"),
      ],
      ["medium assumed NPG105 shop/x"],
    ],
    ["a deny of all ingress", [pod("shop", "web"), policy("shop", "deny-all-ingress", "{ podSelector: {} }")], []],
    [
      "types that are an empty list are not written",
      [pod("shop", "web"), policy("shop", "x", "{ podSelector: {}, policyTypes: [], egress: [] }")],
      ["high proved NPG105 shop/x"],
    ],
    [
      "where others isolate all of its pods nothing hangs on it",
      [pod("shop", "web"), policy("shop", "x", "{ podSelector: {}, egress: [] }"), DENY],
      ["low proved NPG105 shop/x"],
    ],
  ],
  NPG106: [
    [
      "a template that prints both blocks, the other one open",
      [pod("shop", "web"), policy("shop", "x", "{ podSelector: {}, policyTypes: [Ingress], egress: [{}] }")],
      ["low proved NPG106 shop/x egress"],
    ],
    [
      "two rules that are open together",
      [
        pod("shop", "web"),
        policy(
          "shop",
          "x",
          "{ podSelector: {}, policyTypes: [Ingress], egress: [{ ports: [{ protocol: TCP }] }, { ports: [{ protocol: UDP }, { protocol: SCTP }] }] }",
        ),
      ],
      ["low proved NPG106 shop/x egress"],
    ],
    [
      "a rule that would have been a limit",
      [
        pod("shop", "web"),
        policy("shop", "x", "{ podSelector: {}, policyTypes: [Ingress], egress: [{ ports: [{ port: 53 }] }] }"),
      ],
      ["high proved NPG106 shop/x egress"],
    ],
  ],
  NPG107: [
    [
      "parts of an application that share part-of",
      [
        pod("shop", "api", [80], "app.kubernetes.io/part-of: x, service: api"),
        pod("shop", "job", [80], "app.kubernetes.io/part-of: x, service: job"),
        policy("shop", "api", `{ podSelector: { matchLabels: { service: api } }, ${BOTH} }`),
      ],
      [],
    ],
    [
      "pods of one owner",
      [
        ...["a", "b"].map((name) =>
          pod("shop", name, [80], `service: ${name}`).replace(
            `name: ${name},`,
            `name: ${name}, ownerReferences: [{ apiVersion: apps/v1, kind: StatefulSet, name: own, uid: x, controller: true }],`,
          ),
        ),
        policy("shop", "a", "{ podSelector: { matchLabels: { service: a } } }"),
      ],
      ["medium proved NPG107 shop StatefulSet/own ingress"],
    ],
  ],
  NPG108: [
    ...[
      ["with a label and without it", "{ key: app, operator: Exists }", "{ key: app, operator: DoesNotExist }"],
      [
        "some values and all others",
        "{ key: app, operator: In, values: [web, x] }",
        "{ key: app, operator: NotIn, values: [x] }",
      ],
      [
        "all but one value, and all but another",
        "{ key: app, operator: NotIn, values: [x] }",
        "{ key: app, operator: NotIn, values: [y] }",
      ],
    ].map(([title = "", one, other]): Trap => {
      const governs = (name: string, expression = "") =>
        policy("shop", name, `{ podSelector: { matchExpressions: [${expression}] }, ${BOTH} }`);
      return [title, [pod("shop", "web"), governs("one", one), governs("other", other)], []];
    }),
    [
      "some values and all but more",
      [
        pod("shop", "web"),
        policy(
          "shop",
          "one",
          `{ podSelector: { matchExpressions: [{ key: app, operator: In, values: [x] }] }, ${BOTH} }`,
        ),
        policy(
          "shop",
          "other",
          `{ podSelector: { matchExpressions: [{ key: app, operator: NotIn, values: [x, y] }] }, ${BOTH} }`,
        ),
      ],
      ["low proved NPG108 shop egress", "low proved NPG108 shop ingress"],
    ],
    ["Cilium may isolate every pod", [pod("shop", "web"), cilium("always")], []],
  ],
};

tryTraps(TRAPS);
