import { decide } from "../engine/decide.ts";
import { isOnHostNetwork } from "../engine/doubts.ts";
import { circumstances } from "../engine/encounter.ts";
import type { Endpoint } from "../engine/endpoints.ts";
import { NAMED_PORT_CONTAINER, NAMED_PORT_IP_BLOCK } from "../engine/extent.ts";
import type { Reachability } from "../engine/reach.ts";
import { Bitset } from "../model/bitset.ts";
import { ConnectionSet } from "../model/connections.ts";
import type { Assumption, Certainty, Direction } from "../model/flow.ts";
import type { Program, Selection } from "../model/program.ts";

/** A pair whose connections hang on what the input or the API leave open. */
export interface UncertainPair {
  readonly from: Endpoint;
  readonly to: Endpoint;
  /** By default, as listings have it. */
  readonly allowed: ConnectionSet;
  /** If open questions are settled one way or the other; where that is what is allowed, it may be less. */
  readonly possible: ConnectionSet;
  readonly certainty: Exclude<Certainty, "specified">;
}

export interface Uncertainty {
  /** Absent where there are too many pairs that might be uncertain to ask about each. */
  readonly pairs?: readonly UncertainPair[];
  /** What they hang on, each once. */
  readonly assumptions: readonly Assumption[];
}

/** What a listing is about; whatever is absent is not restricted. */
interface Asked {
  readonly from?: readonly Endpoint[];
  readonly to?: readonly Endpoint[];
  readonly ports?: ConnectionSet;
}

/** Pairs of members that are asked about; about a second's work. */
const MOST = 20_000;

/**
 * Which pairs of a listing are not certain, and why: each as {@link decide} has it.
 *
 * Most clusters leave nothing open, or not to everybody, so only pairs are asked about of which an end is governed by something that
 * is in doubt, and of ends that are alike only one. Cost: a look at every rule, and a decision for each such pair.
 */
export function uncertainty(reachability: Reachability, asked: Asked = {}): Uncertainty {
  const { program, endpoints } = reachability;
  const { from = endpoints, to = endpoints, ports = ConnectionSet.ALL_PORTS } = asked;
  const asking: Candidate[] = [];
  let work = 0;
  for (const candidate of candidates(program, from, to)) {
    work += candidate.source.members.length * candidate.destination.members.length;
    if (work > MOST) return { assumptions: openQuestions(program) };
    asking.push(candidate);
  }
  const assumptions = new Set<Assumption>();
  const pairs = asking.flatMap(({ source, destination, like }): readonly UncertainPair[] => {
    const { allowed, possible, certainty, ...decision } = decide(program, { source, destination, connections: ports });
    if (certainty === "specified") return [];
    for (const one of decision.assumptions) if (one.certainty !== "specified") assumptions.add(one);
    return like().map(([from, to]) => ({ from, to, allowed, possible, certainty }));
  });
  const position = new Map([...from, ...to, ...endpoints].map((endpoint, i) => [endpoint, i]));
  const at = (endpoint: Endpoint) => position.get(endpoint) ?? 0;
  pairs.sort((one, other) => at(one.from) - at(other.from) || at(one.to) - at(other.to));
  return { pairs, assumptions: [...assumptions] };
}

type Pair = readonly [from: Endpoint, to: Endpoint];

/** One pair that might be uncertain, and all that come out as it does. */
interface Candidate {
  readonly source: Endpoint;
  readonly destination: Endpoint;
  readonly like: () => readonly Pair[];
}

function* candidates(program: Program, from: readonly Endpoint[], to: readonly Endpoint[]): Generator<Candidate> {
  const doubts = { egress: doubtsOn(program, "egress"), ingress: doubtsOn(program, "ingress") };
  const isDoubtful = (direction: Direction, { members }: Endpoint) =>
    members.some(({ node, party }) => node || doubts[direction].subjects.has(party));
  const destinations = alike(to);
  const always = destinations.filter(({ one }) => isDoubtful("ingress", one) || one.type === "address");
  for (const sources of alike(from)) {
    const isOpen = isDoubtful("egress", sources.one);
    for (const others of isOpen || sources.one.type === "address" ? destinations : always) {
      if (!isOpen && !isDoubtful("ingress", others.one) && !shareNoFamily(program, sources.one, others.one)) continue;
      const pairs = () => pairsOf(sources.all, others.all);
      // Where an end is on a node, it counts where the other runs.
      for (const like of sources.isPlaced || others.isPlaced ? pairs().map((pair) => () => [pair]) : [pairs]) {
        const [pair] = like();
        if (pair) yield { source: pair[0], destination: pair[1], like };
      }
    }
  }
}

function pairsOf(from: readonly Endpoint[], to: readonly Endpoint[]): readonly Pair[] {
  const isPair = (a: Endpoint, b: Endpoint) => a !== b && !(a.type === "address" && b.type === "address");
  return from.flatMap((a) => to.flatMap((b) => (isPair(a, b) ? [[a, b] as const] : [])));
}

/** Everything that is in doubt in what policies say, whether any verdict hangs on it or not. Cost: a look at every rule. */
export function openQuestions(program: Program): readonly Assumption[] {
  return [...new Set([...doubtsOn(program, "egress").because, ...doubtsOn(program, "ingress").because])];
}

/** Endpoints of the same classes, which connect alike but for what hangs on the nodes that pods run on. */
interface Alike {
  readonly one: Endpoint;
  readonly all: Endpoint[];
  readonly isPlaced: boolean;
}

function alike(endpoints: readonly Endpoint[]): readonly Alike[] {
  const groups = new Map<string, Alike>();
  for (const endpoint of endpoints) {
    const { members } = endpoint;
    const key = members.map(({ party }) => party).join();
    const isPlaced = members.some(({ node, pods }) => node || pods[0]?.network === "host");
    const group = groups.get(key);
    if (group) group.all.push(endpoint);
    else groups.set(key, { one: endpoint, all: [endpoint], isPlaced });
  }
  return [...groups.values()];
}

/** A pod and an address that meet only in a family the pod is not known to have. */
function shareNoFamily(program: Program, { members: [a] }: Endpoint, { members: [b] }: Endpoint): boolean {
  return a !== undefined && b !== undefined && circumstances(program, a, b).length === 0;
}

/** Whom something in doubt may govern on one side, and what that is. */
function doubtsOn(
  program: Program,
  direction: Direction,
): { readonly subjects: Bitset; readonly because: readonly Assumption[] } {
  const found: Bitset[] = [];
  const because = new Set<Assumption>();
  const note = (selections: readonly Selection[], subject: Selection) => {
    const doubts = selections.flatMap((selection) => selection.doubts);
    if (doubts.length === 0) return;
    found.push(subject.members, ...subject.doubts.map(({ parties }) => parties));
    for (const { assumption } of doubts) because.add(assumption);
  };
  for (const { subjects, effect, assumption } of program.caveats) {
    if (effect === "none") continue;
    found.push(subjects);
    because.add(assumption);
  }
  // Names that the main containers declare are lent to policies by every implementation.
  const namesDiffer = program.parties.some(
    (party) => party.kind === "pods" && party.ports.some(({ container }) => container !== "main"),
  );
  for (const { rules, isolation } of program.layers.flatMap(({ tiers }) => tiers[direction])) {
    for (const { subject } of isolation) note([subject], subject);
    for (const { subject, peers, ports, ranges, tie } of rules) {
      const named = peers === "any" ? [] : peers.flatMap(({ selection }) => Object.values(selection));
      note([subject, ...named], subject);
      const isByAddress = peers !== "any" && peers.some(({ kind }) => kind === "addresses");
      const isByName = ports !== "any" && ports.some(({ kind }) => kind === "named") && (isByAddress || namesDiffer);
      if (isByName) because.add(isByAddress ? NAMED_PORT_IP_BLOCK : NAMED_PORT_CONTAINER);
      const mayStopShort = ranges === "by-option" && !program.options.endPortSupported;
      if (isByName || mayStopShort || tie !== undefined) found.push(subject.members);
    }
  }
  const onHost = program.parties.flatMap((_, party) => (isOnHostNetwork(program, party) ? [party] : []));
  return { subjects: Bitset.union([...found, Bitset.of(onHost)]), because: [...because] };
}
