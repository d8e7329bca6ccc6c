import { describe, expect, test } from "vitest";
import type { Cause, PairChange } from "../../src/analyses/delta/change.ts";
import { type Delta, delta } from "../../src/analyses/delta.ts";
import type { Cluster } from "../../src/model/cluster.ts";
import { policyId } from "../../src/model/program.ts";
import { parse } from "../../src/parse/parse.ts";
import { deployment, policy } from "../report/listed.ts";

const web = deployment("shop", "web");
const db = deployment("shop", "db");
const isolated = (name: string) => policy("shop", name, "{ podSelector: { matchLabels: { app: db } }, ingress: [] }");
const admitting = (name: string, peer: string) =>
  policy(
    "shop",
    name,
    `{ podSelector: { matchLabels: { app: db } }, ingress: [{ from: [${peer}], ports: [{ port: 5432 }] }] }`,
  );
const webOnly = "{ podSelector: { matchLabels: { app: web } } }";

function cluster(...documents: readonly string[]): Cluster {
  return parse([{ path: "shop.yaml", text: documents.join("---\n") }]).cluster;
}

function compare(before: readonly string[], after: readonly string[]): Delta {
  return delta(cluster(...before), cluster(...after));
}

/** `web → db: none → TCP 5432 (added db)` */
function told({ from, to, before, after, because }: PairChange): string {
  return `${from.name ?? from.id} → ${to.name ?? to.id}: ${before.expected} → ${after.expected} (${because.map(cause).join(", ")})`;
}

function cause(cause: Cause): string {
  if (cause.kind === "policy") return `${cause.change} ${policyId(cause.policy)}`;
  return cause.kind === "endpoint" ? `${cause.id} ${cause.traits.join()}` : cause.kind;
}

describe("a delta", () => {
  test("says what a policy closes, and that it isolates", () => {
    const { removed, changed, added, isolation } = compare([web, db], [web, db, admitting("db", webOnly)]);
    expect(changed.map(told)).toEqual(["web → db: all → TCP 5432 (added shop/db)"]);
    expect(removed.map(told)).toEqual(["0.0.0.0/0 → db: all → none (added shop/db)"]);
    expect(added).toEqual([]);
    expect(isolation).toMatchObject([{ endpoint: { name: "db" }, direction: "ingress", before: "no", after: "yes" }]);
  });

  test("tells a change of protocols without ports alone from one of ports", () => {
    const everyPort =
      "[{ port: 1, endPort: 65535 }, { protocol: UDP, port: 1, endPort: 65535 }, { protocol: SCTP, port: 1, endPort: 65535 }]";
    const letting = (ports: string) =>
      policy("shop", "db", `{ podSelector: { matchLabels: { app: db } }, ingress: [{ from: [${webOnly}]${ports} }] }`);
    const found = compare([web, db, letting("")], [web, db, letting(`, ports: ${everyPort}`)]);
    expect([found.added, found.removed, found.changed, found.unsettled]).toEqual([[], [], [], []]);
    expect(found.others.map(told)).toEqual(["web → db: all → all (changed shop/db)"]);
    const [{ others } = {}] = found.others;
    expect([others?.before.expected, others?.after.expected].map(String)).toEqual(["other protocols", "none"]);
  });

  test("tells that isolation leaves protocols without ports to the implementation", () => {
    const open = policy("shop", "db", "{ podSelector: { matchLabels: { app: db } }, ingress: [{}] }");
    const { others, isolation } = compare([web, db], [web, db, open]);
    expect(isolation).toHaveLength(1);
    expect(others.map(told)).toContain("web → db: all → all (added shop/db)");
    const [{ others: readings } = {}] = others;
    expect([readings?.before.certain.isEmpty, readings?.after.certain.isEmpty]).toEqual([false, true]);
    expect(readings?.after.expected.isEmpty).toBe(false);
  });

  test("names the policy that is gone by where it was", () => {
    const { changed } = compare([web, db, admitting("db", webOnly)], [web, db]);
    expect(changed[0]?.because).toMatchObject([
      { kind: "policy", change: "removed", policy: { kind: "NetworkPolicy", name: "db", span: { path: "shop.yaml" } } },
    ]);
  });

  test("names both of two policies that each would have been enough", () => {
    const both = [web, db, isolated("one"), isolated("two")];
    expect(compare(both, [web, db]).added.map(told)).toContain(
      "web → db: none → all (removed shop/one, removed shop/two)",
    );
  });

  test("leaves out edits that do nothing to the pair", () => {
    const other = admitting("other", "{ podSelector: { matchLabels: { app: nobody } } }");
    const { added } = compare([web, db, isolated("db")], [web, db, isolated("db"), other, admitting("web", webOnly)]);
    expect(added.map(told)).toEqual(["web → db: none → TCP 5432 (added shop/web)"]);
  });

  test("is not moved by what does not change what a policy means", () => {
    const moved = policy(
      "shop",
      "db",
      "{ podSelector: { matchLabels: { app: db } }, policyTypes: [Ingress], ingress: [] }",
    );
    const { before: _b, after: _a, all: _e, ...found } = compare([web, db, isolated("db")], [moved, db, web]);
    const nothing = { added: [], removed: [], opened: [], closed: [] };
    expect(found).toEqual({
      added: [],
      removed: [],
      changed: [],
      unsettled: [],
      others: [],
      isolation: [],
      endpoints: nothing,
    });
  });

  test("does not take a first mention of IPv6 for a change of anybody else", () => {
    const before = [web, db, deployment("open", "echo"), isolated("db")];
    const v6 = admitting("v6", "{ ipBlock: { cidr: 2001:db8::/32 } }");
    const { added, removed, changed } = compare(before, [...before, v6]);
    expect(added.map(told)).toEqual(["2001:db8::/32 → db: none → TCP 5432 (added shop/v6)"]);
    expect([...removed, ...changed]).toEqual([]);
  });

  test("cuts address blocks by the policies of both sides", () => {
    const wide = [db, admitting("db", "{ ipBlock: { cidr: 10.0.0.0/8 } }")];
    const { added, removed } = compare(wide, [db, admitting("db", "{ ipBlock: { cidr: 10.1.0.0/16 } }")]);
    expect(added).toEqual([]);
    expect(removed.map(({ from }) => from.cidrs)).toHaveLength(1);
    expect(removed[0]?.from.cidrs).not.toContain("10.1.0.0/16");
    expect(removed[0]?.from.cidrs).toContain("10.128.0.0/9");
  });

  test("keeps what comes with a new workload apart from what policies do", () => {
    const { added, endpoints } = compare(
      [web, db, isolated("db")],
      [web, db, isolated("db"), deployment("shop", "job")],
    );
    expect(added).toEqual([]);
    expect(endpoints.added.map(({ id }) => id)).toEqual(["shop/Deployment/job"]);
    expect(endpoints.opened.map(told)).toContain("job → web: none → all ()");
    expect(endpoints.opened.map(told).filter((line) => line.includes("→ db"))).toEqual([]);
  });

  test("lists what a new workload reaches by protocols without ports alone", () => {
    const ranges = ["TCP", "UDP", "SCTP"].map((it) => `{ portRange: { protocol: ${it}, start: 1, end: 65535 } }`);
    const noPorts = `apiVersion: policy.networking.k8s.io/v1alpha1
kind: AdminNetworkPolicy
metadata: { name: no-ports }
spec:
  priority: 1
  subject: { namespaces: {} }
  ingress: [{ action: Deny, from: [{ namespaces: {} }], ports: [${ranges}] }]`;
    const { endpoints } = compare([web, noPorts], [web, deployment("shop", "job"), noPorts]);
    const [opened] = endpoints.opened.filter(({ from, to }) => from.name === "job" && to.name === "web");
    expect(opened?.after.expected.isEmpty).toBe(true);
    expect(opened?.others?.after.expected.isEmpty).toBe(false);
    const { endpoints: gone } = compare([web, deployment("shop", "job"), noPorts], [web, noPorts]);
    expect(gone.closed.map(told)).toContain("job → web: none → none ()");
  });

  test("blames a label for what a label does", () => {
    const relabelled = web.replaceAll('app: "web"', 'app: "front"');
    const { removed } = compare([web, db, admitting("db", webOnly)], [relabelled, db, admitting("db", webOnly)]);
    expect(removed.map(told)).toEqual(["web → db: TCP 5432 → none (shop/Deployment/web labels)"]);
  });

  test("blames label and policy where it takes both", () => {
    const relabelled = web.replaceAll('app: "web"', 'app: "front"');
    const { changed } = compare(
      [web, db],
      [relabelled, db, admitting("db", "{ podSelector: { matchLabels: { app: front } } }")],
    );
    expect(changed.map(told)).toEqual(["web → db: all → TCP 5432 (added shop/db)"]);
  });

  test("says when only what is certain has shifted", () => {
    const cilium = `apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: { name: l7, namespace: shop }\nspec: {}\n`;
    const { added, removed, changed, unsettled } = compare(
      [web, db, isolated("db")],
      [web, db, isolated("db"), cilium],
    );
    expect([...added, ...removed, ...changed]).toEqual([]);
    const pair = unsettled.find(({ from, to }) => from.name === "web" && to.name === "db");
    expect(pair?.before.possible.isEmpty).toBe(true);
    expect(pair?.after.possible.isAllPorts).toBe(true);
    expect(pair?.because.map(cause)).toEqual(["added shop/l7"]);
  });

  test("takes the pods of a new rollout for the workload they belong to", () => {
    const pod = (hash: string) => `apiVersion: v1
kind: Pod
metadata:
  name: web-${hash}
  namespace: shop
  labels: { app: web, pod-template-hash: "${hash}" }
  ownerReferences: [{ apiVersion: apps/v1, kind: ReplicaSet, name: web-${hash.slice(0, 4)}, uid: u, controller: true }]
spec: { containers: [{ name: web, image: web }] }
---
apiVersion: apps/v1
kind: ReplicaSet
metadata:
  name: web-${hash.slice(0, 4)}
  namespace: shop
  ownerReferences: [{ apiVersion: apps/v1, kind: Deployment, name: web, uid: v, controller: true }]
spec:
  selector: { matchLabels: { app: web } }
  template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: web, image: web }] } }
`;
    const { endpoints, added, removed, changed } = compare([web, pod("aaaa1"), db], [web, pod("bbbb2"), db]);
    expect(endpoints).toEqual({ added: [], removed: [], opened: [], closed: [] });
    expect([...added, ...removed, ...changed]).toEqual([]);
  });
});
