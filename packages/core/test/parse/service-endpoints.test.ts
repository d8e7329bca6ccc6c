import { expect, test } from "vitest";
import { faults, read } from "./read.ts";

const slice = (labels: string, rest: string) =>
  read(`apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: db-1, namespace: shop, labels: { ${labels} } }
addressType: IPv4
${rest}
`);

const NAMED = "kubernetes.io/service-name: db";

test("an EndpointSlice has the endpoints and ports of its Service", () => {
  const { cluster } = slice(
    NAMED,
    `ports: [{ name: sql, port: 5432 }, { protocol: UDP }]
endpoints:
  - { addresses: [10.0.0.1], nodeName: n1, targetRef: { kind: Pod, namespace: shop, name: db-0 } }
  - { addresses: [10.0.0.2, somewhere], conditions: { ready: false } }
  - { addresses: [] }`,
  );
  expect(cluster.serviceEndpoints).toMatchObject([
    {
      kind: "EndpointSlice",
      namespace: "shop",
      name: "db-1",
      service: "db",
      origin: "written",
      groups: [
        {
          ports: [{ name: "sql", protocol: "TCP", port: 5432 }, { protocol: "UDP" }],
          endpoints: [
            { addresses: ["10.0.0.1"], readiness: "ready", pod: "shop/db-0", node: "n1" },
            { addresses: ["10.0.0.2"], readiness: "not-ready" },
          ],
        },
      ],
    },
  ]);
});

test("an EndpointSlice that a controller wrote says so, and one of no Service is none", () => {
  const managed = "endpointslice.kubernetes.io/managed-by: endpointslice-controller.k8s.io";
  expect(slice(`${NAMED}, ${managed}`, "endpoints: []").cluster.serviceEndpoints[0]?.origin).toBe("controller");
  expect(slice("app: db", "endpoints: [{ addresses: [10.0.0.1] }]").cluster.serviceEndpoints).toEqual([]);
});

test("Endpoints have a group for each subset", () => {
  const { cluster } = read(`apiVersion: v1
kind: Endpoints
metadata: { name: db, namespace: shop }
subsets:
  - { addresses: [{ ip: 192.0.2.1 }], notReadyAddresses: [{ ip: 192.0.2.2 }], ports: [{ port: 5432 }] }
  - { addresses: [{ ip: 192.0.2.3, nodeName: n1 }], ports: [{ port: 6432, protocol: TCP, name: pool }] }
`);
  expect(cluster.serviceEndpoints).toMatchObject([
    {
      kind: "Endpoints",
      service: "db",
      origin: "written",
      groups: [
        {
          ports: [{ protocol: "TCP", port: 5432 }],
          endpoints: [
            { addresses: ["192.0.2.1"], readiness: "ready" },
            { addresses: ["192.0.2.2"], readiness: "not-ready" },
          ],
        },
        { ports: [{ name: "pool", port: 6432 }], endpoints: [{ addresses: ["192.0.2.3"], node: "n1" }] },
      ],
    },
  ]);
});

test.each(["endpoints: x", "ports: [{ port: '80' }]", "endpoints: [{ addresses: 10.0.0.1 }]"])(
  "an EndpointSlice with `%s` is left out",
  (rest) => {
    const result = slice(NAMED, rest);
    expect(result.cluster.serviceEndpoints).toEqual([]);
    expect(faults(result)).toHaveLength(1);
  },
);
