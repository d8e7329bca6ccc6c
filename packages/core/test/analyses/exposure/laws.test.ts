import fc from "fast-check";
import { expect, test } from "vitest";
import { decide, type Entry, findExposure } from "../../../src/index.ts";
import { admit, node, object, pod, programOf, serviceOf } from "./manifests.ts";

const CLIENT = "93.184.216.34";
const NODE = "192.168.0.4";

const peer = fc.constantFrom(
  "{ ipBlock: { cidr: 0.0.0.0/0 } }",
  "{ ipBlock: { cidr: 93.184.216.0/24 } }",
  "{ ipBlock: { cidr: 192.168.0.0/16 } }",
  "{ ipBlock: { cidr: 0.0.0.0/0, except: [93.184.0.0/16] } }",
  "{ namespaceSelector: {} }",
  "{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: edge } } }",
  "{ podSelector: {} }",
);
const policies = (id: string) =>
  fc.option(fc.array(peer, { maxLength: 2 }), { nil: undefined }).map((peers) => {
    if (!peers) return [];
    return [admit(id, peers.length === 0 ? undefined : peers.join(", "), "{ port: 8080 }")];
  });
const types = fc.constantFrom(
  "type: ClusterIP",
  "type: NodePort",
  "type: LoadBalancer",
  "type: LoadBalancer, externalTrafficPolicy: Local",
);

const ingress = object(
  "networking.k8s.io/v1",
  "Ingress",
  "shop/web",
  "spec: { ingressClassName: nginx, defaultBackend: { service: { name: web, port: { number: 80 } } } }",
);
const input = fc
  .tuple(policies("shop/web"), policies("edge/proxy"), types, types, fc.boolean())
  .map(([ofWeb, ofProxy, web, proxy, isRouted]) => [
    node("n1", NODE),
    pod("shop/web", "10.0.0.1"),
    pod("edge/proxy", "10.0.9.1", { labels: "app.kubernetes.io/name: ingress-nginx" }),
    serviceOf("shop/web", web),
    serviceOf("edge/proxy", proxy),
    ...(isRouted ? [ingress] : []),
    ...ofWeb,
    ...ofProxy,
  ]);

/** An address or pod that each observed source may be; the blocks of clients are told by `admits`. */
function sourcesOf({ sources }: Entry): readonly (readonly [string, boolean])[] {
  return sources.flatMap(({ as, endpoint, passes, admits }) => {
    if (as === "node") return [[NODE, passes.expected] as const];
    if (as === "proxy") return [[endpoint.id, passes.expected] as const];
    const [first] = admits === "all" ? [CLIENT] : (admits ?? []);
    return first === undefined ? [[CLIENT, false] as const] : [[first, passes.expected] as const];
  });
}

test("each observed source passes just when the engine lets it through, and proxies are exposed before what lies behind them", () => {
  fc.assert(
    fc.property(input, (documents) => {
      const program = programOf(documents);
      const { exposures } = findExposure(program);
      for (const { entries, exposed } of exposures) {
        for (const entry of entries) {
          for (const [source, passes] of sourcesOf(entry)) {
            const flow = { source, destination: entry.endpoint.id, protocol: "TCP", port: 8080 } as const;
            expect(decide(program, flow).verdict).toBe(passes ? "allow" : "deny");
          }
          const proxy = exposures.find(({ endpoint }) => endpoint.id === entry.controller?.endpoint?.id);
          if (entry.exposed.certain && proxy) expect(proxy.exposed.certain).toBe(true);
        }
        expect(exposed.expected).toBe(entries.some((entry) => entry.exposed.expected));
        if (exposed.certain) expect(exposed.expected && exposed.possible).toBe(true);
      }
    }),
    { numRuns: 60 },
  );
});
