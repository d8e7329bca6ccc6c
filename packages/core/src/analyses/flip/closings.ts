import type { Question } from "../../engine/decide.ts";
import { type Endpoint, outsideOf } from "../../engine/endpoints.ts";
import { extentOf, portHolds, type Side } from "../../engine/extent.ts";
import { membership, profileOf } from "../../engine/profile.ts";
import type { NetworkPolicy, PolicyPeer, PolicyRule } from "../../model/cluster.ts";
import { ConnectionSet, formatConnections } from "../../model/connections.ts";
import type { Direction } from "../../model/flow.ts";
import type { Program, Rule } from "../../model/program.ts";
import { nameOf, UNWRITTEN } from "../edit.ts";
import { type Meeting, meetingsOf, rolesIn, sidesOf } from "./meetings.ts";
import { isPods, type Other, type Outside, otherEnd, peersFor, peersForEveryoneElse, withoutOther } from "./peers.ts";
import { entriesWithout } from "./ports.ts";
import { eachWithEach, NO_CHANGE, type Proposal, ruleName } from "./proposal.ts";
import { policyFor, policyOf, shortName } from "./rules.ts";

/** A side that lets the flow through, and all that a change there depends on. */
interface OpenSide {
  readonly program: Program;
  readonly direction: Direction;
  readonly subject: Endpoint;
  readonly other: Other;
  readonly allowed: readonly Meeting[];
  readonly asked: ConnectionSet;
}

/** At most `most` ways to keep an allowed flow out: one side is enough, and each is tried. */
export function closings(program: Program, question: Question, most: number): readonly Proposal[] {
  const asked = question.connections;
  const allowed = meetingsOf(program, question).filter(
    ({ sides: { egress, ingress } }) => !egress.allowed.intersect(ingress.allowed).intersect(asked).isEmpty,
  );
  const families = [...new Set(outsideOf(program).map(({ family }) => family))].sort();
  return (["ingress", "egress"] as const).flatMap((direction) => {
    const { subject, peer } = rolesIn(direction, question);
    if (!isPods(subject)) return [];
    const other = otherEnd(program.cluster, peer, subject.namespace ?? "", families);
    return sideClosings({ program, direction, subject, other, allowed, asked }).slice(0, Math.floor(most / 2));
  });
}

/** Rules that let the flow through have to stop; pods that nothing isolates have to be isolated. */
function sideClosings(side: OpenSide): readonly Proposal[] {
  const letting = rulesLetting(side);
  const rules = letting.length > 0 ? STRATEGIES.flatMap((strategy) => narrowed(side, letting, strategy) ?? []) : [];
  const isByDefault = side.allowed.some(({ sides }) =>
    sides[side.direction].steps.some(({ reason, outcome }) => reason === "default" && outcome === "allow"),
  );
  const isolations = isByDefault ? OUTSIDE.flatMap((outside) => isolation(side, outside) ?? []) : [];
  if (isByDefault && isolations.length === 0) return [];
  return eachWithEach([rules, isolations].filter((list) => list.length > 0)).filter((one) => one !== NO_CHANGE);
}

// ------------------------------------------------------------------------------------------------------------------- rules

interface LettingRule {
  readonly policy: NetworkPolicy;
  readonly rule: PolicyRule;
  readonly compiled: Rule;
  /** The ways of meeting it lets through. */
  readonly sides: readonly Side[];
}

/** Every rule that lets some of what was asked through, though another may do so too. */
function rulesLetting({ program, direction, allowed, asked }: OpenSide): readonly LettingRule[] {
  const found = new Map<Rule, Side[]>();
  for (const side of sidesOf(allowed, direction)) {
    const profiles = program.layers.flatMap((layer) => profileOf(program, layer, direction, side.subject));
    const letting = profiles
      .flatMap(({ rules }) => rules)
      .filter((applicable) => !extentOf(program, applicable, side).expected.intersect(asked).isEmpty);
    for (const { rule } of letting) found.set(rule, [...(found.get(rule) ?? []), side]);
  }
  return [...found].flatMap(([compiled, sides]) => {
    const policy = policyOf(program, compiled.policy);
    const rule = policy?.[direction][compiled.index];
    return policy && rule ? [{ policy, rule, compiled, sides }] : [];
  });
}

/** What becomes of one rule, as the rules that replace it; `undefined` where the strategy has nothing to say. */
type Strategy = (side: OpenSide, letting: LettingRule) => Narrowing | undefined;

interface Narrowing {
  readonly rules: readonly PolicyRule[];
  readonly phrase: string;
}

const STRATEGIES: readonly Strategy[] = [leaveOut, leaveOutForPorts, dropPeers, cutPorts, dropRule];

/** Narrows the peers until they no longer hold the other end. */
function leaveOut({ other }: OpenSide, { rule, compiled, sides }: LettingRule): Narrowing | undefined {
  if (rule.peers === "any") return undefined;
  const peers = rule.peers.flatMap((peer, i) =>
    holds(compiled, i, sides) ? narrow(peer, compiled, i, sides, other) : [peer],
  );
  return { rules: withPeers(rule, peers), phrase: `leave ${other.endpoint.id} out of` };
}

/** A peer that stands for no other pod is dropped. */
function narrow(peer: PolicyPeer, compiled: Rule, position: number, sides: readonly Side[], other: Other) {
  const { selection } = compiled.peers === "any" ? {} : (compiled.peers[position] ?? {});
  const members = sides.flatMap(({ family }) => [...(selection?.[family].members ?? [])]);
  const own = new Set(sides.map((side) => side.peer));
  return isPods(other.endpoint) && members.every((party) => own.has(party)) ? [] : withoutOther(peer, other);
}

/** The same, with the ports that nobody asked about kept open for the other end in a rule of its own. */
function leaveOutForPorts(side: OpenSide, letting: LettingRule): Narrowing | undefined {
  const narrowing = leaveOut(side, letting);
  const ports = remainingPorts(side, letting);
  const peers = peersFor(side.other);
  if (!narrowing || letting.rule.ports === "any" || ports.length === 0 || peers.length === 0) return undefined;
  const { span } = letting.rule;
  return {
    rules: [...narrowing.rules, { peers, ports, span }],
    phrase: `leave ${side.other.endpoint.id} out of ${formatConnections(side.asked)} in`,
  };
}

function dropPeers({ other }: OpenSide, { rule, compiled, sides }: LettingRule): Narrowing | undefined {
  if (rule.peers === "any") return undefined;
  const peers = rule.peers.filter((_, i) => !holds(compiled, i, sides));
  return { rules: withPeers(rule, peers), phrase: `remove the peers that stand for ${other.endpoint.id} from` };
}

function cutPorts(side: OpenSide, letting: LettingRule): Narrowing {
  const ports = remainingPorts(side, letting);
  return {
    rules: ports.length > 0 ? [{ ...letting.rule, ports }] : [],
    phrase: `take ${formatConnections(side.asked)} out of the ports of`,
  };
}

function dropRule(): Narrowing {
  return { rules: [], phrase: "remove" };
}

function remainingPorts({ program, asked }: OpenSide, { rule, compiled, sides }: LettingRule) {
  return entriesWithout(rule.ports, asked, rule.span, (match) =>
    sides.reduce((set, side) => set.union(portHolds(program, match, compiled, side).expected), ConnectionSet.NONE),
  );
}

function holds({ peers }: Rule, position: number, sides: readonly Side[]): boolean {
  const peer = peers === "any" ? undefined : peers[position];
  return sides.some((side) => peer && membership(peer.selection[side.family], side.peer).expected);
}

/** An empty list would mean everyone. */
function withPeers(rule: PolicyRule, peers: readonly PolicyPeer[]): readonly PolicyRule[] {
  return peers.length > 0 ? [{ ...rule, peers }] : [];
}

/** One strategy carried out on every rule, with ports cut where it does not apply; a policy's rules are revised together. */
function narrowed(side: OpenSide, letting: readonly LettingRule[], strategy: Strategy): Proposal | undefined {
  const { direction } = side;
  const narrowings = new Map(letting.map((one) => [one, strategy(side, one) ?? cutPorts(side, one)]));
  const policies = [...new Set(letting.map(({ policy }) => policy))];
  const revisions = policies.map((policy) => ({
    policy,
    direction,
    rules: policy[direction].flatMap((rule) => {
      const [, narrowing] = [...narrowings].find(([one]) => one.rule === rule) ?? [];
      return narrowing?.rules ?? [rule];
    }),
  }));
  const phrases = [...narrowings].map(([{ policy, compiled }, { rules, phrase }]) => {
    const where = ruleName(policy, direction, compiled.index);
    return rules.length > 0 ? `${phrase} ${where}` : `remove ${where}`;
  });
  return { revisions, additions: [], phrases };
}

// --------------------------------------------------------------------------------------------------------------- isolation

const OUTSIDE: readonly Outside[] = ["all", "public", "none"];

/** A policy that isolates the subject and still admits everyone but the other end, with as much of the outside as is said. */
function isolation({ program, direction, subject, other }: OpenSide, outside: Outside): Proposal | undefined {
  const peers = peersForEveryoneElse(other, outside, program.options.podCIDRs);
  const rules = peers.length > 0 ? [{ peers, ports: "any" as const, span: UNWRITTEN }] : [];
  const policy = policyFor(program.cluster, subject, direction, rules, `except ${shortName(other.endpoint)}`);
  const verb = direction === "ingress" ? "admits" : "sends to";
  return {
    revisions: [],
    additions: [policy],
    phrases: [
      `add NetworkPolicy ${nameOf(policy)}, which isolates ${subject.id} for ${direction} and ${verb} everyone else`,
    ],
  };
}
