import type { Step } from "./places.ts";
import { MAX_DEPTH } from "./tree.ts";
import { readPlain } from "./yaml-scalar.ts";
import type { Stretch } from "./yaml-split.ts";
import { WrittenYaml, type YamlPart } from "./yaml-tree.ts";

/** Thrown where a document is none of the plain ones. */
const REFUSED = { refused: true } as const;

/**
 * The document between two offsets of a text, if it is written as kubectl, Helm and people mostly do: blocks of keys and dashes, with
 * scalars on one line or literal ones below. Nothing for any other, and for all that is wrong, which the YAML library reads in full;
 * where both read, both read the same, places included.
 *
 * Without `parts` it says where the document stands, but not where its parts do: most are never asked for. Cost: one pass.
 */
export function readBlock(
  text: string,
  { start, end }: Stretch,
  parts: "with parts" | "without parts",
): WrittenYaml | undefined {
  try {
    return new BlockReader(text, start, end, parts === "with parts").read();
  } catch (refusal) {
    if (refusal !== REFUSED) throw refusal;
    return undefined;
  }
}

const SPACE = 0x20;
const LINE_FEED = 0x0a;
const HASH = 0x23;
const DASH = 0x2d;
const COLON = 0x3a;
const DOUBLE = 0x22;
const SINGLE = 0x27;
const BAR = 0x7c;

const PLAIN_KEY = /[A-Za-z_][\w./-]*(?=:[ \n])/y;
/** Of what a word on the right may consist: no indicator at its start, no control character, no tab. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is left to the library
const PLAIN_VALUE = /^(?:[^\s\-?:,[\]{}#&*!|>'"%@`]|-(?=[^\s]))[^\u0000-\u001f\u007f-\u00a0\u2028\u2029\ufeff]*$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above
const DOUBLE_QUOTED = /"((?:[^"\\\u0000-\u001f\u007f-\u009f\ufeff]|\\["\\/bfnrt])*)"/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above
const SINGLE_QUOTED = /'((?:[^'\u0000-\u001f\u007f-\u009f\ufeff]|'')*)'/y;
const EMPTY = /(?:\{\}|\[\])/y;
const LITERAL = /\|(-?) *\n/y;

const NO_PARTS = new Map<Step, YamlPart>();

/** Longer keys are left to the library, which has a limit for them. */
const MAX_KEY = 500;
/** What cannot be set as a property like others. */
const PROTOTYPE = "__proto__";

/** Stands at the first character of a line that says something, or of what follows a dash; `indent` is its column. */
class BlockReader {
  private at: number;
  private indent = 0;
  private depth = 0;

  constructor(
    private readonly text: string,
    start: number,
    private readonly end: number,
    private readonly keepsParts: boolean,
  ) {
    this.at = start;
  }

  read(): WrittenYaml {
    const hasMarker = this.text.startsWith("---", this.at);
    if (hasMarker && !this.isBreak(this.at + 3)) throw REFUSED;
    if (hasMarker) this.toNextLine(this.at + 3);
    else this.toLine(this.at);
    if (this.indent < 0) throw REFUSED;
    const root = this.block(this.indent);
    if (this.indent >= 0) throw REFUSED;
    return root;
  }

  /** The keys or dashes that stand in a column. */
  private block(indent: number): WrittenYaml {
    if (++this.depth > MAX_DEPTH) throw REFUSED;
    const block = this.isDash() ? this.list(indent) : this.map(indent);
    this.depth--;
    return block;
  }

  private map(indent: number): WrittenYaml {
    const start = this.at;
    const parts = this.keepsParts ? new Map<Step, YamlPart>() : NO_PARTS;
    const value: Record<string, WrittenYaml["value"]> = {};
    let end = start;
    while (this.indent === indent && !this.isDash()) {
      const keyStart = this.at;
      const key = this.key();
      if (Object.hasOwn(value, key)) throw REFUSED;
      const keyEnd = this.at;
      const part = this.value(keyEnd + 1, indent, true);
      if (this.keepsParts) parts.set(key, { keyStart, keyEnd, value: part });
      value[key] = part.value;
      end = part.end;
    }
    if (this.indent > indent) throw REFUSED;
    return new WrittenYaml(value, start, end, parts);
  }

  private list(indent: number): WrittenYaml {
    const start = this.at;
    const parts = this.keepsParts ? new Map<Step, YamlPart>() : NO_PARTS;
    const values: WrittenYaml["value"][] = [];
    let end = start;
    while (this.indent === indent && this.isDash()) {
      const part = this.item(indent);
      if (this.keepsParts) parts.set(values.length, { keyStart: part.start, keyEnd: part.end, value: part });
      values.push(part.value);
      end = part.end;
    }
    if (this.indent > indent) throw REFUSED;
    return new WrittenYaml(values, start, end, parts);
  }

  /** What follows a dash. */
  private item(indent: number): WrittenYaml {
    const { text } = this;
    let at = this.at + 1;
    while (text.charCodeAt(at) === SPACE) at++;
    if (this.isLineEnd(at)) return this.value(at, indent, false);
    const { at: dash } = this;
    this.at = at;
    const isBlock = this.isDash() || this.isKey(at);
    if (isBlock) {
      this.indent = indent + at - dash;
      return this.block(this.indent);
    }
    return this.value(at, indent, false);
  }

  /** What follows a colon or a dash, which belongs to what stands in the column `indent`. */
  private value(from: number, indent: number, isUnderKey: boolean): WrittenYaml {
    let at = from;
    while (this.text.charCodeAt(at) === SPACE) at++;
    if (!this.isLineEnd(at)) return this.scalar(at, indent);
    this.toNextLine(at);
    // Lists may stand in the column of the key they belong to.
    const isBelow = this.indent > indent || (isUnderKey && this.indent === indent && this.isDash());
    if (!isBelow) throw REFUSED;
    return this.block(this.indent);
  }

  private scalar(at: number, indent: number): WrittenYaml {
    const { text } = this;
    const code = text.charCodeAt(at);
    if (code === BAR) return this.literal(at, indent);
    if (code === DOUBLE || code === SINGLE) {
      const { value, end } = this.quoted(at);
      return this.last(end, new WrittenYaml(value, at, end));
    }
    EMPTY.lastIndex = at;
    if (EMPTY.test(text)) return this.last(at + 2, new WrittenYaml(code === 0x5b ? [] : {}, at, at + 2));
    const line = text.slice(at, this.lineEnd(at));
    const comment = line.indexOf(" #");
    const plain = (comment === -1 ? line : line.slice(0, comment)).trimEnd();
    if (!PLAIN_VALUE.test(plain) || plain.includes(": ") || plain.endsWith(":")) throw REFUSED;
    const { value, ambiguous } = readPlain(plain);
    return this.last(at + plain.length, new WrittenYaml(value, at, at + plain.length, undefined, ambiguous));
  }

  /** A scalar with nothing after it on its line but a comment. */
  private last(end: number, scalar: WrittenYaml): WrittenYaml {
    const { text } = this;
    let at = end;
    while (text.charCodeAt(at) === SPACE) at++;
    if (!this.isLineEnd(at) || (at === end && text.charCodeAt(at) === HASH)) throw REFUSED;
    this.toNextLine(at);
    return scalar;
  }

  private quoted(at: number): { readonly value: string; readonly end: number } {
    const isDouble = this.text.charCodeAt(at) === DOUBLE;
    const pattern = isDouble ? DOUBLE_QUOTED : SINGLE_QUOTED;
    pattern.lastIndex = at;
    const found = pattern.exec(this.text);
    if (!found) throw REFUSED;
    const [whole, inner = ""] = found;
    const value = isDouble ? (inner.includes("\\") ? JSON.parse(whole) : inner) : inner.replaceAll("''", "'");
    return { value, end: at + whole.length };
  }

  /** Lines that are taken as they are, less what they are indented by. */
  private literal(start: number, indent: number): WrittenYaml {
    const { text, end } = this;
    LITERAL.lastIndex = start;
    const header = LITERAL.exec(text);
    if (!header) throw REFUSED;
    const first = start + header[0].length;
    let margin = first;
    while (text.charCodeAt(margin) === SPACE) margin++;
    margin -= first;
    const lines: string[] = [];
    let at = first;
    let last = start + 1;
    while (at < end) {
      const lineEnd = text.indexOf("\n", at);
      if (lineEnd === -1 || lineEnd >= end) throw REFUSED;
      let from = at;
      while (text.charCodeAt(from) === SPACE && from < at + margin) from++;
      if (from === lineEnd) lines.push("");
      else if (from - at === margin) {
        const line = text.slice(from, lineEnd);
        if (/^\s*$/.test(line) || line.includes("\r")) throw REFUSED;
        lines.push(line);
        last = lineEnd - (line.length - line.trimEnd().length);
      } else break;
      at = lineEnd + 1;
    }
    if (margin <= indent || lines[0] === undefined || lines[0] === "") throw REFUSED;
    while (lines.at(-1) === "") lines.pop();
    this.toLine(at);
    return new WrittenYaml(lines.join("\n") + (header[1] === "" ? "\n" : ""), start, last);
  }

  /** Passes a key, up to its colon. */
  private key(): string {
    const { text, at } = this;
    const code = text.charCodeAt(at);
    if (code === DOUBLE || code === SINGLE) {
      const { value, end } = this.quoted(at);
      if (text.charCodeAt(end) !== COLON || !this.isBreak(end + 1) || end - at > MAX_KEY || value === PROTOTYPE)
        throw REFUSED;
      this.at = end;
      return value;
    }
    PLAIN_KEY.lastIndex = at;
    const key = PLAIN_KEY.exec(text)?.[0];
    if (key === undefined || key.length > MAX_KEY || key === PROTOTYPE || readPlain(key).value !== key) throw REFUSED;
    this.at = at + key.length;
    return key;
  }

  private isKey(at: number): boolean {
    const code = this.text.charCodeAt(at);
    if (code === DOUBLE || code === SINGLE) return this.text.charCodeAt(this.quoted(at).end) === COLON;
    PLAIN_KEY.lastIndex = at;
    return PLAIN_KEY.test(this.text);
  }

  private isDash(): boolean {
    return this.text.charCodeAt(this.at) === DASH && this.isBreak(this.at + 1);
  }

  /** Whether a space or the end of the line stands there. */
  private isBreak(at: number): boolean {
    const code = this.text.charCodeAt(at);
    return at >= this.end || code === SPACE || code === LINE_FEED;
  }

  /** Whether nothing more is said on a line, after spaces. */
  private isLineEnd(at: number): boolean {
    const code = this.text.charCodeAt(at);
    return at >= this.end || code === LINE_FEED || code === HASH;
  }

  private lineEnd(from: number): number {
    const at = this.text.indexOf("\n", from);
    return at === -1 || at > this.end ? this.end : at;
  }

  /** Goes to the next line that says something; nothing but a comment may be left of this one. */
  private toNextLine(from: number): void {
    let at = from;
    while (this.text.charCodeAt(at) === SPACE) at++;
    if (!this.isLineEnd(at)) throw REFUSED;
    this.toLine(this.lineEnd(at) + 1);
  }

  /** Goes to the line that starts here, or the first after it that says something; to an indentation of -1 where there is none. */
  private toLine(from: number): void {
    const { text, end } = this;
    for (let start = from; start < end; ) {
      let at = start;
      while (text.charCodeAt(at) === SPACE) at++;
      if (at < end && text.charCodeAt(at) !== LINE_FEED && text.charCodeAt(at) !== HASH) {
        this.at = at;
        this.indent = at - start;
        return;
      }
      start = this.lineEnd(at) + 1;
    }
    this.at = end;
    this.indent = -1;
  }
}
