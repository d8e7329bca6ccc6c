import type { Endpoint } from "../engine/endpoints.ts";
import { END_PORT, NAMED_PORT_CONTAINER, NAMED_PORT_IP_BLOCK, portHolds, type Side } from "../engine/extent.ts";
import type { AdminPeer, AdminRule, PolicyPeer, PolicyRule } from "../model/cluster.ts";
import type { ConnectionSet } from "../model/connections.ts";
import { type Assumption, type Direction, HOST_NETWORK } from "../model/flow.ts";
import type { PortMatch } from "../model/ports.ts";
import type { Action, Party, Program, Rule } from "../model/program.ts";
import type { Span } from "../model/source.ts";
import { type Candidates, familiesOf, type Matched } from "./membership.ts";

/** One rule, with what each of its parts matches. */
export interface RuleMatch {
  readonly direction: Direction;
  /** Position in the policy's list for the direction, from 0. */
  readonly index: number;
  readonly action: Action;
  /** Matches when one of them does. */
  readonly peers: "any" | readonly PeerMatch[];
  /** Matches when one of them does. */
  readonly ports: "any" | readonly PortResolution[];
  readonly remark?: RuleRemark;
  readonly span: Span;
}

/**
 * What is unusual about a rule: it never matches, since none of its peers or none of its ports does; or it is not the one that was
 * written, since a peer of a newer API makes it deny everything.
 */
export type RuleRemark = "peers-match-nothing" | "ports-match-nothing" | "fails-closed";

export interface PeerMatch {
  readonly written: PolicyPeer | AdminPeer;
  readonly span: Span;
  readonly matches: readonly Matched[];
}

/** An entry of a rule's port list with what it stands for: the same everywhere, or for a name what each destination declares. */
export type PortResolution = { readonly written: PortMatch } & (
  | ({ readonly kind: "everywhere" } & Resolved)
  | { readonly kind: "by-destination"; readonly destinations: readonly ({ readonly endpoint: Endpoint } & Resolved)[] }
);

export interface Resolved {
  /** Empty where a name is not declared. */
  readonly connections: ConnectionSet;
  /** What more or less it might stand for. */
  readonly assumptions: readonly Assumption[];
}

/** A compiled rule, with the endpoints it is asked about and what was written. */
export interface RuleInQuestion {
  readonly direction: Direction;
  readonly rule: Rule;
  readonly written: PolicyRule | AdminRule | undefined;
  /** The endpoints it governs: the destinations of its flows on ingress. */
  readonly subjects: readonly Endpoint[];
}

/** What a rule matches, part by part. Cost: what its peers match, and for each named port one look at every destination. */
export function matchRule(
  program: Program,
  { direction, rule, written, subjects }: RuleInQuestion,
  candidates: Candidates,
): RuleMatch {
  const peers = rule.peers === "any" ? "any" : peerMatches(rule.peers, written, candidates);
  const destinations = () => (direction === "ingress" ? subjects : matchedByAny(peers, candidates.endpoints));
  const ports =
    rule.ports === "any"
      ? "any"
      : rule.ports.map((match) => resolvePort(program, match, rule, { direction, destinations }));
  const remark = remarkOn(peers, ports, written);
  const { index, action, span } = rule;
  return { direction, index, action, peers, ports, ...(remark && { remark }), span };
}

function peerMatches(
  peers: Exclude<Rule["peers"], "any">,
  written: RuleInQuestion["written"],
  candidates: Candidates,
): readonly PeerMatch[] {
  const asWritten = written === undefined || written.peers === "any" ? [] : written.peers;
  return peers.flatMap(({ selection, span }, i) => {
    const peer = asWritten[i];
    return peer ? [{ written: peer, span, matches: candidates.matching(selection) }] : [];
  });
}

/** Every endpoint some peer matches, once. */
function matchedByAny(peers: RuleMatch["peers"], endpoints: readonly Endpoint[]): readonly Endpoint[] {
  if (peers === "any") return endpoints;
  const matched = new Set(peers.flatMap(({ matches }) => matches.map(({ endpoint }) => endpoint)));
  return endpoints.filter((endpoint) => matched.has(endpoint));
}

interface Destinations {
  readonly direction: Direction;
  readonly destinations: () => readonly Endpoint[];
}

function resolvePort(
  program: Program,
  written: PortMatch,
  rule: Rule,
  { direction, destinations }: Destinations,
): PortResolution {
  if (written.kind !== "named")
    return { written, kind: "everywhere", ...resolved(program, written, rule, direction, 0) };
  return {
    written,
    kind: "by-destination",
    destinations: destinations().flatMap((endpoint) =>
      endpoint.members.map(({ party }) => ({ endpoint, ...resolved(program, written, rule, direction, party) })),
    ),
  };
}

const PORT_DOUBTS: readonly Assumption[] = [NAMED_PORT_CONTAINER, NAMED_PORT_IP_BLOCK, END_PORT, HOST_NETWORK];

function resolved(program: Program, match: PortMatch, rule: Rule, direction: Direction, destination: number): Resolved {
  const [family = "IPv4"] = familiesOf(program.parties[destination] as Party);
  // Only the destination matters to what a port stands for, so it stands at both ends.
  const side = (open: Side["open"]): Side => ({
    direction,
    subject: destination,
    peer: destination,
    family,
    placement: "elsewhere",
    open,
  });
  const isOpen = (doubt: Assumption) => {
    const { certain, possible } = portHolds(program, match, rule, side(new Set([doubt])));
    return !certain.equals(possible);
  };
  return {
    connections: portHolds(program, match, rule, side("all")).expected,
    assumptions: PORT_DOUBTS.filter(isOpen),
  };
}

function remarkOn(
  peers: RuleMatch["peers"],
  ports: RuleMatch["ports"],
  written: RuleInQuestion["written"],
): RuleRemark | undefined {
  if (peers === "any" && written !== undefined && written.peers !== "any") return "fails-closed";
  if (peers !== "any" && peers.every(({ matches }) => matches.length === 0)) return "peers-match-nothing";
  if (ports !== "any" && ports.every(isVoid)) return "ports-match-nothing";
  return undefined;
}

/** Whether an entry stands for nothing on any destination. Without a destination there is nothing to say. */
function isVoid(port: PortResolution): boolean {
  const each: readonly Resolved[] = port.kind === "everywhere" ? [port] : port.destinations;
  return (
    each.length > 0 && each.every(({ connections, assumptions }) => connections.isEmpty && assumptions.length === 0)
  );
}
