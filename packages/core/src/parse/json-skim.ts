import { faultOf, JsonFault, tooDeep, unexpected } from "./json-fault.ts";
import { isListKind, type ListHeader, MAX_DEPTH } from "./tree.ts";

// Looks at strings and brackets only, to tell where values end. What is in them is checked when they are read.

/** A stretch of the text that holds one JSON value, and the list it is an item of. */
export interface JsonUnit {
  readonly start: number;
  readonly end: number;
  /** How many colons stand outside strings: one for each member of each object in it, if it is JSON. */
  readonly colons: number;
  readonly list?: ListHeader;
}

/**
 * The values of a text: every top-level value, and the items of a `List` one by one in its place, so that no dump is ever held
 * as one tree. Values may follow each other directly or with `---` between.
 *
 * Cost: one pass, half as long as `JSON.parse` takes.
 */
export function jsonUnits(text: string): readonly JsonUnit[] | JsonFault {
  const units: JsonUnit[] = [];
  const skimmer = new Skimmer(text);
  try {
    for (let at = nextValue(text, 0); at < text.length; at = nextValue(text, at)) {
      at = addUnits(skimmer, at, units);
    }
  } catch (fault) {
    return faultOf(fault);
  }
  return units;
}

function nextValue(text: string, from: number): number {
  let at = skipSpace(text, from);
  while (text.startsWith("---", at)) at = skipSpace(text, at + 3);
  return at;
}

function addUnits(skimmer: Skimmer, start: number, units: JsonUnit[]): number {
  const items: JsonUnit[] = [];
  skimmer.colons = 0;
  const { end, header } =
    skimmer.text[start] === "{" ? skimObject(skimmer, start, items) : { end: skimmer.skip(start), header: undefined };
  if (!header) units.push({ start, end, colons: skimmer.colons });
  else for (const { start, end, colons } of items) units.push({ start, end, colons, list: header });
  return end;
}

/** Passes over an object; when it is a list of objects, leaves its items in `items` and returns what it says of them. */
function skimObject(
  skimmer: Skimmer,
  start: number,
  items: JsonUnit[],
): { end: number; header: ListHeader | undefined } {
  const { text } = skimmer;
  const said = new Map<string, string>();
  let hasItems = false;
  let at = skipSpace(text, start + 1);
  while (text[at] !== "}") {
    if (text[at] !== '"') throw unexpected(text, at, "a quoted key");
    const keyEnd = skipString(text, at);
    const key = text.slice(at + 1, keyEnd - 1);
    at = skipSpace(text, keyEnd);
    if (text[at] !== ":") throw unexpected(text, at, "`:`");
    skimmer.colons++;
    at = skipSpace(text, at + 1);
    if (key === "items" && text[at] === "[") {
      hasItems = true;
      items.length = 0;
    }
    const end = key === "items" && hasItems ? skimItems(skimmer, at, items) : skimmer.skip(at);
    if (text[at] === '"') said.set(key, text.slice(at + 1, end - 1));
    at = skipSpace(text, end);
    if (text[at] === ",") at = skipSpace(text, at + 1);
    else if (text[at] !== "}") throw unexpected(text, at, "`,` or `}`");
  }
  const kind = said.get("kind");
  const header = hasItems && isListKind(kind) ? { apiVersion: said.get("apiVersion") ?? "", kind } : undefined;
  return { end: at + 1, header };
}

function skimItems(skimmer: Skimmer, start: number, items: JsonUnit[]): number {
  const { text } = skimmer;
  if (text[start] !== "[") return skimmer.skip(start);
  let at = skipSpace(text, start + 1);
  while (text[at] !== "]") {
    const before = skimmer.colons;
    const end = skimmer.skip(at);
    items.push({ start: at, end, colons: skimmer.colons - before });
    at = skipSpace(text, end);
    if (text[at] === ",") at = skipSpace(text, at + 1);
    else if (text[at] !== "]") throw unexpected(text, at, "`,` or `]`");
  }
  return at + 1;
}

/** Passes over values, and counts the colons it meets outside strings. */
class Skimmer {
  colons = 0;

  constructor(readonly text: string) {}

  /** Where the value that starts at `start` ends, going by brackets and quotes alone. Throws a {@link JsonFault}. */
  skip(start: number): number {
    const { text } = this;
    const { length } = text;
    let colons = 0;
    let depth = 0;
    let at = start;
    do {
      let code = text.charCodeAt(at);
      // More than half of what kubectl prints is indentation.
      while (code <= 0x20 && depth > 0) code = text.charCodeAt(++at);
      if (at >= length) throw unexpected(text, at, "a value");
      if (code === 0x22) at = skipString(text, at);
      else if (code === 0x7b || code === 0x5b) {
        if (++depth > MAX_DEPTH) throw tooDeep(at);
        at++;
      } else if (code === 0x7d || code === 0x5d) {
        if (--depth < 0) throw unexpected(text, at, "a value");
        at++;
      } else if (depth > 0) {
        if (code === 0x3a) colons++;
        at++;
      } else at = skipWord(text, at);
    } while (depth > 0);
    this.colons += colons;
    return at;
  }
}

export function skipSpace(text: string, from: number): number {
  let at = from;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code !== 32 && code !== 10 && code !== 13 && code !== 9 && code !== 0xfeff) return at;
    at++;
  }
}

export function skipWord(text: string, start: number): number {
  let at = start;
  while (at < text.length && !/[\s,:[\]{}"]/.test(text.charAt(at))) at++;
  if (at === start) throw unexpected(text, at, "a value");
  return at;
}

export function skipString(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at !== -1; at = text.indexOf('"', at + 1)) {
    let backslashes = 0;
    while (text.charCodeAt(at - 1 - backslashes) === 0x5c) backslashes++;
    if (backslashes % 2 === 0) return at + 1;
  }
  throw new JsonFault(start, "the string is never closed");
}
