import { CLOSE_LIST, CLOSE_MAP, COMMA, JsonScanner, type OPEN_LIST, type OPEN_MAP, REFUSED } from "./json-scan.ts";
import { MAX_DEPTH } from "./tree.ts";

/** The text of some bytes in UTF-8. */
export type Decode = (bytes: Uint8Array, from: number, to: number) => string;

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
export class JsonBytes extends JsonScanner {
  /** Where it has come to. */
  at = 0;
  /** The key of the member it has come to. */
  key = "";
  /** How many maps and lists were entered and not left; of each, where its keys begin in `keys`, and a bit for each kind of key it has had. */
  private depth = 0;
  private readonly bases = new Int32Array(MAX_DEPTH + 1);
  private readonly seen = new Int32Array(MAX_DEPTH + 1);
  /** Whether a map or list was opened just now, so that no comma stands before what is in it. */
  private opened = false;
  /** Strings of ASCII by a hash of them. */
  private readonly words: (string | undefined)[] = new Array(WORDS).fill(undefined);

  constructor(
    private readonly decode: Decode,
    start: { readonly line: number; readonly column: number },
  ) {
    super(start);
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
}
