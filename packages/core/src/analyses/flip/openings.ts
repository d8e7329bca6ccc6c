import type { Question } from "../../engine/decide.ts";
import type { Endpoint } from "../../engine/endpoints.ts";
import { peersHold, portsOf } from "../../engine/extent.ts";
import type { NetworkPolicy, PolicyRule } from "../../model/cluster.ts";
import { ConnectionSet, formatConnections } from "../../model/connections.ts";
import type { Direction, Family } from "../../model/flow.ts";
import type { Program, Rule } from "../../model/program.ts";
import { nameOf, UNWRITTEN } from "../edit.ts";
import { setOf } from "../side-effects.ts";
import { type Meeting, meetingsOf, rolesIn, sidesOf } from "./meetings.ts";
import { blockReadmitting, isPods, type Other, otherEnd, peersFor } from "./peers.ts";
import { entriesFor } from "./ports.ts";
import { eachWithEach, type Proposal, ruleName, spliced } from "./proposal.ts";
import { compiledRules, policyFor, policyOf, shortName } from "./rules.ts";

/** Ways to let a denied flow through, and the connections they are meant to open. */
export interface Openings {
  readonly proposals: readonly Proposal[];
  readonly wanted: ConnectionSet;
}

/** A side that has to change, and all that a change there depends on. */
interface ClosedSide {
  readonly program: Program;
  readonly direction: Direction;
  readonly subject: Endpoint;
  readonly other: Other;
  readonly denied: readonly Meeting[];
  readonly wanted: ConnectionSet;
}

/** At most `most` ways to open every side that denies. */
export function openings(program: Program, question: Question, most: number): Openings {
  const meetings = meetingsOf(program, question);
  const wanted = connectionsWanted(question, meetings);
  const sides = (["egress", "ingress"] as const)
    .map((direction) => closedSide(program, question, direction, meetings, wanted))
    .filter(({ denied }) => denied.length > 0);
  const each = sides.length > 1 ? Math.floor(Math.sqrt(most)) : most;
  const proposals = sides.length === 0 ? [] : eachWithEach(sides.map((side) => sideOpenings(side, each)));
  return { proposals, wanted };
}

/**
 * What to open: what was asked where that is a port, else the ports that the destination declares, else all of TCP; of that, what
 * the sides that already let something through agree to.
 */
function connectionsWanted({ connections, destination }: Question, meetings: readonly Meeting[]): ConnectionSet {
  const isOpenEnded = connections.equals(connections.union(ConnectionSet.ports("TCP")));
  const wanted = isOpenEnded ? declaredPorts(destination).intersect(connections) : connections;
  const base = wanted.isEmpty ? connections.intersect(ConnectionSet.ports("TCP")) : wanted;
  const [first] = meetings;
  return [first?.sides.egress, first?.sides.ingress].reduce((set, side) => {
    const agreed = side ? set.intersect(side.allowed) : set;
    return agreed.isEmpty ? set : agreed;
  }, base);
}

function declaredPorts({ members }: Endpoint): ConnectionSet {
  return members
    .flatMap(({ pods }) => pods.flatMap(({ ports }) => ports))
    .reduce((set, { protocol, port }) => set.union(ConnectionSet.ports(protocol, port, port)), ConnectionSet.NONE);
}

function closedSide(
  program: Program,
  question: Question,
  direction: Direction,
  meetings: readonly Meeting[],
  wanted: ConnectionSet,
): ClosedSide {
  const { subject, peer } = rolesIn(direction, question);
  const denied = meetings.filter(({ sides }) => sides[direction].allowed.intersect(wanted).isEmpty);
  const families = [...new Set(denied.map(({ encounter }): Family => encounter.family))].sort();
  const other = otherEnd(program.cluster, peer, subject.namespace ?? "", families);
  return { program, direction, subject, other, denied, wanted };
}

/** Changes to rules that come close, the policies with the fewest subjects first; then a new rule, and a new policy. */
function sideOpenings(side: ClosedSide, most: number): readonly Proposal[] {
  if (!isPods(side.subject)) return [];
  const policies = isolatingPolicies(side);
  const rule = newRule(side);
  if (!rule) return [];
  const amendments = policies.flatMap((policy) => amendmentsOf(side, policy));
  const additions = policies.slice(0, 1).map((policy) => withRule(side, policy, rule));
  return [...amendments.slice(0, most - 2), ...additions, withPolicy(side, rule)];
}

function isolatingPolicies({ program, direction, denied }: ClosedSide): readonly NetworkPolicy[] {
  const subjects = new Map<NetworkPolicy, number>();
  for (const { sides } of denied) {
    for (const { policy, subject } of sides[direction].steps.flatMap(({ isolatedBy }) => isolatedBy ?? [])) {
      const found = policyOf(program, policy);
      if (found) subjects.set(found, subject.members.size);
    }
  }
  return [...subjects]
    .sort(([a, sizeA], [b, sizeB]) => sizeA - sizeB || (nameOf(a) < nameOf(b) ? -1 : 1))
    .map(([policy]) => policy);
}

function amendmentsOf(side: ClosedSide, policy: NetworkPolicy): readonly Proposal[] {
  return compiledRules(side.program, policy, side.direction).flatMap((compiled) => {
    const rule = policy[side.direction][compiled.index];
    return rule ? amendmentsOfRule(side, policy, rule, compiled) : [];
  });
}

/** A rule that names the peer gets the port; one that names the port gets the peer, or loses the exception that cuts it out. */
function amendmentsOfRule(
  side: ClosedSide,
  policy: NetworkPolicy,
  rule: PolicyRule,
  compiled: Rule,
): readonly Proposal[] {
  const { program, direction, denied, wanted } = side;
  const seen = sidesOf(denied, direction);
  const resolved = seen.map((one) => portsOf(program, compiled, one).expected);
  const revise = (rules: readonly PolicyRule[], phrase: string): Proposal => ({
    revisions: [{ policy, direction, rules: spliced(policy[direction], compiled.index, rules) }],
    additions: [],
    phrases: [phrase],
  });
  const where = ruleName(policy, direction, compiled.index);

  if (seen.every((one) => peersHold(program, compiled, one).expected) && rule.ports !== "any") {
    const missing = resolved.reduce((set, ports) => set.union(wanted.subtract(ports)), ConnectionSet.NONE);
    const entries = entriesFor(missing, UNWRITTEN);
    const ports = entries === "any" ? entries : [...rule.ports, ...entries];
    return [revise([{ ...rule, ports }], `add ${formatConnections(missing)} to the ports of ${where}`)];
  }
  const { peers } = rule;
  if (peers === "any" || !resolved.every((ports) => ports.includes(wanted))) return [];
  const readmitted = readmissions(side, rule).map((one) => revise([one], `take the exception out of ${where}`));
  const more = [{ ...rule, peers: [...peers, ...peersFor(side.other)] }];
  return [...readmitted, revise(more, `add ${side.other.endpoint.id} to the peers of ${where}`)];
}

function readmissions({ other }: ClosedSide, rule: PolicyRule): readonly PolicyRule[] {
  if (rule.peers === "any") return [];
  const addresses = setOf(other.endpoint.cidrs ?? []);
  const peers = rule.peers.map((peer) => blockReadmitting(peer, addresses) ?? peer);
  return peers.some((peer, i) => peer !== rule.peers[i]) ? [{ ...rule, peers }] : [];
}

/** The rule that would let the flow through; `undefined` where the other end cannot be named. */
function newRule({ other, wanted }: ClosedSide): PolicyRule | undefined {
  const peers = peersFor(other);
  return peers.length > 0 ? { peers, ports: entriesFor(wanted, UNWRITTEN), span: UNWRITTEN } : undefined;
}

function withRule(side: ClosedSide, policy: NetworkPolicy, rule: PolicyRule): Proposal {
  const { direction } = side;
  return {
    revisions: [{ policy, direction, rules: [...policy[direction], rule] }],
    additions: [],
    phrases: [`add an ${direction} rule to ${nameOf(policy)}, which ${admission(side)}`],
  };
}

function withPolicy(side: ClosedSide, rule: PolicyRule): Proposal {
  const { program, direction, subject, other } = side;
  const wording = `${direction === "ingress" ? "from" : "to"} ${shortName(other.endpoint)}`;
  const policy = policyFor(program.cluster, subject, direction, [rule], wording);
  return {
    revisions: [],
    additions: [policy],
    phrases: [`add NetworkPolicy ${nameOf(policy)}, which ${admission(side)}`],
  };
}

function admission({ direction, other, wanted }: ClosedSide): string {
  const what = formatConnections(wanted);
  return direction === "ingress"
    ? `admits ${what} from ${other.endpoint.id}`
    : `lets ${what} out to ${other.endpoint.id}`;
}
