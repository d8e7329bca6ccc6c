import type { Direction } from "../model/flow.ts";
import type { PartyIndex, Program } from "../model/program.ts";
import { APART, type BondNumber, type Bonds } from "./bonds.ts";
import { circumstances, circumstancesApart } from "./encounter.ts";
import type { Endpoint } from "./endpoints.ts";
import type { SideTable } from "./side-table.ts";

/** Both directions of a program. */
export type Sides = { readonly [D in Direction]: SideTable };

/** An endpoint, or some of its members. */
type Some = Pick<Endpoint, "members">;

/** What one endpoint may open to another: whatever some pair of their members may, in any way they can meet. */
export function bondBetween(program: Program, sides: Sides, bonds: Bonds, from: Some, to: Some): BondNumber {
  let found: BondNumber = APART;
  for (const source of from.members) {
    for (const destination of to.members) {
      for (const circumstance of circumstances(program, source, destination)) {
        const egress = sides.egress.look(source.party, destination.party, circumstance, destination.node && "node");
        const ingress = sides.ingress.look(destination.party, source.party, circumstance, source.node && "node");
        found = bonds.join(found, bonds.meet(egress, ingress));
      }
    }
  }
  return found;
}

/** The same of two parties of which neither speaks for a node. Cost: a look at each set that their rows name. */
export function bondApart(
  program: Program,
  { egress, ingress }: Sides,
  bonds: Bonds,
  from: PartyIndex,
  to: PartyIndex,
): BondNumber {
  let found: BondNumber = APART;
  for (const circumstance of circumstancesApart(program, from, to)) {
    const bond = bonds.meet(egress.look(from, to, circumstance), ingress.look(to, from, circumstance));
    found = bonds.join(found, bond);
  }
  return found;
}
