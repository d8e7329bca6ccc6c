import type { IpSet } from "../../model/ip.ts";
import { parseAddress } from "../../model/ip.ts";
import { formatSelector, matches } from "../../model/selector.ts";
import type { Service } from "../../model/service.ts";
import type { Span } from "../../model/source.ts";
import type { FindingContext } from "./context.ts";
import { deadPeers, namespacesOf } from "./npg302.ts";
import type { FindingRule } from "./rule.ts";
import { behind } from "./services.ts";
import { type Statement, statementsOf } from "./statements.ts";
import { capitalised, PEER_WORD } from "./words.ts";

export const serviceAsPeer: FindingRule = {
  id: "NPG311",
  name: "service-as-peer",
  severity: "medium",
  title: "A rule names a Service where it has to name the pods behind it",
  description:
    "Policies see the addresses of pods. A connection to a Service's address is translated to one of its pods, before or after policies are applied as the implementation has it; a block with the Service's address then matches nothing. Nor do they see the labels of a Service, which its pods need not carry.",
  mappings: ["dead"],
  *find(context) {
    for (const statement of statementsOf(context)) {
      const { policy, direction, words, about } = statement;
      for (const { at, span, service, says, consequence } of [
        ...byAddress(context, statement),
        ...byLabels(context, statement),
      ]) {
        yield {
          about: `${about}.${PEER_WORD[direction]}[${at}]`,
          policy: policy.policy,
          namespace: policy.written.namespace,
          direction,
          endpoints: context.selected(policy),
          span,
          fact: `${capitalised(words)} names ${says} of Service ${service.namespace}/${service.name}.`,
          consequence,
          advice:
            service.selector.size > 0
              ? `Name the pods the Service selects: ${[...service.selector].map(([key, value]) => `${key}=${value}`).join(",")}.`
              : "Name the addresses behind the Service, since it selects no pods.",
          related: [{ message: "the Service", span: service.span }],
        };
      }
    }
  },
};

interface ServicePeer {
  readonly at: number;
  readonly span: Span;
  readonly service: Service;
  readonly says: string;
  readonly consequence: string;
}

function byAddress({ cluster }: FindingContext, { written: { peers } }: Statement): readonly ServicePeer[] {
  if (peers === "any") return [];
  return peers.flatMap((peer, at) => {
    const service = peer.kind === "ipBlock" && cluster.services.find((one) => isOnly(peer.addresses, one));
    if (!service || peer.kind !== "ipBlock") return [];
    const consequence = "Policies select pods; whether they see that address at all is left to the implementation.";
    return [{ at, span: peer.span, service, says: `${peer.cidr}, the address`, consequence }];
  });
}

/** Peers whose labels no pod has but a Service does, whose own pods the input shows. */
function byLabels(context: FindingContext, statement: Statement): readonly ServicePeer[] {
  const { services, namespaces } = context.cluster;
  return deadPeers(context, statement).flatMap(({ peer, at }) => {
    const { podSelector, span } = peer;
    const isNamed = podSelector.requirements.some(({ operator }) => operator === "In" || operator === "Exists");
    const places = namespacesOf(namespaces, peer, statement.policy.written.namespace);
    const service = services.find(
      (one) =>
        places.includes(one.namespace) &&
        matches(podSelector, { values: one.labels }).holds &&
        behind(context, one).length > 0,
    );
    if (!isNamed || !service) return [];
    const consequence = "Policies select pods, and no pod carries these labels; the peer matches nothing.";
    return [{ at, span, service, says: `${formatSelector(podSelector)}, which are labels`, consequence }];
  });
}

/** Whether a block is one address, and that a Service's. */
function isOnly({ ranges }: IpSet, { clusterIPs }: Service): boolean {
  const [range, ...more] = ranges;
  if (!range || more.length > 0 || range[1] - range[0] !== 1n) return false;
  return clusterIPs.some((address) => parseAddress(address)?.point === range[0]);
}
