import { expect, test } from "vitest";
import { doubtsOf } from "../../src/engine/doubts.ts";
import type { Encounter } from "../../src/engine/encounter.ts";
import { compile, type Options, parse, UPSTREAM } from "../../src/index.ts";
import { sourcesOf } from "../cases/manifests-of-case.ts";

const PODS = {
  "shop/web": { labels: { app: "web" }, ip: "10.0.0.1", node: "n1" },
  "shop/agent": { labels: { app: "agent" }, ip: "192.168.0.1", node: "n1", hostNetwork: true },
};

const policy = (spec: string) => `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: p, namespace: shop }
spec: ${spec}
`;
const ISOLATED = policy("{ podSelector: { matchLabels: { app: web } }, policyTypes: [Ingress, Egress] }");

/** What every encounter may rest on besides. */
const ALWAYS = ["end-port", "named-port-container", "named-port-ip-block", "priority-tie"];

/** Codes of what is touched on the way between two pods, or from one to itself, beside what always is. */
function touched(policies: string, way: Partial<Encounter>, from = "web", to = "web", options: Partial<Options> = {}) {
  const all = { ...UPSTREAM, ...options };
  const { program } = compile(parse(sourcesOf({ pods: PODS, policies }), all).cluster, all);
  const party = (name: string) =>
    program.parties.findIndex((one) => one.kind === "pods" && one.pods.some((pod) => pod.name === name));
  const encounter: Encounter = {
    source: party(from),
    destination: party(to),
    family: "IPv4",
    placement: "elsewhere",
    ...way,
  };
  const codes = doubtsOf(program, encounter).map(({ code }) => code);
  expect(codes).toEqual(expect.arrayContaining(ALWAYS));
  return codes.filter((code) => !ALWAYS.includes(code)).sort();
}

test("pods apart touch nothing but what rules may always rest on", () => {
  expect(touched(ISOLATED, {})).toEqual([]);
});

test("a pod's own node is exempt in one direction or both, and itself through a Service may be", () => {
  expect(touched(ISOLATED, { placement: "own-node" })).toEqual(["own-node-egress"]);
  expect(touched(ISOLATED, { placement: "same-pod" })).toEqual(["hairpin"]);
});

test("on which node a pod runs may not be known", () => {
  expect(touched(ISOLATED, { placement: "unknown" })).toEqual(["node-unknown", "own-node-egress"]);
});

test("translated addresses are each side's own matter", () => {
  expect(touched(ISOLATED, { dialled: { kind: "service", blocks: [] } })).toEqual([
    "service-address",
    "service-address-unknown",
  ]);
  expect(touched(ISOLATED, { arrivesFrom: { kind: "source", blocks: [] } })).toEqual(["source-address-unknown"]);
});

test("how host-network pods are seen matters at either end", () => {
  expect(touched(ISOLATED, {}, "web", "agent")).toEqual(["host-network"]);
  expect(touched(ISOLATED, {}, "agent", "web")).toEqual(["host-network"]);
});

test("what a selection of subjects or peers rests on, where the party is concerned", () => {
  const byHash = policy(
    "{ podSelector: {}, ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: a } } }] }] }",
  );
  const undeclared = { ...UPSTREAM };
  const { cluster } = parse(sourcesOf({ pods: PODS, policies: byHash, undeclared: ["shop"] }), undeclared);
  const { program } = compile(cluster, undeclared);
  const codesAt = (source: number, destination: number) =>
    doubtsOf(program, { source, destination, family: "IPv4", placement: "elsewhere" }).map(({ code }) => code);
  const [pod] = program.parties.flatMap(({ kind, index }) => (kind === "pods" ? [index] : []));
  const [outside] = program.parties.flatMap(({ kind, index }) => (kind === "addresses" ? [index] : []));
  expect(codesAt(pod as number, pod as number)).toContain("namespace-labels-unknown");
  expect(codesAt(outside as number, pod as number)).not.toContain("namespace-labels-unknown");
});

test("an empty namespaceSelector that may admit nodes is in doubt for traffic of nodes", () => {
  const all = policy("{ podSelector: {}, ingress: [{ from: [{ namespaceSelector: {} }] }] }");
  const options = { emptyNamespaceSelectorAdmitsHostNetwork: true } as const;
  const without = touched(all, {}, "web", "web", options);
  const node = touched(all, { sourceIs: "node" }, "web", "web", options);
  expect(without).toEqual([]);
  expect(node).toHaveLength(1);
});
