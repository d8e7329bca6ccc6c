import { type Skimmer, skipSpace, skipString } from "./json-skim.ts";
import type { Step, Written, WrittenPart } from "./places.ts";

/**
 * The places of a JSON value, found level by level: a map or list is looked through when one of its parts is asked for, and its
 * parts only when theirs are. The text has been read before, so it is known to be JSON.
 */
export class WrittenJson implements Written {
  private parts: ReadonlyMap<Step, WrittenPart> | undefined;

  constructor(
    private readonly skimmer: Skimmer,
    readonly start: number,
    readonly end: number,
  ) {}

  part(step: Step): WrittenPart | undefined {
    this.parts ??= this.look();
    return this.parts.get(step);
  }

  private look(): ReadonlyMap<Step, WrittenPart> {
    const { text } = this.skimmer;
    const isMap = text[this.start] === "{";
    const parts = new Map<Step, WrittenPart>();
    if (!isMap && text[this.start] !== "[") return parts;
    for (let at = skipSpace(text, this.start + 1); at < this.end - 1; at = this.next(at)) {
      const keyStart = at;
      const keyEnd = isMap ? skipString(text, at) : at;
      // Past the colon.
      if (isMap) at = skipSpace(text, skipSpace(text, keyEnd) + 1);
      const value = new WrittenJson(this.skimmer, at, this.skimmer.skip(at));
      const step = isMap ? keyIn(text.slice(keyStart, keyEnd)) : parts.size;
      parts.set(step, isMap ? { keyStart, keyEnd, value } : { keyStart, keyEnd: value.end, value });
      at = value.end;
    }
    return parts;
  }

  /** Where the next part starts, after a comma. */
  private next(from: number): number {
    const at = skipSpace(this.skimmer.text, from);
    return this.skimmer.text[at] === "," ? skipSpace(this.skimmer.text, at + 1) : at;
  }
}

function keyIn(quoted: string): string {
  return quoted.includes("\\") ? (JSON.parse(quoted) as string) : quoted.slice(1, -1);
}
