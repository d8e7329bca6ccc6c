import type { Pod } from "../model/cluster.ts";
import type { Direction, Family } from "../model/flow.ts";
import type { Party, PartyIndex, Program } from "../model/program.ts";
import type { Member } from "./endpoints.ts";
import type { Placement, Side } from "./extent.ts";
import type { OpenQuestions } from "./profile.ts";

/** One way in which traffic can go from one group of like pods or addresses to another. */
export interface Encounter {
  readonly source: PartyIndex;
  readonly destination: PartyIndex;
  readonly family: Family;
  readonly placement: Placement;
}

/**
 * Every distinct way in which two members can meet: in each address family both have, on one node or on two where that matters.
 *
 * A connection has one family. Placement matters only between a host-network pod, whose traffic is its node's, and another pod.
 * Source: docs/semantics.md IPB-4, EP-2, EP-5.
 */
export function encounters(program: Program, source: Member, destination: Member): readonly Encounter[] {
  const from = program.parties[source.party] as Party;
  const to = program.parties[destination.party] as Party;
  const families = sharedFamilies(from, to);
  const placements = placementsOf(from, to, source.pods, destination.pods);
  return families.flatMap((family) =>
    placements.map((placement) => ({ source: source.party, destination: destination.party, family, placement })),
  );
}

/** An encounter as its source sees it (egress) or its destination (ingress). */
export function sideOf(
  { source, destination, family, placement }: Encounter,
  direction: Direction,
  open: OpenQuestions = "all",
): Side {
  return direction === "egress"
    ? { direction, subject: source, peer: destination, family, placement, open }
    : { direction, subject: destination, peer: source, family, placement, open };
}

/** Families both ends have. Pods without a common family are still compared, in every family either has. */
function sharedFamilies(a: Party, b: Party): readonly Family[] {
  if (a.kind === "addresses") return b.kind === "addresses" || b.families.includes(a.family) ? [a.family] : [];
  if (b.kind === "addresses") return a.families.includes(b.family) ? [b.family] : [];
  const shared = a.families.filter((family) => b.families.includes(family));
  return shared.length > 0 ? shared : [...a.families, ...b.families];
}

function placementsOf(a: Party, b: Party, sources: readonly Pod[], destinations: readonly Pod[]): readonly Placement[] {
  if (a.kind !== "pods" || b.kind !== "pods" || (a.network === "pod") === (b.network === "pod")) return ["elsewhere"];
  const placements = new Set<Placement>();
  const nodes = new Set(destinations.map(({ node }) => node));
  for (const { node } of sources) {
    if (node === undefined || nodes.has(undefined)) placements.add("unknown");
    if (node !== undefined && nodes.has(node)) placements.add("own-node");
    if (node !== undefined && [...nodes].some((other) => other !== undefined && other !== node))
      placements.add("elsewhere");
  }
  return [...placements];
}
