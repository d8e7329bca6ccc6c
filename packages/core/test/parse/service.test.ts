import { expect, test } from "vitest";
import { faults, read } from "./read.ts";

const service = (spec: string) => read(`apiVersion: v1\nkind: Service\nmetadata: { name: s }\nspec: ${spec}\n`);

test("a Service has its defaults", () => {
  expect(
    service(
      "{ selector: { app: web }, ports: [{ port: 80 }, { port: 53, protocol: UDP, name: dns, targetPort: dns-udp }] }",
    ).cluster.services,
  ).toMatchObject([
    {
      namespace: "default",
      name: "s",
      type: "ClusterIP",
      selector: new Map([["app", "web"]]),
      ports: [
        { protocol: "TCP", port: 80, targetPort: 80 },
        { protocol: "UDP", port: 53, name: "dns", targetPort: "dns-udp" },
      ],
      clusterIPs: [],
    },
  ]);
});

test("a headless Service has no address", () => {
  expect(service("{ clusterIP: None }").cluster.services[0]?.clusterIPs).toEqual([]);
  expect(service("{ clusterIP: 10.96.0.1 }").cluster.services[0]?.clusterIPs).toEqual(["10.96.0.1"]);
  expect(
    service("{ clusterIP: 10.96.0.1, clusterIPs: [10.96.0.1, 'fd00::1'] }").cluster.services[0]?.clusterIPs,
  ).toEqual(["10.96.0.1", "fd00::1"]);
});

test.each([
  "{ ports: [{ port: '80' }] }",
  "{ ports: [{}] }",
  "{ type: Cluster }",
  "{ ports: 80 }",
  "{ selector: { a: 1 } }",
  "{ externalTrafficPolicy: local }",
  "{ loadBalancerSourceRanges: [10.0.0.1] }",
  "{ ipFamilies: [IPv5] }",
  "x",
])("a Service with %s is left out", (spec) => {
  const result = service(spec);
  expect(result.cluster.services).toEqual([]);
  expect(faults(result)).toHaveLength(1);
});

test("a Service has all that traffic from outside depends on", () => {
  const spec = `{
    type: LoadBalancer, externalTrafficPolicy: Local, publishNotReadyAddresses: true, loadBalancerSourceRanges: [198.51.100.0/24],
    externalIPs: [203.0.113.7, nowhere], loadBalancerIP: 203.0.113.8, ipFamilies: [IPv6, IPv4],
    ports: [{ port: 443, nodePort: 30443 }] }
status: { loadBalancer: { ingress: [{ ip: 203.0.113.9 }, { hostname: lb.example.com }] } }`;
  expect(service(spec).cluster.services).toMatchObject([
    {
      type: "LoadBalancer",
      externalTrafficPolicy: "Local",
      internalTrafficPolicy: "Cluster",
      publishNotReadyAddresses: true,
      sourceRanges: ["198.51.100.0/24"],
      externalIPs: ["203.0.113.7"],
      loadBalancerIPs: ["203.0.113.8", "203.0.113.9"],
      families: ["IPv4", "IPv6"],
      ports: [{ port: 443, nodePort: 30443 }],
    },
  ]);
});

test("an ExternalName has nothing but the name it stands for", () => {
  expect(service("{ type: ExternalName, externalName: db.example.com }").cluster.services).toMatchObject([
    { type: "ExternalName", externalName: "db.example.com", addressing: "virtual", ports: [], families: [] },
  ]);
});

test("what is headless says so, and families follow from addresses where nothing else tells", () => {
  expect(service("{ clusterIP: None }").cluster.services[0]?.addressing).toBe("headless");
  expect(service("{ clusterIP: 'fd00::1' }").cluster.services[0]).toMatchObject({
    addressing: "virtual",
    families: ["IPv6"],
  });
});
