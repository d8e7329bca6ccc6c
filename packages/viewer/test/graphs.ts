import { compile, parse, reach } from "@watertight/core";
import fc, { type Arbitrary } from "fast-check";
import { graphOf } from "../src/model/assemble.ts";
import type { Graph } from "../src/model/graph.ts";

/** The graph of manifests given as text. */
export function graphOfText(text: string): Graph {
  const { program } = compile(parse([{ path: "drawn.yaml", text }]).cluster);
  return graphOf(reach(program, { by: "workload" }));
}

export function workload(namespace: string, name: string): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${JSON.stringify(name)}, namespace: ${namespace} }
spec:
  selector: { matchLabels: { app: ${JSON.stringify(name)} } }
  template:
    metadata: { labels: { app: ${JSON.stringify(name)} } }
    spec: { containers: [{ name: main, image: x }] }`;
}

export function policy(namespace: string, name: string, spec: object): string {
  return JSON.stringify({
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { namespace, name },
    spec,
  });
}

export function manifests(...documents: readonly string[]): string {
  return documents.join("\n---\n");
}

const NAMESPACES = ["a", "b", "c"];
const NAMES = ["web", "api", "db"];

const podSelector = fc.oneof(
  fc.constant({}),
  fc.constantFrom(...NAMES).map((app) => ({ matchLabels: { app } })),
);

const peer = fc.oneof(
  podSelector.map((selector) => ({ podSelector: selector })),
  fc.constant({ namespaceSelector: {} }),
  fc.tuple(fc.constantFrom(...NAMESPACES), podSelector).map(([name, selector]) => ({
    namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } },
    podSelector: selector,
  })),
  fc.constantFrom("0.0.0.0/0", "::/0", "203.0.113.0/24", "10.0.0.0/8").map((cidr) => ({ ipBlock: { cidr } })),
);

const ports = fc.option(fc.subarray([{ port: 80 }, { port: 443 }, { protocol: "UDP", port: 53 }], { minLength: 1 }));

const rule = (side: "from" | "to") =>
  fc
    .tuple(fc.option(fc.array(peer, { minLength: 1, maxLength: 2 })), ports)
    .map(([peers, list]) => ({ ...(peers && { [side]: peers }), ...(list && { ports: list }) }));

const drawnPolicy = fc
  .record({
    namespace: fc.constantFrom(...NAMESPACES),
    podSelector,
    ingress: fc.option(fc.array(rule("from"), { maxLength: 2 })),
    egress: fc.option(fc.array(rule("to"), { maxLength: 2 })),
  })
  .map(({ namespace, podSelector: selector, ingress, egress }) => ({
    namespace,
    spec: {
      podSelector: selector,
      policyTypes: [...(ingress ? ["Ingress"] : []), ...(egress ? ["Egress"] : [])],
      ...(ingress && { ingress }),
      ...(egress && { egress }),
    },
  }))
  .filter(({ spec }) => spec.policyTypes.length > 0);

/** Manifests of up to nine workloads in three namespaces under up to five policies. */
export const drawnText: Arbitrary<string> = fc
  .tuple(
    fc.uniqueArray(fc.tuple(fc.constantFrom(...NAMESPACES), fc.constantFrom(...NAMES)), {
      minLength: 1,
      maxLength: 9,
      selector: ([namespace, name]) => `${namespace}/${name}`,
    }),
    fc.array(drawnPolicy, { maxLength: 5 }),
  )
  .map(([pods, policies]) =>
    manifests(
      ...pods.map(([namespace, name]) => workload(namespace, name)),
      ...policies.map(({ namespace, spec }, index) => policy(namespace, `p${index}`, spec)),
    ),
  );

export const drawnGraph: Arbitrary<Graph> = drawnText.map(graphOfText);
