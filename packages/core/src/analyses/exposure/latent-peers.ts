import { compile } from "../../compile/compile.ts";
import { encounters } from "../../engine/encounter.ts";
import type { Endpoint } from "../../engine/endpoints.ts";
import { certainly, type Estimate } from "../../engine/extent.ts";
import { judgeSide } from "../../engine/meeting.ts";
import type { Likelihood } from "../../engine/profile.ts";
import type { AdminPeer, PolicyPeer } from "../../model/cluster.ts";
import { ConnectionSet } from "../../model/connections.ts";
import type { Direction } from "../../model/flow.ts";
import { type PolicyRef, type Program, policyId } from "../../model/program.ts";
import { EVERYTHING, formatSelector, type LabelSelector, type Labels, matches } from "../../model/selector.ts";
import type { Span } from "../../model/source.ts";
import { type PoliciesForDirection, policiesFor } from "../policies.ts";
import { labelsFor } from "./newcomer.ts";
import { endpointIn, unseenPod, withUnseen } from "./unseen.ts";

/** Pods that are not there yet and that a policy, or the lack of one, would let in (ingress) or let be called (egress). */
export interface LatentPeer {
  readonly direction: Direction;
  /** The rule that speaks of them; absent for pods of which nothing is asked. */
  readonly rule?: { readonly policy: PolicyRef; readonly index: number; readonly span: Span };
  /** Where: anywhere, in one namespace, or in those with such labels. */
  readonly namespaces: "any" | { readonly name: string } | LabelSelector;
  readonly pods: LabelSelector;
  /** Labels that are enough; those of the namespace are absent where it is there already. */
  readonly labels: {
    readonly pod: ReadonlyMap<string, string>;
    readonly namespace?: ReadonlyMap<string, string>;
  };
  /** Endpoints that are such pods today; none where the peer is all potential. */
  readonly today: readonly Endpoint[];
  /** What the endpoint's own side lets through, by default. */
  readonly connections: ConnectionSet;
  /** Whether it lets anything through that it does not let through to or from just any pod. */
  readonly likelihood: Likelihood;
}

/** A kind of newcomer, before it is tried. */
interface Candidate extends Omit<LatentPeer, "connections" | "likelihood"> {
  /** Where the pod is put that is tried. */
  readonly namespace: string;
}

const DIRECTIONS: readonly Direction[] = ["ingress", "egress"];
/** A name no namespace can have, so that none is hit by accident. */
const ELSEWHERE = "(new)";

/**
 * What an endpoint would accept from, and send to, pods that are not there yet: with the labels that would let a newcomer in.
 *
 * First just any pod, if it is let through; then one entry for each peer of an allowing rule that lets through more than that. Each is
 * tried: a pod with the fewest labels that fit is put into a copy of the cluster, and the engine judges the endpoint's side of a
 * connection with it, under the policies of every tier. Left out are peers that nothing can match, those that only a new label on a
 * namespace that is there would satisfy, and port names that a newcomer would have to declare.
 * Cost: one compilation, and one judgement for each peer. Deterministic.
 */
export function latentPeers(program: Program, endpoint: Endpoint): readonly LatentPeer[] {
  const answer = policiesFor(program, endpoint);
  if (answer.governed === "outside") return [];
  const candidates = DIRECTIONS.flatMap((direction) => [
    anybody(direction),
    ...fromRules(program, direction, answer[direction]),
  ]);
  return tried(program, endpoint, candidates);
}

function anybody(direction: Direction): Candidate {
  const labels = { pod: new Map<string, string>(), namespace: new Map<string, string>() };
  return { direction, namespaces: "any", pods: EVERYTHING, labels, today: [], namespace: ELSEWHERE };
}

function fromRules(program: Program, direction: Direction, { policies }: PoliciesForDirection): readonly Candidate[] {
  return policies.flatMap(({ policy, rules }) =>
    rules.flatMap(({ action, peers, index }) =>
      action !== "allow" || peers === "any"
        ? []
        : peers.flatMap(({ written, matches: found, span }) => {
            const place = placeOf(program, written, policy);
            if (!place) return [];
            const today = found.filter(({ likelihood }) => likelihood !== "possible").map((one) => one.endpoint);
            return [{ direction, rule: { policy, index, span }, today, ...place }];
          }),
    ),
  );
}

/** Where pods would have to be and with which labels, to be meant by a peer. */
function placeOf(
  { cluster }: Program,
  peer: PolicyPeer | AdminPeer,
  policy: PolicyRef,
): Pick<Candidate, "namespaces" | "pods" | "labels" | "namespace"> | undefined {
  if (peer.kind !== "pods" && peer.kind !== "namespaces") return undefined;
  const pods = peer.podSelector;
  const pod = labelsFor(pods);
  if (!pod) return undefined;
  if (!("namespaceSelector" in peer)) {
    const name = policy.namespace ?? "";
    return { namespaces: { name }, pods, labels: { pod }, namespace: name };
  }
  const { namespaceSelector } = peer;
  const wanted = labelsFor(namespaceSelector);
  if (!wanted) return undefined;
  const namespaces = namespaceSelector.requirements.length === 0 ? "any" : namespaceSelector;
  const name = wanted.get("kubernetes.io/metadata.name");
  const there = cluster.namespaces.find((one) => one.name === name);
  if (!there) {
    const namespace = name ?? `${ELSEWHERE} ${formatSelector(namespaceSelector)}`;
    return { namespaces, pods, labels: { pod, namespace: wanted }, namespace };
  }
  const isMeant = matches(namespaceSelector, there.labels).holds;
  return isMeant ? { namespaces, pods, labels: { pod }, namespace: there.name } : undefined;
}

function tried(program: Program, endpoint: Endpoint, candidates: readonly Candidate[]): readonly LatentPeer[] {
  const pods = candidates.map(({ namespace, labels }, i) =>
    unseenPod(`${namespace}/Newcomer/${i}`, { values: labels.pod }),
  );
  const namespaces = new Map<string, Labels>([[ELSEWHERE, namespaceLabels(ELSEWHERE, new Map())]]);
  for (const { namespace, labels } of candidates)
    if (labels.namespace) namespaces.set(namespace, namespaceLabels(namespace, labels.namespace));
  const copy = compile(withUnseen(program.cluster, pods, namespaces), program.options).program;
  const own = endpointIn(copy, endpoint);
  const general = new Map<Direction, Estimate>();
  return candidates.flatMap((candidate, i): LatentPeer[] => {
    const newcomer = { id: "", type: "pod", pods: 1, members: [{ party: -1, pods: [pods[i] ?? []].flat() }] } as const;
    const estimate = judged(copy, own, endpointIn(copy, newcomer), candidate.direction);
    const known = general.get(candidate.direction);
    if (!known) general.set(candidate.direction, estimate);
    const likelihood = known ? moreThan(estimate, known) : something(estimate);
    if (!likelihood.possible) return [];
    const { namespace: _, ...peer } = candidate;
    return [{ ...peer, connections: estimate.expected, likelihood }];
  });
}

function namespaceLabels(name: string, labels: ReadonlyMap<string, string>): Labels {
  return { values: new Map([["kubernetes.io/metadata.name", name], ...labels]) };
}

/** The endpoint's side of connections with a newcomer, from any of its pods. */
function judged(program: Program, own: Endpoint, newcomer: Endpoint, direction: Direction): Estimate {
  const [sources, destinations] = direction === "ingress" ? [newcomer, own] : [own, newcomer];
  const each = sources.members.flatMap((from) =>
    destinations.members.flatMap((to) =>
      encounters(program, from, to).map(
        (encounter) => judgeSide(program, encounter, direction, ConnectionSet.ALL_PORTS).allowed,
      ),
    ),
  );
  return each.reduce(
    (all, one) => ({
      certain: all.certain.union(one.certain),
      expected: all.expected.union(one.expected),
      possible: all.possible.union(one.possible),
    }),
    certainly(ConnectionSet.NONE),
  );
}

function something({ certain, expected, possible }: Estimate): Likelihood {
  return { certain: !certain.isEmpty, expected: !expected.isEmpty, possible: !possible.isEmpty };
}

/** What is let through beyond what just any pod gets, under each reading. */
function moreThan(one: Estimate, known: Estimate): Likelihood {
  const expected = !one.expected.subtract(known.expected).isEmpty;
  const certain = expected && !one.certain.subtract(known.expected).isEmpty;
  return { certain, expected, possible: expected || !one.possible.subtract(known.possible).isEmpty };
}

/** A latent peer in words: `pods with role=web in namespaces with team=edge`. */
export function latentPeerWords({ namespaces, pods }: Pick<LatentPeer, "namespaces" | "pods">): string {
  const which = pods.requirements.length === 0 ? "any pod" : `pods with ${formatSelector(pods)}`;
  if (namespaces === "any") return which;
  if ("name" in namespaces) return `${which} in ${namespaces.name}`;
  return `${which} in namespaces with ${formatSelector(namespaces)}`;
}

/** The rule behind a latent peer: `shop/db rule 1`. */
export function latentPeerRule({ rule }: LatentPeer): string | undefined {
  return rule && `${policyId(rule.policy)} rule ${rule.index + 1}`;
}
