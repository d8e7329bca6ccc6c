import { describe, expect, test } from "vitest";
import { endpointsOf, type Grouping, podEndpoints } from "../../src/engine/endpoints.ts";
import { compile, parse } from "../../src/index.ts";
import type { Step } from "../cases/case.ts";
import { sourcesOf } from "../cases/manifests-of-case.ts";

const workload = (kind: string, name: string, namespace: string, replicas: number) => `---
apiVersion: apps/v1
kind: ${kind}
metadata: { name: ${name}, namespace: ${namespace} }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: ${name} } }
  template: { metadata: { labels: { app: ${name} } }, spec: { containers: [{ name: main }] } }
`;
const live = (
  name: string,
  owner: string,
  fields: { labels?: string; spec?: string; ports?: string; ip?: string } = {},
) => `---
apiVersion: v1
kind: Pod
metadata:
  name: ${name}
  namespace: shop
  labels: ${fields.labels ?? "{}"}
  ownerReferences: [{ apiVersion: apps/v1, kind: StatefulSet, name: ${owner}, uid: u, controller: true }]
spec: { containers: [{ name: main, ports: [${fields.ports ?? ""}] }], ${fields.spec ?? ""} }
status: { ${fields.ip ? `podIP: ${fields.ip}` : ""} }
`;
const policy = (spec: string) => `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: p, namespace: shop }
spec: ${spec}
`;

const programOf = (step: Step) => compile(parse(sourcesOf(step)).cluster).program;
const listed = (step: Step, by: Grouping) => endpointsOf(programOf(step), by).map(({ id, pods }) => [id, pods]);

const SHOP: Step = {
  pods: { "shop/bare": { labels: { app: "bare" }, ip: "10.0.0.5" } },
  manifests: [
    workload("StatefulSet", "db", "shop", 3),
    workload("Deployment", "web", "shop", 2),
    workload("Deployment", "api", "pay", 4),
    live("queue-1", "queue"),
    live("queue-0", "queue"),
  ].join(""),
};

describe("the endpoints of a listing", () => {
  test("are pods by their own name, or their workload's when only its template is known", () => {
    expect(listed(SHOP, "pod")).toEqual([
      ["pay/Deployment/api", 4],
      ["shop/Deployment/web", 2],
      ["shop/Pod/bare", 1],
      ["shop/Pod/queue-0", 1],
      ["shop/Pod/queue-1", 1],
      ["shop/StatefulSet/db", 3],
      ["0.0.0.0/0", 0],
    ]);
  });

  test("are workloads with all their pods", () => {
    expect(listed(SHOP, "workload")).toEqual([
      ["pay/Deployment/api", 4],
      ["shop/Deployment/web", 2],
      ["shop/Pod/bare", 1],
      ["shop/StatefulSet/db", 3],
      ["shop/StatefulSet/queue", 2],
      ["0.0.0.0/0", 0],
    ]);
  });

  test("are namespaces with all their pods", () => {
    expect(listed(SHOP, "namespace")).toEqual([
      ["pay", 4],
      ["shop", 8],
      ["0.0.0.0/0", 0],
    ]);
    expect(podEndpoints(programOf(SHOP), "namespace")[1]).toMatchObject({ type: "namespace", namespace: "shop" });
  });

  test("carry what they are called by", () => {
    const [api, web, bare] = podEndpoints(programOf(SHOP), "pod");
    expect(api).toMatchObject({ type: "pod", namespace: "pay", kind: "Deployment", name: "api" });
    expect(web).toMatchObject({ type: "pod", namespace: "shop", kind: "Deployment", name: "web" });
    expect(bare).toMatchObject({ type: "pod", namespace: "shop", kind: "Pod", name: "bare" });
    expect(bare?.members).toMatchObject([{ pods: [{ id: "shop/bare" }] }]);
    const queue = podEndpoints(programOf(SHOP), "workload").at(-1);
    expect(queue).toMatchObject({ type: "workload", namespace: "shop", kind: "StatefulSet", name: "queue" });
    expect(queue).not.toHaveProperty("distinguishedBy");
  });

  test("of a namespace whose pods differ are one, with a member for each difference", () => {
    const [, shop] = podEndpoints(
      programOf({ ...SHOP, policies: policy("{ podSelector: { matchLabels: { app: web } } }") }),
      "namespace",
    );
    const names = shop?.members.map(({ pods }) => pods.map(({ name }) => name).join()) ?? [];
    expect(names.sort()).toEqual(["bare", "db", "queue-0,queue-1", "web"]);
  });
});

describe("addresses outside", () => {
  const blocks = policy(
    "{ podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: 203.0.113.0/24, except: [203.0.113.128/25] } }, { ipBlock: { cidr: 2001:db8::/32 } }] }] }",
  );
  const outside = (ip: string | string[] | undefined) =>
    endpointsOf(
      programOf({ pods: { "shop/bare": { labels: {}, ...(ip && { ip }) } }, policies: blocks }),
      "workload",
    ).filter(({ type }) => type === "address");

  test("are blocks under their first CIDR, with all of them beside it", () => {
    const [around, block, ...more] = outside("10.0.0.5");
    expect(more).toEqual([]);
    expect(around).toMatchObject({ id: "0.0.0.0/1", pods: 0, members: [{ pods: [] }] });
    expect(around?.cidrs?.[0]).toBe("0.0.0.0/1");
    expect(around?.cidrs).toContain("203.0.113.128/25");
    expect(block).toMatchObject({ id: "203.0.113.0/25", cidrs: ["203.0.113.0/25"] });
  });

  test("are of the families that pods have, IPv4 first", () => {
    expect(outside(["10.0.0.5", "fd00::5"]).map(({ id }) => id)).toEqual([
      "0.0.0.0/1",
      "203.0.113.0/25",
      "::/3",
      "2001:db8::/32",
    ]);
    expect(outside("fd00::5").map(({ id }) => id)).toEqual(["::/3", "2001:db8::/32"]);
  });

  test("are of every family where there is no pod", () => {
    expect(endpointsOf(programOf({}), "workload").map(({ id }) => id)).toEqual(["0.0.0.0/0", "::/0"]);
  });
});

describe("parts of a workload that policies tell apart", () => {
  const partsOf = (policies: string, ...pods: string[]) =>
    podEndpoints(programOf({ manifests: pods.join(""), policies }), "workload").map(({ id, pods, distinguishedBy }) => [
      id,
      pods,
      distinguishedBy,
    ]);

  test("are told by the labels they do not share, not by those they do", () => {
    expect(
      partsOf(
        policy("{ podSelector: { matchLabels: { role: leader } } }"),
        live("q-0", "q", { labels: "{ app: q, role: leader }" }),
        live("q-1", "q", { labels: "{ app: q, role: follower }" }),
        live("q-2", "q", { labels: "{ app: q, role: follower }" }),
      ),
    ).toEqual([
      ["shop/StatefulSet/q#0", 1, ["role=leader"]],
      ["shop/StatefulSet/q#1", 2, ["role=follower"]],
    ]);
  });

  test("are told by named ports, addresses and the host network too", () => {
    expect(
      partsOf(
        policy(
          "{ podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: 10.0.0.0/31 } }], ports: [{ port: sql }] }] }",
        ),
        live("q-0", "q", { ip: "10.0.0.1" }),
        live("q-1", "q", { ip: "10.0.0.2", ports: "{ name: sql, containerPort: 5432 }, { containerPort: 80 }" }),
        live("q-2", "q", { ip: "10.0.0.3", spec: "hostNetwork: true" }),
      ),
    ).toEqual([
      ["shop/StatefulSet/q#0", 1, ["address 10.0.0.1"]],
      ["shop/StatefulSet/q#1", 1, ["address 10.0.0.2", "port sql=TCP/5432"]],
      ["shop/StatefulSet/q#2", 1, ["host network"]],
    ]);
  });

  test("say what some other part has not, even when another part has it", () => {
    expect(
      partsOf(
        policy("{ podSelector: { matchLabels: { a: x, b: x } } }"),
        live("q-0", "q", { labels: "{ a: x, b: x }" }),
        live("q-1", "q", { labels: "{ a: x, b: z }" }),
        live("q-2", "q", { labels: "{ a: z, b: z }" }),
      ).map(([, , by]) => by),
    ).toEqual([
      ["a=x", "b=x"],
      ["a=x", "b=z"],
      ["a=z", "b=z"],
    ]);
  });
});
