import fc from "fast-check";
import { expect, test } from "vitest";
import type { Cluster, Options, Pod } from "../../src/index.ts";
import type { Service, ServiceEndpoints } from "../../src/model/service.ts";
import type { Scenario } from "../arbitraries.ts";
import { serviceScenarioWith } from "../arbitraries-services.ts";
import { oracle, verdicts } from "../oracle/oracle.ts";

/** As in coverage.test.ts, for what Services add: each line takes a feature away, and some answer must then be another. */
const without: Readonly<Record<string, (scenario: Scenario) => Scenario>> = {
  "selectors of Services": services((it) => ({ ...it, selector: new Map([...it.selector].slice(1)) })),
  "namespaces of Services": clusters((cluster) => ({
    ...cluster,
    pods: cluster.pods.map((pod) => ({ ...pod, namespace: "a" })),
    services: cluster.services.map((it) => ({ ...it, selector: it.namespace === "a" ? it.selector : new Map() })),
  })),
  "target ports": services((it) => ({ ...it, ports: it.ports.map((port) => ({ ...port, targetPort: port.port })) })),
  "target ports by name": services((it) => ({
    ...it,
    ports: it.ports.map((port) => (typeof port.targetPort === "string" ? { ...port, targetPort: port.port } : port)),
  })),
  "names of ports by pod": clusters((cluster) => ({
    ...cluster,
    pods: cluster.pods.map((pod) => ({ ...pod, ports: cluster.pods[0]?.ports ?? [] })),
  })),
  readiness: pods(({ readiness: _, ...pod }) => pod),
  publishNotReadyAddresses: services((it) => ({ ...it, publishNotReadyAddresses: false })),
  "endpoints somebody wrote": clusters((cluster) => ({ ...cluster, serviceEndpoints: [] })),
  "ports of those": written((it) => ({
    ...it,
    groups: it.groups.map((group) => ({ ...group, ports: group.ports.map(({ port: _, ...rest }) => rest) })),
  })),
  "readiness of those": written((it) => ({
    ...it,
    groups: it.groups.map((group) => ({
      ...group,
      endpoints: group.endpoints.map((end) => ({ ...end, readiness: "ready" as const })),
    })),
  })),
  "headless Services": services((it) => ({ ...it, addressing: "virtual" })),
  "families of Services": services((it) => ({ ...it, families: [] })),
  internalTrafficPolicy: services((it) => ({ ...it, internalTrafficPolicy: "Cluster" })),
  externalTrafficPolicy: services((it) => ({ ...it, externalTrafficPolicy: "Cluster" })),
  "the address of the Service in egress": options({ serviceView: "post-dnat" }),
  "traffic from outside under a node's address": options({ snatView: "client" }),
  "traffic from outside under the client's address": options({ snatView: "node" }),
  "hairpins evaluated": options({ npHairpin: "allow" }),
  "hairpins allowed": options({ npHairpin: "evaluate" }),
  "nodes of pods": pods(({ node: _, ...pod }) => pod),
  "Node objects": clusters((cluster) => ({ ...cluster, nodes: [] })),
};

/** The least share of clusters in which each must matter. */
const LEAST = 0.01;

test("every feature of Services changes the answer, or how certain it is, in some of the random clusters", () => {
  const mattered = new Map(Object.keys(without).map((feature) => [feature, 0]));
  let clusters = 0;
  fc.assert(
    fc.property(serviceScenarioWith(20), (drawn) => {
      clusters++;
      const usual = drawn.flows.map(verdicts(drawn.cluster, drawn.options));
      const few = drawn.flows.slice(0, 4);
      const certainties = few.map((flow) => oracle(drawn.cluster, drawn.options, flow).certainty);
      for (const [feature, remove] of Object.entries(without)) {
        const { cluster, options } = remove(drawn);
        const verdict = verdicts(cluster, options);
        const changed =
          drawn.flows.some((flow, i) => verdict(flow) !== usual[i]) ||
          few.some((flow, i) => oracle(cluster, options, flow).certainty !== certainties[i]);
        if (changed) mattered.set(feature, (mattered.get(feature) ?? 0) + 1);
      }
    }),
    // Always the same clusters: this is a measurement.
    { seed: 1, numRuns: 80 },
  );
  const shares = [...mattered].map(([feature, count]) => ({ feature, share: count / clusters }));
  console.log(`${clusters} clusters; share of clusters in which taking it away changes an answer:`);
  console.log(shares.map(({ feature, share }) => `${(share * 100).toFixed(1).padStart(6)} %  ${feature}`).join("\n"));
  expect(shares.filter(({ share }) => share < LEAST)).toEqual([]);
}, 600_000);

function clusters(change: (cluster: Cluster) => Cluster) {
  return ({ cluster, ...drawn }: Scenario): Scenario => ({ ...drawn, cluster: change(cluster) });
}

function services(change: (service: Service) => Service) {
  return clusters((cluster) => ({ ...cluster, services: cluster.services.map(change) }));
}

function pods(change: (pod: Pod) => Pod) {
  return clusters((cluster) => ({ ...cluster, pods: cluster.pods.map(change) }));
}

function written(change: (endpoints: ServiceEndpoints) => ServiceEndpoints) {
  return clusters((cluster) => ({ ...cluster, serviceEndpoints: cluster.serviceEndpoints.map(change) }));
}

function options(change: Partial<Options>) {
  return (drawn: Scenario): Scenario => ({ ...drawn, options: { ...drawn.options, ...change } });
}
