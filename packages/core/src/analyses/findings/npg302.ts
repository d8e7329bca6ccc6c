import type { Endpoint } from "../../engine/endpoints.ts";
import type { PolicyPeer } from "../../model/cluster.ts";
import { formatSelector, matches } from "../../model/selector.ts";
import { nameOf } from "../edit.ts";
import { type FindingContext, isOnHost } from "./context.ts";
import { makerIn } from "./makers.ts";
import { namespaceLabels, presumedPod, ROLES } from "./presumed.ts";
import type { FindingRule, Observation } from "./rule.ts";
import { isSystem } from "./severity.ts";
import { type Statement, statementsOf } from "./statements.ts";
import { capitalised, counted, listed, listedEndpoints, PEER_WORD } from "./words.ts";

export const peerMatchesNoPod: FindingRule = {
  id: "NPG302",
  name: "peer-matches-no-pod",
  severity: "low",
  title: "A podSelector peer matches no pod, though its namespaces have some",
  description:
    "A rule whose peer no pod answers to allows nothing to anybody. Either the label is not what the pods carry, or the rule outlived the workload; and until someone makes a pod with that label, only the rest of the rule counts.",
  mappings: ["dead"],
  *find(context) {
    for (const statement of statementsOf(context)) {
      if (context.selected(statement.policy).length === 0) continue;
      yield* peersOnNodes(context, statement);
      for (const { peer, at } of deadPeers(context, statement)) {
        const { policy, direction, words, about, written } = statement;
        const rest = policy.rules.filter((rule) => rule.direction === direction);
        const isAll = rest.every(({ peers }) => peers !== "any" && peers.every(({ matches: all }) => all.length === 0));
        yield {
          about: `${about}.${PEER_WORD[direction]}[${at}]`,
          policy: policy.policy,
          namespace: policy.written.namespace,
          direction,
          endpoints: context.selected(policy),
          span: peer.span,
          fact: `${capitalised(words)} names pods with ${formatSelector(peer.podSelector)}, and there are none in ${placesOf(context, peer, policy.written.namespace)}.`,
          consequence:
            written.peers !== "any" && written.peers.length > 1
              ? "Only the other peers of the rule have an effect."
              : isAll
                ? "The policy then allows nothing at all in that direction."
                : "The rule has no effect.",
          ...severityOf(context, namespacesOf(context.cluster.namespaces, peer, policy.written.namespace), isAll),
          under: [
            `NPG311 ${about}.${PEER_WORD[direction]}[${at}]`,
            `NPG307 ${about}.${PEER_WORD[direction]}[${at}]`,
            `NPG207 ${about}[${at}]`,
            `NPG207 ${about}[${at - 1}]`,
            `NPG405 ${nameOf(policy.written)}`,
          ],
        };
      }
    }
  },
};

/** Peers whose pods are all on the network of their node: to most implementations these are no pods. Source: docs/semantics.md EP-5. */
function* peersOnNodes(
  context: FindingContext,
  { policy, direction, words, about, written, match }: Statement,
): Generator<Observation> {
  if (context.program.options.hostNetworkPods === "pod" || match.peers === "any" || written.peers === "any") return;
  const subjects = context.selected(policy);
  const mayConnect = (subject: Endpoint, peer: Endpoint) =>
    !(direction === "ingress" ? context.allowed(peer, subject) : context.allowed(subject, peer)).isEmpty;
  for (const [at, peer] of written.peers.entries()) {
    if (peer.kind === "ipBlock" || peer.podSelector.requirements.length === 0) continue;
    const pods = match.peers.flatMap((one) =>
      one.written === peer ? one.matches.map(({ endpoint }) => endpoint) : [],
    );
    if (pods.length === 0 || !pods.every(isOnHost)) continue;
    if (subjects.every((subject) => pods.every((pod) => mayConnect(subject, pod)))) continue;
    yield {
      about: `${about}.${PEER_WORD[direction]}[${at}]`,
      policy: policy.policy,
      namespace: policy.written.namespace,
      direction,
      endpoints: subjects,
      span: peer.span,
      fact: `${capitalised(words)} names pods with ${formatSelector(peer.podSelector)}, and those there are, ${listedEndpoints(pods)}, are on the network of their node.`,
      consequence:
        direction === "ingress"
          ? "Most implementations take what they send for their node's: it comes in from the node that a pod runs on, and from no other."
          : "Most implementations take them for their node, which the rule does not name.",
      advice: "Name the addresses of the nodes by an ipBlock, or run them without hostNetwork.",
      certainty: "conditional",
    };
  }
}

function severityOf(
  context: FindingContext,
  namespaces: readonly string[],
  isAll: boolean,
): Pick<Observation, "severity"> {
  if (namespaces.some((namespace) => makerIn(context, namespace) !== undefined))
    return { severity: { is: "info", because: "such pods may be made at run time" } };
  return isAll ? { severity: { is: "medium", because: "the policy then allows nothing in that direction" } } : {};
}

type PodPeer = Exclude<PolicyPeer, { readonly kind: "ipBlock" }>;

/** Peers that name pods by labels none carries, in namespaces of which the input shows pods. */
export function deadPeers(
  context: FindingContext,
  { written, match, policy }: Statement,
): readonly { readonly peer: PodPeer; readonly at: number }[] {
  const { peers } = written;
  const matched = match.peers;
  if (peers === "any" || matched === "any") return [];
  return peers.flatMap((peer, at) => {
    if (peer.kind === "ipBlock" || peer.podSelector.requirements.length === 0) return [];
    const isDead = matched.some((one) => one.written === peer && one.matches.length === 0);
    if (!isDead || (peer.kind === "namespaces" && (isForSystem(context, peer) || isForPresumed(context, peer))))
      return [];
    return podsAmong(context, peer, policy.written.namespace).length > 0 ? [{ peer, at }] : [];
  });
}

/** What system namespaces hold is rarely in the input in full. */
function isForSystem(
  { cluster }: FindingContext,
  { namespaceSelector }: PodPeer & { readonly kind: "namespaces" },
): boolean {
  const meant = cluster.namespaces.filter(({ labels }) => matches(namespaceSelector, labels).holds);
  return meant.every(({ name }) => isSystem(name));
}

/** Whether a peer means pods that every cluster has, and the input need not show. */
function isForPresumed(
  { cluster }: FindingContext,
  { namespaceSelector, podSelector }: PodPeer & { readonly kind: "namespaces" },
): boolean {
  const shown = new Set(cluster.pods.map(({ namespace }) => namespace));
  return ROLES.map(presumedPod).some(
    ({ namespace, labels }) =>
      !shown.has(namespace) &&
      matches(podSelector, labels).holds &&
      matches(namespaceSelector, namespaceLabels(namespace)).holds,
  );
}

/** The pods of the namespaces a peer speaks of. */
export function podsAmong({ cluster }: FindingContext, peer: PodPeer, own: string) {
  const names = new Set(namespacesOf(cluster.namespaces, peer, own));
  return cluster.pods.filter(({ namespace }) => names.has(namespace));
}

/** The namespaces a peer speaks of. */
export function namespacesOf(
  all: FindingContext["cluster"]["namespaces"],
  peer: PodPeer,
  own: string,
): readonly string[] {
  if (peer.kind === "pods") return [own];
  return all.filter(({ labels }) => matches(peer.namespaceSelector, labels).holds).map(({ name }) => name);
}

function placesOf(context: FindingContext, peer: PodPeer, own: string): string {
  const names = namespacesOf(context.cluster.namespaces, peer, own);
  return names.length > 3 ? counted(names.length, "namespace") : `namespace ${listed(names)}`;
}
