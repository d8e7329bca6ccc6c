import type { PolicyPeer, PolicyRule } from "../../model/cluster.ts";
import type { LabelSelector } from "../../model/selector.ts";
import { nameOf } from "../edit.ts";
import type { FindingContext, NetworkPolicyMatch } from "./context.ts";
import { type NearLabel, nearLabel } from "./near-label.ts";
import { deadPeers, podsAmong } from "./npg302.ts";
import { revised, withRules } from "./repair.ts";
import type { FindingRule, Observation } from "./rule.ts";
import { type Statement, statementsIn } from "./statements.ts";
import { capitalised, listed, PEER_WORD } from "./words.ts";

export const nearMissLabel: FindingRule = {
  id: "NPG307",
  name: "near-miss-label",
  severity: "medium",
  title: "A selector matches nothing, but would if one label were spelled as the pods spell it",
  description:
    "Labels are compared letter by letter. A selector for `cart` says nothing about pods labelled `carts`, and nobody is told: the policy is accepted and governs, or admits, no one.",
  mappings: ["dead"],
  each: "policy",
  *find(context) {
    for (const policy of context.networkPolicies) {
      if (policy.selects.length === 0) yield* subjectOf(context, policy);
      for (const statement of statementsIn(policy)) yield* peersOf(context, statement);
    }
  },
};

function* subjectOf(context: FindingContext, { written, policy }: NetworkPolicyMatch): Iterable<Observation> {
  const pods = context.cluster.pods.filter(({ namespace }) => namespace === written.namespace);
  const near = nearLabel(written.podSelector, pods);
  if (!near) return;
  const name = nameOf(written);
  yield {
    about: `${name} podSelector`,
    policy,
    namespace: written.namespace,
    span: written.span,
    ...sentences(name, near, pods, "The policy governs nobody."),
    fixes: () => [
      {
        title: `Select ${near.key}=${near.value} in ${name}`,
        edits: [revised(written, { podSelector: corrected(written.podSelector, near) })],
      },
    ],
  };
}

function* peersOf(context: FindingContext, statement: Statement): Iterable<Observation> {
  const { policy, direction, words, about, written, index } = statement;
  for (const { peer, at } of deadPeers(context, statement)) {
    const pods = podsAmong(context, peer, policy.written.namespace);
    const near = nearLabel(peer.podSelector, pods);
    if (!near) continue;
    yield {
      about: `${about}.${PEER_WORD[direction]}[${at}]`,
      policy: policy.policy,
      namespace: policy.written.namespace,
      direction,
      endpoints: context.selected(policy),
      span: peer.span,
      ...sentences(capitalised(words), near, pods, "The peer allows nothing."),
      fixes: () => [
        {
          title: `Name ${near.key}=${near.value} in ${words}`,
          edits: withRules(policy.written, direction, index, [withPeer(written, at, peer, near)]),
        },
      ],
    };
  }
}

function sentences(
  who: string,
  { requirement, key, value }: NearLabel,
  pods: readonly { readonly workload: string; readonly labels: { readonly values: ReadonlyMap<string, string> } }[],
  effect: string,
): Pick<Observation, "fact" | "consequence"> {
  const carriers = [
    ...new Set(pods.filter(({ labels }) => labels.values.get(key) === value).map(({ workload }) => workload)),
  ];
  return {
    fact: `${who} asks for ${requirement.key}=${requirement.values[0]}, which no pod has; ${listed(carriers)} has ${key}=${value}.`,
    consequence: effect,
  };
}

function corrected({ requirements }: LabelSelector, { requirement, key, value }: NearLabel): LabelSelector {
  return { requirements: requirements.map((one) => (one === requirement ? { ...one, key, values: [value] } : one)) };
}

function withPeer(
  rule: PolicyRule,
  at: number,
  peer: Exclude<PolicyPeer, { kind: "ipBlock" }>,
  near: NearLabel,
): PolicyRule {
  if (rule.peers === "any") return rule;
  const podSelector = corrected(peer.podSelector, near);
  return { ...rule, peers: rule.peers.map((one, i) => (i === at ? { ...peer, podSelector } : one)) };
}
