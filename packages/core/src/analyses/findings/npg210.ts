import type { PolicyPeer } from "../../model/cluster.ts";
import { IpSet, parseAddress } from "../../model/ip.ts";
import { setOf } from "../side-effects.ts";
import type { FindingContext } from "./context.ts";
import { INSIDE } from "./npg203.ts";
import type { FindingRule } from "./rule.ts";
import { isWorld, statementsOf, unlimitedKeys } from "./statements.ts";
import { listed, PEER_WORD } from "./words.ts";

export const ipBlockCoversCluster: FindingRule = {
  id: "NPG210",
  name: "ipblock-covers-cluster-ranges",
  severity: "medium",
  title: "An address block holds addresses of the cluster's own pods or nodes",
  description:
    "Pods change their addresses, and implementations disagree on whether an ipBlock matches a pod at all. A rule that relies on it is open in one cluster and closed in the next; pods are named by selectors.",
  mappings: ["ingress", "egress"],
  *find(context) {
    const own = ownAddresses(context);
    const arePodsShown = own.some(({ what }) => what === "pods" || what === "the pod range");
    for (const statement of statementsOf(context)) {
      const { policy, written, direction, words, about } = statement;
      if (context.selected(policy).length === 0 || written.peers === "any") continue;
      const blocks = written.peers.filter((peer) => peer.kind === "ipBlock");
      const covering = blocks.flatMap((block) => {
        const held = own.filter(({ addresses }) => !addresses.intersect(block.addresses).isEmpty);
        const isGuess = held.length === 0 && !arePodsShown && isPrivate(block);
        return held.length > 0 || isGuess ? [{ block, held }] : [];
      });
      const [first] = covering;
      if (!first) continue;
      const held = listed([...new Set(covering.flatMap(({ held }) => held.map(({ what }) => what)))]);
      const isKnown = covering.some(({ held }) => held.length > 0);
      yield {
        about,
        policy: policy.policy,
        namespace: policy.written.namespace,
        direction,
        endpoints: context.selected(policy),
        span: first.block.span,
        fact: isKnown
          ? `The block ${first.block.cidr} in ${words} holds ${held}.`
          : `The block ${first.block.cidr} in ${words} is private, as the addresses of pods and nodes are.`,
        consequence: `Whether it matches pods is left to the implementation; here it is taken that it ${context.program.options.ipBlockMatchesPods ? "does" : "does not"} (--assume ipBlockMatchesPods=…).`,
        advice: `Name pods by selectors, and take the pod range out of the block with \`except\`.`,
        ...(!isKnown && {
          severity: { is: "low", because: "the input shows no address of pods" } as const,
          certainty: "conditional" as const,
        }),
        under: [
          `NPG203 ${about}`,
          `NPG205 ${about}`,
          ...unlimitedKeys(statement),
          `NPG311 ${about}.${PEER_WORD[direction]}[${written.peers.indexOf(first.block)}]`,
        ],
      };
    }
  },
};

interface OwnAddresses {
  readonly what: string;
  readonly addresses: IpSet;
}

/** Addresses that the input shows to be pods', Services' or nodes'. */
function ownAddresses({ cluster, program }: FindingContext): readonly OwnAddresses[] {
  const points = (texts: readonly string[]) =>
    IpSet.of(texts.flatMap((text) => parseAddress(text)?.point ?? []).map((point) => [point, point + 1n]));
  const { podCIDRs } = program.options;
  return [
    {
      what: "pods",
      addresses: points(cluster.pods.filter((pod) => pod.network === "pod").flatMap((pod) => pod.addresses)),
    },
    { what: "the pod range", addresses: setOf(podCIDRs) },
    { what: "Services", addresses: points(cluster.services.flatMap(({ clusterIPs }) => clusterIPs)) },
    { what: "nodes", addresses: points(cluster.nodes.flatMap(({ addresses }) => addresses)) },
  ].filter(({ addresses }) => !addresses.isEmpty);
}

/** A whole private range, as clusters are given; a single host or a small network is not. */
function isPrivate(block: PolicyPeer & { readonly kind: "ipBlock" }): boolean {
  if (isWorld(block.addresses)) return false;
  const prefix = Number(block.cidr.split("/")[1]);
  const isLarge = block.cidr.includes(":") ? prefix <= 56 : prefix <= 16;
  return isLarge && [...INSIDE.IPv4, ...INSIDE.IPv6].some((cidr) => setOf([cidr]).includes(block.addresses));
}
