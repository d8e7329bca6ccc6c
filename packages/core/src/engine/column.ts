import type { PartyIndex } from "../model/program.ts";
import type { Lists } from "./lists.ts";
import { Mosaic } from "./mosaic.ts";
import type { PeerSet } from "./peer-sets.ts";
import type { Row, RowNumber } from "./row.ts";
import type { Slices } from "./slices.ts";
import { CLOSED, type Label } from "./verdicts.ts";

/** The subjects of each row: words, and who of them. */
export interface Subjects {
  readonly words: Lists;
  readonly masks: Lists;
}

/**
 * What all subjects let in from sources, by the words of those who say the same: because of each set in which sources stand out.
 *
 * Cost: the first time a set is asked about, the rows that name it.
 */
export class Column {
  private readonly ofSets: (Row | undefined)[] = [];
  private readonly mosaic: Mosaic;

  constructor(
    private readonly slices: Slices,
    private readonly subjects: Subjects,
    /** What those say who do not speak of a source. */
    readonly unspoken: Row,
    private readonly rowOf: Int32Array,
  ) {
    this.mosaic = new Mosaic((rowOf.length >> 5) + 1, (label) => label);
  }

  /**
   * What those who name a set say of sources that stand out in it and in none else of the sets they name; that nothing comes in is said
   * too.
   */
  ofSet(set: PeerSet): Row {
    const known = this.ofSets[set];
    if (known) return known;
    const { words, masks } = this.subjects;
    this.slices.eachRow(set, (row, label) => {
      const end = words.starts[row + 1] as number;
      for (let at = words.starts[row] as number; at < end; at++)
        this.mosaic.add(words.values[at] as number, masks.values[at] as number, label);
    });
    const made = this.mosaic.row(CLOSED);
    this.ofSets[set] = made;
    return made;
  }

  /** What a subject lets in from a source, for those who name several of the sets in which it stands out. */
  labelOf(subject: PartyIndex, source: PartyIndex): Label {
    return this.slices.labelOf(this.rowOf[subject] as RowNumber, source);
  }
}
