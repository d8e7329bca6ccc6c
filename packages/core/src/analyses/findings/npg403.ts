import type { Endpoint } from "../../engine/endpoints.ts";
import { ConnectionSet } from "../../model/connections.ts";
import { nameOf } from "../edit.ts";
import { type FindingContext, isOnHost } from "./context.ts";
import type { FindingRule } from "./rule.ts";
import { type Statement, statementsOf } from "./statements.ts";
import { capitalised, counted, listed, shortId } from "./words.ts";

export const halfOpenPair: FindingRule = {
  id: "NPG403",
  name: "half-open-pair",
  severity: "medium",
  title: "One end of a connection is allowed by a rule that names the other, and the other end refuses it",
  description:
    "A connection needs the egress side of its source and the ingress side of its destination. A rule that allows one half says that the connection is meant; without the other half it fails all the same.",
  mappings: ["availability"],
  *find(context) {
    for (const statement of statementsOf(context)) {
      const pairs = refusedPairs(context, statement);
      const [first] = pairs;
      if (!first) continue;
      const { policy, direction, words, about, written } = statement;
      const [from, to] = direction === "egress" ? [first.subject, first.peer] : [first.peer, first.subject];
      const refusing = context.isolatedBy(first.peer, first.refuses);
      yield {
        about,
        policy: policy.policy,
        namespace: policy.written.namespace,
        direction,
        endpoints: [...new Set(pairs.flatMap(({ subject, peer }) => [subject, peer]))],
        span: written.span,
        fact: `${capitalised(words)} allows ${shortId(from)} to reach ${shortId(to)}, and the ${first.refuses} policies of ${shortId(first.peer)} refuse it.`,
        consequence: `${counted(pairs.length, "pair")} of this rule ${pairs.length === 1 ? "fails" : "fail"} for want of the other half, in ${listed(refusing.map(({ written: one }) => nameOf(one)))}.`,
        advice: `Allow it there too, or take it out here; \`watertight query --from ${shortId(from)} --to ${shortId(to)}\` gives the edit.`,
        related: refusing
          .slice(0, 3)
          .map(({ written: one }) => ({ message: "does not allow the other half", span: one.span })),
        witness: context.witness(from, to, "deny", first.meant),
      };
    }
  },
};

interface RefusedPair {
  readonly subject: Endpoint;
  readonly peer: Endpoint;
  readonly refuses: "ingress" | "egress";
  /** What the rule lets through on its side. */
  readonly meant: ConnectionSet;
}

/** Pairs a rule names by labels, of which the other end is isolated and lets nothing of it through. */
function refusedPairs(
  context: FindingContext,
  { policy, direction, match, written }: Statement,
): readonly RefusedPair[] {
  if (match.peers === "any" || written.peers === "any") return [];
  const refuses = direction === "ingress" ? "egress" : "ingress";
  const named = match.peers.filter(
    ({ written: peer }) => "podSelector" in peer && peer.podSelector.requirements.length > 0,
  );
  const peers = [...new Set(named.flatMap(({ matches }) => matches.map(({ endpoint }) => endpoint)))].filter(
    (peer) => peer.type !== "address" && !isOnHost(peer) && context.isolatedBy(peer, refuses).length > 0,
  );
  return context.selected(policy).flatMap((subject) =>
    peers.flatMap((peer): readonly RefusedPair[] => {
      if (peer === subject) return [];
      const meant = meantFor(match.ports, direction === "ingress" ? subject : peer);
      const theirs = context.reachability.side(peer, subject, refuses).connections;
      return meant.isEmpty || !meant.intersect(theirs).isEmpty ? [] : [{ subject, peer, refuses, meant }];
    }),
  );
}

/** The connections of a rule's ports, names as the destination has them. */
function meantFor(ports: Statement["match"]["ports"], destination: Endpoint): ConnectionSet {
  if (ports === "any") return ConnectionSet.ALL_PORTS;
  return ConnectionSet.union(
    ports.flatMap((port) =>
      port.kind === "everywhere"
        ? [port.connections]
        : port.destinations.flatMap(({ endpoint, connections }) => (endpoint === destination ? [connections] : [])),
    ),
  );
}
