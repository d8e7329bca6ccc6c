import type { PartyIndex } from "../model/program.ts";
import type { Circumstance } from "./encounter.ts";
import type { RowNumber } from "./row.ts";
import type { SideTable } from "./side-table.ts";
import type { Slices } from "./slices.ts";
import type { Label } from "./verdicts.ts";

/**
 * What a table says of one peer, subject by subject, for tables made from one another: the rows of the first are kept side by side, and
 * those added since are asked one by one, and all about guests.
 */
export class Columns {
  private readonly slices: Slices;
  private readonly kept: number;
  private readonly labels: Int32Array;
  private spoken: Int32Array = new Int32Array();
  private peer: PartyIndex = -1;

  constructor(
    table: SideTable,
    private readonly circumstance: Circumstance,
  ) {
    this.kept = table.rowCount;
    this.slices = table.slices(circumstance);
    this.labels = this.slices.rests.slice();
  }

  /** What `table` says of `subject` and `peer`. Going through the subjects of one peer costs one sweep for them all. */
  at(table: SideTable, subject: PartyIndex, peer: PartyIndex): Label {
    const row = table.rowOf[subject] as RowNumber;
    if (row >= this.kept || peer >= this.slices.classOf.length) return table.cases(row, this.circumstance).at(peer);
    if (this.peer !== peer) this.turnTo(peer);
    return this.labels[row] as Label;
  }

  private turnTo(peer: PartyIndex): void {
    const { labels, slices } = this;
    for (const row of this.spoken) labels[row] = slices.rests[row] as Label;
    const { size, rows, labels: says } = slices.spoken(peer);
    for (let i = 0; i < size; i++) labels[rows[i] as RowNumber] = says[i] as Label;
    this.spoken = rows.slice(0, size);
    this.peer = peer;
  }
}
