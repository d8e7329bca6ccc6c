import { ConnectionSet } from "../model/connections.ts";
import { type Assumption, type Direction, type Family, HOST_NETWORK } from "../model/flow.ts";
import { connectionsOf, type PortMatch } from "../model/ports.ts";
import type { PartyIndex, Program, Rule } from "../model/program.ts";
import { type ApplicableRule, anyOf, isOpen, type Likelihood, membership, type OpenQuestions, YES } from "./profile.ts";

/** Sets of connections under three readings of what is open: by default, whatever the truth is, and at best. */
export interface Estimate {
  readonly expected: ConnectionSet;
  readonly certain: ConnectionSet;
  readonly possible: ConnectionSet;
}

/** A flow as one of its ends sees it: source and destination have become subject and peer. */
export interface Side {
  readonly direction: Direction;
  readonly subject: PartyIndex;
  readonly peer: PartyIndex;
  readonly family: Family;
  /** Where the other end runs, seen from the subject; anything but `elsewhere` only when one of the two is on the host network. */
  readonly placement: Placement;
  readonly open: OpenQuestions;
}

export type Placement = "own-node" | "elsewhere" | "unknown";

export const NAMED_PORT_CONTAINER: Assumption = {
  code: "named-port-container",
  certainty: "implementation-defined",
  message: "implementations differ on whether sidecar and init containers lend their port names to policies",
  option: "namedPortContainers",
};

export const NAMED_PORT_IP_BLOCK: Assumption = {
  code: "named-port-ip-block",
  certainty: "implementation-defined",
  message: "implementations differ on whether a named port resolves on a pod that an ipBlock matches",
};

export const END_PORT: Assumption = {
  code: "end-port",
  certainty: "implementation-defined",
  message: "an implementation without endPort enforces only the first port of a range",
  option: "endPortSupported",
};

const EVERYTHING = certainly(ConnectionSet.ALL);
const NOTHING = certainly(ConnectionSet.NONE);

export function certainly(connections: ConnectionSet): Estimate {
  return { expected: connections, certain: connections, possible: connections };
}

/** The connections of this side that an applicable rule matches. */
export function extentOf(program: Program, { rule, applies }: ApplicableRule, side: Side): Estimate {
  const peers = peersHold(rule, side);
  if (!peers.possible) return NOTHING;
  const ports = portsOf(program, rule, side);
  return {
    expected: applies.expected && peers.expected ? ports.expected : ConnectionSet.NONE,
    certain: applies.certain && peers.certain ? ports.certain : ConnectionSet.NONE,
    possible: ports.possible,
  };
}

/** Whether the other end is one of the rule's peers. */
export function peersHold({ peers }: Rule, side: Side): Likelihood {
  if (peers === "any") return YES;
  return anyOf(peers.map((peer) => membership(peer.selection[side.family], side.peer, side.open)));
}

/** The connections a rule's port list stands for on this side's destination, whoever the peer is. */
export function portsOf(program: Program, rule: Rule, side: Side): Estimate {
  if (rule.ports === "any") return EVERYTHING;
  return rule.ports.map((match) => portHolds(program, match, rule, side)).reduce(unite, NOTHING);
}

/** The connections of one port entry; a name stands for the numbers the destination gives it, hence for none on a bare address. */
export function portHolds(program: Program, match: PortMatch, rule: Rule, side: Side): Estimate {
  const isRange = match.kind === "range" && match.last > match.first;
  if (isRange && rule.ranges === "by-option" && !program.options.endPortSupported) {
    const first = ConnectionSet.ports(match.protocol, match.first, match.first);
    return {
      expected: first,
      certain: first,
      possible: isOpen(side.open, END_PORT) ? connectionsOf(match, []) : first,
    };
  }
  if (match.kind !== "named") return certainly(connectionsOf(match, []));
  const destination = program.parties[side.direction === "egress" ? side.peer : side.subject];
  if (destination?.kind !== "pods") return NOTHING;
  const declared = destination.ports;
  const isNode = destination.network === "host";
  const modelOpen = destination.pods[0]?.network === "host" && isOpen(side.open, HOST_NETWORK);
  if (isNode && !modelOpen) return NOTHING;
  const expected = isNode ? ConnectionSet.NONE : connectionsOf(match, declared, program.options.namedPortContainers);
  const byAnyContainer = isOpen(side.open, NAMED_PORT_CONTAINER);
  const certain = byAnyContainer ? connectionsOf(match, declared, "main") : expected;
  const possible = connectionsOf(match, declared, byAnyContainer ? "all" : program.options.namedPortContainers);
  const byAddress = isOpen(side.open, NAMED_PORT_IP_BLOCK) && matchedByAddressOnly(rule, side);
  return { expected, certain: byAddress || modelOpen ? ConnectionSet.NONE : certain, possible };
}

export function unite(a: Estimate, b: Estimate): Estimate {
  return {
    expected: a.expected.union(b.expected),
    certain: a.certain.union(b.certain),
    possible: a.possible.union(b.possible),
  };
}

export function meet(a: Estimate, b: Estimate): Estimate {
  return {
    expected: a.expected.intersect(b.expected),
    certain: a.certain.intersect(b.certain),
    possible: a.possible.intersect(b.possible),
  };
}

function matchedByAddressOnly({ peers }: Rule, side: Side): boolean {
  if (side.direction === "ingress" || peers === "any") return false;
  return !peers.some(
    (peer) => peer.kind === "pods" && membership(peer.selection[side.family], side.peer, side.open).certain,
  );
}
