import { expect, test } from "vitest";
import { compile, decide, parse } from "../../src/index.ts";

const pod = (status: string) => `
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop }
spec: { containers: [{ name: web }] }
status: { ${status} }
`;

function decisionOn(text: string, source: string) {
  const { program } = compile(parse([{ path: "shop.yaml", text }]).cluster);
  return decide(program, { source, destination: "shop/web", protocol: "TCP", port: 80 });
}

test("an address of a family the pod does not have cannot reach it", () => {
  expect(decisionOn(pod("podIP: 10.0.0.1"), "2001:db8::1")).toMatchObject({ verdict: "deny", certainty: "specified" });
});

test("where no address is written down, a verdict that hangs on the family is unknown", () => {
  expect(decisionOn(pod(""), "2001:db8::1")).toMatchObject({ verdict: "deny", certainty: "unknown" });
});

test("a pod always reaches itself", () => {
  const deny = `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: deny, namespace: shop }
spec: { podSelector: {}, policyTypes: [Ingress, Egress] }
`;
  expect(decisionOn(`${pod("")}${deny}`, "shop/web")).toMatchObject({ verdict: "allow", egress: { applies: "self" } });
});
