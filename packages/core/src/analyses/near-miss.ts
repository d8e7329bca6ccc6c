import type { Endpoint } from "../engine/endpoints.ts";
import { peersHold, portsOf, type Side } from "../engine/extent.ts";
import type { Step } from "../engine/judge.ts";
import { membership } from "../engine/profile.ts";
import type { ConnectionSet } from "../model/connections.ts";
import { PROTOCOLS } from "../model/flow.ts";
import { IpSet, parseAddress, parseCidr } from "../model/ip.ts";
import { type Isolation, type Peer, type PolicyRef, type Program, policyId, type Rule } from "../model/program.ts";
import type { Span } from "../model/source.ts";

/** Why a policy that isolates a pod does not let a connection through. */
export type Miss =
  | "no-rules"
  | "peer-mismatch"
  | "except"
  | "family-mismatch"
  | "port-mismatch"
  | "protocol-mismatch"
  | "named-port-unresolved";

/** How close one isolating policy came to letting the connection through: its rule that failed on the least. */
export interface NearMiss {
  readonly policy: PolicyRef;
  readonly reason: Miss;
  /** Position of the rule that came closest; absent when the policy has none for the direction. */
  readonly rule?: number;
  /** Of that rule, or of its part that failed; of the policy when it has no rule. */
  readonly span: Span;
}

/** The nearest miss of every policy that isolates the subject of a denied step. Cost: one look at each of their rules. */
export function nearMisses(program: Program, step: Step, side: Side, peer: Endpoint): readonly NearMiss[] {
  return (step.isolatedBy ?? []).map((isolation) => nearestMiss(program, isolation, step, side, peer));
}

/** NetworkPolicies that select the subject of a side but isolate it for the other direction only. */
export function oneSided({ policies }: Program, { subject, direction }: Side): readonly PolicyRef[] {
  return policies
    .filter(({ tier, isolates }) => tier === "network-policy" && !isolates.includes(direction))
    .filter((policy) => membership(policy.subject, subject).expected)
    .map(({ policy }) => policy);
}

function nearestMiss(program: Program, { policy }: Isolation, step: Step, side: Side, peer: Endpoint): NearMiss {
  const rules = rulesOf(program, policy, side).map((rule) => missOf(program, rule, step.connections, side, peer));
  const [nearest] = rules.sort((a, b) => a.distance - b.distance);
  if (!nearest) return { policy, reason: "no-rules", span: policy.span };
  return { policy, reason: nearest.reason, rule: nearest.rule.index, span: nearest.span };
}

function rulesOf(program: Program, policy: PolicyRef, { direction }: Side): readonly Rule[] {
  return program.layers
    .flatMap(({ tiers }) => tiers[direction])
    .flatMap(({ rules }) => rules)
    .filter((rule) => rule.policy.kind === policy.kind && policyId(rule.policy) === policyId(policy));
}

/** What a rule failed on; a rule whose peers match and only the port does not is the closest. */
function missOf(program: Program, rule: Rule, asked: ConnectionSet, side: Side, peer: Endpoint) {
  const ports = portsOf(program, rule, side).expected;
  if (peersHold(program, rule, side).expected)
    return { rule, distance: 0, reason: portMiss(rule, ports, asked), span: portSpan(rule) };
  const matchesPort = !ports.intersect(asked).isEmpty;
  return { rule, distance: matchesPort ? 1 : 2, reason: peerMiss(rule, side, peer), span: rule.span };
}

function portMiss({ ports }: Rule, resolved: ConnectionSet, asked: ConnectionSet): Miss {
  const unresolved = ports !== "any" && resolved.isEmpty && ports.every(({ kind }) => kind === "named");
  if (unresolved) return "named-port-unresolved";
  const shared = PROTOCOLS.some((name) => resolved.portRanges(name).length > 0 && asked.portRanges(name).length > 0);
  return shared ? "port-mismatch" : "protocol-mismatch";
}

function portSpan({ ports, span }: Rule): Span {
  return ports === "any" || ports.length !== 1 ? span : (ports[0]?.span ?? span);
}

function peerMiss({ peers }: Rule, { family }: Side, other: Endpoint): Miss {
  if (peers === "any") return "peer-mismatch";
  const addresses = addressesOf(other);
  if (peers.some(({ exceptions = [] }) => !setOf(exceptions).intersect(addresses).isEmpty)) return "except";
  return peers.every((peer) => isOfOtherFamily(peer, family)) ? "family-mismatch" : "peer-mismatch";
}

function isOfOtherFamily({ kind, selection }: Peer, family: "IPv4" | "IPv6"): boolean {
  const mine = selection[family];
  return kind === "addresses" && mine.members.isEmpty && mine.doubts.length === 0;
}

function addressesOf({ cidrs, members }: Endpoint): IpSet {
  const written = cidrs ?? members.flatMap(({ pods }) => pods.flatMap(({ addresses }) => addresses.map(hostCidr)));
  return setOf(written);
}

function setOf(cidrs: readonly string[]): IpSet {
  return cidrs.reduce((set, cidr) => set.union(parseCidr(cidr)?.set ?? IpSet.NONE), IpSet.NONE);
}

function hostCidr(address: string): string {
  return `${address}/${parseAddress(address)?.family === "IPv6" ? 128 : 32}`;
}
