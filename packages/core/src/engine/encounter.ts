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
const PLACEMENTS = ["elsewhere", "own-node", "unknown"] as const satisfies readonly Placement[];

/** Every circumstance there is; ids are positions. */
export const CIRCUMSTANCES: readonly Circumstance[] = FAMILIES.flatMap((family, f) =>
  PLACEMENTS.map((placement, p) => ({ id: f * PLACEMENTS.length + p, family, placement })),
);

/** The circumstances in which placement makes no difference: the usual ones, one for each family. */
export const SIMPLE: readonly Circumstance[] = CIRCUMSTANCES.filter(({ placement }) => placement === "elsewhere");

/** A set of families as a number: one bit for each, so that what two ends share is found without making lists. */
type FamilySet = number;

/** The circumstances of ends that share a set of families when placement makes no difference: the usual case. */
const APART: readonly (readonly Circumstance[])[] = [0, 1, 2, 3].map((shared) =>
  SIMPLE.filter(({ family }) => hasFamily(shared, family)),
);

/** Every distinct way in which two members can meet. */
export function encounters(program: Program, source: Member, destination: Member): readonly Encounter[] {
  return circumstances(program, source, destination).map((one) => encounterIn(one, source, destination));
}

/**
 * How a pod would meet an address in the family of that, which it is not taken to have. None between two addresses, which stay
 * apart whatever is not known; `undefined` between pods, of which both might have more families.
 */
export function presumedEncounters(
  program: Program,
  source: Member,
  destination: Member,
): readonly Encounter[] | undefined {
  const { parties } = program;
  const [from, to] = [parties[source.party] as Party, parties[destination.party] as Party];
  if (from.kind === "pods" && to.kind === "pods") return undefined;
  if (from.kind === to.kind) return [];
  const given = from.kind === "addresses" ? familiesOf(from) : familiesOf(to);
  return circumstancesIn(program, given, source, destination).map((one) => encounterIn(one, source, destination));
}

function encounterIn({ family, placement }: Circumstance, source: Member, destination: Member): Encounter {
  const from = { source: source.party, ...(source.node && { sourceIs: "node" as const }) };
  return { ...from, destination: destination.party, family, placement };
}

/**
 * The circumstances in which two members can meet: in each address family both have, on one node or on two where that matters.
 *
 * A connection has one family. Placement matters only between a node, or a host-network pod, whose traffic is its node's, and
 * another pod.
 * Source: docs/semantics.md IPB-4, EP-2, EP-5.
 */
export function circumstances(program: Program, source: Member, destination: Member): readonly Circumstance[] {
  const families = program.memory.of(KnownFamilies).of(program);
  const shared = (families[source.party] as FamilySet) & (families[destination.party] as FamilySet);
  return circumstancesIn(program, shared, source, destination);
}

/** The same of two parties of which neither speaks for a node. */
export function circumstancesApart(
  program: Program,
  source: PartyIndex,
  destination: PartyIndex,
): readonly Circumstance[] {
  const families = program.memory.of(KnownFamilies).of(program);
  return APART[(families[source] as FamilySet) & (families[destination] as FamilySet)] as readonly Circumstance[];
}

function circumstancesIn(
  program: Program,
  families: FamilySet,
  source: Member,
  destination: Member,
): readonly Circumstance[] {
  const placements = placementsOf(program, source, destination);
  if (placements === ELSEWHERE) return APART[families] ?? [];
  return CIRCUMSTANCES.filter(({ family, placement }) => hasFamily(families, family) && placements.includes(placement));
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

/** Whether a party speaks the family of a circumstance. */
export function speaks(program: Program, party: PartyIndex, { family }: Circumstance): boolean {
  return hasFamily(program.memory.of(KnownFamilies).of(program)[party] as FamilySet, family);
}

/** The families of each party. */
class KnownFamilies {
  private sets: Uint8Array | undefined;

  of({ parties }: Program): Uint8Array {
    this.sets ??= Uint8Array.from(parties, familiesOf);
    return this.sets;
  }
}

function familiesOf(party: Party): FamilySet {
  if (party.kind === "addresses") return bitOf(party.family);
  let set = 0;
  for (const family of party.families) set |= bitOf(family);
  return set;
}

function bitOf(family: Family): FamilySet {
  return family === "IPv4" ? 1 : 2;
}

function hasFamily(set: FamilySet, family: Family): boolean {
  return (set & bitOf(family)) !== 0;
}

function placementsOf({ memory }: Program, source: Member, destination: Member): readonly Placement[] {
  if (isAddress(source) || isAddress(destination)) return ELSEWHERE;
  if (!source.node && !destination.node && isNode(source) === isNode(destination)) return ELSEWHERE;
  const { nodes } = memory.of(KnownNodes);
  const [from, to] = [nodesOf(source, nodes), nodesOf(destination, nodes)];
  const [few, many] = from.known.size < to.known.size ? [from.known, to.known] : [to.known, from.known];
  const possible: { readonly [P in (typeof PLACEMENTS)[number]]: boolean } = {
    elsewhere: few.size > 0 && (many.size > 1 || ![...few].every((node) => many.has(node))),
    "own-node": [...few].some((node) => many.has(node)),
    unknown: from.unknown || to.unknown,
  };
  return PLACEMENTS.filter((placement) => possible[placement]);
}

function isAddress({ pods, node }: Member): boolean {
  return pods.length === 0 && node === undefined;
}

/** Host-network pods speak for their node, and so does its own address. */
export function isNode({ pods, node }: Member): boolean {
  return node !== undefined || pods[0]?.network === "host";
}

/** The nodes that pods run on, as far as the input says. */
interface Nodes {
  readonly known: ReadonlySet<string>;
  /** Whether some pod's node is not shown. */
  readonly unknown: boolean;
}

/** Of members that were asked about, for as long as these are there. */
class KnownNodes {
  readonly nodes = new WeakMap<Member, Nodes>();
}

function nodesOf(member: Member, known: KnownNodes["nodes"]): Nodes {
  let nodes = known.get(member);
  if (!nodes) {
    const all = member.node ? [member.node.name] : member.pods.map(({ node }) => node);
    nodes = {
      known: new Set(all.filter((node) => node !== undefined)),
      unknown: all.includes(undefined),
    };
    known.set(member, nodes);
  }
  return nodes;
}
