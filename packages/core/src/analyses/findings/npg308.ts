import type { PolicyPeer } from "../../model/cluster.ts";
import { parseCidr } from "../../model/ip.ts";
import { withRules } from "./repair.ts";
import type { FindingRule } from "./rule.ts";
import { statementsOf } from "./statements.ts";
import { capitalised, PEER_WORD } from "./words.ts";

export const cidrProblem: FindingRule = {
  id: "NPG308",
  name: "cidr-problem",
  severity: "low",
  title: "An address block is not written as what it means, or means nothing",
  description:
    "Bits beyond the prefix are ignored by some implementations and make others ignore the rule; an exception as large as the block leaves nothing; a block within another adds nothing. Blocks the API server refuses are reported when they are read.",
  mappings: ["dead"],
  each: "policy",
  *find(context) {
    for (const { policy, written, direction, words, about, index } of statementsOf(context)) {
      const { peers } = written;
      if (peers === "any") continue;
      for (const [at, peer] of peers.entries()) {
        if (peer.kind !== "ipBlock") continue;
        const problem = problemOf(peer, peers);
        if (!problem) continue;
        const { canonical } = problem;
        yield {
          about: `${about}.${PEER_WORD[direction]}[${at}]`,
          policy: policy.policy,
          namespace: policy.written.namespace,
          direction,
          endpoints: context.selected(policy),
          span: peer.span,
          fact: `${capitalised(words)} ${problem.fact}.`,
          consequence: problem.consequence,
          ...(problem.severity && { severity: problem.severity }),
          fixes: () =>
            canonical
              ? [
                  {
                    title: `Write ${[canonical.cidr, ...canonical.except].join(" without ")} in ${words}`,
                    edits: withRules(policy.written, direction, index, [
                      { ...written, peers: peers.map((one) => (one === peer ? canonical : one)) },
                    ]),
                  },
                ]
              : [],
        };
      }
    }
  },
};

type Block = Extract<PolicyPeer, { readonly kind: "ipBlock" }>;

interface Problem {
  readonly fact: string;
  readonly consequence: string;
  /** The block as what it means. */
  readonly canonical?: Block;
  readonly severity?: { readonly is: "medium"; readonly because: string };
}

function problemOf(block: Block, peers: readonly PolicyPeer[]): Problem | undefined {
  const odd = [block.cidr, ...block.except].find((text) => parseCidr(text)?.oddity === "host-bits");
  if (odd !== undefined)
    return {
      fact: `has bits beyond the prefix in ${odd}, which stands for ${canonicalOf(odd)}`,
      consequence: "Some implementations were seen to ignore such a rule.",
      canonical: { ...block, cidr: canonicalOf(block.cidr), except: block.except.map(canonicalOf) },
    };
  if (block.addresses.isEmpty)
    return {
      fact: `excepts all of ${block.cidr}`,
      consequence: "The peer stands for no address at all.",
      severity: { is: "medium", because: "the peer allows nothing" },
    };
  const larger = peers.find((other) => other !== block && other.kind === "ipBlock" && isWithin(block, other, peers));
  if (larger?.kind !== "ipBlock") return undefined;
  return {
    fact: `names ${block.cidr} beside ${larger.cidr}, which holds it`,
    consequence: "The smaller block adds nothing.",
  };
}

function canonicalOf(cidr: string): string {
  return parseCidr(cidr)?.canonical ?? cidr;
}

/** Of two equal blocks the later one counts as within the other. */
function isWithin(block: Block, other: Block, peers: readonly PolicyPeer[]): boolean {
  if (!other.addresses.includes(block.addresses)) return false;
  const position = (one: Block) => peers.findIndex((peer) => Object.is(peer, one));
  return !other.addresses.equals(block.addresses) || position(other) < position(block);
}
