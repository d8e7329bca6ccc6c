import { MAX_DEPTH } from "./tree.ts";

/** Thrown where a quick reader meets what it does not know for sure; a thorough one reads the value then. */
export const REFUSED = { refused: true } as const;

/** The text of some bytes in UTF-8. */
export type Decode = (bytes: Uint8Array, from: number, to: number) => string;

export const QUOTE = 0x22;
export const COMMA = 0x2c;
export const OPEN_LIST = 0x5b;
export const CLOSE_LIST = 0x5d;
export const OPEN_MAP = 0x7b;
export const CLOSE_MAP = 0x7d;
export const SPACE = 0x20;
const TAB = 0x09;
export const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
export const BACKSLASH = 0x5c;
export const COLON = 0x3a;
const MINUS = 0x2d;

const FOUR_SPACES = 0x20202020;

/** For each byte, whether it may stand in a string as it is: ASCII without control characters, quotes and backslashes. */
const PLAIN = Uint8Array.from({ length: 256 }, (_, byte) =>
  Number(byte >= SPACE && byte < 0x80 && byte !== QUOTE && byte !== BACKSLASH),
);

/** Where it has come to, and what line that is. */
export interface Place {
  readonly at: number;
  readonly line: number;
  readonly lineStart: number;
}

/** A map or list that was passed over. */
export interface Passed {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly length: number;
  readonly lines: number;
  /** Where its last line starts, seen from its end; if it is on one line, by how much characters of several bytes move the start of that. */
  readonly shift: number;
}

/** How many strings are remembered, a power of two. */
const WORDS = 8192;

/**
 * JSON as bytes, passed over from front to back, with the line and column it has come to.
 *
 * Everything passed over is checked: what is no JSON, has a key twice in one map, or might mean something else to another reader is
 * {@link REFUSED}. No text is made but of the strings that are asked for, and equal ones are mostly the same object.
 */
export class JsonBytes {
  bytes: Uint8Array = new Uint8Array();
  /** Where it has come to. */
  at = 0;
  /** The line of `at`, from 1. */
  line: number;
  /** Where that line would start if each of its characters were one byte; columns count UTF-16 units, as editors do. */
  lineStart: number;
  /** The key of the member it has come to. */
  key = "";
  private view: DataView = new DataView(new ArrayBuffer(0));
  /** Where the keys of the maps it is in start, those of the innermost last. */
  private readonly keys: number[] = [];
  private keyCount = 0;
  /** How many maps and lists were entered and not left; of each, where its keys begin in `keys`, and a bit for each kind of key it has had. */
  private depth = 0;
  private readonly bases = new Int32Array(MAX_DEPTH + 1);
  private readonly seen = new Int32Array(MAX_DEPTH + 1);
  /** Whether a map or list was opened just now, so that no comma stands before what is in it. */
  private opened = false;
  private escapes = 0;
  private hash = 0;
  /** Strings of ASCII by a hash of them. */
  private readonly words: (string | undefined)[] = new Array(WORDS).fill(undefined);

  constructor(
    private readonly decode: Decode,
    { line, column }: { readonly line: number; readonly column: number },
  ) {
    this.line = line;
    this.lineStart = 1 - column;
  }

  /** Goes on with other bytes, of which the first is the one it has come to. */
  continueWith(bytes: Uint8Array): void {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.lineStart -= this.at;
    this.at = 0;
  }

  get column(): number {
    return this.at - this.lineStart + 1;
  }

  /** What `read` makes of the value it has come to; where that is refused, nothing, and it is back at the value. */
  attempt<T>(read: () => T): T | undefined {
    const { place } = this;
    try {
      return read();
    } catch (refusal) {
      if (refusal !== REFUSED) throw refusal;
      this.place = place;
      return undefined;
    }
  }

  get place(): Place {
    const { at, line, lineStart } = this;
    return { at, line, lineStart };
  }

  /** Takes it to another place, outside of all maps and lists. */
  set place({ at, line, lineStart }: Place) {
    this.at = at;
    this.line = line;
    this.lineStart = lineStart;
    this.opened = false;
    this.keyCount = 0;
    this.depth = 0;
  }

  /** Passes white space, and gives the byte after it. */
  space(): number | undefined {
    this.at = this.afterSpace(this.at);
    return this.bytes[this.at];
  }

  /** Passes the value it has come to. */
  skip(): void {
    this.at = this.afterValue(this.at, this.depth);
  }

  /** What was passed over since a place, to know it again. */
  since({ at: start, line, lineStart }: Place): Passed {
    const lines = this.line - line;
    const shift = this.lineStart - (lines === 0 ? lineStart : this.at);
    return { bytes: this.bytes, start, length: this.at - start, lines, shift };
  }

  /** Passes the value it has come to, if it is written as one before it in the same bytes. */
  passSame({ bytes, start, length, lines, shift }: Passed): boolean {
    const { at, view } = this;
    const end = at + length;
    if (bytes !== this.bytes || end > bytes.length) return false;
    const by = at - start;
    let i = start;
    for (; i + 4 <= start + length; i += 4) if (view.getInt32(i) !== view.getInt32(i + by)) return false;
    for (; i < start + length; i++) if (bytes[i] !== bytes[i + by]) return false;
    this.at = end;
    this.line += lines;
    this.lineStart = shift + (lines === 0 ? this.lineStart : end);
    return true;
  }

  /** Enters the map or list it has come to, which starts with `bracket`. */
  open(bracket: typeof OPEN_MAP | typeof OPEN_LIST): void {
    if (this.bytes[this.at] !== bracket || this.depth >= MAX_DEPTH) throw REFUSED;
    this.at++;
    this.opened = true;
    this.depth++;
    this.bases[this.depth] = this.keyCount;
    this.seen[this.depth] = 0;
  }

  /** Whether the map it is in has another member; comes to its value and leaves its key in `key`, or leaves the map. */
  nextMember(): boolean {
    if (!this.nextItem(CLOSE_MAP)) return false;
    const { at: start, depth } = this;
    const end = this.afterKey(start);
    const bit = 1 << this.hash;
    const seen = this.seen[depth] as number;
    if ((seen & bit) !== 0 && this.hasKey(this.bases[depth] as number, start, end)) throw REFUSED;
    this.seen[depth] = seen | bit;
    this.keys[this.keyCount++] = start;
    this.key = this.wordAt(start + 1, end - 1);
    this.at = this.afterColon(end);
    return true;
  }

  /** Whether the list it is in has another item; comes to it, or leaves the list. */
  nextItem(close: typeof CLOSE_LIST | typeof CLOSE_MAP = CLOSE_LIST): boolean {
    const isFirst = this.opened;
    this.opened = false;
    const code = this.space();
    if (code === close) {
      this.at++;
      this.keyCount = this.bases[this.depth--] as number;
      return false;
    }
    if (isFirst) return true;
    if (code !== COMMA) throw REFUSED;
    this.at++;
    this.space();
    return true;
  }

  /** Passes `null`, which means the same as nothing; says whether it stands here. */
  isNull(): boolean {
    if (this.bytes[this.at] !== 0x6e) return false;
    this.at = this.afterLiteral(this.at, "null");
    return true;
  }

  /** The string it has come to, which is likely to come again; nothing for null. Refuses all else. */
  word(): string | undefined {
    if (this.isNull()) return undefined;
    const { at: start, escapes } = this;
    this.at = this.afterHashed(start);
    return this.escapes === escapes ? this.wordAt(start + 1, this.at - 1) : this.unescaped(start);
  }

  /** Passes the string it has come to, or null. Refuses all else. */
  skipText(): void {
    if (!this.isNull()) this.at = this.afterString(this.at);
  }

  /** The string it has come to; nothing for null. Refuses all else. */
  text(): string | undefined {
    if (this.isNull()) return undefined;
    const { at: start, escapes } = this;
    this.at = this.afterString(start);
    return this.escapes === escapes ? this.decode(this.bytes, start + 1, this.at - 1) : this.unescaped(start);
  }

  /** The boolean it has come to; nothing for null. Refuses all else. */
  boolean(): boolean | undefined {
    if (this.isNull()) return undefined;
    const value = this.bytes[this.at] === 0x74;
    this.at = this.afterLiteral(this.at, value ? "true" : "false");
    return value;
  }

  /** The whole number without sign it has come to; nothing for null. Refuses all else. */
  natural(): number | undefined {
    if (this.isNull()) return undefined;
    const start = this.at;
    this.at = this.afterNumber(start);
    const digits = this.decode(this.bytes, start, this.at);
    if (!/^\d{1,9}$/.test(digits)) throw REFUSED;
    return Number(digits);
  }

  private unescaped(start: number): string {
    return JSON.parse(this.decode(this.bytes, start, this.at)) as string;
  }

  /** The string without escapes that stands here, by the hash of it that was taken last. */
  private wordAt(from: number, to: number): string {
    const slot = (this.hash ^ (this.hash >>> 13)) & (WORDS - 1);
    const known = this.words[slot];
    if (known !== undefined && this.isWritten(known, from, to)) return known;
    const word = this.decode(this.bytes, from, to);
    if (word.length === to - from) this.words[slot] = word;
    return word;
  }

  private isWritten(word: string, from: number, to: number): boolean {
    if (word.length !== to - from) return false;
    for (let i = 0; i < word.length; i++) if (word.charCodeAt(i) !== this.bytes[from + i]) return false;
    return true;
  }

  private hasKey(base: number, start: number, end: number): boolean {
    const { bytes, keys } = this;
    for (let i = base; i < this.keyCount; i++) {
      const shift = (keys[i] as number) - start;
      let at = start;
      while (at < end && bytes[at] === bytes[at + shift]) at++;
      if (at === end) return true;
    }
    return false;
  }

  private afterSpace(from: number): number {
    const { bytes, view } = this;
    const last = bytes.length - 4;
    let at = from;
    for (;;) {
      const code = bytes[at];
      if (code === SPACE) {
        at++;
        // More than half of what kubectl prints is indentation.
        while (at <= last && view.getInt32(at, true) === FOUR_SPACES) at += 4;
      } else if (code === LINE_FEED) {
        this.line++;
        this.lineStart = ++at;
      } else if (code === CARRIAGE_RETURN || code === TAB) at++;
      else return at;
    }
  }

  private afterValue(at: number, depth: number): number {
    const code = this.bytes[at];
    if (code === QUOTE) return this.afterString(at);
    if (code === OPEN_MAP) return this.afterMap(at, depth + 1);
    if (code === OPEN_LIST) return this.afterList(at, depth + 1);
    if (code === 0x74) return this.afterLiteral(at, "true");
    if (code === 0x66) return this.afterLiteral(at, "false");
    if (code === 0x6e) return this.afterLiteral(at, "null");
    return this.afterNumber(at);
  }

  private afterMap(start: number, depth: number): number {
    const { bytes, keys } = this;
    const base = this.keyCount;
    let seen = 0;
    if (depth > MAX_DEPTH) throw REFUSED;
    let at = this.afterSpace(start + 1);
    if (bytes[at] === CLOSE_MAP) return at + 1;
    for (;;) {
      const end = this.afterKey(at);
      const bit = 1 << this.hash;
      if ((seen & bit) !== 0 && this.hasKey(base, at, end)) throw REFUSED;
      seen |= bit;
      keys[this.keyCount++] = at;
      at = this.afterSpace(this.afterValue(this.afterColon(end), depth));
      const code = bytes[at];
      if (code !== COMMA) {
        if (code !== CLOSE_MAP) throw REFUSED;
        this.keyCount = base;
        return at + 1;
      }
      at = this.afterSpace(at + 1);
    }
  }

  private afterList(start: number, depth: number): number {
    const { bytes } = this;
    if (depth > MAX_DEPTH) throw REFUSED;
    let at = this.afterSpace(start + 1);
    if (bytes[at] === CLOSE_LIST) return at + 1;
    for (;;) {
      at = this.afterSpace(this.afterValue(at, depth));
      const code = bytes[at];
      if (code !== COMMA) {
        if (code !== CLOSE_LIST) throw REFUSED;
        return at + 1;
      }
      at = this.afterSpace(at + 1);
    }
  }

  /** Keys are compared as they are written, so one with escapes is refused. */
  private afterKey(at: number): number {
    const { escapes } = this;
    const end = this.afterHashed(at);
    if (this.escapes !== escapes) throw REFUSED;
    return end;
  }

  /** The same as {@link afterString}; leaves a hash of the string behind. */
  private afterHashed(start: number): number {
    const { bytes } = this;
    let hash = 0;
    let at = start + 1;
    for (let code = bytes[at] as number; PLAIN[code] === 1; code = bytes[++at] as number)
      hash = (Math.imul(hash, 31) + code) | 0;
    this.hash = hash;
    return bytes[at] === QUOTE && bytes[start] === QUOTE ? at + 1 : this.afterString(start);
  }

  private afterColon(from: number): number {
    const at = this.bytes[from] === COLON ? from : this.afterSpace(from);
    if (this.bytes[at] !== COLON) throw REFUSED;
    return this.afterSpace(at + 1);
  }

  private afterString(start: number): number {
    const { bytes } = this;
    if (bytes[start] !== QUOTE) throw REFUSED;
    let at = start + 1;
    for (;;) {
      while (PLAIN[bytes[at] as number] === 1) at++;
      if (bytes[at] === QUOTE) return at + 1;
      at = bytes[at] === BACKSLASH ? this.afterEscape(at) : this.afterWide(at);
    }
  }

  private afterEscape(at: number): number {
    const { bytes } = this;
    this.escapes++;
    const code = bytes[at + 1] ?? 0;
    if (code !== 0x75) {
      if (!'"\\/bfnrt'.includes(String.fromCharCode(code))) throw REFUSED;
      return at + 2;
    }
    for (let i = at + 2; i < at + 6; i++) if (!isHexadecimal(bytes[i] ?? 0)) throw REFUSED;
    return at + 6;
  }

  /** Passes a character that takes several bytes, and is one UTF-16 unit, or two if it takes four. Refuses what is no UTF-8. */
  private afterWide(at: number): number {
    const [lead = 0, second = 0] = [this.bytes[at], this.bytes[at + 1]];
    const length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    const least = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
    const most = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
    if (lead < 0xc2 || lead > 0xf4 || second < least || second > most) throw REFUSED;
    for (let i = at + 2; i < at + length; i++) if (((this.bytes[i] ?? 0) & 0xc0) !== 0x80) throw REFUSED;
    this.lineStart += length === 2 ? 1 : 2;
    return at + length;
  }

  private afterLiteral(at: number, literal: string): number {
    if (!this.isWritten(literal, at, at + literal.length)) throw REFUSED;
    return at + literal.length;
  }

  private afterNumber(start: number): number {
    const { bytes } = this;
    const whole = bytes[start] === MINUS ? start + 1 : start;
    let at = bytes[whole] === 0x30 ? whole + 1 : this.afterDigits(whole);
    if (bytes[at] === 0x2e) at = this.afterDigits(at + 1);
    if (((bytes[at] ?? 0) | 0x20) !== 0x65) return at;
    const sign = bytes[at + 1];
    return this.afterDigits(sign === 0x2b || sign === MINUS ? at + 2 : at + 1);
  }

  private afterDigits(start: number): number {
    let at = start;
    while (isDigit(this.bytes[at] ?? 0)) at++;
    if (at === start) throw REFUSED;
    return at;
  }
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function isHexadecimal(code: number): boolean {
  return isDigit(code) || ((code | 0x20) >= 0x61 && (code | 0x20) <= 0x66);
}
