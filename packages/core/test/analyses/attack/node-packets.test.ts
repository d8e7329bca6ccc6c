import { expect, test } from "vitest";
import { findFact, findPaths } from "../../../src/analyses/paths.ts";
import { attackOn, documents, edgesOf, object, pod } from "./edges.ts";

const node = (name: string, address: string) =>
  object("v1", "Node", name, `status: { addresses: [{ type: InternalIP, address: ${address} }] }`, "");
const nodes = documents(node("n1", "10.0.0.1"), node("n2", "10.0.0.2"));
const target = (on: string) =>
  pod("b", {
    container: "ports: [{ containerPort: 80 }]",
    spec: `nodeName: ${on}, automountServiceAccountToken: false`,
  });
const lettingIn = (peer: string) =>
  object(
    "networking.k8s.io/v1",
    "NetworkPolicy",
    "p",
    `spec: { podSelector: {}, policyTypes: [Ingress, Egress], ingress: [${peer}] }`,
  );

/** The steps from whoever controls a node to the pod `b`. */
function way(start: string, ...texts: readonly string[]) {
  const attack = attackOn(documents(...texts));
  const [from, to] = [findFact(attack, start, "start"), findFact(attack, "shop/Pod/b", "target")];
  return from && to ? findPaths(attack, from, to, 1)[0] : undefined;
}

const fromNode = "{ from: [{ ipBlock: { cidr: 10.0.0.1/32 } }] }";

test("a node sends under its own address, which the pods of others take for any", () => {
  const path = way("node:n1", nodes, target("n2"), lettingIn(fromNode));
  expect(path?.steps).toMatchObject([{ edge: "NET", from: "node:n1", to: "shop/Pod/b", port: "TCP/80" }]);
  expect(path?.steps[0]?.because.join()).toContain("shop/p, ingress rule 1");
  expect(way("node:n2", nodes, target("n1"), lettingIn(fromNode))).toBeUndefined();
});

test("a node sends under each of its addresses", () => {
  const addresses = "[{ type: InternalIP, address: 10.0.0.1 }, { type: InternalIP, address: 'fd00::1' }]";
  const both = object("v1", "Node", "n1", `status: { addresses: ${addresses} }`, "");
  for (const cidr of ["10.0.0.1/32", "fd00::1/128"])
    expect(
      way("node:n1", both, target("n2"), lettingIn(`{ from: [{ ipBlock: { cidr: "${cidr}" } }] }`))?.steps,
    ).toMatchObject([{ edge: "NET", from: "node:n1", to: "shop/Pod/b" }]);
});

test("its own pods it controls, whatever policies say", () => {
  expect(way("node:n2", nodes, target("n2"), lettingIn(fromNode))?.steps).toMatchObject([{ edge: "NODE-PODS" }]);
});

test("a node is no pod that a selector lets in", () => {
  const peers = "{ from: [{ namespaceSelector: {} }] }";
  expect(way("node:n1", nodes, target("n2"), lettingIn(peers))).toBeUndefined();
});

test("of a node whose address the input does not give only what any address may send counts", () => {
  const elsewhere = documents(pod("a", { spec: "nodeName: n1" }), target("n2"));
  expect(way("node:n1", elsewhere, lettingIn("{}"))?.steps).toMatchObject([{ edge: "NET", port: "TCP/80" }]);
  expect(way("node:n1", elsewhere, lettingIn("{ from: [{ ipBlock: { cidr: 10.0.0.0/8 } }] }"))).toBeUndefined();
  const halves =
    "{ from: [{ ipBlock: { cidr: 0.0.0.0/1 } }], ports: [{ port: 80 }] }, { from: [{ ipBlock: { cidr: 128.0.0.0/1 } }], ports: [{ port: 81 }] }";
  expect(way("node:n1", elsewhere, lettingIn(halves))).toBeUndefined();
  expect(way("node:n1", elsewhere, lettingIn(halves.replace("81", "80")))?.steps).toMatchObject([{ port: "TCP/80" }]);
});

test("a privileged pod that may send nothing sends from its node", () => {
  const privileged = pod("a", {
    container: "securityContext: { privileged: true }",
    spec: "nodeName: n1, automountServiceAccountToken: false",
  });
  const path = way("shop/Pod/a", nodes, privileged, target("n2"), lettingIn(fromNode));
  expect(path?.steps.map(({ edge }) => edge)).toEqual(["ESC-PRIV", "NET"]);
});

test("no policy keeps a node from the world or the metadata service", () => {
  const closed = lettingIn("{}");
  expect(edgesOf(documents(nodes, target("n2"), closed), ["EXFIL", "IMDS"])).toEqual([
    "EXFIL node:* → exfiltration (0 proved)",
    "EXFIL node:n1 → exfiltration (0 proved)",
    "EXFIL node:n2 → exfiltration (0 proved)",
    "IMDS node:* → cloud:node-role (1 conditional)",
    "IMDS node:n1 → cloud:node-role (1 conditional)",
    "IMDS node:n2 → cloud:node-role (1 conditional)",
  ]);
});
