import type { Endpoint } from "../../engine/endpoints.ts";
import { ConnectionSet, formatConnections } from "../../model/connections.ts";
import { nameOf } from "../edit.ts";
import type { PeerMatch } from "../rule-match.ts";
import type { FindingContext, NetworkPolicyMatch } from "./context.ts";
import { operatorIn } from "./makers.ts";
import { deadPeers } from "./npg302.ts";
import type { FindingRule } from "./rule.ts";
import { behind, servedPorts } from "./services.ts";
import { mayBeEntered } from "./standing.ts";
import { statementsIn } from "./statements.ts";
import { listed, shortId } from "./words.ts";

export const serviceBlockedForAll: FindingRule = {
  id: "NPG602",
  name: "service-blocked-for-all",
  severity: "high",
  title: "A Service leads to pods that refuse its port to everybody",
  description:
    "The pods behind the Service are isolated and no rule admits anyone on the port it sends to. Nobody can use it, from inside or outside.",
  mappings: ["availability"],
  *find(context) {
    for (const service of context.cluster.services) {
      if (service.type === "ExternalName" || service.selector.size === 0) continue;
      const served = behind(context, service);
      const closed = served.filter((subject) => isClosedToAll(context, subject, servedPorts(service, subject)));
      const [first] = closed;
      if (!first || closed.length < served.length) continue;
      const ports = closed.reduce((set, one) => set.union(servedPorts(service, one)), ConnectionSet.NONE);
      const policies = context.isolatedBy(first, "ingress");
      const waits = admitsUnseen(context, first);
      // Where a route leads here, what is not shown may be its proxy.
      if (waits && closed.some((subject) => mayBeEntered(context, subject))) continue;
      yield {
        about: `${service.namespace}/Service/${service.name}`,
        endpoints: closed,
        namespace: service.namespace,
        direction: "ingress",
        span: service.span,
        fact: `Service ${service.namespace}/${service.name} leads to ${formatConnections(ports)} of ${listed(closed.map(shortId))}, which admits nobody there.`,
        consequence: `No workload of the input and no address may use it, because of ${listed(policies.map(({ written }) => nameOf(written)))}.`,
        advice: "Admit the clients of the Service, on the port of its pods.",
        ...(waits && { certainty: "assumed" as const }),
        ...(waits &&
          operatorIn(context) !== undefined && {
            severity: { is: "low", because: "its clients may be pods an operator makes" } as const,
          }),
        related: policies.slice(0, 3).map(({ written }) => ({ message: "isolates its pods", span: written.span })),
        witness: context.witness(context.internet, first, "deny", ports),
        under: causesIn(policies),
      };
    }
  },
};

function isClosedToAll(context: FindingContext, subject: Endpoint, ports: ConnectionSet): boolean {
  if (ports.isEmpty || context.isolatedBy(subject, "ingress").length === 0) return false;
  return context.endpoints.every(
    (peer) => context.reachability.side(subject, peer, "ingress").connections.intersect(ports).isEmpty,
  );
}

/** Whether a rule admits pods that the input does not show, so that somebody may come in after all. */
export function admitsUnseen(context: FindingContext, subject: Endpoint): boolean {
  const statements = context.isolatedBy(subject, "ingress").flatMap((policy) => statementsIn(policy, "ingress"));
  return statements.some((statement) => {
    const { peers } = statement.match;
    const isDead = deadPeers(context, statement).length > 0 && operatorIn(context) === undefined;
    return !isDead && peers !== "any" && peers.some(meansUnseen);
  });
}

/** Whether a peer is pods of which the input surely shows none: what may be the labels of an undeclared namespace is no client yet. */
export function meansUnseen({ written, matches }: PeerMatch): boolean {
  return "podSelector" in written && matches.every(({ likelihood }) => likelihood === "possible");
}

/** A label no client has, misspelt or not, or a policy that selects these pods by accident. */
function causesIn(policies: readonly NetworkPolicyMatch[]): readonly string[] {
  const peers = policies.flatMap((policy) =>
    statementsIn(policy, "ingress").flatMap(({ about, written }) =>
      written.peers === "any" ? [] : written.peers.map((_, at) => `${about}.from[${at}]`),
    ),
  );
  const dead = ["NPG307", "NPG302"].flatMap((id) => peers.map((peer) => `${id} ${peer}`));
  return [...dead, ...policies.map(({ written }) => `NPG405 ${nameOf(written)}`)];
}
