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
  const [told] = tellings(written).flatMap((telling) => {
    const reading = readingOf(telling.text, subjects, callers);
    return reading ? [{ ...telling, ...reading }] : [];
  });
  return [
    needs(subjects, callers) && !needs(callers, subjects) && "the manifests mention the other direction only",
    told?.order === "subject-first" && `its ${told.what} reads in the other direction`,
    samePeerBothWays(written) && areOpen && "it names the same peer for ingress and egress, which nothing isolates",
    told?.order === "subject-first" &&
      told.isPlain &&
      areOpen &&
      `its ${told.what} speaks of a workload that no policy selects`,
  ].filter((sign) => sign !== false);
}

/** What a policy says of itself to people: its name, and annotations that are sentences about it. */
function tellings({ name, annotations }: NetworkPolicy): readonly { readonly what: string; readonly text: string }[] {
  const prose = [...(annotations ?? [])].filter(([key]) =>
    /(^|[./-])(description|summary|purpose|comment|note)s?$/i.test(key),
  );
  return [
    { what: "name", text: name },
    ...prose.map(([, text]) => ({ what: "description", text: text.toLowerCase() })),
  ];
}

interface Reading {
  readonly order: "subject-first" | "caller-first";
  /** Whether it says who opens connections to whom, or what is protected, and not just names the two one after the other. */
  readonly isPlain: boolean;
}

/** In which order a text speaks of whom a policy selects and whom it names; `A-from-B` reads backwards. */
function readingOf(text: string, subjects: readonly Endpoint[], callers: readonly Endpoint[]): Reading | undefined {
  const spokenOf = (endpoints: readonly Endpoint[]) =>
    endpoints.flatMap(wordsFor).flatMap((word) => {
      const at = placeOf(word, text);
      return at < 0 ? [] : [{ word, at }];
    });
  const others = spokenOf(callers);
  for (const own of spokenOf(subjects)) {
    for (const other of others) {
      if (own.word.includes(other.word) || other.word.includes(own.word)) continue;
      const [first, second] = own.at < other.at ? [own, other] : [other, own];
      const between = text.slice(first.at + first.word.length, second.at);
      const isBackwards = /from|by|ingress|allows?\b/.test(between);
      const isPlain = /\bto\b|2|calls?\b|reach|->/.test(between) || /protect|secure|guard|restrict|\bonly\b/.test(text);
      return { order: (first === own) !== isBackwards ? "subject-first" : "caller-first", isPlain };
    }
  }
  return undefined;
}

/** Where a text has a word as one of its own, and not within another. */
function placeOf(word: string, text: string): number {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1))
    if (!/[a-z]/.test(text.charAt(at - 1)) && !/[a-z]/.test(text.charAt(at + word.length))) return at;
  return -1;
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
