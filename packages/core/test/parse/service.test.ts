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
  "x",
])("a Service with %s is left out", (spec) => {
  const result = service(spec);
  expect(result.cluster.services).toEqual([]);
  expect(faults(result)).toHaveLength(1);
});

test("a Node has the labels and the IP addresses it is known by", () => {
  const status =
    "{ addresses: [{ type: InternalIP, address: 10.0.0.1 }, { type: Hostname, address: n1 }, { type: ExternalIP, address: '2001:db8::1' }] }";
  const { cluster } = read(
    `apiVersion: v1\nkind: Node\nmetadata: { name: n1, labels: { zone: a } }\nstatus: ${status}\n`,
  );
  expect(cluster.nodes).toMatchObject([
    { name: "n1", labels: { values: new Map([["zone", "a"]]) }, addresses: ["10.0.0.1", "2001:db8::1"] },
  ]);
  expect(cluster.namespaces).toEqual([]);
});
