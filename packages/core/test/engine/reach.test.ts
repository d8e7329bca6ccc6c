import { expect, test } from "vitest";
import { ConnectionSet, compile, parse, reach } from "../../src/index.ts";

const PODS = `
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db, namespace: shop }
spec:
  replicas: 3
  selector: { matchLabels: { app: db } }
  template:
    metadata: { labels: { app: db } }
    spec: { containers: [{ name: db, ports: [{ name: sql, containerPort: 5432 }] }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  replicas: 2
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web }] }
`;

function reachabilityOf(policies: string, by: "pod" | "workload" | "namespace" = "workload") {
  const { cluster } = parse([{ path: "shop.yaml", text: `${PODS}${policies}` }]);
  return reach(compile(cluster).program, { by });
}

const policy = (spec: string) => `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: p, namespace: shop }
spec: ${spec}
`;

test("a workload is one endpoint while nothing tells its pods apart", () => {
  const { endpoints } = reachabilityOf(policy("{ podSelector: { matchLabels: { app: db } } }"));
  expect(endpoints.map(({ id, pods }) => [id, pods])).toEqual([
    ["shop/Deployment/web", 2],
    ["shop/StatefulSet/db", 3],
    ["0.0.0.0/0", 0],
  ]);
});

test("a workload splits where a selector picks one of its replicas, and says what tells the parts apart", () => {
  const reachability = reachabilityOf(
    policy("{ podSelector: { matchLabels: { statefulset.kubernetes.io/pod-name: db-1 } } }"),
  );
  const parts = reachability.endpoints.filter(({ name }) => name === "db");
  expect(parts.map(({ id, pods }) => [id, pods])).toEqual([
    ["shop/StatefulSet/db#0", 1],
    ["shop/StatefulSet/db#1", 2],
  ]);
  expect(parts[0]?.distinguishedBy).toContain("statefulset.kubernetes.io/pod-name=db-1");
  expect(reachability.between("shop/Deployment/web", "shop/StatefulSet/db#0").toString()).toBe("none");
  expect(reachability.between("shop/Deployment/web", "shop/StatefulSet/db#1").toString()).toBe("all");
});

test("outside addresses are cut into blocks that every policy treats alike, each named by its first CIDR", () => {
  const reachability = reachabilityOf(
    policy(
      "{ podSelector: {}, policyTypes: [Egress], egress: [{ to: [{ ipBlock: { cidr: 10.0.0.0/8, except: [10.1.0.0/16] } }] }] }",
    ),
  );
  const blocks = reachability.endpoints.filter(({ type }) => type === "address");
  expect(blocks.map(({ id }) => id)).toEqual(["0.0.0.0/5", "10.0.0.0/16"]);
  expect(blocks[1]?.cidrs).not.toContain("10.1.0.0/16");
  expect(reachability.between("shop/Deployment/web", "10.0.0.0/16").toString()).toBe("all");
  expect(reachability.between("shop/Deployment/web", "0.0.0.0/5").toString()).toBe("none");
});

test("a connection says whether policy or its absence opened each side", () => {
  const reachability = reachabilityOf(
    policy(
      "{ podSelector: { matchLabels: { app: db } }, ingress: [{ from: [{ podSelector: {} }], ports: [{ port: sql }] }] }",
    ),
  );
  const [connection] = [...reachability.connections()].filter(({ to }) => to.name === "db");
  expect(connection).toMatchObject({ egress: "default", ingress: "policy" });
  expect(connection?.connections.toString()).toBe("TCP 5432");
});

test("neither an endpoint to itself nor address to address is listed", () => {
  const pairs = [...reachabilityOf("").connections()].map(({ from, to }) => [from.id, to.id]);
  expect(pairs.some(([from, to]) => from === to)).toBe(false);
  expect(pairs).toHaveLength(6);
});

test("a namespace is open where any of its pods is", () => {
  const other = `---
apiVersion: v1
kind: Pod
metadata: { name: probe, namespace: other }
spec: { containers: [{ name: probe }] }
`;
  const reachability = reachabilityOf(
    `${other}${policy("{ podSelector: { matchLabels: { app: db } } }")}`,
    "namespace",
  );
  const shop = reachability.endpoint("shop");
  expect(reachability.between("other", "shop").toString()).toBe("all");
  expect(shop && reachability.isolated(shop, "ingress")).toBe("partly");
});

test("an id that is not listed is the caller's bug", () => {
  expect(() => reachabilityOf("").between("shop/web", "shop/db")).toThrow("shop/web");
});

test("what opened a side is told of the ports asked about only", () => {
  const open = policy(
    "{ podSelector: { matchLabels: { app: db } }, ingress: [{ from: [{ podSelector: {} }], ports: [{ port: 1 }] }] }",
  );
  const reachability = reachabilityOf(open);
  const [web, db] = ["shop/Deployment/web", "shop/StatefulSet/db"].map((id) => reachability.endpoint(id));
  if (!web || !db) throw new Error("the workloads are not listed");
  expect(reachability.connection(web, db).connections.toString()).toBe("TCP 1");
  expect(reachability.connection(web, db, ConnectionSet.ports("TCP", 2, 2)).connections.isEmpty).toBe(true);
});
