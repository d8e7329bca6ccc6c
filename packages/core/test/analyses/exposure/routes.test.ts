import { describe, expect, test } from "vitest";
import { isBlocked } from "../../../src/index.ts";
import { admit, deadEndsOf, entriesTold, exposureOf, namespace, object, pod, service, serviceOf } from "./manifests.ts";

const web = pod("shop/web", "10.0.0.1");
const WEB = "shop/Pod/web";
const GATEWAY = "gateway.networking.k8s.io/v1";

function ingress(id: string, spec: string, meta = ""): string {
  return object("networking.k8s.io/v1", "Ingress", id, `spec: ${spec}`, meta);
}

const rule = (host: string, path: string, name: string, port = "number: 80") =>
  `{ host: ${host}, http: { paths: [{ path: ${path}, pathType: Prefix, backend: { service: { name: ${name}, port: { ${port} } } } }] } }`;

const toWeb = ingress("shop/web", `{ ingressClassName: nginx, rules: [${rule("shop.example", "/", "web")}] }`);
const nginxClass = object(
  "networking.k8s.io/v1",
  "IngressClass",
  "nginx",
  "spec: { controller: k8s.io/ingress-nginx }",
);
const controller = pod("ingress-nginx/proxy", "10.0.9.1", { labels: "app.kubernetes.io/name: ingress-nginx" });
const edge = serviceOf("ingress-nginx/proxy", "type: LoadBalancer");
const fromNginx = "{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: ingress-nginx } } }";

describe("EXP-11: an Ingress leads to Services of its namespace", () => {
  test("host and path are told, and the port of the pod", () => {
    const spec = `{ rules: [${rule("shop.example", "/api", "web")}, ${rule("shop.example", "/cart", "web")}] }`;
    const [entry] = exposureOf([web, serviceOf("shop/web"), ingress("shop/web", spec)]).exposures[0]?.entries ?? [];
    expect(entry?.hosts).toEqual(["shop.example/api", "shop.example/cart"]);
    expect(entry?.ports).toEqual([{ protocol: "TCP", fronts: [80], target: 8080 }]);
  });

  test.each([
    ["missing-service", [web]],
    ["missing-port", [web, service("shop/web", "{ selector: { app: web }, ports: [{ port: 81 }] }")]],
    ["no-endpoints", [serviceOf("shop/web")]],
    ["leads-outside", [web, service("shop/web", "{ type: ExternalName, externalName: web.example.com }")]],
  ])("%s is told, and publishes nothing", (reason, documents) => {
    expect(deadEndsOf([...documents, toWeb])).toEqual([reason]);
    expect(entriesTold([...documents, toWeb])).toEqual([]);
  });

  test("a backend that is no Service is told", () => {
    const spec = "{ defaultBackend: { resource: { apiGroup: k8s.example.com, kind: Bucket, name: static } } }";
    expect(deadEndsOf([ingress("shop/web", spec)])).toEqual(["not-a-service"]);
  });

  test("an alias of a Service elsewhere is followed, and said to be", () => {
    const alias = service(
      "shop/web",
      "{ type: ExternalName, externalName: cart.pay.svc.cluster.local, ports: [{ port: 80 }] }",
    );
    const documents = [pod("pay/cart", "10.0.0.2"), serviceOf("pay/cart"), alias, toWeb, nginxClass, controller, edge];
    const entry = exposureOf(documents)
      .exposures.flatMap(({ entries }) => entries)
      .find(({ kind }) => kind === "ingress");
    expect(entry?.endpoint.id).toBe("pay/Pod/cart");
    expect(entry?.assumptions.map(({ code }) => code)).toEqual(["alias-followed"]);
    expect(entry?.published).toEqual({ certain: false, expected: true, possible: true });
  });
});

describe("EXP-12, EXP-13: who serves an Ingress", () => {
  const shop = [web, serviceOf("shop/web")];
  const standing = (documents: readonly string[]) =>
    exposureOf(documents)
      .exposures.flatMap(({ entries }) => entries)
      .flatMap((entry) => (entry.controller ? [[entry.controller.standing, entry.controller.endpoint?.id]] : []));

  test("the pods that look like the controller of its class", () => {
    expect(standing([...shop, toWeb, nginxClass, controller, edge])).toEqual([["found", "ingress-nginx/Pod/proxy"]]);
  });

  test("the pods whose arguments name it, before those that only look like it", () => {
    const own = object(
      "v1",
      "Pod",
      "edge/own",
      "spec: { containers: [{ name: main, image: main, args: [--controller-class=example.com/own] }] }\nstatus: { podIP: 10.0.9.2 }",
    );
    const ownClass = object("networking.k8s.io/v1", "IngressClass", "nginx", "spec: { controller: example.com/own }");
    expect(standing([...shop, toWeb, ownClass, controller, own])).toEqual([["found", "edge/Pod/own"]]);
  });

  test("the default class, where the Ingress names none", () => {
    const bare = ingress("shop/web", `{ rules: [${rule("shop.example", "/", "web")}] }`);
    const asDefault = object(
      "networking.k8s.io/v1",
      "IngressClass",
      "main",
      "spec: { controller: traefik.io/ingress-controller }",
      'annotations: { ingressclass.kubernetes.io/is-default-class: "true" }',
    );
    expect(standing([...shop, bare, asDefault, controller])).toEqual([["assumed", undefined]]);
    expect(standing([...shop, bare, controller])).toEqual([["found", "ingress-nginx/Pod/proxy"]]);
  });

  test("nobody's pods for a controller that is a balancer of the cloud; AWS's is internal unless its scheme says otherwise", () => {
    const alb = (scheme: string) =>
      ingress(
        "shop/web",
        `{ ingressClassName: alb, rules: [${rule("shop.example", "/", "web")}] }`,
        `annotations: { alb.ingress.kubernetes.io/scheme: ${scheme} }`,
      );
    const published = (scheme: string) => exposureOf([...shop, alb(scheme)]).exposures[0]?.published.expected;
    expect(standing([...shop, alb("internal")])).toEqual([["outside", undefined]]);
    expect([published("internal"), published("internet-facing")]).toEqual([false, true]);
  });

  test("an assumed one: only what admits every pod is sure, and what its defaults are admitted by is likely", () => {
    const assumed = (...policies: readonly string[]) => entriesTold([...shop, toWeb, ...policies]);
    expect(assumed()).toEqual([`ingress ${WEB} unknown yes unknown`]);
    expect(assumed(admit("shop/web", "{ namespaceSelector: {} }"))).toEqual([`ingress ${WEB} unknown yes unknown`]);
    expect(assumed(admit("shop/web"))).toEqual([`ingress ${WEB} unknown no no`]);
    expect(assumed(admit("shop/web", "{ ipBlock: { cidr: 10.9.0.0/16 } }"))).toEqual([
      `ingress ${WEB} unknown unknown unknown`,
    ]);
    expect(assumed(admit("shop/web", fromNginx))).toEqual([`ingress ${WEB} unknown unknown unknown`]);
    const permitted = (from: string) =>
      exposureOf([...shop, toWeb, admit("shop/web", from)]).exposures[0]?.entries[0]?.permitted;
    expect(permitted(fromNginx)?.expected).toBe(true);
    expect(permitted("{ namespaceSelector: { matchLabels: { team: edge } } }")).toEqual({
      certain: false,
      expected: false,
      possible: true,
    });
    expect(permitted("{ podSelector: { matchLabels: { role: edge } } }")?.possible).toBe(true);
  });

  test("one of which nothing is known is told in words of the input", () => {
    const bare = ingress("shop/web", `{ rules: [${rule("shop.example", "/", "web")}] }`);
    const [entry] = exposureOf([...shop, bare, admit("shop/web", fromNginx)]).exposures[0]?.entries ?? [];
    const said = (entry?.sources ?? []).flatMap(({ decision }) => decision.assumptions.map(({ message }) => message));
    expect(said.join()).toContain("nothing is known of the controller's pods");
    expect(said.join()).not.toContain("(unknown)");
  });
});

describe("EXP-14: what a proxy hands on", () => {
  const base = [web, serviceOf("shop/web"), toWeb, nginxClass, controller];
  const entryIn = (documents: readonly string[]) =>
    exposureOf(documents)
      .exposures.flatMap(({ entries }) => entries)
      .find(({ kind }) => kind === "ingress");

  test("is exposed when the proxy is, under the proxy's address", () => {
    const entry = entryIn([...base, edge, admit("shop/web", fromNginx)]);
    expect(entry?.exposed).toEqual({ certain: true, expected: true, possible: true });
    expect(entry?.through?.chain.map(({ kind, name }) => `${kind} ${name}`)).toEqual(["Service proxy"]);
    expect(entry?.chain.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      "IngressClass nginx",
      "Ingress web",
      "Service web",
    ]);
  });

  test("is blocked when its policies admit the internet, but not the proxy", () => {
    const entry = entryIn([...base, edge, admit("shop/web", "{ ipBlock: { cidr: 0.0.0.0/0, except: [10.0.0.0/8] } }")]);
    expect(entry && isBlocked(entry)).toBe(true);
    expect(entry?.published.certain).toBe(true);
  });

  test("needs the proxy's egress too", () => {
    const closed = object(
      "networking.k8s.io/v1",
      "NetworkPolicy",
      "ingress-nginx/closed",
      "spec: { podSelector: {}, policyTypes: [Egress] }",
    );
    expect(entryIn([...base, edge, closed])?.permitted.possible).toBe(false);
  });

  test("is not exposed while the proxy is closed to the world, or nothing leads to it", () => {
    const shut = entryIn([...base, edge, admit("ingress-nginx/proxy")]);
    expect([shut?.published.possible, shut?.permitted.certain]).toEqual([false, true]);
    expect(entryIn(base)?.published).toEqual({ certain: false, expected: false, possible: true });
  });

  test("EXP-26: a proxy behind a proxy is exposed through both, and two that only lead to each other are not", () => {
    const inner = pod("edge/inner", "10.0.9.3", { labels: "app.kubernetes.io/name: traefik" });
    const chained = [
      ...base,
      edge,
      inner,
      serviceOf("edge/inner"),
      ingress("edge/inner", `{ ingressClassName: nginx, rules: [${rule("in.example", "/", "inner")}] }`),
      ingress("shop/again", `{ ingressClassName: traefik, rules: [${rule("deep.example", "/", "web")}] }`),
    ];
    const deep = exposureOf(chained)
      .exposures.flatMap(({ entries }) => entries)
      .find(({ hosts }) => hosts.includes("deep.example"));
    expect(deep?.exposed.certain).toBe(true);
    expect(deep?.through?.through?.kind).toBe("load-balancer");

    const loop = [
      controller,
      serviceOf("ingress-nginx/proxy"),
      inner,
      serviceOf("edge/inner"),
      ingress("edge/inner", `{ ingressClassName: nginx, rules: [${rule("a.example", "/", "inner")}] }`),
      ingress("ingress-nginx/back", `{ ingressClassName: traefik, rules: [${rule("b.example", "/", "proxy")}] }`),
    ];
    expect(exposureOf(loop).exposures.map(({ exposed }) => exposed.expected)).toEqual([false, false]);
  });
});

describe("EXP-15 to EXP-19: Gateway API", () => {
  const gateway = (listener: string) =>
    object(
      GATEWAY,
      "Gateway",
      "edge/main",
      `spec: { gatewayClassName: eg, listeners: [{ name: web, port: 80, ${listener} }] }`,
    );
  const route = (
    id: string,
    { kind = "HTTPRoute", hosts = "", parent = "", backend = "{ name: web, port: 80 }" } = {},
  ) =>
    object(
      GATEWAY,
      kind,
      id,
      `spec: { parentRefs: [{ name: main, namespace: edge${parent} }], hostnames: [${hosts}], rules: [{ backendRefs: [${backend}] }] }`,
    );
  const proxy = pod("edge/envoy", "10.0.9.4", { labels: "gateway.networking.k8s.io/gateway-name: main" });
  const front = serviceOf("edge/envoy", "type: LoadBalancer");
  const shop = [web, serviceOf("shop/web"), proxy, front, namespace("shop", "tier: public"), namespace("edge")];
  const all = "protocol: HTTP, allowedRoutes: { namespaces: { from: All } }";
  const onWeb = (documents: readonly string[]) =>
    entriesTold([...shop, ...documents]).filter((line) => line.includes(WEB));
  const EXPOSED = [`gateway ${WEB} yes yes yes`];

  test("a route that a listener takes is exposed through the pods made for its Gateway", () => {
    expect(onWeb([gateway(all), route("shop/web")])).toEqual(EXPOSED);
    expect(onWeb([gateway(all), route("shop/web", { kind: "GRPCRoute" })])).toEqual(EXPOSED);
  });

  test.each([
    ["protocol: HTTP", [], ["not-attached"]],
    ["protocol: HTTP, allowedRoutes: { namespaces: { from: None } }", [], ["not-attached"]],
    [
      "protocol: HTTP, allowedRoutes: { namespaces: { from: Selector, selector: { matchLabels: { tier: public } } } }",
      EXPOSED,
      [],
    ],
    [
      "protocol: HTTP, allowedRoutes: { namespaces: { from: Selector, selector: { matchLabels: { tier: inner } } } }",
      [],
      ["not-attached"],
    ],
    [
      "protocol: HTTP, allowedRoutes: { namespaces: { from: All }, kinds: [{ kind: GRPCRoute }] }",
      [],
      ["not-attached"],
    ],
    ["protocol: TCP, allowedRoutes: { namespaces: { from: All } }", [], ["not-attached"]],
  ])("a listener with %s takes an HTTPRoute of another namespace or not", (listener, entries, ends) => {
    expect(onWeb([gateway(listener), route("shop/web")])).toEqual(entries);
    expect(deadEndsOf([...shop, gateway(listener), route("shop/web")])).toEqual(ends);
  });

  test("EXP-16: hosts have to meet, and those in common are told", () => {
    const named = gateway(`${all}, hostname: "*.shop.example"`);
    const hostsOf = (hosts: string) =>
      exposureOf([...shop, named, route("shop/web", { hosts })])
        .exposures.flatMap(({ entries }) => entries)
        .find(({ kind }) => kind === "gateway")?.hosts;
    expect(hostsOf("a.b.shop.example")).toEqual(["a.b.shop.example"]);
    expect(hostsOf("")).toEqual(["*.shop.example"]);
    expect(hostsOf("shop.example")).toBeUndefined();
  });

  test("a section name or port narrows the listeners", () => {
    expect(onWeb([gateway(all), route("shop/web", { parent: ", sectionName: web" })])).toEqual(EXPOSED);
    expect(onWeb([gateway(all), route("shop/web", { parent: ", sectionName: other" })])).toEqual([]);
    expect(onWeb([gateway(all), route("shop/web", { parent: ", port: 443" })])).toEqual([]);
  });

  test("EXP-17: a Service of another namespace needs a grant there", () => {
    const crossing = route("edge/web", { backend: "{ name: web, namespace: shop, port: 80 }" });
    const grant = (name: string) =>
      object(
        "gateway.networking.k8s.io/v1beta1",
        "ReferenceGrant",
        "shop/in",
        `spec: { from: [{ group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: edge }], to: [{ group: "", kind: Service${name} }] }`,
      );
    expect(deadEndsOf([...shop, gateway(all), crossing])).toEqual(["not-granted"]);
    expect(onWeb([gateway(all), crossing, grant("")])).toEqual(EXPOSED);
    expect(onWeb([gateway(all), crossing, grant(", name: other")])).toEqual([]);
  });

  test("a backend of weight 0 gets nothing", () => {
    expect(onWeb([gateway(all), route("shop/web", { backend: "{ name: web, port: 80, weight: 0 }" })])).toEqual([]);
  });

  test("EXP-18: TCPRoutes and TLSRoutes lead to Services as well", () => {
    const tcp = "protocol: TCP, allowedRoutes: { namespaces: { from: All } }";
    const tls = "protocol: TLS, tls: { mode: Passthrough }, allowedRoutes: { namespaces: { from: All } }";
    expect(onWeb([gateway(tcp), route("shop/web", { kind: "TCPRoute" })])).toEqual(EXPOSED);
    expect(onWeb([gateway(tls), route("shop/web", { kind: "TLSRoute" })])).toEqual(EXPOSED);
  });

  test("a route for a mesh publishes nothing", () => {
    const mesh = object(
      GATEWAY,
      "HTTPRoute",
      "shop/web",
      "spec: { parentRefs: [{ group: '', kind: Service, name: web }], rules: [{ backendRefs: [{ name: web, port: 80 }] }] }",
    );
    expect(onWeb([mesh])).toEqual([]);
    expect(deadEndsOf([...shop, mesh])).toEqual([]);
  });

  test("without its pods, those made for it are assumed", () => {
    const bare = [web, serviceOf("shop/web"), gateway(all), route("shop/web")];
    expect(entriesTold(bare)).toEqual([`gateway ${WEB} unknown yes unknown`]);
  });
});

describe("EXP-20: Istio gateways", () => {
  test("a VirtualService is exposed through the pods its Gateway selects", () => {
    const proxy = pod("istio-system/gw", "10.0.9.5", { labels: "istio: ingressgateway" });
    const gateway = object(
      "networking.istio.io/v1",
      "Gateway",
      "shop/main",
      "spec: { selector: { istio: ingressgateway }, servers: [{ port: { number: 80, name: http, protocol: HTTP }, hosts: ['*'] }] }",
    );
    const virtual = object(
      "networking.istio.io/v1",
      "VirtualService",
      "shop/web",
      "spec: { hosts: [shop.example], gateways: [main], http: [{ route: [{ destination: { host: web, port: { number: 80 } } }] }] }",
    );
    const documents = [
      web,
      serviceOf("shop/web"),
      proxy,
      serviceOf("istio-system/gw", "type: LoadBalancer"),
      gateway,
      virtual,
    ];
    expect(entriesTold(documents).filter((line) => line.includes(WEB))).toEqual([`istio-gateway ${WEB} yes yes yes`]);
  });
});

describe("EXP-21 to EXP-23: OpenShift Routes", () => {
  const route = (more = "") =>
    object(
      "route.openshift.io/v1",
      "Route",
      "shop/web",
      `spec: { host: shop.example, to: { kind: Service, name: web }${more} }`,
      "labels: { tier: public }",
    );
  const shop = [web, serviceOf("shop/web")];
  const router = (spec: string) =>
    object("operator.openshift.io/v1", "IngressController", "openshift-ingress-operator/default", `spec: { ${spec} }`);
  const external = "endpointPublishingStrategy: { type: LoadBalancerService, loadBalancer: { scope: External } }";
  const frontsOf = (more: string) =>
    exposureOf([...shop, route(more)]).exposures.flatMap(({ entries }) =>
      entries.flatMap(({ ports }) => ports.map(({ fronts }) => fronts)),
    );

  test("TLS decides on which ports it is served", () => {
    expect(frontsOf("")).toEqual([[80]]);
    expect(frontsOf(", tls: { termination: edge }")).toEqual([[443]]);
    expect(frontsOf(", tls: { termination: edge, insecureEdgeTerminationPolicy: Redirect }")).toEqual([[80, 443]]);
  });

  test("EXP-22: how routers are published decides whether it is", () => {
    expect(entriesTold([...shop, route(), router(external)])).toEqual([`openshift-route ${WEB} yes yes yes`]);
    expect(entriesTold([...shop, route(), router("endpointPublishingStrategy: { type: Private }")])).toEqual([
      `openshift-route ${WEB} no yes no`,
    ]);
    expect(entriesTold([...shop, route()])).toEqual([`openshift-route ${WEB} unknown yes unknown`]);
  });

  test("a router may leave routes out by label and namespace", () => {
    const only = (selector: string) => deadEndsOf([...shop, route(), router(`${external}, ${selector}`)]);
    expect(only("routeSelector: { matchLabels: { tier: public } }")).toEqual([]);
    expect(only("routeSelector: { matchLabels: { tier: inner } }")).toEqual(["not-served"]);
  });

  test("a policy for the documented label of router namespaces is likely to admit them", () => {
    const documented = admit(
      "shop/web",
      "{ namespaceSelector: { matchLabels: { network.openshift.io/policy-group: ingress } } }",
    );
    const [entry] = exposureOf([...shop, route(), router(external), documented]).exposures[0]?.entries ?? [];
    expect(entry?.permitted).toEqual({ certain: false, expected: true, possible: true });
  });

  test("alternate backends get traffic unless their weight is 0", () => {
    const other = [pod("shop/alt", "10.0.0.7"), serviceOf("shop/alt")];
    const to = (weight: number) =>
      entriesTold([...shop, ...other, route(`, alternateBackends: [{ kind: Service, name: alt, weight: ${weight} }]`)])
        .length;
    expect([to(0), to(10)]).toEqual([1, 2]);
  });
});
