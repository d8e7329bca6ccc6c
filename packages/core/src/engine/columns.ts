import type { PartyIndex, Program } from "../model/program.ts";
import type { Circumstance } from "./encounter.ts";
import type { RowNumber, SideTable } from "./side-table.ts";
import { Slices } from "./slices.ts";
import type { Label } from "./verdicts.ts";

/**
 * What a table says of one peer, subject by subject, for tables made from one another: the rows of the first are kept side by side, and
 * those added since are asked one by one.
 */
export class Columns {
  private readonly slices: Slices;
  private readonly kept: number;
  private labels: Int32Array = new Int32Array();
  private peer: PartyIndex = -1;

  constructor(
    program: Program,
    table: SideTable,
    private readonly circumstance: Circumstance,
  ) {
    this.kept = table.rowCount;
    const rows = Array.from({ length: this.kept }, (_, number) => table.row(number, circumstance));
    this.slices = new Slices(rows, program.parties.length);
  }

  /** What `table` says of `subject` and `peer`. Going through the subjects of one peer costs one sweep for them all. */
  at(table: SideTable, subject: PartyIndex, peer: PartyIndex): Label {
    const row = table.rowOf[subject] as RowNumber;
    if (row >= this.kept) return table.row(row, this.circumstance).at(peer);
    if (this.peer !== peer) {
      this.labels = this.slices.column(peer);
      this.peer = peer;
    }
    return this.labels[row] as Label;
  }
}
