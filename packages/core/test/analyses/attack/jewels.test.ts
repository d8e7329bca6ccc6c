import { describe, expect, test } from "vitest";
import type { AttackOptions } from "../../../src/analyses/attack/attack-graph.ts";
import { blastRadii, blastRadius } from "../../../src/analyses/blast-radius.ts";
import { findFact, findPaths } from "../../../src/analyses/paths.ts";
import { attackOn, documents, granted, namespace, object, pod } from "./edges.ts";

/** What is taken for a jewel, with the reason, but for what every cluster has. */
function jewels(text: string, options: Partial<AttackOptions> = {}): readonly string[] {
  const { jewels, graph } = attackOn(text, options);
  return jewels
    .filter(({ reason }) => !["admin", "node", "exfiltration"].includes(reason))
    .map(({ fact, reason, provenance }) => `${reason} ${provenance} ${graph.facts[fact]?.name}`);
}

const image = (name: string, container = "") => pod("a", { container }).replace('image: "a:1"', `image: "${name}"`);

test("every cluster has its administration, its nodes and the way out", () => {
  const { jewels, graph } = attackOn(pod("a", { spec: "nodeName: n1" }));
  expect(jewels.map(({ fact, reason }) => `${reason} ${graph.facts[fact]?.name}`)).toEqual([
    "admin cluster-admin",
    "node node:n1",
    "node node:*",
    "exfiltration exfiltration",
  ]);
  expect(attackOn(pod("a"), { edges: "network" }).jewels).toEqual([]);
});

describe("declared", () => {
  test("by annotation or label, of a workload, its pods or a Secret", () => {
    const marked = (how: string) => jewels(pod("a", { meta: how }));
    expect(marked('annotations: { watertight.dev/jewel: "true" }')).toEqual(["declared declared shop/Pod/a"]);
    expect(marked('annotations: { watertight.dev/jewel: "false" }')).toEqual([]);
    expect(jewels(pod("a").replace("{ app: a }", '{ app: a, watertight.dev/jewel: "tier0" }'))).toEqual([
      "declared declared shop/Pod/a",
    ]);
    const secret = object("v1", "Secret", "s", "", 'namespace: shop, annotations: { watertight.dev/jewel: "true" }');
    expect(jewels(secret)).toEqual(["declared declared secret:shop/s"]);
  });

  test("a store that is declared one is still a store, whose login lets in", () => {
    const given = "env: [{ name: P, valueFrom: { secretKeyRef: { name: s, key: k } } }]";
    const store = image("postgres:16", given).replace(
      "labels: { app: a }",
      'labels: { app: a }, annotations: { watertight.dev/jewel: "true" }',
    );
    expect(attackOn(store).graph.rules.map(({ edge }) => edge)).toContain("K-DB");
  });
});

describe("inferred by image", () => {
  test.each([
    "postgres:16",
    "bitnami/postgresql:15",
    "mysql:8",
    "mariadb",
    "mcr.microsoft.com/mssql/server:2022-latest",
    "gvenzl/oracle-xe:21",
    "container-registry.oracle.com/database/express:21.3.0-xe",
    "mongo:7",
    "redis:7-alpine",
    "cassandra:4",
    "docker.elastic.co/elasticsearch/elasticsearch:8.1.0",
    "opensearchproject/opensearch:2",
    "quay.io/coreos/etcd:v3.5.0",
    "confluentinc/cp-kafka:7.0.0",
    "rabbitmq:3",
    "minio/minio:latest",
    "hashicorp/vault:1.15",
    "osixia/openldap:1.5.0",
  ])("%s is a store", (name) => {
    expect(jewels(image(name))).toEqual(["store inferred shop/Pod/a"]);
  });

  test.each([
    "quay.io/argoproj/argocd:v2.9.3",
    "kubernetesui/dashboard:v2.7.0",
    "jenkins/jenkins:lts",
    "apache/nifi:1.23.2",
    "weaveworks/scope:1.13.2",
    "quay.io/prometheus/prometheus:v2.48.0",
    "registry.local:5000/grafana/grafana@sha256:abc",
    "ollama/ollama:latest",
    "vllm/vllm-openai:v0.4.0",
    "nvcr.io/nvidia/tritonserver:24.01-py3",
    "rayproject/ray:2.9.0",
    "ghcr.io/mlflow/mlflow:v2.9.2",
    "jupyterhub/k8s-hub:3.2.1",
    "docker.io/kubeflownotebookswg/centraldashboard:v1.8.0",
  ])("%s is a console", (name) => {
    expect(jewels(image(name, "args: [/usr/local/bin/argocd-server]"))).toEqual(["console inferred shop/Pod/a"]);
  });

  test.each([
    ["quay.io/argoproj/argocd:v2.9.3", "args: [/usr/local/bin/argocd-repo-server]"],
    ["quay.io/argoproj/argocli:v3.5.0", "args: [lint]"],
    ["example.com/orders-dashboard:1", ""],
    ["quay.io/prometheuscommunity/postgres-exporter:v0.15.0", ""],
    ["bitnami/redis-exporter:1", ""],
    ["grafana/loki:2.9.0", ""],
    ["example.com/my-database:1", ""],
  ])("%s %s is neither", (name, container) => {
    expect(jewels(image(name, container))).toEqual([]);
  });
});

test.each([5432, 3306, 1433, 1521, 27017, 6379, 9042, 9200, 2379, 9092, 5672, 8200, 389, 636])(
  "port %d is that of a store",
  (port) => {
    expect(jewels(pod("a", { container: `ports: [{ containerPort: ${port} }]` }))).toEqual([
      "store inferred shop/Pod/a",
    ]);
    expect(jewels(pod("a", { container: `ports: [{ containerPort: ${port}, protocol: UDP }]` }))).toEqual([]);
  },
);

test("a StatefulSet that keeps data is a store, one that does not is none", () => {
  const set = (claims: string) =>
    object(
      "apps/v1",
      "StatefulSet",
      "a",
      `spec: { selector: { matchLabels: { app: a } }, template: { metadata: { labels: { app: a } }, spec: { containers: [{ name: c, image: "a:1" }] } }${claims} }`,
    );
  const claims = ", volumeClaimTemplates: [{ metadata: { name: d }, spec: { accessModes: [ReadWriteOnce] } }]";
  expect(jewels(set(claims))).toEqual(["store inferred shop/StatefulSet/a"]);
  expect(jewels(set(""))).toEqual([]);
});

describe("Secrets", () => {
  test("of the input are jewels, but for logins of registries and releases", () => {
    const secret = (type: string) => jewels(object("v1", "Secret", "s", `type: ${type}`));
    expect(secret("Opaque")).toEqual(["secret inferred secret:shop/s"]);
    expect(secret("kubernetes.io/dockerconfigjson")).toEqual([]);
    expect(secret("helm.sh/release.v1")).toEqual([]);
  });

  const reading = (rest = "", scope: "Role" | "ClusterRole" = "Role") =>
    granted(`{ apiGroups: [""], resources: [secrets], verbs: [get, list]${rest} }`, scope);
  const home = documents(namespace("shop", "team: shop"), pod("a"));
  const shown = object("v1", "Secret", "x", "type: Opaque");

  test.each([
    ["of a namespace", reading(), "secrets:shop"],
    ["of the cluster", reading("", "ClusterRole"), "secrets:*"],
    ["by name", reading(", resourceNames: [db]"), "secret:shop/db"],
  ])("that the input has none of are assumed to be there where a role may read them: %s", (_, role, name) => {
    expect(jewels(documents(home, role))).toEqual([`secret inferred ${name}`]);
    const attack = attackOn(documents(home, role));
    const [from, to] = [findFact(attack, "shop/Pod/a", "start"), findFact(attack, name, "target")];
    const [path] = from && to ? findPaths(attack, from, to, 1) : [];
    expect(path).toMatchObject({ certainty: "assumed" });
    expect(path?.steps.map(({ edge }) => edge)).toEqual(["TOKEN", "API", "RB-SECRET"]);
    expect(path?.assumptions.join()).toContain("the input has none");
    expect(jewels(documents(home, role, shown))).toEqual(["secret inferred secret:shop/x"]);
    expect(jewels(home)).toEqual([]);
  });

  test("that pods are given are jewels where the input has no Secret at all", () => {
    const given = pod("a", { container: "env: [{ name: P, valueFrom: { secretKeyRef: { name: s, key: k } } }]" });
    expect(jewels(given)).toEqual(["secret inferred secret:shop/s"]);
    expect(jewels(documents(given, shown))).toEqual(["secret inferred secret:shop/x"]);
  });
});

test("roles in a cloud are jewels, that of nodes where the metadata service is counted on", () => {
  const account = object(
    "v1",
    "ServiceAccount",
    "default",
    "",
    "namespace: shop, annotations: { eks.amazonaws.com/role-arn: arn }",
  );
  expect(jewels(documents(pod("a"), account))).toEqual(["cloud inferred cloud:arn"]);
  expect(jewels(pod("a"), { certainty: "conditional" })).toEqual(["cloud inferred cloud:node-role"]);
});

test("how exposed a jewel is, and how many jewels fall with whom", () => {
  const closed = object(
    "networking.k8s.io/v1",
    "NetworkPolicy",
    "p",
    "spec: { podSelector: { matchLabels: { app: db } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: a } } }] }] }",
  );
  const db = pod("db", { container: "ports: [{ containerPort: 5432 }]" });
  const attack = attackOn(documents(pod("a"), pod("b", { spec: "automountServiceAccountToken: false" }), db, closed), {
    edges: "network",
  });
  expect(blastRadii(attack)).toEqual({
    sizes: [
      { id: "shop/Pod/a", endpoints: 2, jewels: 1 },
      { id: "shop/Pod/b", endpoints: 2, jewels: 1 },
      { id: "shop/Pod/db", endpoints: 2, jewels: 0 },
    ],
    exposures: [2],
    mean: 2,
    most: 2,
  });
  const from = findFact(attack, "shop/Pod/b", "start");
  const [near, cheap] = from ? [blastRadius(attack, from, { hops: 1 }), blastRadius(attack, from, { cost: 5 })] : [];
  expect(near?.endpoints).toEqual([{ id: "shop/Pod/a", kind: "own", hops: 1, cost: 3 }]);
  expect(cheap?.endpoints).toEqual(near?.endpoints);
  expect(from && blastRadius(attack, from).endpoints[1]).toEqual({ id: "shop/Pod/db", kind: "own", hops: 2, cost: 6 });
});

test("paths of the fewest steps may cost more", () => {
  const login = object("v1", "Secret", "s", "stringData: { password: x }");
  const given = "env: [{ name: P, valueFrom: { secretKeyRef: { name: s, key: password } } }]";
  const db = pod("db", { container: `ports: [{ containerPort: 5432 }], ${given}` });
  const attack = attackOn(documents(pod("a", { container: given }), db, login));
  const [from, to] = [findFact(attack, "shop/Pod/a", "start"), findFact(attack, "shop/Pod/db", "target")];
  if (!from || !to) throw new Error("missing");
  const steps = (metric: "cost" | "hops") =>
    findPaths(attack, from, to, 1, metric).map(({ cost, hops, steps }) => [
      cost,
      hops,
      ...steps.map(({ edge }) => edge),
    ]);
  expect(steps("cost")).toEqual([[1, 2, "MOUNT", "K-DB"]]);
  expect(steps("hops")).toEqual([[3, 1, "NET"]]);
});
