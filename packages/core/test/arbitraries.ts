import fc, { type Arbitrary } from "fast-check";
import type { Cluster } from "../src/model/cluster.ts";
import type { Protocol } from "../src/model/flow.ts";
import { type Options, UPSTREAM } from "../src/model/options.ts";
import { times } from "./arbitraries-labels.ts";
import { byId, namespaces, nodes, podDraft, podOf, workloadsOf } from "./arbitraries-pods.ts";
import { policyDraft } from "./arbitraries-policies.ts";
import { NO_RESOURCES } from "./empty.ts";
import type { OracleEnd, OracleFlow } from "./oracle/context.ts";
import { everyPod } from "./oracle/pods.ts";

/**
 * Random clusters from small universes, so that selectors select, names collide and blocks hold some pods and not others. Every
 * feature a verdict may hang on occurs often enough to matter; properties/coverage.test.ts measures how often.
 */
export interface Scenario {
  readonly cluster: Cluster;
  readonly options: Options;
  readonly flows: readonly OracleFlow[];
}

/** Addresses that mostly are of no pod. */
export const OUTSIDE = [
  "203.0.113.7",
  "198.51.100.1",
  "10.0.0.200",
  "10.0.0.1",
  "192.168.0.1",
  "2001:db8::7",
  "fd00::99",
  "fd01::1",
];

export const cluster: Arbitrary<Cluster> = fc
  .record({
    namespaces,
    nodes,
    pods: fc.array(podDraft, { minLength: 3, maxLength: 7, size: "max" }),
    policies: fc.array(policyDraft, { minLength: 1, maxLength: 6, size: "max" }),
  })
  .map(({ namespaces, nodes, pods: drafts, policies }) => {
    const pods = byId(drafts.map(podOf));
    const networkPolicies = policies.map((policy, index) => ({ ...policy, name: `np${index}` }));
    networkPolicies.sort((a, b) => (`${a.namespace}/${a.name}` < `${b.namespace}/${b.name}` ? -1 : 1));
    return {
      namespaces,
      nodes,
      pods,
      workloads: workloadsOf(pods),
      services: [],
      serviceEndpoints: [],
      networkPolicies,
      adminPolicies: [],
      unusedPolicies: [],
      ...NO_RESOURCES,
    };
  });

export const options: Arbitrary<Options> = fc
  .record({
    ipBlockMatchesPods: times(8, true, false),
    podCIDRs: fc.constantFrom<readonly string[]>(
      [],
      [],
      ["10.0.0.0/16"],
      ["10.0.0.0/24"],
      ["10.0.0.0/24", "fd00::/64"],
      ["10.0.0.0/30", "10.0.1.0/24", "fd00::/126"],
    ),
    hostNetworkPods: times<"node" | "pod">(8, "node", "pod"),
    egressToOwnNode: times<"allow" | "evaluate">(7, "allow", "evaluate"),
    namedPortContainers: fc.constantFrom<Options["namedPortContainers"]>(
      "main+sidecars",
      "main+sidecars",
      "main",
      "all",
    ),
    endPortSupported: times(8, true, false),
    icmp: fc.constantFrom<Options["icmp"]>("rules-without-ports", "rules-without-ports", "allow", "deny"),
    emptyNamespaceSelectorAdmitsHostNetwork: times(5, false, true),
    npHairpin: fc.constantFrom<Options["npHairpin"]>("allow", "evaluate"),
    serviceView: times<Options["serviceView"]>(6, "post-dnat", "cluster-ip"),
    snatView: fc.constantFrom<Options["snatView"]>("by-externalTrafficPolicy", "node", "client"),
  })
  .map((drawn) => ({ ...UPSTREAM, ...drawn }));

const flowDraft = fc.record({
  source: fc.nat({ max: 999 }),
  destination: fc.nat({ max: 999 }),
  outside: fc.constantFrom("none", "none", "none", "none", "source", "destination"),
  /** Most flows go to a port that somebody declares. */
  aimed: times(8, true, false),
  which: fc.nat({ max: 9 }),
  address: fc.constantFrom(...OUTSIDE),
  protocol: fc.constantFrom<Protocol | "other">("TCP", "TCP", "TCP", "UDP", "UDP", "SCTP", "SCTP", "other"),
  port: fc.constantFrom(80, 80, 81, 81, 82, 443, 443, 5353, 1, 65535),
});

/** A cluster, options, and some flows to ask about. */
export function scenarioWith(flows: number, of: Arbitrary<Cluster> = cluster): Arbitrary<Scenario> {
  return fc
    .record({ cluster: of, options, drafts: fc.array(flowDraft, { minLength: flows, maxLength: flows }) })
    .map(({ drafts, ...drawn }) => ({ ...drawn, flows: drafts.map((draft) => flowOf(drawn.cluster, draft)) }));
}

export const scenario = scenarioWith(12);

type FlowDraft = typeof flowDraft extends Arbitrary<infer Draft> ? Draft : never;

function flowOf(cluster: Cluster, draft: FlowDraft): OracleFlow {
  const pods = everyPod(cluster);
  const endAt = (number: number, outside: boolean): OracleEnd => {
    const pod = pods[number % pods.length];
    return outside || !pod ? { address: draft.address } : { pod: pod.of.id, replica: pod.replica };
  };
  const target = pods[draft.destination % pods.length];
  const declared = draft.aimed ? target?.of.ports[draft.which % (target.of.ports.length || 1)] : undefined;
  return {
    source: endAt(draft.source, draft.outside === "source"),
    destination: endAt(draft.destination, draft.outside === "destination"),
    protocol: declared?.protocol ?? draft.protocol,
    ...(declared ? { port: declared.port } : draft.protocol !== "other" && { port: draft.port }),
  };
}
