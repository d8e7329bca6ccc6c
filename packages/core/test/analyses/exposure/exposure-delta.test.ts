import { describe, expect, test } from "vitest";
import { exposureDelta, type WayChange } from "../../../src/analyses/exposure/exposure-delta.ts";
import { answerOf } from "../../../src/index.ts";
import { admit, object, pod, programOf, serviceOf } from "./manifests.ts";

const web = pod("shop/web", "10.0.0.1");
const balanced = serviceOf("shop/web", "type: LoadBalancer");
const anywhere = "{ ipBlock: { cidr: 0.0.0.0/0 } }";

/** Each way that differs: whom to, of what kind, and how likely outsiders get in on either side. */
function changes(before: readonly string[], after: readonly string[]): readonly string[] {
  const side = (entry: WayChange["after"]) => (entry ? `${answerOf(entry.exposed)} ${entry.open}` : "absent");
  return exposureDelta(programOf(before), programOf(after)).flatMap(({ id, ways }) =>
    ways.map(({ before, after }) => `${id} ${(after ?? before)?.kind}: ${side(before)} → ${side(after)}`),
  );
}

describe("what differs in exposure", () => {
  test("nothing between a cluster and itself, nor in what nothing publishes", () => {
    expect(changes([web, balanced], [web, balanced])).toEqual([]);
    expect(changes([web], [web, admit("shop/web")])).toEqual([]);
  });

  test("a Service that publishes, and one that is gone", () => {
    expect(changes([web, serviceOf("shop/web")], [web, balanced])).toEqual([
      "shop/Pod/web load-balancer: absent → yes TCP 8080",
    ]);
    expect(changes([web, balanced], [web])).toEqual(["shop/Pod/web load-balancer: yes TCP 8080 → absent"]);
  });

  test("a policy that lets in or shuts out what is published already", () => {
    expect(changes([web, balanced], [web, balanced, admit("shop/web")])).toEqual([
      "shop/Pod/web load-balancer: yes TCP 8080 → no none",
    ]);
    expect(changes([web, balanced, admit("shop/web")], [web, balanced, admit("shop/web", anywhere)])).toEqual([
      "shop/Pod/web load-balancer: no none → yes TCP 8080",
    ]);
  });

  test("clients that get in from fewer addresses on the same ports", () => {
    const some = "{ ipBlock: { cidr: 8.8.8.0/24 } }";
    const before = [web, balanced, admit("shop/web", anywhere)];
    const [change] = exposureDelta(programOf(before), programOf([web, balanced, admit("shop/web", some)]));
    const admits = [change?.ways[0]?.before, change?.ways[0]?.after].map(
      (entry) => entry?.sources.find(({ as }) => as === "client")?.admits,
    );
    expect(admits).toEqual(["all", ["8.8.8.0/24"]]);
  });

  test("a workload that comes with the way to it", () => {
    const [change] = exposureDelta(programOf([]), programOf([web, balanced]));
    expect([change?.id, change?.before, change?.after?.exposed.certain]).toEqual(["shop/Pod/web", undefined, true]);
  });

  test("what lies behind a proxy, by the Ingress that leads there", () => {
    const proxy = pod("edge/proxy", "10.0.0.2", { labels: "app.kubernetes.io/name: ingress-nginx" });
    const backend = "{ path: /, pathType: Prefix, backend: { service: { name: web, port: { number: 80 } } } }";
    const ingress = object(
      "networking.k8s.io/v1",
      "Ingress",
      "shop/web",
      `spec: { rules: [{ http: { paths: [${backend}] } }] }`,
    );
    const there = [web, serviceOf("shop/web"), proxy, serviceOf("edge/proxy", "type: LoadBalancer")];
    expect(changes(there, [...there, ingress])).toEqual([expect.stringMatching(/^shop\/Pod\/web ingress: absent → /)]);
  });
});
