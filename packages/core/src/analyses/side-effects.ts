import { compile } from "../compile/compile.ts";
import type { Question } from "../engine/decide.ts";
import type { Endpoint, Member } from "../engine/endpoints.ts";
import { reach } from "../engine/reach.ts";
import type { Cluster, NetworkPolicy, Pod, PolicyRule } from "../model/cluster.ts";
import { ConnectionSet } from "../model/connections.ts";
import type { Direction } from "../model/flow.ts";
import { IpSet, parseCidr } from "../model/ip.ts";
import type { Options } from "../model/options.ts";
import { type Isolation, type PartyIndex, type Program, policyId, type Rule } from "../model/program.ts";
import { after, applyEdits, type Edit, nameOf, namesOf } from "./edit.ts";

/** What edits do to one ordered pair of endpoints. */
export interface Change {
  readonly from: Endpoint;
  readonly to: Endpoint;
  readonly opened: ConnectionSet;
  readonly closed: ConnectionSet;
}

/** Changes: all there are, or, where looking for all would take too long, some: those of the endpoints asked about. */
export interface SideEffects {
  readonly changes: readonly Change[];
  readonly counted: "all" | "some";
}

/** A cluster without and with edits, compiled to the same parties, so that an index or endpoint of one means the same in the other. */
export interface Comparison {
  readonly before: Program;
  readonly after: Program;
  /** The policies the edits take away, and those they leave. */
  readonly replaced: readonly NetworkPolicy[];
  readonly written: readonly NetworkPolicy[];
}

/** How many pairs are looked at for one set of edits. */
const MOST_PAIRS = 200_000;

const DIRECTIONS: readonly Direction[] = ["egress", "ingress"];

/** Cost: two compilations. */
export function compareEdited(cluster: Cluster, edits: readonly Edit[], options: Options): Comparison {
  const names = namesOf(edits);
  const replaced = cluster.networkPolicies.filter((policy) => names.has(nameOf(policy)));
  const written = edits.map(after);
  return {
    replaced,
    written,
    before: compile(withVocabularyOf(written, cluster), options).program,
    after: compile(withVocabularyOf(replaced, applyEdits(cluster, edits)), options).program,
  };
}

/** The cluster with policies of no namespace added: they select nothing, but tell pods and addresses apart as the originals do. */
function withVocabularyOf(policies: readonly NetworkPolicy[], cluster: Cluster): Cluster {
  const ghosts = policies.map((policy) => ({ ...policy, namespace: "" }));
  return { ...cluster, networkPolicies: [...cluster.networkPolicies, ...ghosts] };
}

/** The same question put to another program of the same pods. */
export function relocate(program: Program, question: Question): Question {
  const { source, destination } = question;
  return { ...question, source: relocateEnd(program, source), destination: relocateEnd(program, destination) };
}

function relocateEnd(program: Program, endpoint: Endpoint): Endpoint {
  const members = endpoint.cidrs ? blocksOf(program, endpoint, endpoint.cidrs) : podsOf(program, endpoint);
  return { ...endpoint, members };
}

function blocksOf({ parties }: Program, { members }: Endpoint, cidrs: readonly string[]): Member[] {
  const wanted = setOf(cidrs);
  const node = members[0]?.node;
  return parties
    .filter((party) => party.kind === "addresses")
    .filter(({ addresses }) => !addresses.intersect(wanted).isEmpty)
    .map(({ index }) => ({ party: index, pods: [], ...(node && { node }) }));
}

function podsOf({ parties }: Program, { members }: Endpoint): Member[] {
  const ids = new Set(members.flatMap(({ pods }) => pods.map(({ id }) => id)));
  const isMine = (pod: Pod) => ids.has(pod.id);
  return parties
    .map((party) => ({ party: party.index, pods: party.kind === "pods" ? party.pods.filter(isMine) : [] }))
    .filter(({ pods }) => pods.length > 0);
}

/** The addresses of a list of CIDRs. */
export function setOf(cidrs: readonly string[]): IpSet {
  return IpSet.of(cidrs.flatMap((cidr) => parseCidr(cidr)?.set.ranges ?? []));
}

/**
 * Every pair of endpoints, grouped by workload, whose connections the edits change, apart from the change asked for, if any: the
 * connections of the question between its own two ends.
 *
 * Replicas of one workload are a pair too. Cost: two lookups for each pair of which one end is the subject of an edited policy and
 * the other a peer of a rule that changed; anyone, where isolation changed.
 */
export function sideEffects(comparison: Comparison, asked?: Question): SideEffects {
  const question = asked && relocate(comparison.before, asked);
  const reachability = reach(comparison.before);
  const { pairs, counted } = pairsToCompare(comparison, reachability.endpoints, question);
  const edited = reach(comparison.after);
  const isAsked = question ? pairIn(question) : () => false;
  // Who asks about every port does not mean to keep the protocols without one.
  const meant = question?.connections.isAllPorts ? ConnectionSet.ALL : (question?.connections ?? ConnectionSet.NONE);
  const changes = pairs.flatMap(([from, to]) => {
    const was = reachability.connection(from, to).connections;
    const is = edited.connection(from, to).connections;
    if (was.equals(is)) return [];
    const asked = isAsked(from, to) ? meant : ConnectionSet.NONE;
    return [{ from, to, opened: is.subtract(was).subtract(asked), closed: was.subtract(is).subtract(asked) }];
  });
  return {
    counted,
    changes: changes.filter(({ opened, closed }) => !opened.isEmpty || !closed.isEmpty),
  };
}

/** Tells pairs that lie within the two ends of a question. */
function pairIn({ source, destination }: Question): (from: Endpoint, to: Endpoint) => boolean {
  const [isSource, isDestination] = [partOf(source), partOf(destination)];
  return (from, to) => isSource(from) && isDestination(to);
}

function partOf(whole: Endpoint): (part: Endpoint) => boolean {
  const addresses = setOf(whole.cidrs ?? []);
  const ids = new Set(whole.members.flatMap(({ pods }) => pods.map(({ id }) => id)));
  return ({ cidrs, members }) =>
    cidrs ? addresses.includes(setOf(cidrs)) : members.every(({ pods }) => pods.every(({ id }) => ids.has(id)));
}

interface Pairs {
  readonly pairs: readonly (readonly [from: Endpoint, to: Endpoint])[];
  readonly counted: SideEffects["counted"];
}

/** The pairs that the edits can have changed, in the order of the endpoints. */
function pairsToCompare(comparison: Comparison, endpoints: readonly Endpoint[], question?: Question): Pairs {
  const all = touchedPairs(comparison, endpoints, () => true);
  const isOverlapping = (end: Endpoint) => {
    const pods = new Set(end.members.flatMap((member) => member.pods));
    return (endpoint: Endpoint) => endpoint.members.some((member) => member.pods.some((pod) => pods.has(pod)));
  };
  const ofQuestion = ({ source, destination }: Question) => {
    const isSubject = { egress: isOverlapping(source), ingress: isOverlapping(destination) };
    return touchedPairs(comparison, endpoints, (end, direction) => isSubject[direction](end)).found;
  };
  const found = all.complete || !question ? all.found : ofQuestion(question);
  const pairs = [...found]
    .sort((a, b) => a - b)
    .map(
      (at) => [endpoints[Math.floor(at / endpoints.length)], endpoints[at % endpoints.length]] as [Endpoint, Endpoint],
    )
    .filter(([from, to]) => from !== to || from.pods > 1);
  return { pairs, counted: all.complete ? "all" : "some" };
}

/** Pairs that some rule or isolation that changed is about, as `from × number of endpoints + to`; at most as many as are ever looked at. */
function touchedPairs(
  comparison: Comparison,
  endpoints: readonly Endpoint[],
  isSubject: (endpoint: Endpoint, direction: Direction) => boolean,
): { readonly found: ReadonlySet<number>; readonly complete: boolean } {
  const holders = endpointsByParty(endpoints);
  const found = new Set<number>();
  for (const direction of DIRECTIONS) {
    for (const [subject, peers] of touchedPeers(comparison, direction)) {
      const others = [...peers].flatMap((peer) => holders.get(peer) ?? []);
      for (const mine of holders.get(subject) ?? []) {
        if (!isSubject(endpoints[mine] as Endpoint, direction)) continue;
        for (const other of others)
          found.add(direction === "egress" ? mine * endpoints.length + other : other * endpoints.length + mine);
        if (found.size > MOST_PAIRS) return { found, complete: false };
      }
    }
  }
  return { found, complete: true };
}

function endpointsByParty(endpoints: readonly Endpoint[]): ReadonlyMap<PartyIndex, readonly number[]> {
  const holders = new Map<PartyIndex, number[]>();
  endpoints.forEach(({ members }, position) => {
    for (const { party } of members) holders.set(party, [...(holders.get(party) ?? []), position]);
  });
  return holders;
}

/** For each subject of an edited policy, the peers it may be judged differently with. */
function touchedPeers(comparison: Comparison, direction: Direction): ReadonlyMap<PartyIndex, ReadonlySet<PartyIndex>> {
  const everyone = new Set(comparison.before.parties.keys());
  const touched = new Map<PartyIndex, Set<PartyIndex>>();
  for (const rule of changedRules(comparison, direction)) {
    const peers = peersOf(rule) ?? everyone;
    for (const subject of rule.subject.members) touched.set(subject, union(touched.get(subject), peers));
  }
  for (const subject of newlyIsolated(comparison, direction)) touched.set(subject, everyone);
  return touched;
}

/** Rules, of either side of the comparison, that the other side does not have. */
function changedRules({ before, after, replaced, written }: Comparison, direction: Direction): readonly Rule[] {
  return [...rulesOnlyIn(before, replaced, written, direction), ...rulesOnlyIn(after, written, replaced, direction)];
}

function rulesOnlyIn(
  program: Program,
  mine: readonly NetworkPolicy[],
  theirs: readonly NetworkPolicy[],
  direction: Direction,
): readonly Rule[] {
  const policies = new Map(mine.map((policy) => [nameOf(policy), policy]));
  const others = new Map(theirs.map((policy) => [nameOf(policy), policy]));
  return tiersOf(program, direction)
    .flatMap(({ rules }) => rules)
    .filter(({ policy, index }) => {
      const own = policies.get(policyId(policy));
      const other = others.get(policyId(policy));
      if (!own) return false;
      const governs = own.podSelector === other?.podSelector && other.policyTypes.includes(direction);
      return !governs || !other[direction].includes(own[direction][index] as PolicyRule);
    });
}

/** Subjects of edited policies that are isolated on one side of the comparison only. */
function newlyIsolated(comparison: Comparison, direction: Direction): readonly PartyIndex[] {
  const names = new Set([...comparison.replaced, ...comparison.written].map(nameOf));
  const [old = [], now = []] = [comparison.before, comparison.after].map((program) =>
    tiersOf(program, direction).flatMap(({ isolation }) => isolation),
  );
  const subjects = [...old, ...now]
    .filter(({ policy }) => names.has(policyId(policy)))
    .flatMap(({ subject }) => [...subject.members]);
  const isolates = (list: readonly Isolation[], party: PartyIndex) =>
    list.some(({ subject }) => subject.members.has(party));
  return [...new Set(subjects)].filter((party) => isolates(old, party) !== isolates(now, party));
}

function peersOf({ peers }: Rule): ReadonlySet<PartyIndex> | undefined {
  if (peers === "any") return undefined;
  return new Set(peers.flatMap(({ selection }) => [...selection.IPv4.members, ...selection.IPv6.members]));
}

function tiersOf(program: Program, direction: Direction) {
  return program.layers.flatMap(({ tiers }) => tiers[direction]);
}

function union<T>(some: ReadonlySet<T> | undefined, more: ReadonlySet<T>): Set<T> {
  return new Set([...(some ?? []), ...more]);
}
