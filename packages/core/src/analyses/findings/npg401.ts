import type { Endpoint } from "../../engine/endpoints.ts";
import type { NetworkPolicy, PolicyPeer } from "../../model/cluster.ts";
import { formatSelector } from "../../model/selector.ts";
import { nameOf } from "../edit.ts";
import type { FindingContext, NetworkPolicyMatch } from "./context.ts";
import { revised } from "./repair.ts";
import type { FindingRule } from "./rule.ts";
import { statementsIn } from "./statements.ts";
import { firstOf } from "./subjects.ts";
import { listed, listedEndpoints } from "./words.ts";

export const invertedDirection: FindingRule = {
  id: "NPG401",
  name: "inverted-direction",
  severity: "high",
  title: "A policy seems to be written on the wrong end of the connection it is meant to protect",
  description:
    "A policy protects the pods it selects. To let only the frontend reach the backend it has to select the backend; one that selects the frontend and names the backend as its peer lets the backend call the frontend, and leaves the backend open to everyone.",
  mappings: ["ingress"],
  each: "policy",
  *find(context) {
    for (const policy of context.networkPolicies) {
      const subjects = context.selected(policy);
      const callers = namedCallers(context, policy);
      if (subjects.length === 0 || callers.length === 0 || callers.some((one) => subjects.includes(one))) continue;
      const signs = signsOf(context, policy, subjects, callers);
      if (signs.length < 2) continue;
      const { written } = policy;
      const [own, other] = [listedEndpoints(subjects), listedEndpoints(callers)];
      const open = callers.filter((one) => context.open(one, "ingress") !== "nobody");
      const stranger =
        context.subjects.find((one) => !subjects.includes(one) && !callers.includes(one)) ?? context.internet;
      yield {
        about: nameOf(written),
        policy: policy.policy,
        namespace: written.namespace,
        direction: "ingress",
        endpoints: [...subjects, ...callers],
        span: written.span,
        fact: `${nameOf(written)} lets ${other} open connections to ${own}${open.length > 0 ? `, and leaves ${listedEndpoints(open)} open to everyone` : ""}.`,
        consequence: `It looks as if the other direction was meant: ${listed(signs)}.`,
        advice: `To protect ${other}, select it and allow ingress from ${own}.`,
        witness: firstOf(open, (one) => context.witness(stranger, one, "allow")),
        fixes: () => turnedRound(written),
      };
    }
  },
};

/** The pods named one by one as callers; none where a rule names everybody or addresses. */
function namedCallers(context: FindingContext, policy: NetworkPolicyMatch): readonly Endpoint[] {
  const callers = statementsIn(policy, "ingress").flatMap(({ match, written }) =>
    match.peers === "any" || written.peers === "any" || written.peers.some(isBroad)
      ? context.endpoints
      : match.peers.flatMap(({ matches }) => matches.map(({ endpoint }) => endpoint)),
  );
  const distinct = [...new Set(callers)];
  return distinct.length * 2 > context.subjects.length + 2 ? [] : distinct;
}

function isBroad(peer: PolicyPeer): boolean {
  return peer.kind === "ipBlock" || peer.podSelector.requirements.length === 0;
}

/** What speaks for it; two are needed. */
function signsOf(
  context: FindingContext,
  { written }: NetworkPolicyMatch,
  subjects: readonly Endpoint[],
  callers: readonly Endpoint[],
): readonly string[] {
  const needs = (from: readonly Endpoint[], to: readonly Endpoint[]) =>
    context.needed.some((flow) => from.some(({ id }) => id === flow.from.id) && to.some(({ id }) => id === flow.to.id));
  const areOpen = callers.every((one) => context.open(one, "ingress") !== "nobody");
  const order = orderInName(written.name, subjects, callers);
  return [
    needs(subjects, callers) && !needs(callers, subjects) && "the manifests mention the other direction only",
    order === "subject-first" && "its name reads in the other direction",
    samePeerBothWays(written) && areOpen && "it names the same peer for ingress and egress, which nothing isolates",
    order !== "none" && areOpen && order !== "caller-first" && "its name speaks of a workload that no policy selects",
  ].filter((sign) => sign !== false);
}

/** In which order a policy's name speaks of whom it selects and whom it names; `A-from-B` reads backwards. */
function orderInName(
  name: string,
  subjects: readonly Endpoint[],
  callers: readonly Endpoint[],
): "subject-first" | "caller-first" | "none" {
  const spokenOf = (endpoints: readonly Endpoint[]) =>
    endpoints.flatMap(wordsFor).filter((word) => name.includes(word));
  const others = spokenOf(callers);
  for (const own of spokenOf(subjects)) {
    for (const other of others) {
      if (own.includes(other) || other.includes(own)) continue;
      const [a, b] = [name.indexOf(own), name.indexOf(other)];
      const between = a < b ? name.slice(a + own.length, b) : name.slice(b + other.length, a);
      const isBackwards = /from|by|ingress|allow/.test(between);
      return a < b !== isBackwards ? "subject-first" : "caller-first";
    }
  }
  return "none";
}

/** What a workload is called in names of policies. */
function wordsFor({ name, members }: Endpoint): readonly string[] {
  const labels = members[0]?.pods[0]?.labels.values;
  const words = [
    name,
    labels?.get("app"),
    labels?.get("app.kubernetes.io/name"),
    labels?.get("tier"),
    labels?.get("role"),
  ];
  return [...new Set(words.filter((word): word is string => word !== undefined && word.length > 1))];
}

function samePeerBothWays({ ingress, egress }: NetworkPolicy): boolean {
  const named = (rules: NetworkPolicy["ingress"]) =>
    rules.flatMap(({ peers }) =>
      peers === "any" ? [] : peers.flatMap((peer) => (peer.kind === "ipBlock" ? [] : formatSelector(peer.podSelector))),
    );
  const out = new Set(named(egress));
  return named(ingress).some((selector) => selector !== "everything" && out.has(selector));
}

/** The same policy on the other end, where it names one peer of its own namespace. */
function turnedRound(written: NetworkPolicy) {
  const [rule, ...more] = written.ingress;
  if (!rule || more.length > 0 || rule.peers === "any" || rule.peers.length !== 1) return [];
  const [peer] = rule.peers;
  if (peer?.kind !== "pods") return [];
  const from: PolicyPeer = { ...peer, podSelector: written.podSelector };
  return [
    {
      title: `Turn ${nameOf(written)} round: select ${formatSelector(peer.podSelector)} and allow ingress from ${formatSelector(written.podSelector)}`,
      edits: [
        revised(written, {
          podSelector: peer.podSelector,
          policyTypes: ["ingress"],
          policyTypesWritten: true,
          ingress: [{ ...rule, peers: [from] }],
          egress: [],
        }),
      ],
    },
  ];
}
