import type { Direction, Family } from "../model/flow.ts";
import type { Party, PartyIndex, Program } from "../model/program.ts";
import type { Member } from "./endpoints.ts";
import type { Placement, Side, Translated } from "./extent.ts";
import type { OpenQuestions } from "./profile.ts";

/** What a verdict can depend on besides who the two ends are. */
export interface Circumstance {
  readonly id: number;
  readonly family: Family;
  readonly placement: Placement;
}

/** One way in which traffic can go from one group of like pods or addresses to another. */
export interface Encounter {
  readonly source: PartyIndex;
  readonly destination: PartyIndex;
  readonly family: Family;
  readonly placement: Placement;
  /** Whether the source's traffic carries the address of a node. */
  readonly sourceIs?: "node";
  /** The address of the Service that the source dialled, as egress may see it. */
  readonly dialled?: Translated;
  /** What stands for the source's address where ingress sees another, or where it is not known. */
  readonly arrivesFrom?: Translated;
}

const FAMILIES: readonly Family[] = ["IPv4", "IPv6"];
const PLACEMENTS: readonly Placement[] = ["elsewhere", "own-node", "unknown"];

/** Every circumstance there is; ids are positions. */
export const CIRCUMSTANCES: readonly Circumstance[] = FAMILIES.flatMap((family, f) =>
  PLACEMENTS.map((placement, p) => ({ id: f * PLACEMENTS.length + p, family, placement })),
);

/** A set of families as a number: one bit for each, so that what two ends share is found without making lists. */
type FamilySet = number;

/** The circumstances of ends that share a set of families when placement makes no difference: the usual case. */
const APART: readonly (readonly Circumstance[])[] = [0, 1, 2, 3].map((shared) =>
  CIRCUMSTANCES.filter(({ family, placement }) => placement === "elsewhere" && hasFamily(shared, family)),
);

/** Every distinct way in which two members can meet. */
export function encounters(program: Program, source: Member, destination: Member): readonly Encounter[] {
  return circumstances(program, source, destination).map(({ family, placement }) => ({
    source: source.party,
    destination: destination.party,
    family,
    placement,
    ...(source.node && { sourceIs: "node" }),
  }));
}

/**
 * The circumstances in which two members can meet: in each address family both have, on one node or on two where that matters.
 *
 * A connection has one family. Placement matters only between a node, or a host-network pod, whose traffic is its node's, and
 * another pod.
 * Source: docs/semantics.md IPB-4, EP-2, EP-5.
 */
export function circumstances(program: Program, source: Member, destination: Member): readonly Circumstance[] {
  const from = program.parties[source.party] as Party;
  const to = program.parties[destination.party] as Party;
  const shared = familiesOf(from) & familiesOf(to);
  const placements = placementsOf(source, destination);
  if (placements === ELSEWHERE) return APART[shared] ?? [];
  return CIRCUMSTANCES.filter(({ family, placement }) => hasFamily(shared, family) && placements.includes(placement));
}

const ELSEWHERE: readonly Placement[] = ["elsewhere"];

/** An encounter as its source sees it (egress) or its destination (ingress). */
export function sideOf(
  { source, destination, family, placement, sourceIs, dialled, arrivesFrom }: Encounter,
  direction: Direction,
  open: OpenQuestions = "all",
): Side {
  if (direction === "egress") {
    const translated = dialled && { translated: dialled };
    return { direction, subject: source, peer: destination, family, placement, open, ...translated };
  }
  const seen = { ...(sourceIs && { peerIs: sourceIs }), ...(arrivesFrom && { translated: arrivesFrom }) };
  return { direction, subject: destination, peer: source, family, placement, open, ...seen };
}

function familiesOf(party: Party): FamilySet {
  const families = party.kind === "addresses" ? [party.family] : party.families;
  let set = 0;
  for (const family of families) set |= 1 << FAMILIES.indexOf(family);
  return set;
}

function hasFamily(set: FamilySet, family: Family): boolean {
  return (set & (1 << FAMILIES.indexOf(family))) !== 0;
}

function placementsOf(source: Member, destination: Member): readonly Placement[] {
  if (isAddress(source) || isAddress(destination)) return ELSEWHERE;
  if (!source.node && !destination.node && isNode(source) === isNode(destination)) return ELSEWHERE;
  const placements = new Set<Placement>();
  const nodes = nodesOf(destination);
  for (const node of nodesOf(source)) {
    if (node === undefined || nodes.has(undefined)) placements.add("unknown");
    if (node !== undefined && nodes.has(node)) placements.add("own-node");
    if (node !== undefined && [...nodes].some((other) => other !== undefined && other !== node))
      placements.add("elsewhere");
  }
  return [...placements];
}

function isAddress({ pods, node }: Member): boolean {
  return pods.length === 0 && node === undefined;
}

/** Host-network pods speak for their node, and so does its own address. */
function isNode({ pods, node }: Member): boolean {
  return node !== undefined || pods[0]?.network === "host";
}

function nodesOf({ pods, node }: Member): ReadonlySet<string | undefined> {
  return new Set(node ? [node.name] : pods.map((pod) => pod.node));
}
