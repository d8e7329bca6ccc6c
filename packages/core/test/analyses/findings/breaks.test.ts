import { describe, expect, test } from "vitest";
import { deployment, policy } from "../../report/listed.ts";
import { found, foundAlone } from "./found.ts";

const join = (...documents: readonly string[]) => documents.join("---\n");

const withSpec = (text: string, container: string, pod = "") =>
  text.replace("image: main }]", `image: main, ${container} }]${pod && `, ${pod}`}`);

const service = (name: string, spec: string, annotations = "{}") =>
  `apiVersion: v1\nkind: Service\nmetadata: { name: ${name}, namespace: shop, annotations: ${annotations} }\nspec: { selector: { app: ${name} }, ${spec} }\n`;

describe("NPG601, no DNS", () => {
  const web = deployment("shop", "web");
  const db = deployment("shop", "db");
  const dns = (port: number) =>
    withSpec(deployment("openshift-dns", "dns-default"), `ports: [{ containerPort: ${port}, protocol: UDP }]`);
  const out = (rules: string) =>
    policy("shop", "web", `{ podSelector: { matchLabels: { app: web } }, policyTypes: [Egress], egress: [${rules}] }`);
  const toDb = "{ to: [{ podSelector: { matchLabels: { app: db } } }] }";
  const dnsPods = (namespace: string, port: number) =>
    `{ to: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: ${namespace} } } }], ports: [{ port: ${port}, protocol: UDP }, { port: ${port} }] }`;
  const address = (cidr: string, port: number) =>
    `{ to: [{ ipBlock: { cidr: ${cidr} } }], ports: [{ port: ${port} }] }`;

  test.each<[string, readonly string[], string | undefined]>([
    ["at all", [web, db, out(toDb)], "medium"],
    [
      "on the port of the Service, where the pods of OpenShift have another",
      [web, db, dns(5353), out(dnsPods("openshift-dns", 53))],
      "medium",
    ],
    ["but on the port of those pods", [web, db, dns(5353), out(dnsPods("openshift-dns", 5353))], undefined],
    [
      "on the port of OpenShift, where the pods have the usual one",
      [web, db, dns(53), out(dnsPods("openshift-dns", 5353))],
      "medium",
    ],
    [
      "on the port of the Service, of pods of OpenShift that are not shown",
      [web, db, out(dnsPods("openshift-dns", 53))],
      "low",
    ],
    ["but to pods that the input does not show", [web, db, out(dnsPods("openshift-dns", 5353))], undefined],
    ["of clients of single addresses", [web, db, out(address("192.0.2.7/32", 5432))], "low"],
    ["of clients of whole ranges", [web, db, out(address("192.0.2.0/24", 5432))], "medium"],
    ["where nothing may be called anyway", [web, db, out("")], "low"],
    [
      "though multicast DNS may leave",
      [web, db, out(address("0.0.0.0/0", 5353).replace("5353", "5353, protocol: UDP"))],
      "medium",
    ],
    [
      "which pods with a resolver of their own do not need",
      [withSpec(web, "env: []", "dnsPolicy: Default"), db, out(toDb)],
      undefined,
    ],
    [
      "which pods of the host network do not need",
      [withSpec(web, "env: []", "hostNetwork: true"), db, out(toDb)],
      undefined,
    ],
  ])("%s", (_, documents, severity) => {
    expect(foundAlone(join(...documents), "NPG601")[0]?.severity).toBe(severity);
  });
});

test("NPG601 gives OpenShift its port, and no rule for another cluster's DNS", () => {
  const out = policy(
    "shop",
    "web",
    "{ podSelector: {}, policyTypes: [Egress], egress: [{ to: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: openshift-dns } } }], ports: [{ port: 53, protocol: UDP }] }] }",
  );
  const [finding] = found(join(deployment("shop", "web"), out), "NPG601");
  expect(finding?.advice).toMatch(/5353/);
  expect(finding?.fix).toBeUndefined();
});

describe("NPG603, a controller on the network of its node", () => {
  const nginx = withSpec(deployment("edge", "proxy"), "env: []", "hostNetwork: true").replace(
    'labels: { app: "proxy" } }\n    spec',
    'labels: { app: "proxy", app.kubernetes.io/name: ingress-nginx } }\n    spec',
  );
  const ingress = `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web, namespace: shop }
spec: { rules: [{ http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: web, port: { number: 80 } } } }] } }] }
`;
  const admit = (peer: string) =>
    join(
      deployment("shop", "web"),
      service("web", "ports: [{ port: 80 }]"),
      nginx,
      ingress,
      policy("shop", "web", `{ podSelector: {}, ingress: [{ from: [${peer}] }] }`),
    );

  test("comes with the address of its node, which its namespace does not name", () => {
    const byNamespace = "{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: edge } } }";
    const [finding] = foundAlone(admit(byNamespace), "NPG603");
    expect(finding?.fact).toMatch(/refuses TCP 80 from edge\/proxy/);
    expect(foundAlone(admit("{ ipBlock: { cidr: 0.0.0.0/0 } }"), "NPG603")).toEqual([]);
  });
});

describe("NPG604, what is to be scraped", () => {
  const prometheus = deployment("monitoring", "prometheus");
  const web = withSpec(deployment("shop", "web"), "ports: [{ containerPort: 8080 }, { containerPort: 9100 }]");
  const only = (port: number) =>
    policy("shop", "web", `{ podSelector: {}, ingress: [{ ports: [{ port: ${port} }] }] }`);
  const annotated = (annotations: string) =>
    web.replace(
      'labels: { app: "web" } }\n    spec',
      `labels: { app: "web" }, annotations: ${annotations} }\n    spec`,
    );
  const onService = (annotations: string) =>
    join(web, service("web", "ports: [{ port: 80, targetPort: 8080 }]", annotations));

  test.each<[string, string, number, number]>([
    ["a pod by its port", annotated('{ prometheus.io/scrape: "true", prometheus.io/port: "9100" }'), 8080, 1],
    ["a pod by any of its ports", annotated('{ prometheus.io/scrape: "true" }'), 9999, 1],
    ["a pod by any of its ports, of which one is open", annotated('{ prometheus.io/scrape: "true" }'), 8080, 0],
    ["a Service by its port", onService('{ prometheus.io/scrape: "true", prometheus.io/port: "9100" }'), 8080, 1],
    ["a Service by the port it leads to", onService('{ prometheus.io/scrape: "true" }'), 9100, 1],
    ["a Service whose port is open", onService('{ prometheus.io/scrape: "true" }'), 8080, 0],
    ["nothing", onService('{ prometheus.io/scrape: "false" }'), 9999, 0],
  ])("%s", (_, workload, open, count) => {
    expect(foundAlone(join(prometheus, workload, only(open)), "NPG604")).toHaveLength(count);
  });
});

describe("NPG607, a flow that is needed", () => {
  const pods = join(deployment("shop", "web"), deployment("shop", "db"));
  const into = (ports: string) =>
    policy("shop", "db", `{ podSelector: { matchLabels: { app: db } }, ingress: [{ ports: [${ports}] }] }`);
  const needed = (declared: string, ...policies: readonly string[]) =>
    foundAlone(join(pods, ...policies), "NPG607", { config: `needs:\n  - ${declared}\n` }).map(({ severity, fact }) => [
      severity,
      fact,
    ]);

  test.each<[string, string, string, readonly string[]]>([
    [
      "is grave where it is declared",
      "{ from: shop/web, to: shop/db, port: TCP/5432 }",
      "{ port: 80 }",
      ["high", "shop/web needs TCP 5432 of shop/db, and may not open it."],
    ],
    [
      "of clients outside",
      "{ from: internet, to: shop/db, port: TCP/5432 }",
      "{ port: 80 }",
      ["high", "internet needs TCP 5432 of shop/db, and may not open it."],
    ],
    ["is there", "{ from: shop/web, to: shop/db, port: TCP/5432 }", "{ port: 5432 }", []],
    ["of any port is there once one is", "{ from: shop/web, to: shop/db }", "{ port: 5432 }", []],
  ])("%s", (_, declared, open, expected) => {
    expect(needed(declared, into(open))).toEqual(expected.length > 0 ? [expected] : []);
  });

  test("of all ports of UDP is denied in part", () => {
    const [[, fact] = []] = needed("{ from: shop/web, to: shop/db, port: UDP }", into("{ port: 53, protocol: UDP }"));
    expect(fact).toMatch(/needs UDP 1-52,54-65535/);
  });
});

describe("NPG602 and NPG610, what an operator may make", () => {
  const operator = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: stores.example.com }
spec: { group: example.com, names: { kind: Store, plural: stores }, scope: Namespaced, versions: [] }
`;
  const dangling = join(deployment("shop", "web"), service("db", "ports: [{ port: 5432 }]"));
  const waiting = join(
    withSpec(deployment("shop", "db"), "ports: [{ containerPort: 5432 }]"),
    service("db", "ports: [{ port: 5432 }]"),
    policy(
      "shop",
      "db",
      "{ podSelector: { matchLabels: { app: db } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: reader } } }] }] }",
    ),
  );

  test.each<[string, string, string, string]>([
    ["NPG610", "low", "info", dangling],
    ["NPG602", "high", "low", waiting],
  ])("%s is %s, and %s then", (id, alone, beside, text) => {
    expect(foundAlone(text, id).map(({ severity }) => severity)).toEqual([alone]);
    expect(foundAlone(join(text, operator), id).map(({ severity }) => severity)).toEqual([beside]);
  });

  test("clients in namespaces the input does not show may use a Service after all", () => {
    const elsewhere = waiting.replace(
      "{ podSelector: { matchLabels: { app: reader } } }",
      "{ namespaceSelector: { matchLabels: { team: reports } } }",
    );
    expect(foundAlone(elsewhere, "NPG602")).toMatchObject([{ severity: "medium", certainty: "assumed" }]);
    const route = `apiVersion: route.openshift.io/v1
kind: Route
metadata: { name: db, namespace: shop }
spec: { to: { kind: Service, name: db } }
`;
    expect(foundAlone(join(elsewhere, route), "NPG602")).toEqual([]);
  });
});
