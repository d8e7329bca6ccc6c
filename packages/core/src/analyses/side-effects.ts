import type { Question } from "../engine/decide.ts";
import type { Endpoint, Member } from "../engine/endpoints.ts";
import type { Pod } from "../model/cluster.ts";
import { ConnectionSet } from "../model/connections.ts";
import { IpSet, parseCidr } from "../model/ip.ts";
import type { Program } from "../model/program.ts";
import type { PolicyEdit } from "./cluster-edit.ts";
import type { PairEffect } from "./differences.ts";
import type { Edit } from "./edit.ts";
import type { WhatIf } from "./what-if.ts";

/** What edits do to one ordered pair of endpoints. */
export interface Change {
  readonly from: Endpoint;
  readonly to: Endpoint;
  readonly opened: ConnectionSet;
  readonly closed: ConnectionSet;
}

/** Changes: all there are, or, where they are too many to be read, some: those of the endpoints asked about. */
export interface SideEffects {
  readonly changes: readonly Change[];
  readonly counted: "all" | "some";
}

/** How many changes are listed for one set of edits. */
const MOST_CHANGES = 200_000;

/**
 * Every pair of endpoints, grouped by workload, whose connections the edits change, apart from the change asked for, if any: the
 * connections of the question between its own two ends. In the order of the endpoints.
 *
 * Replicas of one workload are a pair too. Cost: see {@link WhatIf}.
 */
export function sideEffects(state: WhatIf, edits: readonly Edit[], asked?: Question): SideEffects {
  return sideEffectsOf(state.apply(edits.map(policyEdit)), asked);
}

/** The same of edits that were made. */
export function sideEffectsOf(applied: ReturnType<WhatIf["apply"]>, asked?: Question): SideEffects {
  const counted = applied.effects.size > MOST_CHANGES ? "some" : "all";
  const told = counted === "all" ? [...applied.effects.changes] : someOf(applied.effects.changes, asked);
  const isAsked = asked ? pairIn(asked) : () => false;
  // Who asks about every port does not mean to keep the protocols without one.
  const meant = asked?.connections.isAllPorts ? ConnectionSet.ALL : (asked?.connections ?? ConnectionSet.NONE);
  const changes = inOrder(told, applied.after.endpoints).map(({ from, to, before: was, after: is }) => {
    const own = isAsked(from, to) ? meant : ConnectionSet.NONE;
    return { from, to, opened: is.subtract(was).subtract(own), closed: was.subtract(is).subtract(own) };
  });
  return { counted, changes: changes.filter(({ opened, closed }) => !opened.isEmpty || !closed.isEmpty) };
}

export function policyEdit(edit: Edit): PolicyEdit {
  return edit.kind === "add-policy" ? { after: edit.policy } : { before: edit.before, after: edit.after };
}

/** Those of which one end is asked about; without a question the first. */
function someOf(changes: Iterable<PairEffect>, asked: Question | undefined): readonly PairEffect[] {
  const [isSource, isDestination] = asked
    ? [isOverlapping(asked.source), isOverlapping(asked.destination)]
    : [() => true, () => true];
  const some: PairEffect[] = [];
  for (const change of changes) {
    if (!isSource(change.from) && !isDestination(change.to)) continue;
    some.push(change);
    if (some.length === MOST_CHANGES) break;
  }
  return some;
}

function isOverlapping({ members }: Endpoint): (endpoint: Endpoint) => boolean {
  const ids = podIds(members);
  return (endpoint) => endpoint.members.some(({ pods }) => pods.some(({ id }) => ids.has(id)));
}

function inOrder(changes: readonly PairEffect[], endpoints: readonly Endpoint[]): readonly PairEffect[] {
  const position = new Map(endpoints.map((endpoint, at) => [endpoint, at]));
  const places = Float64Array.from(
    changes,
    ({ from, to }) => (position.get(from) ?? 0) * endpoints.length + (position.get(to) ?? 0),
  );
  return [...changes.keys()]
    .sort((a, b) => (places[a] as number) - (places[b] as number))
    .map((at) => changes[at] as PairEffect);
}

/** Tells pairs that lie within the two ends of a question. */
function pairIn({ source, destination }: Question): (from: Endpoint, to: Endpoint) => boolean {
  const [isSource, isDestination] = [partOf(source), partOf(destination)];
  return (from, to) => isSource(from) && isDestination(to);
}

function partOf(whole: Endpoint): (part: Endpoint) => boolean {
  const addresses = setOf(whole.cidrs ?? []);
  const ids = podIds(whole.members);
  return ({ cidrs, members }) =>
    cidrs ? addresses.includes(setOf(cidrs)) : members.every(({ pods }) => pods.every(({ id }) => ids.has(id)));
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
  const ids = podIds(members);
  const isMine = (pod: Pod) => ids.has(pod.id);
  return parties
    .map((party) => ({ party: party.index, pods: party.kind === "pods" ? party.pods.filter(isMine) : [] }))
    .filter(({ pods }) => pods.length > 0);
}

function podIds(members: readonly Member[]): ReadonlySet<string> {
  return new Set(members.flatMap(({ pods }) => pods.map(({ id }) => id)));
}

/** The addresses of a list of CIDRs. */
export function setOf(cidrs: readonly string[]): IpSet {
  return IpSet.of(cidrs.flatMap((cidr) => parseCidr(cidr)?.set.ranges ?? []));
}
