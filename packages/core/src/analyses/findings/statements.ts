import type { AdminPeer, PolicyRule } from "../../model/cluster.ts";
import { ConnectionSet } from "../../model/connections.ts";
import type { Direction } from "../../model/flow.ts";
import { IpSet, publicAddresses } from "../../model/ip.ts";
import { connectionsOf } from "../../model/ports.ts";
import { nameOf } from "../edit.ts";
import type { RuleMatch } from "../rule-match.ts";
import type { FindingContext, NetworkPolicyMatch } from "./context.ts";

/** One rule of a NetworkPolicy that is in force, as written and as matched. */
export interface Statement {
  readonly policy: NetworkPolicyMatch;
  readonly direction: Direction;
  readonly index: number;
  readonly written: PolicyRule;
  readonly match: RuleMatch;
  /** `shop/db ingress[0]`. */
  readonly about: string;
  /** `ingress rule 1 of shop/db`. */
  readonly words: string;
}

/** Every rule in force, policy by policy. */
export function statementsOf(context: FindingContext, direction?: Direction): readonly Statement[] {
  return context.networkPolicies.flatMap((policy) => statementsIn(policy, direction));
}

export function statementsIn(policy: NetworkPolicyMatch, wanted?: Direction): readonly Statement[] {
  return policy.rules.flatMap((match) => {
    const { direction, index } = match;
    const written = policy.written[direction][index];
    if (!written || (wanted !== undefined && direction !== wanted)) return [];
    const name = nameOf(policy.written);
    return [
      {
        policy,
        direction,
        index,
        written,
        match,
        about: `${name} ${direction}[${index}]`,
        words: `${direction} rule ${index + 1} of ${name}`,
      },
    ];
  });
}

/** Whether a rule names no peer, or peers that are all pods and all addresses together. */
export function namesEveryone({ peers }: Pick<PolicyRule, "peers">): boolean {
  if (peers === "any") return true;
  const allPods = peers.some(
    (peer) =>
      peer.kind === "namespaces" &&
      peer.namespaceSelector.requirements.length === 0 &&
      peer.podSelector.requirements.length === 0,
  );
  return allPods && addressesOf(peers).equals(IpSet.ALL);
}

/** The address blocks of a rule, united. */
export function addressesOf(peers: PolicyRule["peers"]): IpSet {
  if (peers === "any") return IpSet.ALL;
  return peers.reduce((set, peer) => (peer.kind === "ipBlock" ? set.union(peer.addresses) : set), IpSet.NONE);
}

/** Whether a rule allows every port of TCP, UDP and SCTP. */
export function allowsEveryPort({ ports }: Pick<PolicyRule, "ports">): boolean {
  return numericPorts({ ports }).isAllPorts;
}

/** The connections of a rule's ports that do not hang on a name. */
export function numericPorts({ ports }: Pick<PolicyRule, "ports">): ConnectionSet {
  if (ports === "any") return ConnectionSet.ALL;
  return ports.reduce((set, port) => set.union(connectionsOf(port, [])), ConnectionSet.NONE);
}

/** Whether rules together leave a direction as open as no policy at all would. */
export function amountToEverything(rules: readonly PolicyRule[]): boolean {
  return rules.some((rule) => namesEveryone(rule) && allowsEveryPort(rule));
}

/** Whether a block holds most of the public addresses: `0.0.0.0/0`, `::/0`, or either without some. */
export function isWorld(addresses: IpSet): boolean {
  const open = publicAddresses();
  return [IpSet.IPV4, IpSet.IPV6].some((family) => {
    const wanted = open.intersect(family);
    return addresses.intersect(family).includes(wanted);
  });
}

/** Whether a policy governs all pods of its namespace, those to come among them, without handing everything back. */
export function governsNewcomers(context: FindingContext, namespace: string, direction: Direction): boolean {
  const isolating = context.networkPolicies.filter(
    ({ written, isolates }) => written.namespace === namespace && isolates.includes(direction),
  );
  const selectors = isolating.map(({ written }) => written.podSelector.requirements);
  if (selectors.some((requirements) => requirements.length === 0)) return true;
  const single = selectors.flatMap((requirements) => (requirements.length === 1 ? requirements : []));
  const isPartition = single.some((one) =>
    single.some((other) => {
      const opposite = { In: "NotIn", NotIn: "In", Exists: "DoesNotExist", DoesNotExist: "Exists" } as const;
      const same = one.key === other.key && [...one.values].sort().join() === [...other.values].sort().join();
      return same && other.operator === opposite[one.operator];
    }),
  );
  return isPartition || deniesNewcomers(context, namespace, direction);
}

/** Whether a rule of an admin tier denies everyone to every pod of the namespace, whatever its labels. */
function deniesNewcomers({ program }: FindingContext, namespace: string, direction: Direction): boolean {
  const pods = program.parties.filter((party) => party.kind === "pods");
  const here = pods.filter((party) => party.namespace === namespace && party.network === "pod");
  return program.cluster.adminPolicies.some(
    (policy) =>
      policy.subject.podSelector.requirements.length === 0 &&
      policy[direction].some(({ action, peers, ports }) => action === "deny" && ports === "any" && peers.some(isAll)) &&
      program.policies.some(
        ({ policy: ref, subject }) =>
          ref.name === policy.name && ref.kind === policy.kind && here.every(({ index }) => subject.members.has(index)),
      ),
  );
}

function isAll(peer: AdminPeer): boolean {
  return (
    peer.kind === "pods" &&
    peer.namespaceSelector.requirements.length === 0 &&
    peer.podSelector.requirements.length === 0
  );
}

/** A policy of the namespace that selects every pod and allows nothing in a direction. */
export function denyAllIn(
  context: FindingContext,
  namespace: string,
  direction: Direction,
): NetworkPolicyMatch | undefined {
  return context.networkPolicies.find(
    ({ written, isolates }) =>
      written.namespace === namespace &&
      written.podSelector.requirements.length === 0 &&
      isolates.includes(direction) &&
      written[direction].length === 0,
  );
}
