import type { Span } from "../model/source.ts";
import { type Decode, JsonBytes } from "./json-bytes.ts";
import { BACKSLASH, CLOSE_LIST, CLOSE_MAP, COLON, COMMA, LINE_FEED, OPEN_LIST, OPEN_MAP, QUOTE } from "./json-scan.ts";
import type { JsonUnit } from "./json-skim.ts";
import { ObjectBytes, type QuickObject } from "./object-bytes.ts";
import { SourceText } from "./text.ts";
import { type ListHeader, MAX_DEPTH } from "./tree.ts";

/** A list in JSON whose items come as bytes in UTF-8, and where the first of them stands. */
export interface ListBytes {
  readonly path: string;
  /** What the list says of its items. */
  readonly header: ListHeader;
  /** From 1, of the first byte. */
  readonly line: number;
  readonly column: number;
  readonly decode: Decode;
}

/** An item: an object that was read, or where another stands. */
export type Item = QuickObject | Unread;

interface Unread {
  readonly start: number;
  readonly end: number;
  readonly line: number;
  readonly column: number;
  /** As in {@link JsonUnit}. */
  readonly colons: number;
}

/** What keeps the items of a list from being told apart, and where. */
export interface ListFault {
  readonly message: string;
  readonly span: Span;
}

/** Cuts a list into its items, without ever holding all of it. */
export class JsonList {
  /** What was found wrong; nothing is read after it. */
  fault: ListFault | undefined;
  private readonly json: JsonBytes;
  private readonly objects: ObjectBytes | undefined;
  /** What was read last, by kind. */
  private readonly last = new Map<string, object>();
  private isFirst = true;

  /** With `defaultNamespace`, objects are read as far as verdicts rest on them. */
  constructor(
    private readonly list: ListBytes,
    defaultNamespace: string | undefined,
  ) {
    this.json = new JsonBytes(list.decode, list);
    this.objects =
      defaultNamespace === undefined ? undefined : new ObjectBytes(this.json, list.path, defaultNamespace, list.header);
  }

  /** How many of the bytes given last belong to items that were found. */
  get consumed(): number {
    return this.json.at;
  }

  /**
   * The items in bytes that follow those consumed. What is left of them at the end has to be given again with what follows it, unless
   * the list `ends` there.
   */
  *items(bytes: Uint8Array, ends: boolean): Generator<Item> {
    const { json } = this;
    json.continueWith(bytes);
    while (!this.fault) {
      const before = json.place;
      const item = this.next();
      if (item) yield item;
      else {
        if (ends && json.at < bytes.length) this.fail("the text ends where a value or `}` should follow");
        json.place = before;
        return;
      }
    }
  }

  /** The text of an item that was found in these bytes, as a text of its own that knows where it starts. */
  textOf({ start, end, line, column, colons }: Unread, bytes: Uint8Array): { text: SourceText; unit: JsonUnit } {
    const { decode, path, header } = this.list;
    const text = decode(bytes, start, end);
    const unit = { start: 0, end: text.length, colons, list: header };
    return { text: new SourceText({ path, text, line, column }, this.last), unit };
  }

  /** The next item; nothing where the bytes end first. */
  private next(): Item | undefined {
    const { json, objects } = this;
    const code = json.space();
    if (code === undefined) return undefined;
    if (!this.isFirst) {
      if (code !== COMMA) return this.fail("found no `,` after an item");
      json.at++;
    }
    const start = json.space();
    if (start === undefined) return undefined;
    if (start !== OPEN_MAP) return this.fail("found no `{` where an item should be");
    const item = (objects && json.attempt(() => objects.read())) ?? this.pass();
    if (item) this.isFirst = false;
    return item;
  }

  /** Passes an item by its brackets and quotes alone. What is in it is checked when it is read. */
  private pass(): Unread | undefined {
    const { json } = this;
    const { bytes, at: start, line, column } = json;
    let { lineStart } = json;
    let lines = 0;
    let colons = 0;
    let depth = 0;
    let isString = false;
    let isWide = false;
    let at = start;
    do {
      const code = bytes[at++];
      if (code === undefined) return undefined;
      if (code === LINE_FEED) {
        lines++;
        lineStart = at;
      } else if (code === QUOTE) isString = !isString;
      else if (code >= 0x80) isWide = true;
      else if (isString) {
        // A line break that is escaped, which no JSON has, is a line all the same.
        if (code === BACKSLASH && bytes[at] !== LINE_FEED) at++;
      } else if (code === COLON) colons++;
      else if (code === OPEN_MAP || code === OPEN_LIST) depth++;
      else if (code === CLOSE_MAP || code === CLOSE_LIST) depth--;
      if (depth > MAX_DEPTH) return this.fail(`an item is nested more than ${MAX_DEPTH} levels deep`);
    } while (depth > 0);
    if (isWide) {
      const from = lines > 0 ? lineStart : start;
      lineStart += at - from - this.list.decode(bytes, from, at).length;
    }
    json.place = { at, line: line + lines, lineStart };
    return { start, end: at, line, column, colons };
  }

  private fail(message: string): undefined {
    const { line, column } = this.json;
    this.fault = { message, span: { path: this.list.path, line, column, endLine: line, endColumn: column + 1 } };
  }
}
