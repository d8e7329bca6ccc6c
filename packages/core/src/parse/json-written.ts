import { type Skimmer, skipSpace, skipString } from "./json-skim.ts";
import type { Step, Written, WrittenPart } from "./places.ts";

/**
 * The places of a JSON value, found level by level: a map or list is looked through when one of its parts is asked for, and its
 * parts only when theirs are. The text has been read before, so it is known to be JSON.
 */
export class WrittenJson implements Written {
  private parts: readonly JsonPart[] | undefined;

  constructor(
    private readonly skimmer: Skimmer,
    readonly start: number,
    readonly end: number,
  ) {}

  /** Of a key that is written twice, what is written last. */
  part(step: Step): WrittenPart | undefined {
    this.parts ??= this.look();
    if (typeof step === "number") return this.parts[step];
    const { text } = this.skimmer;
    for (let i = this.parts.length - 1; i >= 0; i--) {
      const part = this.parts[i] as JsonPart;
      if (isKey(text, part.keyStart, part.keyEnd, step)) return part;
    }
    return undefined;
  }

  private look(): readonly JsonPart[] {
    const { text } = this.skimmer;
    const isMap = text[this.start] === "{";
    const parts: JsonPart[] = [];
    if (!isMap && text[this.start] !== "[") return parts;
    for (let at = skipSpace(text, this.start + 1); at < this.end - 1; at = this.next(at)) {
      const keyStart = at;
      const keyEnd = isMap ? skipString(text, at) : at;
      // Past the colon.
      if (isMap) at = skipSpace(text, skipSpace(text, keyEnd) + 1);
      const end = this.skimmer.skip(at);
      parts.push(new JsonPart(this.skimmer, keyStart, isMap ? keyEnd : end, at, end));
      at = end;
    }
    return parts;
  }

  /** Where the next part starts, after a comma. */
  private next(from: number): number {
    const { text } = this.skimmer;
    const at = skipSpace(text, from);
    return text.charCodeAt(at) === 0x2c ? skipSpace(text, at + 1) : at;
  }
}

class JsonPart implements WrittenPart {
  private written: WrittenJson | undefined;

  constructor(
    private readonly skimmer: Skimmer,
    readonly keyStart: number,
    readonly keyEnd: number,
    private readonly start: number,
    private readonly end: number,
  ) {}

  get value(): WrittenJson {
    this.written ??= new WrittenJson(this.skimmer, this.start, this.end);
    return this.written;
  }
}

/** Whether a quoted key stands for `key`. */
function isKey(text: string, start: number, end: number, key: string): boolean {
  if (end - start === key.length + 2 && text.startsWith(key, start + 1)) return !key.includes("\\");
  const quoted = text.slice(start, end);
  return quoted.includes("\\") && JSON.parse(quoted) === key;
}
