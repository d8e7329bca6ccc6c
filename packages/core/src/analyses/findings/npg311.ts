import type { IpSet } from "../../model/ip.ts";
import { parseAddress } from "../../model/ip.ts";
import type { Service } from "../../model/service.ts";
import type { FindingRule } from "./rule.ts";
import { statementsOf } from "./statements.ts";
import { capitalised, PEER_WORD } from "./words.ts";

export const serviceAsPeer: FindingRule = {
  id: "NPG311",
  name: "service-as-peer",
  severity: "medium",
  title: "A rule names a Service where it has to name the pods behind it",
  description:
    "Policies see the addresses of pods. A connection to a Service's address is translated to one of its pods, before or after policies are applied as the implementation has it; a block with the Service's address then matches nothing.",
  mappings: ["dead"],
  *find(context) {
    for (const { policy, written, direction, words, about } of statementsOf(context)) {
      if (written.peers === "any") continue;
      for (const [at, peer] of written.peers.entries()) {
        const service = peer.kind === "ipBlock" && context.cluster.services.find((one) => isOnly(peer.addresses, one));
        if (!service || peer.kind !== "ipBlock") continue;
        yield {
          about: `${about}.${PEER_WORD[direction]}[${at}]`,
          policy: policy.policy,
          namespace: policy.written.namespace,
          direction,
          endpoints: context.selected(policy),
          span: peer.span,
          fact: `${capitalised(words)} names ${peer.cidr}, the address of Service ${service.namespace}/${service.name}.`,
          consequence: "Policies select pods; whether they see that address at all is left to the implementation.",
          advice: `Name the pods the Service selects: ${[...service.selector].map(([key, value]) => `${key}=${value}`).join(",") || "it selects none"}.`,
          related: [{ message: "the Service", span: service.span }],
        };
      }
    }
  },
};

/** Whether a block is one address, and that a Service's. */
function isOnly({ ranges }: IpSet, { clusterIPs }: Service): boolean {
  const [range, ...more] = ranges;
  if (!range || more.length > 0 || range[1] - range[0] !== 1n) return false;
  return clusterIPs.some((address) => parseAddress(address)?.point === range[0]);
}
