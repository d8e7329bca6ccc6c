import { expect, test } from "vitest";
import { policy } from "../../report/listed.ts";
import { found } from "./found.ts";
import { blocks, egress, ingress, named, namespace, pod, service, type Trap, tryTraps } from "./traps.ts";

const balanced = (name: string) => service("shop", name, "type: LoadBalancer, ports: [{ port: 80, targetPort: 8080 }]");
const EVERYWHERE = blocks("0.0.0.0/0", "::/0");
const TCP = "ports: [{ protocol: TCP }]";
const REST = "ports: [{ protocol: UDP }, { protocol: SCTP }]";
const WEBHOOK = `${service("shop", "web", "ports: [{ port: 443, targetPort: 8443 }]")}---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: { name: checks }
webhooks:
  - name: checks.shop.example
    admissionReviewVersions: [v1]
    sideEffects: None
    clientConfig: { service: { name: web, namespace: shop, port: 443 } }
`;
const OR = (peers: string) => [
  namespace("edge"),
  pod("edge", "proxy"),
  pod("edge", "other"),
  pod("shop", "web"),
  ingress(`[{ from: [{ namespaceSelector: { ${named("edge")} } }, ${peers}] }]`),
];

const TRAPS: { readonly [rule: string]: readonly Trap[] } = {
  NPG201: [
    [
      "what is published is a lesser one",
      [pod("shop", "web"), balanced("web"), ingress("[{}]")],
      ["medium proved NPG201 shop/x ingress[0]"],
    ],
    [
      "what is not is graver, where the input shows entries",
      [pod("shop", "web"), pod("shop", "db", [81]), balanced("web"), ingress("[{}]")],
      ["high proved NPG201 shop/x ingress[0]"],
    ],
    ["a store is graver", [pod("shop", "db", [5432]), ingress("[{}]")], ["high proved NPG201 shop/x ingress[0]"]],
    [
      "peers that are everyone in two rules together",
      [pod("shop", "web"), ingress(`[{ from: [{ namespaceSelector: {} }] }, { from: [${EVERYWHERE}] }]`)],
      ["medium proved NPG201 shop/x ingress"],
    ],
    [
      "ports that are all in two rules together",
      [pod("shop", "web"), ingress(`[{ ${TCP} }, { ${REST} }]`)],
      ["medium proved NPG201 shop/x ingress"],
    ],
    [
      "pods on every port, and addresses on some",
      [pod("shop", "web"), ingress(`[{ from: [{ namespaceSelector: {} }] }, { from: [${EVERYWHERE}], ${TCP} }]`)],
      [],
    ],
    [
      "one family on every port, and one on some",
      [
        pod("shop", "web"),
        ingress(
          `[{ from: [{ namespaceSelector: {} }, ${blocks("::/0")}] }, { from: [${blocks("0.0.0.0/0")}], ${TCP} }]`,
        ),
      ],
      [],
    ],
    [
      "ports for the API server to call",
      [pod("shop", "web", [8443]), WEBHOOK, ingress("[{ ports: [{ port: 8443 }] }]")],
      [],
    ],
  ],
  NPG202: [
    [
      "nothing claims that egress is denied",
      [pod("shop", "web"), egress("[{}]")],
      ["medium proved NPG202 shop/x egress[0]"],
    ],
    [
      "a policy for the same pods does",
      [
        pod("shop", "web"),
        policy("shop", "deny", "{ podSelector: { matchLabels: { app: web } }, policyTypes: [Egress] }"),
        policy("shop", "x", "{ podSelector: { matchLabels: { app: web } }, policyTypes: [Egress], egress: [{}] }"),
      ],
      ["high proved NPG202 shop/x egress[0]"],
    ],
    [
      "a policy for other pods does not",
      [
        pod("shop", "web"),
        pod("shop", "db"),
        policy("shop", "deny", "{ podSelector: { matchLabels: { app: db } }, policyTypes: [Egress] }"),
        policy("shop", "x", "{ podSelector: { matchLabels: { app: web } }, policyTypes: [Egress], egress: [{}] }"),
      ],
      ["medium proved NPG202 shop/x egress[0]"],
    ],
    [
      "ports that are all in two rules together",
      [pod("shop", "web"), egress(`[{ ${TCP} }, { ${REST} }]`)],
      ["medium proved NPG202 shop/x egress"],
    ],
  ],
  NPG203: [
    [
      "every port of TCP to whomever",
      [pod("shop", "web"), egress(`[{ ${TCP} }]`)],
      ["high proved NPG203 shop/x egress[0]"],
    ],
    [
      "the private ranges excepted, though not those that are shared or of a link",
      [
        pod("shop", "web"),
        egress(
          '[{ to: [{ ipBlock: { cidr: 0.0.0.0/0, except: ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.169.254/32"] } }] }]',
        ),
      ],
      ["low proved NPG203 shop/x egress[0]"],
    ],
    ["one port of whomever", [pod("shop", "web"), egress("[{ ports: [{ port: 443 }] }]")], []],
  ],
  NPG204: [
    [
      "an address over IPv6 is one too, but the input shows no IPv6",
      [pod("shop", "web"), egress(`[{ to: [${blocks("::/0")}], ports: [{ port: 80 }] }]`)],
      ["low conditional NPG204 shop/Pod/web"],
    ],
    [
      "where it shows some",
      [
        pod("shop", "web"),
        service("shop", "web", "ipFamilies: [IPv6], ports: [{ port: 80 }]"),
        egress(`[{ to: [${blocks("::/0")}], ports: [{ port: 80 }] }]`),
      ],
      ["medium conditional NPG204 shop/Pod/web"],
    ],
    [
      "a rule that names the very address is meant",
      [pod("shop", "web"), egress(`[{ to: [${blocks("169.254.169.254/32")}], ports: [{ port: 80 }] }]`)],
      ["low conditional NPG204 shop/Pod/web"],
    ],
    [
      "NodeLocal DNSCache is another address",
      [pod("shop", "web"), egress(`[{ to: [${blocks("169.254.20.10/32")}] }]`)],
      [],
    ],
    [
      "no cloud serves it on 443",
      [pod("shop", "web"), egress(`[{ to: [${blocks("0.0.0.0/0")}], ports: [{ port: 443 }] }]`)],
      [],
    ],
  ],
  NPG205: [
    [
      "exposure may be defined elsewhere",
      [pod("shop", "web"), ingress(`[{ from: [${blocks("0.0.0.0/0")}] }]`)],
      ["medium assumed NPG205 shop/x ingress[0]"],
    ],
    [
      "where the input shows entries it is not",
      [pod("shop", "web"), pod("shop", "db"), balanced("web"), ingress(`[{ from: [${blocks("0.0.0.0/0")}] }]`)],
      ["high proved NPG205 shop/x ingress[0]"],
    ],
    [
      "the API server calls what converts custom resources",
      [
        pod("shop", "web", [8443]),
        service("shop", "web", "ports: [{ port: 443, targetPort: 8443 }]"),
        `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: things.example.dev }
spec: { group: example.dev, names: { kind: Thing }, scope: Namespaced, conversion: { strategy: Webhook, webhook: { clientConfig: { service: { name: web, namespace: shop } } } } }
`,
        ingress("[{ ports: [{ port: 8443 }] }]"),
      ],
      [],
    ],
    [
      "of a webhook a port that the API server does not call",
      [
        pod("shop", "web", [8443, 9090]),
        WEBHOOK,
        ingress("[{ ports: [{ port: 8443 }] }, { ports: [{ port: 9090 }] }]"),
      ],
      ["medium assumed NPG205 shop/x ingress[1]"],
    ],
  ],
  NPG206: [
    [
      "a port that the container calls metrics",
      [
        pod("ci", "job"),
        pod("shop", "web", ["{ name: http-metrics, containerPort: 9 }"]),
        ingress("[{ from: [{ namespaceSelector: {} }], ports: [{ port: 9 }] }]"),
      ],
      ["low proved NPG206 shop/x ingress[0]"],
    ],
    [
      "no other namespace of users",
      [pod("kube-system", "job"), pod("shop", "web"), ingress("[{ from: [{ namespaceSelector: {} }] }]")],
      ["low proved NPG206 shop/x ingress[0]"],
    ],
    [
      "egress",
      [pod("ci", "job"), pod("shop", "web"), egress("[{ to: [{ namespaceSelector: {} }] }]")],
      ["low proved NPG206 shop/x egress[0]"],
    ],
    [
      "a store is graver",
      [pod("ci", "job"), pod("shop", "db", [5432]), ingress("[{ from: [{ namespaceSelector: {} }] }]")],
      ["high proved NPG206 shop/x ingress[0]"],
    ],
  ],
  NPG207: [
    [
      "one of a namespace",
      OR("{ podSelector: { matchLabels: { app: proxy } } }"),
      ["high proved NPG207 shop/x ingress[0][0]"],
    ],
    [
      "its own pods too",
      [...OR("{ podSelector: { matchLabels: { app: proxy } } }"), pod("shop", "proxy")],
      ["medium assumed NPG207 shop/x ingress[0][0]"],
    ],
    ["all of its own namespace", OR("{ podSelector: {} }"), ["low assumed NPG207 shop/x ingress[0][0]"]],
  ],
  NPG208: [
    [
      "every port of one protocol is no limit",
      [
        pod("shop", "web"),
        pod("shop", "db"),
        ingress(`[{ from: [{ podSelector: { matchLabels: { app: web } } }], ${TCP} }]`),
      ],
      ["low proved NPG208 shop/x ingress[0]"],
    ],
    [
      "a store is graver",
      [pod("shop", "db", [5432]), pod("ci", "job"), ingress(`[{ from: [{ namespaceSelector: { ${named("ci")} } }] }]`)],
      ["medium proved NPG208 shop/x ingress[0]"],
    ],
    [
      "parts of one application among themselves",
      [
        ...["data", "master"].map((role) => pod("shop", role, [9300], `app: search, role: ${role}`)),
        policy(
          "shop",
          "x",
          "{ podSelector: { matchLabels: { app: search } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: search } } }] }] }",
        ),
      ],
      [],
    ],
    [
      "an entry that everybody may come to, on every port",
      [pod("shop", "web"), balanced("web"), ingress(`[{ from: [${EVERYWHERE}] }]`)],
      ["low proved NPG208 shop/x ingress[0]"],
    ],
    [
      "ports by name",
      [
        pod("shop", "web", ["{ name: http, containerPort: 80 }"]),
        pod("shop", "db"),
        ingress("[{ from: [{ podSelector: { matchLabels: { app: web } } }], ports: [{ port: http }] }]"),
      ],
      [],
    ],
  ],
  NPG216: [
    [
      "port 53 among others",
      [pod("shop", "web"), egress("[{ ports: [{ port: 443 }, { port: 53, protocol: UDP }] }]")],
      ["medium proved NPG216 shop/x egress[0]"],
    ],
    ["every port, which is another finding", [pod("shop", "web"), egress(`[{ to: [${EVERYWHERE}] }]`)], []],
    [
      "an entry is graver",
      [pod("shop", "web"), balanced("web"), egress("[{ ports: [{ port: 53, protocol: UDP }] }]")],
      ["high proved NPG216 shop/x egress[0]"],
    ],
  ],
  NPG217: [
    [
      "all of IPv6, and nothing of IPv4",
      [pod("shop", "web"), egress(`[{ to: [${blocks("::/0")}] }]`)],
      ["low proved NPG217 shop/x egress"],
    ],
    [
      "in a cluster of IPv6 alone",
      [
        pod("shop", "web"),
        service("shop", "web", "ipFamilies: [IPv6], ports: [{ port: 80 }]"),
        egress(`[{ to: [${blocks("::/0")}] }]`),
      ],
      [],
    ],
    [
      "all of IPv6 and some of IPv4, where both are in use",
      [
        pod("shop", "web"),
        service("shop", "web", "ipFamilies: [IPv4, IPv6], ports: [{ port: 80 }]"),
        egress(`[{ to: [${blocks("::/0", "10.0.0.0/8")}] }]`),
      ],
      ["medium proved NPG217 shop/x egress"],
    ],
  ],
};

tryTraps(TRAPS);

test("NPG204 takes out a block that is the address, and the rule with it", () => {
  const [finding] = found(
    [pod("shop", "web"), egress(`[{ to: [${blocks("169.254.169.254/32")}], ports: [{ port: 80 }] }]`)].join("---\n"),
    "NPG204",
  );
  expect(finding?.fix?.patch).not.toMatch(/169\.254/);
});

test("NPG203 names what is inside, and nothing that is not", () => {
  const consequence = (block: string) =>
    found([pod("shop", "web"), egress(`[{ to: [${block}] }]`)].join("---\n"), "NPG203")[0]?.consequence;
  expect(consequence(blocks("0.0.0.0/0"))).toContain("169.254.169.254");
  expect(consequence(blocks("::/0"))).toMatch(/^(?!.*169\.254).*fd00:ec2::254/);
  expect(consequence('{ ipBlock: { cidr: 0.0.0.0/0, except: ["169.254.0.0/16"] } }')).not.toMatch(/metadata/);
});

test("NPG216 keeps the other ports of the rule", () => {
  const [finding] = found(
    [pod("shop", "web"), egress("[{ ports: [{ port: 443 }, { port: 53, protocol: UDP }] }]")].join("---\n"),
    "NPG216",
  );
  expect(finding?.fix?.patch).toMatch(/port: 443[\s\S]*kube-dns/);
});
