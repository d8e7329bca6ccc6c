import { expect, test } from "vitest";
import { found } from "./found.ts";

const text = (service: string) => `apiVersion: v1
kind: Namespace
metadata: { name: other }
---
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: other, labels: { app: web } }
spec: { containers: [{ name: c, image: c }] }
---
apiVersion: v1
kind: Pod
metadata: { name: controller, namespace: shop, labels: { app: controller } }
spec: { containers: [{ name: c, image: c, ports: [{ containerPort: 8082 }] }] }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: scraped, namespace: shop }
spec:
  podSelector: { matchLabels: { app: controller } }
  ingress: [{ from: [{ namespaceSelector: {} }], ports: [{ port: 8082 }] }]
---
apiVersion: v1
kind: Service
metadata: { name: controller, namespace: shop }
spec: { selector: { app: controller }, ports: [{ name: ${service}, port: 80, targetPort: 8082 }] }
`;

test("a port that a Service names after metrics is one for metrics", () => {
  expect(found(text("metrics"), "NPG206")).toMatchObject([{ severity: "low" }]);
  expect(found(text("http"), "NPG206")).toMatchObject([{ severity: "medium" }]);
});
