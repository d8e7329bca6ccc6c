import { describe, expect, test } from "vitest";
import { findFact, findPaths } from "../../../src/analyses/paths.ts";
import { attackOn, documents, edgesOf, granted, namespace, object, pod } from "./edges.ts";

const security = "security.istio.io/v1";
const allow = (source: string, rest = "") =>
  object(security, "AuthorizationPolicy", "db", `spec: { rules: [{ from: [{ source: { ${source} } }] }]${rest} }`);
const deny = (rule: string) =>
  object(security, "AuthorizationPolicy", "no", `spec: { action: DENY, rules: [{ ${rule} }] }`);
const strict = object(security, "PeerAuthentication", "p", "spec: { mtls: { mode: STRICT } }");
const web = "principals: [cluster.local/ns/shop/sa/web]";
const mesh = namespace("shop", "istio-injection: enabled");
const db = pod("db", { container: "ports: [{ containerPort: 5432 }]" });
const client = (name: string, account: string) => pod(name, { spec: `serviceAccountName: ${account}` });

function path(text: string, from: string, to: string) {
  const attack = attackOn(text);
  const [a, b] = [findFact(attack, from, "start"), findFact(attack, to, "target")];
  return a && b ? findPaths(attack, a, b, 1)[0] : undefined;
}

const cost = (from: string, ...texts: readonly string[]) =>
  path(documents(...texts), `shop/Pod/${from}`, "shop/Pod/db")?.cost;

describe("a mesh that lets in by identity alone", () => {
  const clients = documents(client("a", "web"), client("b", "other"));
  const costs = (...texts: readonly string[]) => ["a", "b"].map((from) => cost(from, db, clients, ...texts));

  test.each([
    ["an account by its principal", web],
    ["in any trust domain", "principals: [example.org/ns/shop/sa/web]"],
    ["by its ending", 'principals: ["*/sa/web"]'],
    ["by its ServiceAccount", "serviceAccounts: [web]"],
    ["by its ServiceAccount and namespace", "serviceAccounts: [shop/web]"],
  ])("costs more without it: %s", (_, source) => {
    expect(costs(mesh, allow(source))).toEqual([3, 4]);
  });

  test("lets in whole namespaces, and nobody where it matches nothing", () => {
    expect(costs(mesh, allow("namespaces: [shop]"))).toEqual([3, 3]);
    expect(costs(mesh, allow("namespaces: [other]"))).toEqual([4, 4]);
    expect(costs(mesh, object(security, "AuthorizationPolicy", "db", "spec: {}"))).toEqual([4, 4]);
  });

  test("says what is assumed and by which policy", () => {
    const found = path(documents(db, clients, mesh, allow(web)), "shop/Pod/b", "shop/Pod/db");
    expect(found?.assumptions.join()).toContain("a way past the proxy of the mesh");
    expect(found?.steps[0]?.because.join()).toContain(
      "AuthorizationPolicy shop/db asks for an identity it does not have",
    );
  });

  test("is got past by what has the identity, from where it is", () => {
    const relay = documents(client("a", "web"), client("b", "other"));
    const only = object(
      "networking.k8s.io/v1",
      "NetworkPolicy",
      "a",
      "spec: { podSelector: { matchLabels: { app: a } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: b } } }] }] }",
    );
    const attack = attackOn(documents(db, relay, mesh, allow(web), only));
    const [from, to] = [findFact(attack, "shop/Pod/b", "start"), findFact(attack, "shop/Pod/db", "target")];
    const paths = from && to ? findPaths(attack, from, to, 5) : [];
    const last = paths.find(({ steps }) => steps.length === 2)?.steps[1];
    expect(last).toMatchObject({ from: "shop/Pod/a", also: [] });
    expect(last?.assumptions.join()).not.toContain("not evaluated");
  });

  test("lets in who acts as the account, and who forwards ports past its proxy", () => {
    expect(edgesOf(documents(db, clients, mesh, allow(web)), ["NET"])).toContain(
      "NET serviceaccount:shop/web → an identity that AuthorizationPolicy shop/db lets in (0 proved)",
    );
    const forwarding = granted('{ apiGroups: [""], resources: [pods/portforward], verbs: [create] }');
    expect(edgesOf(documents(db, mesh, allow(web), forwarding), ["RB-FWD"])).toContain(
      "RB-FWD forward:shop → declared door of db, past its proxy (0 proved)",
    );
  });

  test.each([
    ["nothing enrols its pods", [allow(web)]],
    ["a rule asks for no identity", [mesh, allow("ipBlocks: [10.0.0.0/8]")]],
    ["a rule only excepts some", [mesh, allow("notPrincipals: [x]")]],
    [
      "another policy lets anybody in",
      [
        mesh,
        allow(web),
        allow(web)
          .replace('"db"', '"all"')
          .replace(/rules: .*/, "rules: [{}] }"),
      ],
    ],
    ["the policy is for other pods", [mesh, allow(web, ", selector: { matchLabels: { app: other } }")]],
    ["the policy denies some identity, which plain text does not show", [mesh, allow(web, ", action: DENY")]],
    [
      "the policy denies some requests",
      [mesh, deny("from: [{ source: { notPrincipals: [x] } }], to: [{ operation: { paths: [/admin] } }]")],
    ],
    ["the policy denies another port", [mesh, deny('to: [{ operation: { ports: ["80"] } }]')]],
    [
      "the policy is tried out only",
      [mesh, allow(web).replace("namespace: shop", 'namespace: shop, annotations: { istio.io/dry-run: "true" }')],
    ],
    ["something outside decides", [mesh, allow(web, ", action: CUSTOM")]],
    [
      "mutual TLS is off",
      [mesh, allow(web), object(security, "PeerAuthentication", "p", "spec: { mtls: { mode: DISABLE } }")],
    ],
  ] as const)("asks for nothing where %s", (_, texts) => {
    expect(costs(...texts)).toEqual([3, 3]);
  });

  test("asks for nothing on ports kept from the proxy", () => {
    const open = db.replace(
      "labels:",
      'annotations: { traffic.sidecar.istio.io/excludeInboundPorts: "5432" }, labels:',
    );
    expect(cost("b", open, clients, mesh, allow(web))).toBe(3);
  });

  test("asks who comes from outside too", () => {
    const service = object(
      "v1",
      "Service",
      "db",
      "spec: { type: LoadBalancer, externalTrafficPolicy: Local, selector: { app: db }, ports: [{ port: 5432 }] }",
    );
    expect(path(documents(db, mesh, allow(web), service), "internet", "shop/Pod/db")?.cost).toBe(4);
    expect(path(documents(db, mesh, service), "internet", "shop/Pod/db")?.cost).toBe(3);
  });

  test("by the port: a rule for another one lets nobody in on this", () => {
    const rule = (port: string) =>
      allow(`${web}`).replace("}] }]", `}], to: [{ operation: { ports: ["${port}"] } }] }]`);
    expect(costs(mesh, rule("5432"))).toEqual([3, 4]);
    expect(costs(mesh, rule("80"))).toEqual([4, 4]);
    const anybody = object(
      security,
      "AuthorizationPolicy",
      "o",
      'spec: { rules: [{ to: [{ operation: { ports: ["80"] } }] }] }',
    );
    expect(costs(mesh, anybody)).toEqual([4, 4]);
    expect(costs(mesh, anybody.replace("80", "5432"))).toEqual([3, 3]);
  });

  test("by DENY: of all but some identities, and of all there are", () => {
    expect(costs(mesh, deny("from: [{ source: { notPrincipals: [cluster.local/ns/shop/sa/web] } }]"))).toEqual([3, 4]);
    expect(costs(mesh, deny("from: [{ source: { notNamespaces: [shop] } }]"))).toEqual([3, 3]);
    expect(costs(mesh, object(security, "AuthorizationPolicy", "no", "spec: { action: DENY, rules: [{}] }"))).toEqual([
      4, 4,
    ]);
    expect(costs(mesh, strict, deny("from: [{ source: { principals: [cluster.local/ns/shop/sa/other] } }]"))).toEqual([
      3, 4,
    ]);
  });

  test("by mutual TLS: any identity of the mesh, which a pod outside it has to get first", () => {
    expect(costs(mesh, strict)).toEqual([3, 3]);
    const outside = documents(
      client("a", "web"),
      client("b", "other").replace("labels:", 'annotations: { sidecar.istio.io/inject: "false" }, labels:'),
    );
    const found = path(documents(db, outside, mesh, strict), "shop/Pod/b", "shop/Pod/db");
    expect(found).toMatchObject({ cost: 3, certainty: "assumed" });
    expect(found?.assumptions.join()).toContain("can get a certificate for its account");
    expect(path(documents(db, outside, mesh, strict), "shop/Pod/a", "shop/Pod/db")?.assumptions.join()).not.toContain(
      "certificate",
    );
  });

  test("and not on what is no TCP", () => {
    const udp = db.replace("containerPort: 5432", "containerPort: 5432, protocol: UDP");
    expect(cost("b", udp, clients, mesh, allow(web))).toBe(3);
  });

  test("what is not evaluated is said", () => {
    const said = (...texts: readonly string[]) => attackOn(documents(...texts)).unfollowed.map(({ what }) => what);
    expect(said(allow(web, ", action: CUSTOM"))).toEqual(["AuthorizationPolicy shop/db"]);
    expect(said(allow(web, ", targetRefs: [{ kind: Service, name: db }]"))).toEqual(["AuthorizationPolicy shop/db"]);
    expect(said(allow(web))).toEqual([]);
    expect(
      said(
        object("policy.linkerd.io/v1beta3", "Server", "db", "spec: { podSelector: {}, port: 80 }"),
        object("policy.linkerd.io/v1alpha1", "AuthorizationPolicy", "db", "spec: {}"),
      ),
    ).toEqual(["AuthorizationPolicy shop/db", "Server shop/db"]);
  });

  test("what Linkerd may refuse is a caveat of steps from and to its namespace, and of no others", () => {
    const server = object("policy.linkerd.io/v1beta3", "Server", "db", "spec: { podSelector: {}, port: 5432 }");
    const elsewhere = documents(pod("far"), pod("farther")).replaceAll("namespace: shop", "namespace: away");
    const assumed = (from: string, to: string) =>
      path(documents(db, clients, elsewhere, server), from, to)?.assumptions.join();
    expect(assumed("shop/Pod/a", "shop/Pod/db")).toContain("Server `shop/db` is of a kind that is not evaluated");
    expect(assumed("away/Pod/far", "shop/Pod/db")).toContain("Server `shop/db` is of a kind that is not evaluated");
    expect(assumed("away/Pod/far", "away/Pod/farther")).not.toContain("not evaluated");
  });
});
