import { skipSpace, skipString, skipWord } from "./json-skim.ts";
import type { Step, Written, WrittenPart } from "./places.ts";

/** A JSON value as it stands in a text, with its key where it is a member. The text has been read before, so it is known to be JSON. */
class WrittenJson implements WrittenPart, Written {
  constructor(
    private readonly text: string,
    readonly keyStart: number,
    readonly keyEnd: number,
    readonly start: number,
    readonly end: number,
    private readonly parts: readonly WrittenJson[],
  ) {}

  get value(): Written {
    return this;
  }

  /** Of a key that is written twice, what is written last. */
  part(step: Step): WrittenPart | undefined {
    if (typeof step === "number") return this.parts[step];
    for (let i = this.parts.length - 1; i >= 0; i--) {
      const part = this.parts[i] as WrittenJson;
      if (part.isUnder(step)) return part;
    }
    return undefined;
  }

  private isUnder(key: string): boolean {
    const { text, keyStart, keyEnd } = this;
    if (keyEnd - keyStart === key.length + 2 && text.startsWith(key, keyStart + 1)) return !key.includes("\\");
    const quoted = text.slice(keyStart, keyEnd);
    return quoted.includes("\\") && JSON.parse(quoted) === key;
  }
}

const NO_PARTS: readonly WrittenJson[] = [];

/** The value that starts at `start`, with all its parts. Cost: one pass over it. */
export function writtenJson(text: string, start: number, keyStart = start, keyEnd = start): WrittenJson {
  const code = text.charCodeAt(start);
  if (code === 0x22) return new WrittenJson(text, keyStart, keyEnd, start, skipString(text, start), NO_PARTS);
  if (code !== 0x7b && code !== 0x5b)
    return new WrittenJson(text, keyStart, keyEnd, start, skipWord(text, start), NO_PARTS);
  const parts: WrittenJson[] = [];
  let at = skipSpace(text, start + 1);
  while (text.charCodeAt(at) !== code + 2) {
    const part = code === 0x7b ? member(text, at) : writtenJson(text, at);
    parts.push(part);
    at = skipSpace(text, part.end);
    if (text.charCodeAt(at) === 0x2c) at = skipSpace(text, at + 1);
  }
  return new WrittenJson(text, keyStart, keyEnd, start, at + 1, parts);
}

function member(text: string, keyStart: number): WrittenJson {
  const keyEnd = skipString(text, keyStart);
  // Past the colon.
  const start = skipSpace(text, skipSpace(text, keyEnd) + 1);
  return writtenJson(text, start, keyStart, keyEnd);
}
