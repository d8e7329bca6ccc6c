import { bondBetween, type Sides } from "../engine/bond-between.ts";
import { APART, type BondNumber, type Bonds } from "../engine/bonds.ts";
import { type Endpoint, podEndpoint } from "../engine/endpoints.ts";
import type { Pod } from "../model/cluster.ts";
import type { PartyIndex, PolicyRef, Program } from "../model/program.ts";
import type { Change } from "./cluster-edit.ts";
import { type Differences, type Edited, type Effects, isPair, type PairEffect } from "./differences.ts";
import { UNWRITTEN } from "./edit.ts";

/** A pod that comes, goes, or that policies may see otherwise than before; as it was, as it is, and in which classes. */
export interface Move {
  readonly before: Placed | undefined;
  readonly after: Placed | undefined;
  /** The edits that move it. */
  readonly causes: readonly PolicyRef[];
}

export interface Placed {
  readonly pod: Pod;
  readonly party: PartyIndex;
}

/** An end of a pair on either side of an edit: a pod that moves is an endpoint of its own. */
interface End {
  readonly was: Endpoint | undefined;
  readonly is: Endpoint | undefined;
  readonly causes: readonly PolicyRef[];
}

/** How the sides of a program stand before an edit or after it. */
export interface Standing {
  readonly program: Program;
  readonly bonds: Bonds;
  readonly before: Sides;
  readonly after: Sides;
}

/**
 * What changes for pods that move, one by one, as against each other and as against all `others`. What two others may open to each
 * other does not hang on who else there is.
 *
 * Cost: for each pod that moves, two questions before and two after for each endpoint.
 */
export function movesBetween(
  { program, bonds, before, after }: Standing,
  moves: readonly Move[],
  others: readonly Endpoint[],
  edited: readonly Edited[],
): Effects {
  const moved = moves.map(({ before, after, causes }) => ({ was: placedAt(before), is: placedAt(after), causes }));
  const found: PairEffect[] = [];
  const bond = (sides: Sides, from: Endpoint | undefined, to: Endpoint | undefined): BondNumber =>
    from && to && isPair(from, to) ? bondBetween(program, sides, bonds, from, to) : APART;
  const compare = (from: End, to: End) => {
    const [was, is] = [bond(before, from.was, to.was), bond(after, from.is, to.is)];
    const [source, destination] = [from.is ?? from.was, to.is ?? to.was];
    if (was === is || !source || !destination) return;
    const [old, fresh] = [bonds.bond(was).connections, bonds.bond(is).connections];
    if (old.equals(fresh)) return;
    const causes = [...new Set([...from.causes, ...to.causes, ...selecting(edited, from, to)])];
    found.push({ from: source, to: destination, before: old, after: fresh, causes });
  };
  for (const one of moved) {
    for (const other of others) {
      const stays = { was: other, is: other, causes: [] };
      compare(one, stays);
      compare(stays, one);
    }
    for (const other of moved) compare(one, other);
  }
  return { size: found.length, changes: found };
}

function placedAt(placed: Placed | undefined): Endpoint | undefined {
  return placed && podEndpoint(placed.pod, placed.party);
}

/** What was edited besides and selects an end, as it was or as it is, in a direction that counts. */
function selecting(edited: readonly Edited[], from: End, to: End): readonly PolicyRef[] {
  const selects = ({ direction, subjects }: Edited) => {
    const { was, is } = direction === "egress" ? from : to;
    return [was, is].some((endpoint) => endpoint?.members.some(({ party }) => subjects.has(party)));
  };
  return edited.filter(selects).map(({ policy }) => policy);
}

/** Every endpoint as it was, without the pods that move; those of which nothing is left are left out. */
export function withoutMoved(differences: Differences, moves: readonly Move[]): readonly Endpoint[] {
  const gone = new Set(moves.flatMap(({ before }) => (before ? [before.pod.id] : [])));
  const touched = new Set(moves.flatMap(({ before }) => (before ? differences.holding(before.party) : [])));
  return differences.endpoints.flatMap((endpoint, position) => {
    if (!touched.has(position)) return [endpoint];
    const members = endpoint.members
      .map((member) => ({ ...member, pods: member.pods.filter(({ id }) => !gone.has(id)) }))
      .filter(({ pods }) => pods.length > 0);
    const pods = members.reduce((sum, member) => sum + member.pods.reduce((all, { replicas }) => all + replicas, 0), 0);
    return members.length > 0 ? [{ ...endpoint, pods, members }] : [];
  });
}

/** The edits that move a pod: its own, or that of its namespace. */
export function causesOf(
  before: Pod | undefined,
  after: Pod | undefined,
  { namespaces }: Change,
): readonly PolicyRef[] {
  return [before, after].flatMap((pod) => {
    if (!pod) return [];
    const { namespace, span } = pod;
    const goesWithIt = !after && namespaces.has(namespace) && namespaces.get(namespace) === undefined;
    if (goesWithIt) return [{ kind: "Namespace", name: namespace, span: UNWRITTEN }];
    const { kind = "Pod", name = pod.name } = podEndpoint(pod, 0);
    return [{ kind, namespace, name, span }];
  });
}
