import type { Diagnostic, DiagnosticCode } from "../model/diagnostic.ts";
import type { SourceText } from "./text.ts";
import { type Document, duplicateKey, type Entry, isListKind, type ListHeader, MAX_DEPTH, type Value } from "./tree.ts";

/** Where and why a text stops being JSON. */
export class JsonFault {
  readonly offset: number;
  readonly message: string;
  readonly code: DiagnosticCode;

  constructor(offset: number, message: string, code: DiagnosticCode = "syntax") {
    this.offset = offset;
    this.message = message;
    this.code = code;
  }
}

/** A stretch of the text that holds one JSON value, and the list it is an item of. */
export interface JsonUnit {
  readonly start: number;
  readonly end: number;
  readonly list?: ListHeader;
}

/**
 * The values of a text: every top-level value, and the items of a `List` one by one in its place, so that no dump is ever held
 * as one tree. Values may follow each other directly or with `---` between.
 *
 * Only strings and brackets are looked at here; what is in a unit is checked when it is read. Cost: one pass.
 */
export function jsonUnits(text: string): readonly JsonUnit[] | JsonFault {
  const units: JsonUnit[] = [];
  try {
    for (let at = nextValue(text, 0); at < text.length; at = nextValue(text, at)) {
      at = addUnits(text, at, units);
    }
  } catch (fault) {
    return faultOf(fault);
  }
  return units;
}

/** The document a unit holds, or why it is none. */
export function readJson(text: SourceText, unit: JsonUnit): Document | JsonFault {
  const reader = new JsonReader(text, unit.start);
  try {
    const root = reader.value(0);
    const rest = skipSpace(text.text, reader.at);
    if (rest < unit.end) return unexpected(text.text, rest, "a comma or the end");
    return { text, root, problems: reader.problems, ...(unit.list && { list: unit.list }) };
  } catch (fault) {
    return faultOf(fault);
  }
}

function faultOf(thrown: unknown): JsonFault {
  if (thrown instanceof JsonFault) return thrown;
  throw thrown;
}

function nextValue(text: string, from: number): number {
  let at = skipSpace(text, from);
  while (text.startsWith("---", at)) at = skipSpace(text, at + 3);
  return at;
}

function addUnits(text: string, start: number, units: JsonUnit[]): number {
  const items: JsonUnit[] = [];
  const { end, header } =
    text[start] === "{" ? skimObject(text, start, items) : { end: skipValue(text, start), header: undefined };
  if (!header) units.push({ start, end });
  else for (const item of items) units.push({ ...item, list: header });
  return end;
}

/** Passes over an object; when it is a list of objects, leaves its items in `items` and returns what it says of them. */
function skimObject(text: string, start: number, items: JsonUnit[]): { end: number; header: ListHeader | undefined } {
  const said = new Map<string, string>();
  let hasItems = false;
  let at = skipSpace(text, start + 1);
  while (text[at] !== "}") {
    if (text[at] !== '"') throw unexpected(text, at, "a quoted key");
    const keyEnd = skipString(text, at);
    const key = text.slice(at + 1, keyEnd - 1);
    at = skipSpace(text, keyEnd);
    if (text[at] !== ":") throw unexpected(text, at, "`:`");
    at = skipSpace(text, at + 1);
    if (key === "items" && text[at] === "[") {
      hasItems = true;
      items.length = 0;
    }
    const end = key === "items" && hasItems ? skimItems(text, at, items) : skipValue(text, at);
    if (text[at] === '"') said.set(key, text.slice(at + 1, end - 1));
    at = skipSpace(text, end);
    if (text[at] === ",") at = skipSpace(text, at + 1);
    else if (text[at] !== "}") throw unexpected(text, at, "`,` or `}`");
  }
  const kind = said.get("kind");
  const header = hasItems && isListKind(kind) ? { apiVersion: said.get("apiVersion") ?? "", kind } : undefined;
  return { end: at + 1, header };
}

function skimItems(text: string, start: number, items: JsonUnit[]): number {
  if (text[start] !== "[") return skipValue(text, start);
  let at = skipSpace(text, start + 1);
  while (text[at] !== "]") {
    const end = skipValue(text, at);
    items.push({ start: at, end });
    at = skipSpace(text, end);
    if (text[at] === ",") at = skipSpace(text, at + 1);
    else if (text[at] !== "]") throw unexpected(text, at, "`,` or `]`");
  }
  return at + 1;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code !== 32 && code !== 10 && code !== 13 && code !== 9 && code !== 0xfeff) return at;
    at++;
  }
}

/** Where the value that starts at `start` ends, going by brackets and quotes alone. */
function skipValue(text: string, start: number): number {
  let depth = 0;
  let at = start;
  do {
    const code = text.charCodeAt(at);
    if (Number.isNaN(code)) throw unexpected(text, at, "a value");
    if (code === 0x22) at = skipString(text, at);
    else if (code === 0x7b || code === 0x5b) {
      if (++depth > MAX_DEPTH) throw tooDeep(at);
      at++;
    } else if (code === 0x7d || code === 0x5d) {
      if (--depth < 0) throw unexpected(text, at, "a value");
      at++;
    } else if (depth > 0) at++;
    else at = skipWord(text, at);
  } while (depth > 0);
  return at;
}

function skipWord(text: string, start: number): number {
  let at = start;
  while (at < text.length && !/[\s,:[\]{}"]/.test(text.charAt(at))) at++;
  if (at === start) throw unexpected(text, at, "a value");
  return at;
}

function skipString(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at !== -1; at = text.indexOf('"', at + 1)) {
    let backslashes = 0;
    while (text.charCodeAt(at - 1 - backslashes) === 0x5c) backslashes++;
    if (backslashes % 2 === 0) return at + 1;
  }
  throw new JsonFault(start, "the string is never closed");
}

function unexpected(text: string, at: number, wanted: string): JsonFault {
  if (at >= text.length) return new JsonFault(text.length, `the text ends where ${wanted} should follow`);
  return new JsonFault(at, `found \`${text.slice(at, at + 1)}\` where ${wanted} should be`);
}

function tooDeep(at: number): JsonFault {
  return new JsonFault(at, `nested more than ${MAX_DEPTH} levels deep`, "nesting-too-deep");
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
    const start = this.at;
    switch (this.text.charCodeAt(start)) {
      case 0x7b:
        return this.map(start, depth);
      case 0x5b:
        return this.list(start, depth);
      case 0x22: {
        const value = this.string();
        return { kind: "scalar", value, start, end: this.at };
      }
      default:
        return this.literal(start);
    }
  }

  private map(start: number, depth: number): Value {
    const entries = new Map<string, Entry>();
    this.at = skipSpace(this.text, start + 1);
    while (this.text.charCodeAt(this.at) !== 0x7d) {
      this.entry(entries, depth);
      this.next(0x7d, "`,` or `}`");
    }
    this.at++;
    return { kind: "map", entries, start, end: this.at };
  }

  private entry(entries: Map<string, Entry>, depth: number): void {
    const keyStart = this.at;
    if (this.text.charCodeAt(keyStart) !== 0x22) throw unexpected(this.text, keyStart, "a quoted key");
    const key = this.string();
    const keyEnd = this.at;
    this.at = skipSpace(this.text, this.at);
    if (this.text.charCodeAt(this.at) !== 0x3a) throw unexpected(this.text, this.at, "`:`");
    this.at = skipSpace(this.text, this.at + 1);
    const entry = { keyStart, keyEnd, value: this.value(depth + 1) };
    const first = entries.get(key);
    if (first) this.problems.push(duplicateKey(this.source, key, first, entry));
    entries.set(key, entry);
  }

  private list(start: number, depth: number): Value {
    const items: Value[] = [];
    this.at = skipSpace(this.text, start + 1);
    while (this.text.charCodeAt(this.at) !== 0x5d) {
      items.push(this.value(depth + 1));
      this.next(0x5d, "`,` or `]`");
    }
    this.at++;
    return { kind: "list", items, start, end: this.at };
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

  private literal(start: number): Value {
    for (const [word, value] of LITERALS) {
      if (this.text.startsWith(word, start)) return { kind: "scalar", value, start, end: this.advance(word.length) };
    }
    NUMBER.lastIndex = start;
    const digits = NUMBER.exec(this.text)?.[0];
    if (digits === undefined) throw unexpected(this.text, start, "a value");
    return { kind: "scalar", value: Number(digits), start, end: this.advance(digits.length) };
  }

  private advance(length: number): number {
    this.at += length;
    return this.at;
  }
}
