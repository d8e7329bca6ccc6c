import { ConnectionSet } from "../model/connections.ts";
import { type Label, mix, type Opening, openingOf, type Verdicts } from "./verdicts.ts";

/** What one end may open to another, and what opened each side. */
export interface Bond {
  readonly connections: ConnectionSet;
  readonly egress: Opening;
  readonly ingress: Opening;
}

/** Number of a {@link Bond}. */
export type BondNumber = number;

/** Nothing gets through. */
export const APART: BondNumber = 0;

const NOTHING: Bond = { connections: ConnectionSet.NONE, egress: "default", ingress: "default" };

/**
 * Bonds by number: equal bonds, equal number, and one {@link ConnectionSet} object for each set. Meeting two verdicts and joining two
 * bonds are worked out once and then looked up.
 */
export class Bonds {
  private readonly all: Bond[] = [NOTHING];
  private readonly numbers = new Map<string, BondNumber>();
  private readonly meetings: Int32Array[] = [];
  private readonly joins = new Map<number, BondNumber>();

  /** Only connections out of `asked` are looked at. */
  constructor(
    private readonly verdicts: { readonly egress: Verdicts; readonly ingress: Verdicts },
    private readonly asked: ConnectionSet,
  ) {}

  bond(number: BondNumber): Bond {
    return this.all[number] as Bond;
  }

  /** What gets through when the source's side and the destination's side come to these. */
  meet(egress: Label, ingress: Label): BondNumber {
    const known = this.meetings[egress]?.[ingress];
    return known === undefined || known < 0 ? this.newMeeting(egress, ingress) : known;
  }

  /** What gets through when there are two ways to go. */
  join(a: BondNumber, b: BondNumber): BondNumber {
    if (a === b || b === APART) return a;
    if (a === APART) return b;
    const key = a < b ? a * 2 ** 26 + b : b * 2 ** 26 + a;
    const known = this.joins.get(key);
    if (known !== undefined) return known;
    const [one, other] = [this.bond(a), this.bond(b)];
    const joined = this.number({
      connections: one.connections.union(other.connections),
      egress: mix(one.egress, other.egress),
      ingress: mix(one.ingress, other.ingress),
    });
    this.joins.set(key, joined);
    return joined;
  }

  private newMeeting(egress: Label, ingress: Label): BondNumber {
    const [out, into] = [this.verdicts.egress.verdict(egress), this.verdicts.ingress.verdict(ingress)];
    const connections = out.allowed.intersect(into.allowed).intersect(this.asked);
    const number = connections.isEmpty
      ? APART
      : this.number({ connections, egress: openingOf(out, connections), ingress: openingOf(into, connections) });
    let row = this.meetings[egress];
    if (!row || row.length <= ingress) {
      const longer = new Int32Array(Math.max(this.verdicts.ingress.size, ingress + 1)).fill(-1);
      if (row) longer.set(row);
      row = longer;
      this.meetings[egress] = row;
    }
    row[ingress] = number;
    return number;
  }

  private number(bond: Bond): BondNumber {
    const key = `${bond.connections.key} ${bond.egress} ${bond.ingress}`;
    const known = this.numbers.get(key);
    if (known !== undefined) return known;
    this.all.push(bond);
    this.numbers.set(key, this.all.length - 1);
    return this.all.length - 1;
  }
}
