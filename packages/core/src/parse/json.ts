import type { Diagnostic } from "../model/diagnostic.ts";
import { faultOf, JsonFault, tooDeep, unexpected } from "./json-fault.ts";
import { type JsonUnit, skipSpace, skipString } from "./json-skim.ts";
import { writtenJson } from "./json-written.ts";
import { type KeyStretch, Places } from "./places.ts";
import type { SourceText } from "./text.ts";
import { type Document, duplicateKey, isList, MAX_DEPTH, type Value, type ValueMap } from "./tree.ts";

/**
 * The document a unit holds, or why it is none.
 *
 * `JSON.parse` reads it. Where that refuses it, or has fewer members to show than the text has colons, since a key is written
 * twice, {@link JsonReader} reads it again to say what is wrong.
 */
export function readJson(text: SourceText, unit: JsonUnit): Document | JsonFault {
  const places = new Places(text, unit, () => writtenJson(text.text, unit.start));
  const list = unit.list && { list: unit.list };
  const root = parsed(text.text.slice(unit.start, unit.end));
  if (root !== undefined && membersOf(root) === unit.colons) return { root, places, problems: [], ...list };
  const read = readStrictly(text, unit);
  return read instanceof JsonFault ? read : { ...read, places, ...list };
}

function parsed(text: string): Value | undefined {
  try {
    return JSON.parse(text) as Value;
  } catch {
    return undefined;
  }
}

/** How many members all objects of a value have together. */
function membersOf(value: Value): number {
  if (typeof value !== "object" || value === null) return 0;
  let members = 0;
  if (isList(value)) for (const item of value) members += membersOf(item);
  else {
    for (const key in value) members += 1 + membersOf((value as ValueMap)[key] as Value);
  }
  return members;
}

/** The value a unit holds and the keys it has twice, or why it is none; from the text alone, without `JSON.parse`. */
export function readStrictly(
  text: SourceText,
  { start, end }: JsonUnit,
): { root: Value; problems: readonly Diagnostic[] } | JsonFault {
  const reader = new JsonReader(text, start);
  try {
    const root = reader.value(0);
    const rest = skipSpace(text.text, reader.at);
    if (rest < end) return unexpected(text.text, rest, "a comma or the end");
    return { root, problems: reader.problems };
  } catch (fault) {
    return faultOf(fault);
  }
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const LITERALS = [
  ["true", true],
  ["false", false],
  ["null", null],
] as const;

/** Reads one value by recursive descent; the depth is bounded, so the stack is too. Throws a {@link JsonFault}. */
class JsonReader {
  readonly problems: Diagnostic[] = [];
  at: number;
  private readonly source: SourceText;
  private readonly text: string;

  constructor(source: SourceText, start: number) {
    this.source = source;
    this.text = source.text;
    this.at = start;
  }

  value(depth: number): Value {
    if (depth > MAX_DEPTH) throw tooDeep(this.at);
    switch (this.text.charCodeAt(this.at)) {
      case 0x7b:
        return this.map(depth);
      case 0x5b:
        return this.list(depth);
      case 0x22:
        return this.string();
      default:
        return this.literal();
    }
  }

  private map(depth: number): Value {
    const keys = new Map<string, KeyStretch>();
    const values = new Map<string, Value>();
    this.at = skipSpace(this.text, this.at + 1);
    while (this.text.charCodeAt(this.at) !== 0x7d) {
      const { key, ...stretch } = this.key();
      values.set(key, this.value(depth + 1));
      const first = keys.get(key);
      if (first) this.problems.push(duplicateKey(this.source, key, first, stretch));
      keys.set(key, stretch);
      this.next(0x7d, "`,` or `}`");
    }
    this.at++;
    return Object.fromEntries(values);
  }

  /** A key and the colon after it. */
  private key(): KeyStretch & { readonly key: string } {
    const keyStart = this.at;
    if (this.text.charCodeAt(keyStart) !== 0x22) throw unexpected(this.text, keyStart, "a quoted key");
    const key = this.string();
    const keyEnd = this.at;
    this.at = skipSpace(this.text, this.at);
    if (this.text.charCodeAt(this.at) !== 0x3a) throw unexpected(this.text, this.at, "`:`");
    this.at = skipSpace(this.text, this.at + 1);
    return { key, keyStart, keyEnd };
  }

  private list(depth: number): Value {
    const items: Value[] = [];
    this.at = skipSpace(this.text, this.at + 1);
    while (this.text.charCodeAt(this.at) !== 0x5d) {
      items.push(this.value(depth + 1));
      this.next(0x5d, "`,` or `]`");
    }
    this.at++;
    return items;
  }

  /** Passes the comma after an entry; a comma must be followed by another entry. */
  private next(close: number, wanted: string): void {
    this.at = skipSpace(this.text, this.at);
    const code = this.text.charCodeAt(this.at);
    if (code === close) return;
    if (code !== 0x2c) throw unexpected(this.text, this.at, wanted);
    this.at = skipSpace(this.text, this.at + 1);
    if (this.text.charCodeAt(this.at) === close) throw unexpected(this.text, this.at, "another entry");
  }

  private string(): string {
    const start = this.at;
    this.at = skipString(this.text, start);
    const raw = this.text.slice(start + 1, this.at - 1);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: JSON strings may not hold them unescaped
    if (!/[\\\u0000-\u001f]/.test(raw)) return raw;
    try {
      return JSON.parse(this.text.slice(start, this.at)) as string;
    } catch {
      throw new JsonFault(start, "the string holds a line break or an escape that JSON does not know");
    }
  }

  private literal(): Value {
    const start = this.at;
    for (const [word, value] of LITERALS) {
      if (!this.text.startsWith(word, start)) continue;
      this.at += word.length;
      return value;
    }
    NUMBER.lastIndex = start;
    const digits = NUMBER.exec(this.text)?.[0];
    if (digits === undefined) throw unexpected(this.text, start, "a value");
    this.at += digits.length;
    return Number(digits);
  }
}
