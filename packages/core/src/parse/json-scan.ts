import { MAX_DEPTH } from "./tree.ts";

/** Thrown where a quick reader meets what it does not know for sure; a thorough one reads the value then. */
export const REFUSED = { refused: true } as const;

export const QUOTE = 0x22;
export const COMMA = 0x2c;
export const OPEN_LIST = 0x5b;
export const CLOSE_LIST = 0x5d;
export const OPEN_MAP = 0x7b;
export const CLOSE_MAP = 0x7d;
const SPACE = 0x20;
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

/**
 * Finds where JSON values end, and counts the lines it passes. Each method takes the offset where something starts and gives the one
 * after it. All that is passed is checked: what is no JSON, or has a key twice in one map, is {@link REFUSED}.
 */
export class JsonScanner {
  bytes: Uint8Array = new Uint8Array();
  /** The line it has come to, from 1. */
  line: number;
  /** Where that line would start if each of its characters were one byte; columns count UTF-16 units, as editors do. */
  lineStart: number;
  protected view: DataView = new DataView(new ArrayBuffer(0));
  /** Where the keys of the maps it is in start, those of the innermost last. */
  protected readonly keys: number[] = [];
  protected keyCount = 0;
  /** How many escapes it has met. */
  protected escapes = 0;
  /** Of the string that {@link afterHashed} passed last. */
  protected hash = 0;

  constructor({ line, column }: { readonly line: number; readonly column: number }) {
    this.line = line;
    this.lineStart = 1 - column;
  }

  protected isWritten(word: string, from: number, to: number): boolean {
    if (word.length !== to - from) return false;
    for (let i = 0; i < word.length; i++) if (word.charCodeAt(i) !== this.bytes[from + i]) return false;
    return true;
  }

  protected hasKey(base: number, start: number, end: number): boolean {
    const { bytes, keys } = this;
    for (let i = base; i < this.keyCount; i++) {
      const shift = (keys[i] as number) - start;
      let at = start;
      while (at < end && bytes[at] === bytes[at + shift]) at++;
      if (at === end) return true;
    }
    return false;
  }

  protected afterSpace(from: number): number {
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

  protected afterValue(at: number, depth: number): number {
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
  protected afterKey(at: number): number {
    const { escapes } = this;
    const end = this.afterHashed(at);
    if (this.escapes !== escapes) throw REFUSED;
    return end;
  }

  /** The same as {@link afterString}; leaves a hash of the string behind. */
  protected afterHashed(start: number): number {
    const { bytes } = this;
    let hash = 0;
    let at = start + 1;
    for (let code = bytes[at] as number; PLAIN[code] === 1; code = bytes[++at] as number)
      hash = (Math.imul(hash, 31) + code) | 0;
    this.hash = hash;
    return bytes[at] === QUOTE && bytes[start] === QUOTE ? at + 1 : this.afterString(start);
  }

  protected afterColon(from: number): number {
    const at = this.bytes[from] === COLON ? from : this.afterSpace(from);
    if (this.bytes[at] !== COLON) throw REFUSED;
    return this.afterSpace(at + 1);
  }

  protected afterString(start: number): number {
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

  protected afterLiteral(at: number, literal: string): number {
    if (!this.isWritten(literal, at, at + literal.length)) throw REFUSED;
    return at + literal.length;
  }

  protected afterNumber(start: number): number {
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
