import { describe, expect, test } from "vitest";
import { findEndpoint } from "../../src/engine/names.ts";
import { ConnectionSet, compile, type Endpoint, parse, reach } from "../../src/index.ts";

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

test("fans reach a group by those of its members that are open, whatever the others are", () => {
  const other = `---
apiVersion: v1
kind: Pod
metadata: { name: probe, namespace: other }
spec: { containers: [{ name: probe }] }
`;
  for (const shut of ["db", "web"]) {
    const policies = `${other}${policy(`{ podSelector: { matchLabels: { app: ${shut} } } }`)}`;
    const reachability = reachabilityOf(policies, "namespace");
    const pairs = [...reachability.connections()].map(({ from, to }) => `${from.id} → ${to.id}`);
    expect(pairs).toContain("other → shop");
    expect(pairs).toContain("0.0.0.0/0 → shop");
    expect(pairs).toContain("shop → other");
  }
});

describe("a listing of connections", () => {
  const shut = policy(
    "{ podSelector: { matchLabels: { app: db } }, ingress: [{ from: [{ ipBlock: { cidr: 192.0.2.0/24 } }] }] }",
  );
  const listed = (reachability: ReturnType<typeof reachabilityOf>) =>
    [...reachability.connections()].map(({ from, to, connections }) => `${from.id} → ${to.id}: ${connections}`);

  test("has none that are shut, and none between addresses", () => {
    const reachability = reachabilityOf(shut);
    expect(reachability.endpoints.filter(({ type }) => type === "address")).toHaveLength(2);
    const into = (id: string) => listed(reachability).filter((line) => line.includes(`→ ${id}`));
    expect(into("shop/StatefulSet/db")).toEqual(["192.0.2.0/24 → shop/StatefulSet/db: all"]);
    expect(into("192.0.2.0/24")).toEqual([
      "shop/Deployment/web → 192.0.2.0/24: all",
      "shop/StatefulSet/db → 192.0.2.0/24: all",
    ]);
  });

  test("may be read while somebody asks for fans", () => {
    const reachability = reachabilityOf(shut);
    const db = reachability.endpoint("shop/StatefulSet/db");
    const found: string[] = [];
    for (const { from, to, connections } of reachability.connections()) {
      if (db) reachability.fan(db);
      found.push(`${from.id} → ${to.id}: ${connections}`);
    }
    expect(found).toEqual(listed(reachability));
  });

  test("is by workload unless asked otherwise", () => {
    expect(reach(reachabilityOf("").program).by).toBe("workload");
  });
});

test("what a node opens is told of the node, though nothing in the listing runs on the host network", () => {
  const pod = (name: string, node: string) => `---
apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: shop }
spec: { containers: [{ name: main }], nodeName: ${node} }
status: { podIP: 10.0.0.${node.slice(1)}, hostIP: 192.168.1.${node.slice(1)} }
`;
  const reachability = reachabilityOf(pod("a", "n1") + pod("b", "n2") + policy("{ podSelector: {} }"));
  const node = findEndpoint(reachability.program, "192.168.1.1");
  const block = reachability.endpoint("0.0.0.0/0");
  if (node.kind !== "endpoint" || !block) throw new Error("an end is not listed");
  const reached = (from: Endpoint) => {
    const { peers } = reachability.fan(from).row.openPeers();
    return Array.from(peers, (position) => reachability.endpoints[position]?.id).sort();
  };
  // The node's address lies in the block, and policies tell them not apart.
  for (const round of [1, 2]) {
    expect([round, reached(block)]).toEqual([round, ["0.0.0.0/0"]]);
    expect([round, reached(node.endpoint)]).toEqual([round, ["0.0.0.0/0", "shop/Pod/a"]]);
  }
  const listed = [...reachability.connections(ConnectionSet.ALL, [node.endpoint])].map(({ to }) => to.id);
  expect(listed).toEqual(["shop/Pod/a"]);
});

describe("one side alone", () => {
  const both = `${policy(
    "{ podSelector: { matchLabels: { app: db } }, ingress: [{ from: [{ podSelector: {} }], ports: [{ port: sql }] }] }",
  )}${policy(
    "{ podSelector: { matchLabels: { app: web } }, policyTypes: [Ingress, Egress], egress: [{ ports: [{ port: 80 }] }] }",
  ).replace("name: p,", "name: q,")}`;
  const sides = (subject: string, peer: string, by: "workload" | "namespace" = "workload") => {
    const reachability = reachabilityOf(both, by);
    const [own, other] = [reachability.endpoint(subject), reachability.endpoint(peer)];
    if (!own || !other) throw new Error("an end is not listed");
    return (["ingress", "egress"] as const).map((direction) => {
      const { connections, opening } = reachability.side(own, other, direction);
      return `${connections} by ${opening}`;
    });
  };

  test("is what it accepts and what it sends, whatever the other says", () => {
    expect(sides("shop/StatefulSet/db", "shop/Deployment/web")).toEqual(["TCP 5432 by policy", "all by default"]);
    expect(sides("shop/Deployment/web", "shop/StatefulSet/db")).toEqual(["none by policy", "TCP 80 by policy"]);
    expect(sides("shop/StatefulSet/db", "0.0.0.0/0")).toEqual(["none by policy", "all by default"]);
  });

  test("of a group is what any of it lets through", () => {
    expect(sides("shop", "0.0.0.0/0", "namespace")).toEqual(["none by policy", "all by mixed"]);
    expect(sides("shop", "shop", "namespace")).toEqual(["TCP 5432 by policy", "all by mixed"]);
  });
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

describe("what opened a side", () => {
  const top = (action: string, port: number) => `---
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: { name: top }
spec:
  tier: Admin
  priority: 1
  subject: { pods: { namespaceSelector: {}, podSelector: { matchLabels: { app: db } } } }
  ingress: [{ action: ${action}, from: [{ namespaces: {} }], protocols: [{ tcp: { destinationPort: { number: ${port} } } }] }]
`;
  const openings = (policies: string, by: "workload" | "namespace" = "workload", asked = ConnectionSet.ALL) => {
    const reachability = reachabilityOf(policies, by);
    const [from, to] = by === "workload" ? ["shop/Deployment/web", "shop/StatefulSet/db"] : ["shop", "shop"];
    const [source, destination] = [reachability.endpoint(from), reachability.endpoint(to)];
    if (!source || !destination) throw new Error("an end is not listed");
    const { egress, ingress, connections } = reachability.connection(source, destination, asked);
    return [egress, ingress, connections.toString()];
  };

  test("is policy for what a rule lets through, default for what no policy speaks of, and both together mixed", () => {
    expect(openings("")).toEqual(["default", "default", "all"]);
    expect(openings(top("Accept", 80))).toEqual(["default", "mixed", "all"]);
    expect(openings(top("Accept", 80), "workload", ConnectionSet.ports("TCP", 80, 80))).toEqual([
      "default",
      "policy",
      "TCP 80",
    ]);
    expect(openings(top("Accept", 80), "workload", ConnectionSet.ports("TCP", 81, 81))).toEqual([
      "default",
      "default",
      "TCP 81",
    ]);
    expect(openings(top("Deny", 80))[1]).toBe("default");
    const out = policy(
      "{ podSelector: { matchLabels: { app: web } }, policyTypes: [Egress], egress: [{ ports: [{ port: 80 }] }] }",
    );
    expect(openings(out)).toEqual(["policy", "default", "TCP 80"]);
  });

  test("is mixed for a group some of which policy opens, and default opens the rest", () => {
    const db = policy("{ podSelector: { matchLabels: { app: db } }, ingress: [{}] }");
    expect(openings(db)).toEqual(["default", "policy", "all"]);
    expect(openings(db, "namespace")).toEqual(["default", "mixed", "all"]);
  });

  test("is default where nothing gets through", () => {
    expect(openings(policy("{ podSelector: {} }"))).toEqual(["default", "default", "none"]);
  });
});

describe("an endpoint", () => {
  const admin = `---
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: { name: top }
spec:
  tier: Admin
  priority: 1
  subject: { pods: { namespaceSelector: {}, podSelector: { matchLabels: { app: db } } } }
  egress: [{ action: Deny, to: [{ networks: [10.0.0.0/8] }] }]
`;
  const told = (policies: string, id: string, by: "workload" | "namespace" = "workload") => {
    const reachability = reachabilityOf(policies, by);
    const endpoint = reachability.endpoint(id);
    if (!endpoint) throw new Error(`${id} is not listed`);
    const of = (direction: "ingress" | "egress") => [
      reachability.isolated(endpoint, direction),
      reachability.governed(endpoint, direction),
    ];
    return { ingress: of("ingress"), egress: of("egress") };
  };

  test("is isolated by NetworkPolicy in the directions it is for, and governed by any policy", () => {
    const db = policy("{ podSelector: { matchLabels: { app: db } } }");
    expect(told(db, "shop/StatefulSet/db")).toEqual({ ingress: ["yes", "yes"], egress: ["no", "no"] });
    expect(told(db, "shop/Deployment/web")).toEqual({ ingress: ["no", "no"], egress: ["no", "no"] });
    expect(told(admin, "shop/StatefulSet/db")).toEqual({ ingress: ["no", "no"], egress: ["no", "yes"] });
  });

  test("that stands for several is isolated and governed partly when some of it is", () => {
    const db = policy("{ podSelector: { matchLabels: { app: db } } }");
    expect(told(db, "shop", "namespace")).toEqual({ ingress: ["partly", "partly"], egress: ["no", "no"] });
    expect(told(admin, "shop", "namespace")).toEqual({ ingress: ["no", "no"], egress: ["no", "partly"] });
    expect(told(policy("{ podSelector: {} }"), "shop", "namespace").ingress).toEqual(["yes", "yes"]);
  });
});

test("a name in an egress rule is the peer's: peers that give it other numbers have other verdicts", () => {
  const pod = (name: string, ports: string) => `---
apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: shop }
spec: { containers: [{ name: main, ports: [${ports}] }] }
`;
  const reachability = reachabilityOf(
    pod("a", "{ name: sql, containerPort: 1 }") +
      pod("b", "{ name: sql, containerPort: 2 }") +
      pod("c", "") +
      policy(
        "{ podSelector: { matchLabels: { app: web } }, policyTypes: [Egress], egress: [{ ports: [{ port: sql }] }] }",
      ),
  );
  const to = (name: string) => reachability.between("shop/Deployment/web", name).toString();
  expect(["shop/Pod/a", "shop/Pod/b", "shop/Pod/c", "shop/StatefulSet/db", "0.0.0.0/0"].map(to)).toEqual([
    "TCP 1",
    "TCP 2",
    "none",
    "TCP 5432",
    "none",
  ]);
});

test("a name in an ingress rule is the subject's: subjects that give it other numbers have other verdicts", () => {
  const pod = (name: string, port: number) => `---
apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: shop, labels: { role: named } }
spec: { containers: [{ name: main, ports: [{ name: sql, containerPort: ${port} }] }] }
`;
  const reachability = reachabilityOf(
    pod("a", 1) +
      pod("b", 2) +
      policy("{ podSelector: { matchLabels: { role: named } }, ingress: [{ ports: [{ port: sql }] }] }"),
  );
  expect(reachability.between("shop/Deployment/web", "shop/Pod/a").toString()).toBe("TCP 1");
  expect(reachability.between("shop/Deployment/web", "shop/Pod/b").toString()).toBe("TCP 2");
});
