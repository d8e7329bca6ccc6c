import { describe, expect, test } from "vitest";
import { decide } from "../../src/engine/decide.ts";
import { ConnectionSet, compile, type Endpoint, parse, reach } from "../../src/index.ts";
import { sourcesOf } from "../cases/manifests-of-case.ts";

/** Enough pods that tell apart for sets of them to be several words long. */
const PODS = 70;

const pods = Object.fromEntries(
  [...Array(PODS).keys()].map((i) => [
    `${"abc"[i % 3]}/p${i}`,
    {
      labels: { n: `${i}`, third: `${i % 5}` },
      ip: i % 7 === 0 ? [`10.0.0.${i + 1}`, `fd00::${i + 1}`] : [`10.0.0.${i + 1}`],
      ports: i % 4 === 0 ? ["web TCP 8080"] : i % 4 === 1 ? ["web TCP 80"] : [],
      ...(i % 11 === 3 && { hostNetwork: true, node: `n${i % 2}` }),
      ...(i % 5 === 0 && { node: `n${i % 2}` }),
    },
  ]),
);

const policy = (name: string, namespace: string, spec: string) => `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: ${name}, namespace: ${namespace} }
spec: ${spec}
`;
const among = (...numbers: number[]) =>
  `matchExpressions: [{ key: n, operator: In, values: [${numbers.map((n) => `"${n}"`)}] }]`;

/** Pods that get to a few others only, so that it takes several hops to get further, and some are never reached. */
const ISLANDS = [10, 22, 34, 46, 58]
  .flatMap((at) => [
    policy(
      `out-${at}`,
      "b",
      `{ podSelector: { ${among(at)} }, policyTypes: [Egress], egress: [{ to: [{ podSelector: { ${among(at + 12)} } }] }] }`,
    ),
    policy(
      `into-${at}`,
      "b",
      `{ podSelector: { ${among(at)} }, policyTypes: [Ingress], ingress: [{ from: [{ podSelector: { ${among(at - 12)} } }] }] }`,
    ),
  ])
  .concat(
    policy(
      "out-13",
      "b",
      `{ podSelector: { ${among(13)} }, policyTypes: [Egress], egress: [{ to: [{ podSelector: { ${among(25)} } }] }] }`,
    ),
    policy("shut-25", "b", `{ podSelector: { ${among(25)} }, policyTypes: [Ingress] }`),
  )
  .join("");

const POLICIES = [
  ISLANDS,
  policy(
    "few",
    "a",
    `{ podSelector: {}, ingress: [{ from: [{ namespaceSelector: {}, podSelector: { ${among(1, 40, 69)} } }] }] }`,
  ),
  policy(
    "named",
    "b",
    `{ podSelector: { matchLabels: { third: "1" } }, policyTypes: [Ingress, Egress], ingress: [{ ports: [{ port: web }] }], egress: [{ to: [{ namespaceSelector: {}, podSelector: { ${among(0, 4, 5, 33, 34, 68)} } }], ports: [{ port: web }, { port: 53, protocol: UDP }] }] }`,
  ),
  policy(
    "most",
    "c",
    `{ podSelector: { matchLabels: { third: "2" } }, policyTypes: [Egress], egress: [{ to: [{ namespaceSelector: {}, podSelector: { matchExpressions: [{ key: third, operator: NotIn, values: ["3"] }] } }] }, { to: [{ ipBlock: { cidr: 10.0.0.32/27 } }], ports: [{ port: 443 }] }] }`,
  ),
  policy(
    "block",
    "c",
    `{ podSelector: { matchLabels: { third: "4" } }, ingress: [{ from: [{ ipBlock: { cidr: 10.0.0.0/26, except: [10.0.0.16/28] } }], ports: [{ port: 1, endPort: 99 }] }] }`,
  ),
  `---
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: { name: ordered }
spec:
  tier: Admin
  priority: 1
  subject: { pods: { podSelector: { ${among(2, 3, 35, 66)} } } }
  ingress:
    - { action: Accept, from: [{ pods: { podSelector: { ${among(6, 38)} } } }], protocols: [{ tcp: { destinationPort: { number: 80 } } }] }
    - { action: Deny, from: [{ pods: { podSelector: { matchLabels: { third: "1" } } } }] }
    - { action: Pass, from: [{ namespaces: {} }], protocols: [{ destinationNamedPort: web }] }
  egress:
    - { action: Deny, to: [{ networks: [10.0.0.64/29] }] }
`,
].join("");

describe("a listing of many", () => {
  const { cluster } = parse(sourcesOf({ pods, policies: POLICIES }));

  test.each(["pod", "namespace"] as const)(
    "by %s says of every pair what asking for it says, and so do its fans",
    (by) => {
      const { program } = compile(cluster);
      const reachability = reach(program, { by });
      const { endpoints } = reachability;
      const wrong: string[] = [];
      let open = 0;
      for (const [number, from] of endpoints.entries()) {
        const { row, bonds } = reachability.fan(from);
        const reached = new Set(row.openPeers().peers);
        endpoints.forEach((to, position) => {
          const { connections, egress, ingress } = reachability.connection(from, to);
          const bond = bonds.bond(row.at(position));
          if (!connections.isEmpty) open++;
          const isTold = connections.isEmpty
            ? bond.connections.isEmpty && !reached.has(position)
            : reached.has(position) &&
              bond.connections.equals(connections) &&
              bond.egress === egress &&
              bond.ingress === ingress;
          if (!isTold) wrong.push(`${from.id} → ${to.id}: ${bond.connections}, not ${connections}`);
          if (by === "namespace" || number % 4 !== 0 || isOnePod(from, to)) return;
          const { allowed } = decide(program, { source: from, destination: to, connections: ConnectionSet.ALL });
          const ports = connections.toString();
          if (ports !== allowed.toString()) wrong.push(`${from.id} → ${to.id}: ${ports}, not ${allowed}`);
        });
      }
      expect(wrong).toEqual([]);
      expect(open).toBeGreaterThan(endpoints.length);
    },
  );
});

test.each(["pod", "workload", "namespace"] as const)(
  "in a listing of many by %s, what is reachable is what hop after hop reaches",
  (by) => {
    const { cluster } = parse(sourcesOf({ pods, policies: POLICIES }));
    const reachability = reach(compile(cluster).program, { by });
    const { endpoints } = reachability;
    const next = new Map(
      endpoints.map((from) => [from, endpoints.filter((to) => !reachability.connection(from, to).connections.isEmpty)]),
    );
    const followed = (start: Endpoint) => {
      const found = new Set([start]);
      for (const from of found)
        if (from.type !== "address" || from === start) for (const to of next.get(from) ?? []) found.add(to);
      return endpoints.filter((endpoint) => found.has(endpoint));
    };
    const idsOf = (some: Iterable<Endpoint | undefined>) => [...some].map((one) => one?.id);
    const reached = (from: Endpoint) => [...reachability.reachableFrom(from)].map((at) => endpoints[at]);
    expect(endpoints.map((from) => idsOf(reached(from)))).toEqual(endpoints.map((from) => idsOf(followed(from))));
  },
);

test("sources of more roles than fans are kept may be asked again", () => {
  const all = [...Array(PODS).keys()];
  const policies = all.map((i) =>
    policy(
      `not-${i}`,
      "a",
      `{ podSelector: { ${among(i)} }, policyTypes: [Egress], egress: [{ to: [{ podSelector: { matchExpressions: [{ key: n, operator: NotIn, values: ["${(i + 1) % PODS}"] }] } }] }] }`,
    ),
  );
  const alike = Object.fromEntries(all.map((i) => [`a/p${i}`, { labels: { n: `${i}` }, ip: `10.0.0.${i + 1}` }]));
  const { cluster } = parse(sourcesOf({ pods: alike, policies: policies.join("") }));
  const reachability = reach(compile(cluster).program, { by: "pod" });
  const names = (from: Endpoint) => {
    const { peers } = reachability.fan(from).row.openPeers();
    return new Set(Array.from(peers, (position) => reachability.endpoints[position]?.name));
  };
  const sources = reachability.endpoints.filter(({ type }) => type === "pod");
  for (const from of [...sources, ...sources]) {
    const shut = `p${(Number(from.name?.slice(1)) + 1) % PODS}`;
    expect([from.name, names(from)]).toEqual([
      from.name,
      new Set(sources.map(({ name }) => name).filter((name) => name !== shut)),
    ]);
  }
});

function isOnePod(from: Endpoint, to: Endpoint): boolean {
  return from === to && (from.pods === 1 || from.type === "address");
}
