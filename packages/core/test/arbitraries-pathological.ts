import fc, { type Arbitrary } from "fast-check";
import type { AdminPolicy, Cluster, NetworkPolicy, PolicyPeer, PolicyRule } from "../src/model/cluster.ts";
import { PROTOCOLS } from "../src/model/flow.ts";
import type { PortMatch } from "../src/model/ports.ts";
import type { LabelSelector, Requirement } from "../src/model/selector.ts";
import { cluster } from "./arbitraries.ts";
import { adminDraft, clusterWith } from "./arbitraries-admin.ts";
import { NOWHERE, protocol } from "./arbitraries-labels.ts";
import { blockPeer } from "./arbitraries-policies.ts";

/** Random clusters in which one thing is driven to excess: what shortcuts of the engine would get wrong first. */
export const EXCESSES: Readonly<Record<string, Arbitrary<Cluster>>> = {
  "labels no two pods share, in lists of both operators": fc
    .tuple(cluster, fc.infiniteStream(fc.tuple(fc.nat(), fc.subarray([0, 1, 2, 3, 4, 5, 6]), fc.boolean())))
    .map(([drawn, stream]) => withUniqueLabels(drawn, stream)),
  "NotIn everywhere": cluster.map((drawn) => eachSelector(drawn, notIn)),
  "many blocks with exceptions": fc
    .tuple(cluster, fc.array(block(), { minLength: 24, maxLength: 24 }))
    .map(([drawn, blocks]) => withPeers(drawn, blocks)),
  "a name that is another port on every pod": cluster.map(withOwnPorts),
  "long lists of ports and ranges": fc
    .tuple(cluster, fc.array(port(), { minLength: 90, maxLength: 90 }))
    .map(([drawn, ports]) => withPorts(drawn, ports)),
  "many admin policies with ties": fc
    .tuple(clusterWith("every kind of policy"), fc.array(adminDraft, { minLength: 20, maxLength: 20 }))
    .map(([drawn, drafts]) => ({ ...drawn, adminPolicies: drafts.map((draft, i) => tied(draft, i)) })),
};

function withUniqueLabels(drawn: Cluster, stream: Iterator<[number, number[], boolean]>): Cluster {
  const own = "example.com/id";
  const pods = drawn.pods.map((pod, i) => ({
    ...pod,
    labels: { ...pod.labels, values: new Map([...pod.labels.values, [own, `p${i}`]]) },
  }));
  return eachSelector({ ...drawn, pods }, ({ requirements }) => {
    const [, some, positive] = stream.next().value as [number, number[], boolean];
    const values = some.map((i) => `p${i}`);
    if (values.length === 0) return { requirements: requirements.slice(0, 1) };
    return { requirements: [{ key: own, operator: positive ? "In" : "NotIn", values }] };
  });
}

function notIn({ requirements }: LabelSelector): LabelSelector {
  const negated = ({ key, values }: Requirement): Requirement => ({
    key,
    operator: "NotIn",
    values: values.length > 0 ? values : ["x"],
  });
  return { requirements: requirements.map(negated) };
}

/** Every pod selector of subjects and peers; namespaces stay as they are. */
function eachSelector(drawn: Cluster, change: (selector: LabelSelector) => LabelSelector): Cluster {
  return eachRule(
    drawn,
    (rule) => ({
      ...rule,
      peers:
        rule.peers === "any"
          ? rule.peers
          : rule.peers.map((peer) =>
              peer.kind === "ipBlock" ? peer : { ...peer, podSelector: change(peer.podSelector) },
            ),
    }),
    (policy) => ({ ...policy, podSelector: change(policy.podSelector) }),
  );
}

/** Blocks about the addresses that pods and nodes have: nested, side by side, of one address, with exceptions of all these kinds. */
function block(): Arbitrary<PolicyPeer> {
  const v4 = fc
    .tuple(fc.constantFrom("10.0.0.", "10.0.1.", "192.168.0."), fc.nat({ max: 11 }), fc.integer({ min: 24, max: 32 }))
    .map(([start, last, prefix]) => ({ start, last, prefix, width: 32 }));
  const v6 = fc
    .tuple(fc.constantFrom("fd00::", "fd01::"), fc.nat({ max: 11 }), fc.integer({ min: 120, max: 128 }))
    .map(([start, last, prefix]) => ({ start, last, prefix, width: 128 }));
  const hole = fc.tuple(fc.nat({ max: 15 }), fc.integer({ min: 1, max: 8 }));
  return fc
    .tuple(fc.oneof({ weight: 2, arbitrary: v4 }, { weight: 1, arbitrary: v6 }), fc.array(hole, { maxLength: 6 }))
    .map(([{ start, last, prefix, width }, holes]) => {
      const size = 2 ** (width - prefix);
      const base = last - (last % size);
      const text = (offset: number) => `${start}${width === 32 ? base + offset : (base + offset).toString(16)}`;
      const except = holes.flatMap(([at, more]) =>
        prefix + more > width ? [] : [`${text(at % size)}/${prefix + more}`],
      );
      return blockPeer(`${text(0)}/${prefix}`, except);
    });
}

function withPeers(drawn: Cluster, blocks: readonly PolicyPeer[]): Cluster {
  let next = 0;
  return eachRule(drawn, (rule) => {
    const taken = Array.from({ length: 4 }, () => blocks[next++ % blocks.length] as PolicyPeer);
    return { ...rule, peers: rule.peers === "any" ? taken : [...rule.peers, ...taken] };
  });
}

/** `http` and `dns` on every pod, each on a number and with a protocol of its own; and `http` of every protocol on one of them. */
function withOwnPorts(drawn: Cluster): Cluster {
  const pods = drawn.pods.map((pod, i) => ({
    ...pod,
    ports: ["http", "dns", "http"].map((name, n) => ({
      name,
      port: [80, 81, 443, 5353][(i + n) % 4] as number,
      protocol: PROTOCOLS[(i + n) % 3] ?? "TCP",
      container: (["main", "sidecar", "init"] as const)[n] ?? "main",
    })),
  }));
  return eachRule({ ...drawn, pods }, (rule, i) => ({
    ...rule,
    ports: [{ kind: "named", name: i % 2 === 0 ? "http" : "dns", protocol: PROTOCOLS[i % 3] ?? "TCP", span: NOWHERE }],
  }));
}

/** Ranges that overlap, touch and leave one port out, about the ports that pods declare. */
function port(): Arbitrary<PortMatch> {
  return fc
    .tuple(protocol, fc.constantFrom(1, 79, 80, 81, 82, 440, 443, 5352, 5353, 5354, 65534), fc.nat({ max: 3 }))
    .map(([of, first, more]) => ({
      kind: "range",
      protocol: of,
      first,
      last: Math.min(first + more, 65535),
      span: NOWHERE,
    }));
}

function withPorts(drawn: Cluster, ports: readonly PortMatch[]): Cluster {
  let next = 0;
  return eachRule(drawn, (rule) => ({
    ...rule,
    ports: Array.from({ length: 12 }, () => ports[next++ % ports.length] as PortMatch),
  }));
}

/** Five policies a priority: one less than would take the oracle long to put into every order. */
function tied(draft: Omit<AdminPolicy, "name" | "kind">, index: number): AdminPolicy {
  return { ...draft, kind: "ClusterNetworkPolicy", name: `p${index}`, priority: Math.floor(index / 5) };
}

function eachRule(
  drawn: Cluster,
  change: (rule: PolicyRule, index: number) => PolicyRule,
  of: (policy: NetworkPolicy) => NetworkPolicy = (policy) => policy,
): Cluster {
  return {
    ...drawn,
    networkPolicies: drawn.networkPolicies.map((policy) => ({
      ...of(policy),
      ingress: policy.ingress.map(change),
      egress: policy.egress.map(change),
    })),
  };
}
