import type { PolicyRule } from "../../model/cluster.ts";
import { ConnectionSet } from "../../model/connections.ts";
import type { Direction } from "../../model/flow.ts";
import { IpSet, publicAddresses } from "../../model/ip.ts";
import { connectionsOf } from "../../model/ports.ts";
import type { Span } from "../../model/source.ts";
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
export function namesEveryone(rule: Pick<PolicyRule, "peers">): boolean {
  return namesAllPods(rule) && addressesOf(rule.peers).equals(IpSet.ALL);
}

/** Whether a rule names no peer, or the pods of all namespaces. */
export function namesAllPods({ peers }: Pick<PolicyRule, "peers">): boolean {
  return (
    peers === "any" ||
    peers.some(
      (peer) =>
        peer.kind === "namespaces" &&
        peer.namespaceSelector.requirements.length === 0 &&
        peer.podSelector.requirements.length === 0,
    )
  );
}

/** The address blocks of a rule, united. */
export function addressesOf(peers: PolicyRule["peers"]): IpSet {
  if (peers === "any") return IpSet.ALL;
  return peers.reduce((set, peer) => (peer.kind === "ipBlock" ? set.union(peer.addresses) : set), IpSet.NONE);
}

/** The connections of a rule's ports that do not hang on a name. */
export function numericPorts({ ports }: Pick<PolicyRule, "ports">): ConnectionSet {
  if (ports === "any") return ConnectionSet.ALL;
  return ports.reduce((set, port) => set.union(connectionsOf(port, [])), ConnectionSet.NONE);
}

/**
 * Whether rules together leave a direction as open as no policy at all would: to all pods, and to all addresses, on every port.
 * Cost: rules times the blocks they name.
 */
export function amountToEverything(rules: readonly PolicyRule[]): boolean {
  const toPods = rules.filter(namesAllPods).reduce((set, rule) => set.union(numericPorts(rule)), ConnectionSet.NONE);
  if (!toPods.isAllPorts) return false;
  let left = [{ addresses: IpSet.ALL, connections: ConnectionSet.ALL_PORTS }];
  for (const rule of rules) {
    const [named, ports] = [addressesOf(rule.peers), numericPorts(rule)];
    left = left
      .flatMap(({ addresses, connections }) => [
        { addresses: addresses.subtract(named), connections },
        { addresses: addresses.intersect(named), connections: connections.subtract(ports) },
      ])
      .filter(({ addresses, connections }) => !addresses.isEmpty && !connections.isEmpty);
  }
  return left.length === 0;
}

/** Rules of one policy that leave a direction as open as no policy would: each that does so alone, else all of them where they do together. */
export interface Unlimited {
  readonly policy: NetworkPolicyMatch;
  readonly direction: Direction;
  readonly about: string;
  readonly words: string;
  readonly span: Span;
  /** Which rule it is; absent where it takes all of them. */
  readonly index?: number;
}

/** The {@link Unlimited} of a policy for a direction. */
export function unlimitedIn(policy: NetworkPolicyMatch, direction: Direction): readonly Unlimited[] {
  const { written } = policy;
  const statements = statementsIn(policy, direction);
  const alone = statements.filter((one) => amountToEverything([one.written]));
  if (alone.length > 0)
    return alone.map(({ about, words, written: { span }, index }) => ({
      policy,
      direction,
      about,
      words,
      span,
      index,
    }));
  if (!amountToEverything(statements.map((one) => one.written))) return [];
  const name = nameOf(written);
  const words = `the list of ${direction} rules of ${name}`;
  return [{ policy, direction, about: `${name} ${direction}`, words, span: written.span }];
}

/** Keys of the findings that say that all of a policy's rules, or this one, allow everything. */
export function unlimitedKeys({ policy, direction, about }: Statement): readonly string[] {
  const id = direction === "ingress" ? "NPG201" : "NPG202";
  return [`${id} ${about}`, `${id} ${nameOf(policy.written)} ${direction}`];
}

/** Whether a block holds most of the public addresses: `0.0.0.0/0`, `::/0`, or either without some. */
export function isWorld(addresses: IpSet): boolean {
  const open = publicAddresses();
  return [IpSet.IPV4, IpSet.IPV6].some((family) => {
    const wanted = open.intersect(family);
    return addresses.intersect(family).includes(wanted);
  });
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
