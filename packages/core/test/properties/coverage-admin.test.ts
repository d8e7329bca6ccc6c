import fc from "fast-check";
import { expect, test } from "vitest";
import type { Cluster, LabelSelector, Pod, PortMatch } from "../../src/index.ts";
import type { AdminPeer, AdminPolicy, AdminRule } from "../../src/model/cluster.ts";
import { parseAddress } from "../../src/model/ip.ts";
import { type Scenario, scenarioWith } from "../arbitraries.ts";
import { clusterWith, networks } from "../arbitraries-admin.ts";
import { NOWHERE } from "../arbitraries-labels.ts";
import { setOf } from "../arbitraries-policies.ts";
import { oracle, verdicts } from "../oracle/oracle.ts";

/** As in coverage.test.ts, for what admin policies add: each line takes a feature away, and some answer must then be another. */
const without: Readonly<Record<string, (scenario: Scenario) => Scenario>> = {
  "the Admin tier": policies((all) => all.filter(({ tier }) => tier !== "admin")),
  "the Baseline tier": policies((all) => all.filter(({ tier }) => tier !== "baseline")),
  "ingress rules": policies((all) => all.map((policy) => ({ ...policy, ingress: [] }))),
  "egress rules": policies((all) => all.map((policy) => ({ ...policy, egress: [] }))),
  "the NetworkPolicy tier": clusters((cluster) => ({ ...cluster, networkPolicies: [] })),
  "Pass rules": rules((rule) => (rule.action === "pass" ? [] : [rule])),
  "Pass as Accept": rules((rule) => [rule.action === "pass" ? { ...rule, action: "allow" } : rule]),
  "Accept as Pass": rules((rule) => [rule.action === "allow" ? { ...rule, action: "pass" } : rule]),
  "Deny rules": rules((rule) => (rule.action === "deny" ? [] : [rule])),
  "the order of rules": policies((all) =>
    all.map((policy) => ({ ...policy, ingress: [...policy.ingress].reverse(), egress: [...policy.egress].reverse() })),
  ),
  priorities: policies((all) => all.map((policy) => ({ ...policy, priority: 1 }))),
  "the baseline after all others": policies((all) =>
    all.map((policy) => (policy.priority === "last" ? { ...policy, priority: 0 } : policy)),
  ),
  "the order of tied policies": policies((all) => all.map((policy, i) => ({ ...policy, name: `q${9 - i}` }))),
  "subjects' namespaces": policies((all) =>
    all.map((policy) => ({ ...policy, subject: { ...policy.subject, namespaceSelector: EVERYTHING } })),
  ),
  "subjects' pods": policies((all) =>
    all.map((policy) => ({ ...policy, subject: { ...policy.subject, podSelector: EVERYTHING } })),
  ),
  "peers' namespaces": peers((peer) => (peer.kind === "pods" ? { ...peer, namespaceSelector: EVERYTHING } : peer)),
  "peers' pods": peers((peer) => (peer.kind === "pods" ? { ...peer, podSelector: EVERYTHING } : peer)),
  networks: peers((peer) => (peer.kind === "networks" ? networks(["192.0.2.0/32"]) : peer)),
  "networks matching pods": ({ cluster, ...drawn }) => ({
    ...drawn,
    cluster: admin(cluster, (all) => all.map((policy) => eachPeer(policy, (peer) => sparePods(peer, cluster.pods)))),
  }),
  nodes: peers((peer) => (peer.kind === "nodes" ? { ...peer, selector: NOTHING } : peer)),
  "labels of nodes": peers((peer) => (peer.kind === "nodes" ? { ...peer, selector: EVERYTHING } : peer)),
  "Node objects": clusters((cluster) => ({ ...cluster, nodes: [] })),
  "domain names": peers((peer) => (peer.kind === "domainNames" ? NOBODY : peer)),
  "failing closed": peers((peer) => (peer.kind === "unrecognised" ? NOBODY : peer)),
  "the whole of protocols": rules((rule) => [{ ...rule, ports: "any" }]),
  "ICMP where no protocol is named": rules((rule) => [
    { ...rule, ports: rule.ports === "any" ? EVERY_PORT : rule.ports },
  ]),
  "the end of a range": ports((port) => (port.kind === "range" ? { ...port, last: port.first } : port)),
  "named ports": ports((port) => (port.kind === "named" ? { ...port, name: "nobody" } : port)),
  "names of UDP and SCTP ports": clusters((cluster) => ({
    ...cluster,
    pods: cluster.pods.map((pod) => ({ ...pod, ports: pod.ports.filter(({ protocol }) => protocol === "TCP") })),
  })),
  "host network": clusters((cluster) => ({
    ...cluster,
    pods: cluster.pods.map((pod) => ({ ...pod, network: "pod" })),
  })),
  ties: policies((all) =>
    all.map((policy, i) => (policy.priority === "last" ? policy : { ...policy, priority: policy.priority + i / 10 })),
  ),
};

/** What the input does not say, or the API leaves open, changes how certain a verdict is, not the verdict. */
const FACTS = ["Node objects", "domain names", "ties"];

/** The least share of clusters in which each must matter. */
const LEAST = 0.02;

test("every feature of admin policies changes the answer in some of the random clusters", () => {
  const mattered = new Map(Object.keys(without).map((feature) => [feature, 0]));
  let clusters = 0;
  fc.assert(
    fc.property(scenarioWith(35, clusterWith("every kind of policy")), (drawn) => {
      clusters++;
      const usual = drawn.flows.map(verdicts(drawn.cluster, drawn.options));
      const few = drawn.flows.slice(0, 5);
      const certainties = few.map((flow) => oracle(drawn.cluster, drawn.options, flow).certainty);
      for (const [feature, remove] of Object.entries(without)) {
        const { cluster, options } = remove(drawn);
        const verdict = verdicts(cluster, options);
        const changed = FACTS.includes(feature)
          ? few.some((flow, i) => oracle(cluster, options, flow).certainty !== certainties[i])
          : drawn.flows.some((flow, i) => verdict(flow) !== usual[i]);
        if (changed) mattered.set(feature, (mattered.get(feature) ?? 0) + 1);
      }
    }),
    // Always the same clusters: this is a measurement.
    { seed: 1, numRuns: 70 },
  );
  const shares = [...mattered].map(([feature, count]) => ({ feature, share: count / clusters }));
  console.log(`${clusters} clusters; share of clusters in which taking it away changes an answer:`);
  console.log(shares.map(({ feature, share }) => `${(share * 100).toFixed(1).padStart(6)} %  ${feature}`).join("\n"));
  expect(shares.filter(({ share }) => share < LEAST)).toEqual([]);
}, 600_000);

const EVERYTHING: LabelSelector = { requirements: [] };
const NOTHING: LabelSelector = { requirements: [{ key: "nobody", operator: "Exists", values: [] }] };
const NOBODY: AdminPeer = { kind: "pods", namespaceSelector: EVERYTHING, podSelector: NOTHING, span: NOWHERE };

const EVERY_PORT: readonly PortMatch[] = (["TCP", "UDP", "SCTP"] as const).map((protocol) => ({
  kind: "range",
  protocol,
  first: 1,
  last: 65535,
  span: NOWHERE,
}));

/** The networks less the address of every pod. */
function sparePods(peer: AdminPeer, pods: readonly Pod[]): AdminPeer {
  if (peer.kind !== "networks") return peer;
  let { addresses } = peer;
  for (const text of pods.flatMap((pod) => (pod.network === "pod" ? pod.addresses : []))) {
    const isIPv4 = parseAddress(text)?.family === "IPv4";
    addresses = addresses.subtract(setOf(`${text}/${isIPv4 ? 32 : 128}`));
  }
  return { ...peer, addresses, cidrs: addresses.toCidrs() };
}

function clusters(change: (cluster: Cluster) => Cluster) {
  return ({ cluster, ...drawn }: Scenario): Scenario => ({ ...drawn, cluster: change(cluster) });
}

function admin(cluster: Cluster, change: (all: readonly AdminPolicy[]) => readonly AdminPolicy[]): Cluster {
  return { ...cluster, adminPolicies: change(cluster.adminPolicies) };
}

function policies(change: (all: readonly AdminPolicy[]) => readonly AdminPolicy[]) {
  return clusters((cluster) => admin(cluster, change));
}

function rules(change: (rule: AdminRule) => AdminRule[]) {
  return policies((all) => all.map((policy) => eachRule(policy, change)));
}

function ports(change: (port: PortMatch) => PortMatch) {
  return rules((rule) => [{ ...rule, ports: rule.ports === "any" ? "any" : rule.ports.map(change) }]);
}

function peers(change: (peer: AdminPeer) => AdminPeer) {
  return policies((all) => all.map((policy) => eachPeer(policy, change)));
}

function eachRule(policy: AdminPolicy, change: (rule: AdminRule) => AdminRule[]): AdminPolicy {
  return { ...policy, ingress: policy.ingress.flatMap(change), egress: policy.egress.flatMap(change) };
}

function eachPeer(policy: AdminPolicy, change: (peer: AdminPeer) => AdminPeer): AdminPolicy {
  return eachRule(policy, (rule) => [{ ...rule, peers: rule.peers.map(change) }]);
}
