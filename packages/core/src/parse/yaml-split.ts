/** A stretch of a text, by offsets. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** A list of objects cut apart: what stands before and after its items, and each item with its dash. */
export interface SplitList {
  readonly head: Stretch;
  readonly items: readonly Stretch[];
  readonly tail: Stretch;
}

/**
 * The documents of a YAML stream, cut at the lines that mark their start or end; documents that hold nothing but blank lines,
 * comments and directives are left out. A line `---` cannot be anything else, not even inside a block scalar.
 */
export function splitDocuments(text: string): Stretch[] {
  const documents: Stretch[] = [];
  let start = 0;
  const add = (end: number) => {
    const content = contentAt(text, start, end);
    if (content === undefined) return;
    // Files that were put together may each begin with a byte order mark, which says nothing.
    const isMark = text.charCodeAt(content) === 0xfeff;
    if (!isMark) documents.push({ start, end });
    else if (contentAt(text, content + 1, end) !== undefined) documents.push({ start: content + 1, end });
  };
  for (const { 0: marker, index } of text.matchAll(/^\ufeff?(?:---|\.\.\.)(?=[ \t\r\n]|$)/gm)) {
    add(index);
    start = index + marker.length - (marker.endsWith("---") ? 3 : 0);
  }
  add(text.length);
  return documents;
}

/** Where the first thing is that is no blank, comment or directive; `undefined` when there is none. */
function contentAt(text: string, start: number, end: number): number | undefined {
  let at = text.startsWith("---", start) ? start + 3 : start;
  while (at < end) {
    const code = text.charCodeAt(at);
    const isLineStart = at === start || text.charCodeAt(at - 1) === 0x0a;
    if (code === 0x23 || (code === 0x25 && isLineStart)) at = lineEnd(text, at, end);
    else if (code === 0x20 || code === 0x09 || code === 0x0a || code === 0x0d) at++;
    else return at;
  }
  return undefined;
}

function lineEnd(text: string, from: number, end: number): number {
  const at = text.indexOf("\n", from);
  return at === -1 || at >= end ? end : at + 1;
}

/**
 * The parts of a document whose top level has `items:` followed by a block of entries, the shape of every list kubectl prints;
 * `undefined` for any other. Works on lines alone: nothing that belongs to an entry stands as far left as its dash.
 */
export function splitList(text: string): SplitList | undefined {
  const key = /^items:[ \t]*(?:#[^\n]*)?\r?\n/m.exec(text);
  if (!key) return undefined;
  const from = key.index + key[0].length;
  const indent = indentOfFirst(text, from);
  if (indent === undefined) return undefined;
  const starts: number[] = [];
  let at = from;
  for (; at < text.length; at = lineEnd(text, at, text.length)) {
    const place = placeOf(text, at, indent);
    if (place === "outside") break;
    if (place === "dash") starts.push(at);
  }
  const items = starts.map((start, i) => ({ start, end: starts[i + 1] ?? at }));
  return { head: { start: 0, end: key.index }, items, tail: { start: at, end: text.length } };
}

/** How far in the first entry stands; `undefined` when what comes first is no entry. */
function indentOfFirst(text: string, from: number): number | undefined {
  for (let at = from; at < text.length; at = lineEnd(text, at, text.length)) {
    const line = /^( *)(?:(-)(?=[ \t\r\n]|$)|[ \t]*(?:#|\r?\n|$))?/.exec(
      text.slice(at, lineEnd(text, at, text.length)),
    );
    if (line?.[2]) return line[1]?.length ?? 0;
    if (line?.[0] === line?.[1]) return undefined;
  }
  return undefined;
}

/** How a line relates to a list whose dashes stand at `indent`. */
function placeOf(text: string, line: number, indent: number): "dash" | "inside" | "outside" {
  let at = line;
  while (text.charCodeAt(at) === 0x20) at++;
  const code = text.charCodeAt(at);
  if (code === 0x0a || code === 0x0d || code === 0x23 || code === 0x09 || Number.isNaN(code)) return "inside";
  if (at - line > indent) return "inside";
  const next = text.charCodeAt(at + 1);
  const isDash =
    code === 0x2d && (next === 0x20 || next === 0x09 || next === 0x0a || next === 0x0d || Number.isNaN(next));
  return isDash && at - line === indent ? "dash" : "outside";
}
