import { describe, expect, test } from "vitest";
import { exposureAnswer, exposureCsv, exposureMarkdown, exposureText, findExposure } from "../../src/index.ts";
import { admit, object, pod, programOf, serviceOf } from "../analyses/exposure/manifests.ts";
import { violations } from "./schema.ts";

const ingress = object(
  "networking.k8s.io/v1",
  "Ingress",
  "shop/web",
  "spec: { ingressClassName: nginx, rules: [{ host: shop.example, http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: web, port: { number: 80 } } } }, { path: /old, pathType: Prefix, backend: { service: { name: gone, port: { number: 80 } } } }] } }] }",
);
const documents = [
  pod("shop/web", "10.0.0.1"),
  pod("shop/db", "10.0.0.2"),
  pod("shop/api", "10.0.0.3"),
  pod("edge/proxy", "10.0.9.1", { labels: "app.kubernetes.io/name: ingress-nginx" }),
  serviceOf("edge/proxy", "type: LoadBalancer"),
  serviceOf("shop/web"),
  serviceOf("shop/api", "type: LoadBalancer"),
  admit("shop/api"),
  ingress,
];
const report = findExposure(programOf(documents));

describe("exposure", () => {
  test("in JSON is as its schema says", () => {
    const answer = exposureAnswer(report);
    expect(violations("exposure-v1", JSON.parse(JSON.stringify(answer)))).toEqual([]);
    const web = answer.workloads.find(({ id }) => id === "shop/Pod/web");
    expect([web?.exposed, web?.witness, web?.entries[0]?.through?.endpoint]).toEqual([
      { answer: "yes", expected: true },
      0,
      "edge/Pod/proxy",
    ]);
    expect(answer.deadEnds.map(({ reason }) => reason)).toEqual(["missing-service"]);
  });

  test("in text names every object from the internet to the pod, and what stands how", () => {
    const text = exposureText(report, { width: 300 });
    expect(text).toContain(
      "internet → Service edge/proxy (load balancer 80) → edge/proxy → Ingress shop/web → Service shop/web → shop/web",
    );
    expect(text).toMatch(/^Exposed to the internet: 2 of 4 workloads for sure, 1 blocked by policy, 1 latent$/m);
    expect(text).toMatch(/^shop\/api {2}blocked$/m);
    expect(text).toMatch(/^Latent.*\n {2}shop\/db$/m);
    expect(text).toMatch(/Ingress shop\/web leads to Service shop\/gone/);
  });

  test("in narrow text breaks a path between its steps only", () => {
    const text = exposureText(report, { width: 60 });
    expect(text).toContain(
      "  internet → Service edge/proxy (load balancer 80) →\n    edge/proxy → Ingress shop/web → Service shop/web →\n    shop/web\n",
    );
  });

  test("in Markdown and CSV has a row for each way", () => {
    expect(exposureMarkdown(report)).toMatch(/^\| shop\/api \| blocked \| .* \| TCP 8080 \| yes \| no \|$/m);
    const lines = [...exposureCsv(report)];
    expect(lines).toHaveLength(5);
    expect(lines.find((line) => line.startsWith("shop/Pod/db"))).toBe("shop/Pod/db,latent,,,,,no,yes,no\r\n");
  });

  test("text of a manifest cannot break out of its line", () => {
    const odd = serviceOf("shop/web", "type: NodePort").replace("name: web,", '"name": web,');
    const host = ingress.replace("shop.example", '"shop\\u001b[31m.example"');
    const told = exposureText(findExposure(programOf([pod("shop/web", "10.0.0.1"), odd, host])));
    expect(told).not.toContain("\u001b");
  });
});
