import type { Endpoint } from "../../engine/endpoints.ts";
import type { PolicyPeer } from "../../model/cluster.ts";
import { formatSelector, type LabelSelector, matches } from "../../model/selector.ts";
import type { PeerMatch } from "../rule-match.ts";
import { withRules } from "./repair.ts";
import type { FindingRule } from "./rule.ts";
import { type Statement, statementsOf } from "./statements.ts";
import { capitalised, counted, listedEndpoints } from "./words.ts";

export const orInsteadOfAnd: FindingRule = {
  id: "NPG207",
  name: "or-instead-of-and",
  severity: "high",
  title: "A namespaceSelector and a podSelector stand as two peers where one was probably meant",
  description:
    "Two items of a `from` or `to` list are alternatives. A namespaceSelector and a podSelector under one dash mean pods with those labels in those namespaces; under two dashes they mean all pods of those namespaces, or pods with those labels in the policy's own.",
  mappings: ["ingress", "egress"],
  each: "policy",
  *find(context) {
    for (const statement of statementsOf(context)) {
      for (const pair of adjacentPairs(statement)) {
        const { namespaces, pods, at } = pair;
        const both = namespaces.endpoints.filter((endpoint) => carries(endpoint, pods.selector));
        const either = [...new Set([...namespaces.endpoints, ...pods.endpoints])];
        if (context.selected(statement.policy).length === 0 || both.length === 0 || both.length >= either.length)
          continue;
        const isSameNamespace = pods.selector.requirements.length === 0;
        const isDeliberate = pods.endpoints.length > 0 || isSameNamespace;
        const { policy, direction, written, words, about } = statement;
        yield {
          about: `${about}[${at}]`,
          policy: policy.policy,
          namespace: policy.written.namespace,
          direction,
          endpoints: context.selected(policy),
          span: pair.span,
          fact: `${capitalised(words)} lists a namespaceSelector and a podSelector as two peers, which means either.`,
          consequence: `As written it names ${counted(either.length, "workload")}: ${listedEndpoints(either)}; as one peer it would name ${counted(both.length, "workload")}: ${listedEndpoints(both)}.`,
          advice: `If pods with ${formatSelector(pods.selector)} in those namespaces are meant, delete the second dash.`,
          ...(isDeliberate && {
            certainty: "assumed" as const,
            severity: isSameNamespace
              ? ({ is: "low", because: "all pods of the policy's own namespace may well be meant" } as const)
              : ({
                  is: "medium",
                  because: "the podSelector also matches pods of the policy's own namespace, so both may be meant",
                } as const),
          }),
          fixes: () => [
            {
              title: `Make the two peers of ${words} one`,
              edits: withRules(policy.written, direction, statement.index, [
                { ...written, peers: merged(written.peers, at) },
              ]),
            },
          ],
        };
      }
    }
  },
};

interface Pair {
  readonly at: number;
  readonly span: PolicyPeer["span"];
  readonly namespaces: { readonly endpoints: readonly Endpoint[] };
  readonly pods: { readonly endpoints: readonly Endpoint[]; readonly selector: LabelSelector };
}

function adjacentPairs({ written, match }: Statement): readonly Pair[] {
  const { peers } = written;
  if (peers === "any" || match.peers === "any") return [];
  const matched: readonly PeerMatch[] = match.peers;
  return peers.slice(0, -1).flatMap((first, at): Pair[] => {
    const second = peers[at + 1];
    const [namespaces, pods] = first.kind === "namespaces" ? [first, second] : [second, first];
    if (namespaces?.kind !== "namespaces" || pods?.kind !== "pods") return [];
    if (namespaces.podSelector.requirements.length > 0) return [];
    const ofPeer = (peer: PolicyPeer) => endpointsOf(matched.find((one) => one.written === peer));
    return [
      {
        at,
        span: first.span,
        namespaces: { endpoints: ofPeer(namespaces) },
        pods: { endpoints: ofPeer(pods), selector: pods.podSelector },
      },
    ];
  });
}

function endpointsOf(peer: PeerMatch | undefined): readonly Endpoint[] {
  return (peer?.matches ?? []).filter(({ likelihood }) => likelihood !== "possible").map(({ endpoint }) => endpoint);
}

function carries({ members }: Endpoint, selector: LabelSelector): boolean {
  return members.every(({ pods }) => pods.every(({ labels }) => matches(selector, labels).holds));
}

function merged(peers: Statement["written"]["peers"], at: number): Statement["written"]["peers"] {
  if (peers === "any") return peers;
  const [a, b] = [peers[at], peers[at + 1]];
  const [namespaces, pods] = a?.kind === "namespaces" ? [a, b] : [b, a];
  if (namespaces?.kind !== "namespaces" || pods?.kind !== "pods") return peers;
  return [...peers.slice(0, at), { ...namespaces, podSelector: pods.podSelector }, ...peers.slice(at + 2)];
}
