import { ConnectionSet } from "../model/connections.ts";
import { type Assumption, type Direction, type Family, HOST_NETWORK } from "../model/flow.ts";
import { connectionsOf, type PortMatch } from "../model/ports.ts";
import type { PartyIndex, Peer, Program, Rule, Selection } from "../model/program.ts";
import {
  type ApplicableRule,
  anyOf,
  hostNetworkOtherwise,
  isOpen,
  type Likelihood,
  membership,
  NO,
  type OpenQuestions,
  YES,
} from "./profile.ts";

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
  /** Whether the peer's traffic carries the address of a node. */
  readonly peerIs?: "node";
  /** Present when address peers may have to be compared with something else than the peer's own address. */
  readonly translated?: Translated;
  readonly open: OpenQuestions;
}

/** Another address the other end may be seen under. */
export interface Translated {
  /** `service`: the one that was dialled, for peers that may look at it. `source`: the only one there is to see. */
  readonly kind: "service" | "source";
  /** Where it lies. Several blocks when it is in one of them, and the input does not show in which. */
  readonly blocks: readonly PartyIndex[];
}

/** `same-pod`: the subject reaches itself through a Service. */
export type Placement = "own-node" | "elsewhere" | "unknown" | "same-pod";

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

export const SERVICE_ADDRESS: Assumption = {
  code: "service-address",
  certainty: "implementation-defined",
  message: "implementations differ on whether an ipBlock sees the address of a Service or that of its endpoint",
  option: "serviceView",
};

export const SERVICE_ADDRESS_UNKNOWN: Assumption = {
  code: "service-address-unknown",
  certainty: "unknown",
  message: "the input does not show the Service's address, so whether an ipBlock holds it cannot be told",
};

export const SOURCE_ADDRESS_UNKNOWN: Assumption = {
  code: "source-address-unknown",
  certainty: "unknown",
  message:
    "the input does not show the addresses of other nodes, so whether an ipBlock holds the one that traffic arrives under cannot be told",
};

const EVERYTHING = certainly(ConnectionSet.ALL);
const NOTHING = certainly(ConnectionSet.NONE);

export function certainly(connections: ConnectionSet): Estimate {
  return { expected: connections, certain: connections, possible: connections };
}

/** The connections of this side that an applicable rule matches. */
export function extentOf(program: Program, { rule, applies }: ApplicableRule, side: Side): Estimate {
  const peers = peersHold(program, rule, side);
  if (!peers.possible) return NOTHING;
  const ports = portsOf(program, rule, side);
  return {
    expected: applies.expected && peers.expected ? ports.expected : ConnectionSet.NONE,
    certain: applies.certain && peers.certain ? ports.certain : ConnectionSet.NONE,
    possible: ports.possible,
  };
}

/** Whether the other end is one of the rule's peers. */
export function peersHold(program: Program, { peers }: Rule, side: Side): Likelihood {
  if (peers === "any") return YES;
  return anyOf(peers.map((peer) => peerHolds(program, peer, side)));
}

/** Whether the other end is what one entry of a rule's peer list stands for. Source: docs/semantics.md EP-5, SVC-1, SVC-6. */
export function peerHolds({ options }: Program, peer: Peer, side: Side): Likelihood {
  const selection = peer.selection[side.family];
  const { translated, open } = side;
  // By the API's text no selector matches a node: where the option says otherwise, that alone is in doubt.
  if (peer.nodes?.admitted && side.peerIs === "node") return byOption(YES, peer.nodes.doubt, NO, YES, open);
  const own = membership(selection, side.peer, open, peer.kind === "pods" && !peer.nodes ? "labelled pods" : "others");
  if (!translated || peer.kind !== "addresses") return own;
  if (translated.kind === "source") return blocksHold(selection, translated.blocks, SOURCE_ADDRESS_UNKNOWN, open);
  if (peer.serviceAddress === "ignored") return own;
  const dialled = blocksHold(selection, translated.blocks, SERVICE_ADDRESS_UNKNOWN, open);
  return byOption(options.serviceView === "post-dnat" ? own : dialled, SERVICE_ADDRESS, own, dialled, open);
}

/** What an option settles, or both ways it can be settled while that is open. */
function byOption(
  chosen: Likelihood,
  option: Assumption,
  a: Likelihood,
  b: Likelihood,
  open: OpenQuestions,
): Likelihood {
  if (!isOpen(open, option)) return chosen;
  return { expected: chosen.expected, certain: a.certain && b.certain, possible: a.possible || b.possible };
}

/** Whether an address of one of these blocks belongs to a selection; not when only some of the blocks do, but it may. */
function blocksHold(
  selection: Selection,
  blocks: readonly PartyIndex[],
  unknown: Assumption,
  open: OpenQuestions,
): Likelihood {
  const each = blocks.map((block) => membership(selection, block, open));
  const everywhere = {
    expected: each.every(({ expected }) => expected),
    certain: each.every(({ certain }) => certain),
    possible: each.every(({ possible }) => possible),
  };
  return isOpen(open, unknown) ? { ...everywhere, possible: each.some(({ possible }) => possible) } : everywhere;
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
  const isOnHost = destination.pods[0]?.network === "host";
  const isNode = isOnHost && (hostNetworkOtherwise(side.open) ?? program.options.hostNetworkPods) === "node";
  const modelOpen = isOnHost && isOpen(side.open, HOST_NETWORK);
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
