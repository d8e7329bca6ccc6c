import type { Endpoint } from "../../engine/endpoints.ts";
import type { PolicyRule } from "../../model/cluster.ts";
import { ConnectionSet } from "../../model/connections.ts";
import type { Direction, Family } from "../../model/flow.ts";
import { UNWRITTEN } from "../edit.ts";
import type { Entry } from "../exposure/entry.ts";
import { otherEnd, peersFor } from "../flip/peers.ts";
import { entriesFor } from "../flip/ports.ts";
import { callbacksOf } from "./callbacks.ts";
import type { FindingContext } from "./context.ts";
import { DNS_RULE } from "./dns-rule.ts";
import { servedPorts, servicesOf } from "./services.ts";
import { entriesOf } from "./standing.ts";
import { statementsOf } from "./statements.ts";

/** Rules for all that is known to be needed of the subjects in a direction: the ways in from outside with ingress, DNS with egress. */
export function neededRules(
  context: FindingContext,
  subjects: readonly Endpoint[],
  direction: Direction,
): readonly PolicyRule[] {
  const rules = rulesFor(context, subjects, neededPeers(context, subjects, direction));
  return direction === "egress" ? [...rules, DNS_RULE] : [...rules, ...waysIn(context, subjects)];
}

/**
 * Rules for all that a workload should keep when it is isolated in a direction: what it is known to need, what rules of others name it
 * for, and with ingress the ways in from outside and the calls of the API server.
 */
export function keptRules(context: FindingContext, subject: Endpoint, direction: Direction): readonly PolicyRule[] {
  const byPeer = neededPeers(context, [subject], direction);
  for (const peer of context.once(namedBy)[direction].get(subject) ?? []) {
    const open = direction === "egress" ? context.allowed(subject, peer) : context.allowed(peer, subject);
    if (!open.isEmpty) byPeer.set(peer, (byPeer.get(peer) ?? ConnectionSet.NONE).union(open));
  }
  const rules = rulesFor(context, [subject], byPeer);
  return direction === "egress" ? rules : [...rules, ...waysIn(context, [subject]), ...callsIn(context, subject)];
}

/** The other ends of what is known to be needed of the subjects. */
function neededPeers(
  context: FindingContext,
  subjects: readonly Endpoint[],
  direction: Direction,
): Map<Endpoint, ConnectionSet> {
  const ids = new Set(subjects.map(({ id }) => id));
  const [own, other] = direction === "ingress" ? (["to", "from"] as const) : (["from", "to"] as const);
  const byPeer = new Map<Endpoint, ConnectionSet>();
  for (const flow of context.needed) {
    if (!ids.has(flow[own].id)) continue;
    byPeer.set(flow[other], (byPeer.get(flow[other]) ?? ConnectionSet.NONE).union(flow.connections));
  }
  return byPeer;
}

function rulesFor(
  { cluster }: FindingContext,
  [first]: readonly Endpoint[],
  byPeer: ReadonlyMap<Endpoint, ConnectionSet>,
): readonly PolicyRule[] {
  return [...byPeer].map(([peer, connections]) => ({
    peers: peersFor(otherEnd(cluster, peer, first?.namespace ?? "", FAMILIES)),
    ports: entriesFor(connections, UNWRITTEN),
    span: UNWRITTEN,
  }));
}

type NamedBy = { readonly [D in Direction]: ReadonlyMap<Endpoint, ReadonlySet<Endpoint>> };

/** A rule between more workloads is about a kind of them, and says of no one that it needs another. */
const FEW = 5;

/** For each workload those whose rules name it by labels: whoever wrote such a rule meant it to get through. By the workload's own direction. */
function namedBy(context: FindingContext): NamedBy {
  const named = { ingress: new Map<Endpoint, Set<Endpoint>>(), egress: new Map<Endpoint, Set<Endpoint>>() };
  for (const { policy, match, direction } of statementsOf(context)) {
    if (match.peers === "any") continue;
    const subjects = context.selected(policy);
    const pairs = named[direction === "ingress" ? "egress" : "ingress"];
    for (const { written, matches } of match.peers) {
      if (!("podSelector" in written) || written.podSelector.requirements.length === 0) continue;
      if (matches.length > FEW || subjects.length > FEW) continue;
      for (const { endpoint } of matches) {
        const known = pairs.get(endpoint) ?? new Set<Endpoint>();
        pairs.set(endpoint, known);
        for (const subject of subjects) if (subject !== endpoint) known.add(subject);
      }
    }
  }
  return named;
}

/** What leads in from outside. */
function waysIn(context: FindingContext, subjects: readonly Endpoint[]): readonly PolicyRule[] {
  const ways = subjects.flatMap((subject) => entriesOf(context, subject));
  return ways.map((way) => ruleFor(context, way, subjects[0]?.namespace ?? ""));
}

/** What the API server calls, from addresses no manifest shows. */
function callsIn(context: FindingContext, subject: Endpoint): readonly PolicyRule[] {
  const called = context.once(callbacksOf).flatMap(({ namespace, name, port }) =>
    servicesOf(context, subject)
      .filter((one) => one.namespace === namespace && one.name === name)
      .map((one) => servedPorts({ ...one, ports: one.ports.filter((entry) => entry.port === port) }, subject)),
  );
  const ports = ConnectionSet.union(called);
  return ports.isEmpty ? [] : [{ peers: "any", ports: entriesFor(ports, UNWRITTEN), span: UNWRITTEN }];
}

/** A rule that admits a way in from outside: the proxy where there is one, else any source, on the ports of the pod. */
function ruleFor({ cluster }: FindingContext, { ports, sources }: Entry, namespace: string): PolicyRule {
  const [source] = sources;
  const connections = ConnectionSet.union(
    ports.map(({ protocol, target }) => ConnectionSet.ports(protocol, target, target)),
  );
  return {
    peers: source?.as === "proxy" ? peersFor(otherEnd(cluster, source.endpoint, namespace, FAMILIES)) : "any",
    ports: entriesFor(connections, UNWRITTEN),
    span: UNWRITTEN,
  };
}

const FAMILIES: readonly Family[] = ["IPv4", "IPv6"];
