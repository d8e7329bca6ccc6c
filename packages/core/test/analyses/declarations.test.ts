import { describe, expect, test } from "vitest";
import {
  attackGraph,
  check,
  checkIn,
  chokePoints,
  declaredIn,
  FindingContext,
  findExposure,
  type Options,
  pathsReport,
  postureOf,
  reach,
  readConfig,
} from "../../src/index.ts";
import { admit, object, pod, programOf, serviceOf } from "./exposure/manifests.ts";

const web = pod("shop/web", "10.0.0.1");
const db = pod("shop/db", "10.0.0.2");
const runner = pod("ci/runner", "10.0.0.3");
const secret = object("v1", "Secret", "shop/login", "type: Opaque");

function declared(documents: readonly string[], text: string, options: Partial<Options> = {}) {
  const program = programOf(documents, options);
  const { config, diagnostics } = readConfig({ path: "watertight.yaml", text });
  expect(diagnostics).toEqual([]);
  return { program, ...declaredIn(program, config) };
}

describe("names", () => {
  test("are found as everywhere else", () => {
    const { declared: found, diagnostics } = declared(
      [web, db, secret],
      "jewels: [db, shop/Pod/web, 'secret:shop/login', cluster-admin, 10.0.0.1]",
      { defaultNamespace: "shop" },
    );
    expect(diagnostics).toEqual([]);
    expect(found.jewels.map(({ fact }) => fact)).toEqual([
      { kind: "own", name: "shop/Pod/db" },
      { kind: "own", name: "shop/Pod/web" },
      { kind: "know", name: "secret:shop/login" },
      { kind: "admin", name: "cluster-admin" },
      { kind: "own", name: "shop/Pod/web" },
    ]);
  });

  test.each([
    ["jewels: [shop/bd]", "name-unknown", "shop/Pod/db"],
    ["entries: [{ name: shop/wep }]", "name-unknown", "shop/Pod/web"],
    ["needs: [{ from: shop/web, to: shop/d }]", "name-unknown", "shop/Pod/db"],
    ["jewels: ['secret:shop/logins']", "name-unknown", "secret:shop/login"],
    ["controllers: [{ ingressClass: ngnix, workloads: [shop/web] }]", "name-unknown", "nginx"],
    ["controllers: [{ ingressClass: nginx, workloads: [shop/wep] }]", "name-unknown", "shop/Pod/web"],
    ["needs: [{ from: shop/web, to: shop/Service/db }]", "name-unknown", "workload behind it"],
    ["entries: [10.9.0.0/16]", "field-invalid", "name a workload"],
    ["entries: [internet]", "field-invalid", "name a workload"],
  ])("%s: what is unknown is told with candidates and place", (text, code, fix) => {
    const ingressClass = object("networking.k8s.io/v1", "IngressClass", "nginx", "spec: { controller: x/y }");
    const { declared: found, diagnostics } = declared([web, db, secret, serviceOf("shop/db"), ingressClass], text);
    expect(diagnostics).toMatchObject([
      { code, severity: "error", fix: expect.stringContaining(fix), span: { path: "watertight.yaml", line: 1 } },
    ]);
    expect([found.jewels, found.entries, found.needs, found.controllers].flat()).toEqual([]);
  });

  test("that several workloads bear are told with all of them, and the rest is used", () => {
    const deployment = object(
      "apps/v1",
      "Deployment",
      "shop/web",
      "spec: { selector: { matchLabels: { app: x } }, template: { metadata: { labels: { app: x } }, spec: { containers: [{ name: c, image: i }] } } }",
    );
    const { declared: found, diagnostics } = declared([web, deployment, db], "jewels:\n  - shop/web\n  - shop/db\n");
    expect(diagnostics).toMatchObject([{ code: "name-ambiguous", span: { line: 2, column: 5 } }]);
    expect(diagnostics[0]?.fix).toContain("shop/Deployment/web, shop/Pod/web");
    expect(found.jewels.map(({ fact }) => fact.name)).toEqual(["shop/Pod/db"]);
  });

  test("of a workload that policies split mean all of its parts", () => {
    const set = object(
      "apps/v1",
      "StatefulSet",
      "shop/store",
      "spec: { replicas: 2, selector: { matchLabels: { app: store } }, template: { metadata: { labels: { app: store } }, spec: { containers: [{ name: c, image: i }] } } }",
    );
    const first = object(
      "networking.k8s.io/v1",
      "NetworkPolicy",
      "shop/first",
      "spec: { podSelector: { matchLabels: { statefulset.kubernetes.io/pod-name: store-0 } }, ingress: [] }",
    );
    const { program, declared: found } = declared(
      [set, first, web],
      "jewels: [shop/store]\nneeds: [{ from: shop/web, to: shop/store }]",
    );
    const parts = reach(program)
      .endpoints.map(({ id }) => id)
      .filter((id) => id.startsWith("shop/StatefulSet/store"));
    const { graph, jewels } = attackGraph(reach(program), { declared: found });
    const named = jewels.filter(({ provenance }) => provenance === "declared");
    expect(named.map(({ fact }) => graph.facts[fact]?.name)).toEqual(parts);
    expect(found.needs.map(({ to }) => to)).toEqual(parts);
  });
});

describe("a declared entry", () => {
  const entries = "entries: [{ name: ci/runner, reason: open merge requests }]";

  test("is a way in from the internet, assumed, with its reason and place", () => {
    const { program, declared: found } = declared([web, runner], entries);
    const attack = attackGraph(reach(program), { declared: found, edges: "network" });
    expect(attack.entries).toMatchObject([
      { object: "watertight.yaml:1", workload: "ci/Pod/runner", standing: "assumed", provenance: "declared" },
    ]);
    const { paths } = pathsReport(attack, { k: 1, needs: [], to: attack.graph.find("own", "shop/Pod/web") as never });
    const path = paths.find(({ from }) => from === "internet");
    expect(path).toMatchObject({ to: "shop/Pod/web", certainty: "assumed" });
    expect(path?.assumptions.join()).toContain("open merge requests");
  });

  test("is left out where only what is proved counts", () => {
    const { program, declared: found } = declared([web, runner], entries);
    const { graph } = attackGraph(reach(program), { declared: found, certainty: "proved" });
    expect(graph.rules.filter(({ edge }) => edge === "EXPOSE")).toEqual([]);
  });

  test("is no needed flow, and makes nothing exposed", () => {
    const { program, declared: found } = declared([web, runner], entries);
    const attack = attackGraph(reach(program), { declared: found });
    const start = attack.graph.find("own", "ci/Pod/runner");
    const target = attack.graph.find("own", "shop/Pod/web");
    if (!start || !target) throw new Error("no facts");
    expect(chokePoints(attack, [start], [target]).needs).toEqual([]);
    expect(findExposure(program, found).exposures.every(({ published }) => !published.possible)).toBe(true);
  });

  test("makes a finding about it graver, and says why", () => {
    const { program, declared: found } = declared([web, runner], entries);
    const of = (findings: ReturnType<typeof check>["findings"]) => findings.find(({ key }) => key === "NPG104 ci");
    const [before, after] = [of(check(program).findings), of(checkIn(new FindingContext(program, found)).findings)];
    const inner = (one: typeof before) => [one, ...(one?.covers ?? [])].flatMap((each) => each?.weights ?? []);
    expect(inner(before).map(({ because }) => because)).not.toContain("watertight.yaml:1 declares it an entry point");
    expect(inner(after).map(({ because }) => because)).toContain("watertight.yaml:1 declares it an entry point");
  });
});

describe("declared needs", () => {
  test("count in the posture, and in what findings take for needed", () => {
    const { program, declared: found } = declared(
      [web, db],
      "needs: [{ from: shop/web, to: shop/db, port: 8080, reason: orders }, { from: shop/web, to: internet }]",
    );
    expect(found.needs).toMatchObject([
      { from: "shop/Pod/web", to: "shop/Pod/db", provenance: "declared", because: "declared: orders" },
      { from: "shop/Pod/web", to: "internet" },
    ]);
    const context = new FindingContext(program, found);
    expect(context.needed.map(({ from, to }) => `${from.id} ${to.id}`)).toEqual(["shop/Pod/web shop/Pod/db"]);
    const segmentation = (one: FindingContext) =>
      postureOf(one).profile.dimensions.find(({ id }) => id === "segmentation")?.parts;
    expect(segmentation(context)).not.toEqual(segmentation(new FindingContext(program)));
  });
});

describe("EXP-13: a declared controller", () => {
  const proxy = pod("edge/proxy", "10.0.9.1");
  const other = pod("edge/other", "10.0.9.2", { labels: "app.kubernetes.io/name: ingress-nginx" });
  const ingress = object(
    "networking.k8s.io/v1",
    "Ingress",
    "shop/web",
    "spec: { ingressClassName: nginx, defaultBackend: { service: { name: web, port: { number: 80 } } } }",
  );
  const documents = [
    web,
    serviceOf("shop/web"),
    admit("shop/web", "{ namespaceSelector: {}, podSelector: { matchLabels: { app: proxy } } }"),
    proxy,
    serviceOf("edge/proxy", "type: LoadBalancer"),
    other,
    ingress,
  ];
  const entry = (text: string) => {
    const { program, declared: found } = declared(documents, text);
    const exposures = findExposure(program, found).exposures;
    return exposures.find(({ endpoint }) => endpoint.id === "shop/Pod/web")?.entries;
  };

  test("comes before any that only looks like one", () => {
    expect(entry("")?.[0]?.controller?.endpoint?.id).toBe("edge/Pod/other");
    expect(entry("controllers: [{ ingressClass: nginx, workloads: [edge/proxy], reason: renamed }]")).toMatchObject([
      {
        controller: { standing: "found", endpoint: { id: "edge/Pod/proxy" }, because: "it is declared to be: renamed" },
        exposed: { certain: true },
      },
    ]);
  });

  test("may be several workloads, all of which serve it", () => {
    const found = entry("controllers: [{ ingressClass: nginx, workloads: [edge/proxy, edge/other] }]");
    expect(found?.map(({ controller }) => controller?.endpoint?.id).sort()).toEqual([
      "edge/Pod/other",
      "edge/Pod/proxy",
    ]);
    expect(found?.flatMap(({ assumptions }) => assumptions.map(({ code }) => code))).not.toContain(
      "controller-several",
    );
  });

  test("serves Gateways of its class", () => {
    const api = "gateway.networking.k8s.io/v1";
    const { program, declared: found } = declared(
      [
        web,
        serviceOf("shop/web"),
        proxy,
        serviceOf("edge/proxy", "type: LoadBalancer"),
        object(api, "GatewayClass", "eg", "spec: { controllerName: example.com/mine }"),
        object(
          api,
          "Gateway",
          "shop/main",
          "spec: { gatewayClassName: eg, listeners: [{ name: h, port: 80, protocol: HTTP }] }",
        ),
        object(
          api,
          "HTTPRoute",
          "shop/web",
          "spec: { parentRefs: [{ name: main }], rules: [{ backendRefs: [{ name: web, port: 80 }] }] }",
        ),
      ],
      "controllers: [{ gatewayClass: eg, workloads: [edge/proxy] }]",
    );
    const entries = findExposure(program, found).exposures.flatMap((one) => one.entries);
    expect(entries.find(({ kind }) => kind === "gateway")?.controller?.endpoint?.id).toBe("edge/Pod/proxy");
  });
});
