import type { Span } from "../model/source.ts";
import type { LineIndex, SourceText } from "./text.ts";

/** A value as it stands in a text, by offsets, and where its parts stand. */
export interface Written {
  readonly start: number;
  readonly end: number;
  /** A bare `y` or `n`, which some readers take for a boolean. */
  readonly isAmbiguous?: boolean;
  /** What stands under a key of a map, or at a position of a list. */
  part(step: Step): WrittenPart | undefined;
}

/** One step into a value: a key of a map, or a position of a list. */
export type Step = string | number;

/** Offsets of a key. */
export interface KeyStretch {
  readonly keyStart: number;
  readonly keyEnd: number;
}

/** The offsets of a part; an item of a list is its own key. */
export interface WrittenPart extends KeyStretch {
  readonly value: Written;
}

/**
 * Where the parts of a document stand. Values carry no places: most of them are never asked for theirs, so a text is looked
 * through for places only when somebody asks.
 */
export class Places {
  private found: Written | undefined;
  private lines: LineIndex | undefined;

  /** `whole` is where the document stands; `find` looks for its parts. */
  constructor(
    readonly text: SourceText,
    private readonly whole: { readonly start: number; readonly end: number },
    private readonly find: () => Written,
  ) {}

  /** Where the document ends. */
  get end(): number {
    return this.whole.end;
  }

  get root(): Written {
    this.found ??= this.find();
    return this.found;
  }

  /** Of the value at the end of a path; where the text has none, of what stands nearest above it. */
  span(path: readonly Step[]): Span {
    if (path.length === 0) return this.text.span(this.whole.start, this.whole.end);
    const { start, end } = this.at(path);
    return this.spanOf(start, end);
  }

  /** Of a key of the map at the end of a path; of the map itself where the key is absent. */
  keySpan(path: readonly Step[], key: string): Span {
    const map = this.at(path);
    const part = map.part(key);
    return part ? this.spanOf(part.keyStart, part.keyEnd) : this.spanOf(map.start, map.end);
  }

  /** What stands at the end of a path, or nearest above it. */
  at(path: readonly Step[]): Written {
    let written = this.root;
    for (const step of path) {
      const part = written.part(step);
      if (!part) return written;
      written = part.value;
    }
    return written;
  }

  /** The text of a value, as it is written. */
  textOf({ start, end }: Written): string {
    return this.text.text.slice(start, end);
  }

  /** The places of a part as a document of its own. */
  inside(path: readonly Step[]): Places {
    const part = this.at(path);
    return new Places(this.text, part, () => part);
  }

  /** Parts of a document are asked for in any order; what an alias stands for may be outside. */
  private spanOf(start: number, end: number): Span {
    if (start < this.whole.start || end > this.whole.end) return this.text.span(start, end);
    this.lines ??= this.text.linesOf(this.whole.start, this.whole.end);
    return this.text.span(start, end, this.lines);
  }
}
