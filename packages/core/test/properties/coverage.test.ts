import fc from "fast-check";
import { expect, test } from "vitest";
import type { Cluster, NetworkPolicy, Options, Pod, PolicyPeer, PortMatch, Requirement } from "../../src/index.ts";
import { type Scenario, scenarioWith } from "../arbitraries.ts";
import { blockPeer } from "../arbitraries-policies.ts";
import type { OracleFlow } from "../oracle/context.ts";
import { oracle, verdicts } from "../oracle/oracle.ts";

/**
 * Whether the random clusters are worth anything: a feature that can be taken away without changing a verdict was never tested. Each
 * line takes one away; the number is the share of clusters in which some flow then has another answer.
 */
const without: Readonly<Record<string, (scenario: Scenario) => Scenario>> = {
  "In as Exists": requirements((it) => (it.operator === "In" ? { ...it, operator: "Exists", values: [] } : it)),
  "NotIn as In": requirements((it) => (it.operator === "NotIn" ? { ...it, operator: "In" } : it)),
  "NotIn false for a missing key": requirements((it) => it, true),
  "Exists as DoesNotExist": requirements((it) => (it.operator === "Exists" ? { ...it, operator: "DoesNotExist" } : it)),
  "DoesNotExist as Exists": requirements((it) => (it.operator === "DoesNotExist" ? { ...it, operator: "Exists" } : it)),
  "empty values as missing": pods((pod) => ({
    ...pod,
    labels: { ...pod.labels, values: withoutEmpty(pod.labels.values) },
  })),
  "namespace selectors": peers((peer) =>
    peer.kind === "namespaces" ? { ...peer, namespaceSelector: { requirements: [] } } : peer,
  ),
  "pod selectors beside them": peers((peer) =>
    peer.kind === "namespaces" ? { ...peer, podSelector: { requirements: [] } } : peer,
  ),
  "peers of the own namespace only": peers((peer) =>
    peer.kind === "pods" ? { ...peer, kind: "namespaces", namespaceSelector: { requirements: [] } } : peer,
  ),
  "the whole of peers": rules((rule) => ({ ...rule, peers: "any" })),
  "the whole of ports": rules((rule) => ({ ...rule, ports: "any" })),
  "policies without rules": policies((all) => all.filter(({ ingress, egress }) => ingress.length + egress.length > 0)),
  policyTypes: policies((all) => all.map((policy) => ({ ...policy, policyTypes: ["ingress", "egress"] }))),
  "egress policies": policies((all) => all.map((policy) => ({ ...policy, policyTypes: ["ingress"] }))),
  ipBlocks: peers((peer) => (peer.kind === "ipBlock" ? blockPeer("192.0.2.0/32", []) : peer)),
  except: peers((peer) => (peer.kind === "ipBlock" ? blockPeer(peer.cidr, []) : peer)),
  "ipBlocks matching pods": options(() => ({ ipBlockMatchesPods: false })),
  podCIDRs: options(() => ({ podCIDRs: [] })),
  IPv6: pods((pod) => ({ ...pod, addresses: pod.addresses.filter((address) => !address.includes(":")) })),
  "known addresses": pods((pod) => ({ ...pod, addresses: [] })),
  endPort: ports((port) => (port.kind === "range" ? { ...port, last: port.first } : port)),
  "protocol of a port": ports((port) => (port.kind === "named" ? port : { ...port, protocol: "TCP" })),
  "protocol-only entries": ports((port) => (port.kind === "every-port" ? noPort(port) : port)),
  "named ports": ports((port) => (port.kind === "named" ? noPort(port) : port)),
  "protocol of a name": ports((port) =>
    port.kind === "named" ? { kind: "named", name: port.name, span: port.span } : port,
  ),
  "names by pod": pods((pod, first) => ({ ...pod, ports: first.ports })),
  "names of sidecars": options(() => ({ namedPortContainers: "main" })),
  "names of init containers": options(() => ({ namedPortContainers: "all" })),
  "SCTP rules": ports((port) => (port.protocol === "SCTP" ? noPort(port) : port)),
  "host network": pods((pod) => ({ ...pod, network: "pod" })),
  "own node": options(() => ({ egressToOwnNode: "evaluate" })),
  "ICMP by rules": options(() => ({ icmp: "allow" })),
  "ICMP let through": options(() => ({ icmp: "deny" })),
  "host networks of an empty namespaceSelector": options(() => ({ emptyNamespaceSelectorAdmitsHostNetwork: false })),
  nodes: pods(({ node: _, ...pod }) => ({ ...pod, nodeAddresses: [] })),
  "labels by replica": pods(({ ordinals: _, ...pod }) => pod),
  "unknown label values": pods((pod) => ({ ...pod, labels: { values: pod.labels.values } })),
  "missing namespaces": (drawn) => ({
    ...drawn,
    cluster: {
      ...drawn.cluster,
      namespaces: drawn.cluster.namespaces.map((it) => ({ ...it, labels: { values: it.labels.values } })),
    },
  }),
};

/** What the input does not say changes how certain a verdict is, not the verdict. */
const FACTS = ["unknown label values", "missing namespaces"];

/** The least share of clusters in which each must matter. */
const LEAST = 0.02;

test("every feature changes the answer in some of the random clusters", () => {
  const mattered = new Map(Object.keys(without).map((feature) => [feature, 0]));
  let clusters = 0;
  let flows = 0;
  fc.assert(
    fc.property(scenarioWith(40), (drawn) => {
      clusters++;
      flows += drawn.flows.length;
      const usual = drawn.flows.map(verdicts(drawn.cluster, drawn.options));
      const certainties = drawn.flows.map((flow) => certaintyOf(drawn, flow));
      for (const [feature, remove] of Object.entries(without)) {
        const poorer = remove(drawn);
        const verdict = verdicts(poorer.cluster, poorer.options);
        const changed = FACTS.includes(feature)
          ? drawn.flows.some((flow, i) => certaintyOf(poorer, flow) !== certainties[i])
          : drawn.flows.some((flow, i) => verdict(flow) !== usual[i]);
        if (changed) {
          mattered.set(feature, (mattered.get(feature) ?? 0) + 1);
        }
      }
    }),
    // Always the same clusters: this is a measurement.
    { seed: 1, numRuns: 120 },
  );
  const shares = [...mattered].map(([feature, count]) => ({ feature, share: count / clusters }));
  console.log(`${clusters} clusters, ${flows} flows; share of clusters in which taking it away changes an answer:`);
  console.log(shares.map(({ feature, share }) => `${(share * 100).toFixed(1).padStart(6)} %  ${feature}`).join("\n"));
  expect(shares.filter(({ share }) => share < LEAST)).toEqual([]);
}, 600_000);

function certaintyOf({ cluster, options }: Scenario, flow: OracleFlow) {
  return oracle(cluster, options, flow).certainty;
}

function options(change: () => Partial<Options>) {
  return (drawn: Scenario): Scenario => ({ ...drawn, options: { ...drawn.options, ...change() } });
}

function pods(change: (pod: Pod, first: Pod) => Pod) {
  return ({ cluster, ...drawn }: Scenario): Scenario => {
    const [first] = cluster.pods;
    return { ...drawn, cluster: { ...cluster, pods: first ? cluster.pods.map((pod) => change(pod, first)) : [] } };
  };
}

function policies(change: (all: readonly NetworkPolicy[]) => readonly NetworkPolicy[]) {
  return ({ cluster, ...drawn }: Scenario): Scenario => {
    const changed: Cluster = { ...cluster, networkPolicies: change(cluster.networkPolicies) };
    return { ...drawn, cluster: changed };
  };
}

type Rule = NetworkPolicy["ingress"][number];

function rules(change: (rule: Rule) => Rule) {
  return policies((all) =>
    all.map((policy) => ({ ...policy, ingress: policy.ingress.map(change), egress: policy.egress.map(change) })),
  );
}

function peers(change: (peer: PolicyPeer) => PolicyPeer) {
  return rules((rule) => ({ ...rule, peers: rule.peers === "any" ? "any" : rule.peers.map(change) }));
}

function ports(change: (port: PortMatch) => PortMatch) {
  return rules((rule) => ({ ...rule, ports: rule.ports === "any" ? "any" : rule.ports.map(change) }));
}

function noPort({ span }: PortMatch): PortMatch {
  return { kind: "named", name: "nobody", protocol: "TCP", span };
}

/** Changes every requirement of every selector; with `present`, NotIn also asks for the key to be there. */
function requirements(change: (requirement: Requirement) => Requirement, present = false) {
  const selector = (from: NetworkPolicy["podSelector"]) => ({
    requirements: from.requirements.flatMap((it) => {
      const exists: Requirement = { key: it.key, operator: "Exists", values: [] };
      return present && it.operator === "NotIn" ? [it, exists] : [change(it)];
    }),
  });
  return (drawn: Scenario): Scenario => {
    const inPeers = peers((peer) => {
      if (peer.kind === "pods") return { ...peer, podSelector: selector(peer.podSelector) };
      if (peer.kind === "ipBlock") return peer;
      return {
        ...peer,
        namespaceSelector: selector(peer.namespaceSelector),
        podSelector: selector(peer.podSelector),
      };
    })(drawn);
    return policies((all) => all.map((policy) => ({ ...policy, podSelector: selector(policy.podSelector) })))(inPeers);
  };
}

function withoutEmpty(values: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return new Map([...values].filter(([, value]) => value !== ""));
}
