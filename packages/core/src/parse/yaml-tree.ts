import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Pair,
  type ParsedNode,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";
import type { DiagnosticCode } from "../model/diagnostic.ts";
import type { Report, SourceText } from "./text.ts";
import { duplicateKey, type Entry, MAX_DEPTH, type MapValue, type Value } from "./tree.ts";
import { keyOf, readPlain, type ScalarReading } from "./yaml-scalar.ts";

/** Values an aliased document may unfold to. */
const MAX_EXPANDED = 1_000_000;

/** Why a document cannot be read; offsets count from its start. */
export class YamlFault {
  readonly code: DiagnosticCode;
  readonly start: number;
  readonly end: number;
  readonly message: string;

  constructor(code: DiagnosticCode, start: number, end: number, message: string) {
    this.code = code;
    this.start = start;
    this.end = end;
    this.message = message;
  }
}

type Node = ParsedNode | null;

/** What an anchor names: still being read, or a value and the number of values it unfolds to. */
type Anchored = "open" | { readonly value: Value; readonly size: number };

/**
 * Turns a syntax tree into a {@link Value}: scalars read as kubectl reads them, aliases shared, merge keys applied.
 *
 * Aliases are never copied, but whoever walks the tree meets them every time; so what they unfold to is counted on the way, and
 * refused when it is more than a manifest can need. Throws a {@link YamlFault}.
 */
export class TreeBuilder {
  private readonly text: SourceText;
  private readonly base: number;
  private readonly report: Report;
  private readonly anchors = new Map<string, Anchored>();
  private count = 0;

  /** `base` is where in the source the document starts. */
  constructor(text: SourceText, base: number, report: Report) {
    this.text = text;
    this.base = base;
    this.report = report;
  }

  build(node: Node): Value {
    return this.value(node, 0, 0);
  }

  private value(node: Node, fallback: number, depth: number): Value {
    if (!node) return { kind: "scalar", value: null, start: this.base + fallback, end: this.base + fallback };
    if (depth > MAX_DEPTH)
      throw new YamlFault("nesting-too-deep", ...rangeOf(node), `nested more than ${MAX_DEPTH} levels deep`);
    if (isAlias(node)) return this.alias(node.source, rangeOf(node));
    const before = this.count;
    this.count++;
    if (node.anchor) this.anchors.set(node.anchor, "open");
    const value = this.content(node, depth);
    if (node.anchor) this.anchors.set(node.anchor, { value, size: this.count - before });
    return value;
  }

  private content(node: ParsedNode, depth: number): Value {
    if (isMap(node)) return this.map(node as YAMLMap.Parsed<ParsedNode, Node>, depth);
    if (isSeq(node)) {
      const items = node.items.map((item) => this.value(item as Node, rangeOf(node)[0], depth + 1));
      const last = node.items.at(-1) as Node | undefined;
      return { kind: "list", items, start: this.base + rangeOf(node)[0], end: this.endOf(node, last, items.at(-1)) };
    }
    const [start, end] = rangeOf(node);
    const reading = isScalar(node) ? readScalar(node) : { value: null };
    return { kind: "scalar", ...reading, start: this.base + start, end: this.trimmed(start, end) };
  }

  private alias(name: string, [start, end]: [number, number]): Value {
    const anchored = this.anchors.get(name);
    if (!anchored) throw new YamlFault("syntax", start, end, `alias \`*${name}\` has no anchor before it`);
    if (anchored === "open")
      throw new YamlFault("alias-expansion", start, end, `alias \`*${name}\` stands inside what it refers to`);
    this.count += anchored.size;
    if (this.count > MAX_EXPANDED)
      throw new YamlFault("alias-expansion", start, end, "aliases unfold to more than 1,000,000 values");
    return anchored.value;
  }

  private map(node: YAMLMap.Parsed<ParsedNode, Node>, depth: number): MapValue {
    const [start] = rangeOf(node);
    const entries = new Map<string, Entry>();
    const merged: Value[] = [];
    let last: Value | undefined;
    for (const pair of node.items) {
      const [keyStart, keyEnd] = pair.key ? rangeOf(pair.key) : [start, start];
      const value = this.value(pair.value, keyEnd, depth + 1);
      last = value;
      if (isMergeKey(pair)) merged.push(...(value.kind === "list" ? value.items : [value]));
      else
        this.add(entries, this.key(pair.key, [keyStart, keyEnd]), {
          keyStart: this.base + keyStart,
          keyEnd: this.base + keyEnd,
          value,
        });
    }
    for (const value of merged) addMerged(entries, value);
    return { kind: "map", entries, start: this.base + start, end: this.endOf(node, node.items.at(-1)?.value, last) };
  }

  private key(key: Node, [start, end]: [number, number]): string {
    const name = isScalar(key)
      ? keyOf(readScalar(key))
      : isAlias(key)
        ? this.aliasedKey(key.source, [start, end])
        : undefined;
    if (name === undefined)
      throw new YamlFault("syntax", start, Math.max(end, start + 1), "a key must be a plain word or string");
    return name;
  }

  private aliasedKey(name: string, range: [number, number]): string | undefined {
    const value = this.alias(name, range);
    return value.kind === "scalar" ? keyOf(value) : undefined;
  }

  private add(entries: Map<string, Entry>, key: string, entry: Entry): void {
    const first = entries.get(key);
    if (first) this.report(duplicateKey(this.text, key, first, entry));
    entries.set(key, entry);
  }

  /** Block collections end where their last value does, not after the blank lines and comments that follow. */
  private endOf(node: YAMLMap.Parsed | YAMLSeq.Parsed, last: Node | undefined, value: Value | undefined): number {
    const [start, end] = rangeOf(node);
    if (node.flow || !last || !value) return this.trimmed(start, end);
    return isAlias(last) ? this.base + rangeOf(last)[1] : value.end;
  }

  private trimmed(start: number, end: number): number {
    let at = this.base + end;
    while (at > this.base + start && /\s/.test(this.text.text.charAt(at - 1))) at--;
    return at;
  }
}

function rangeOf(node: ParsedNode): [number, number] {
  return [node.range[0], node.range[1]];
}

const STRING_TAG = "tag:yaml.org,2002:str";

function readScalar(node: Scalar): ScalarReading {
  const text = String(node.value ?? "");
  return node.type === "PLAIN" && node.tag !== STRING_TAG ? readPlain(text) : { value: text };
}

function isMergeKey({ key }: Pair<Node, Node>): boolean {
  return isScalar(key) && key.type === "PLAIN" && key.value === "<<";
}

/** What a mapping says itself goes before what it merges in; of several merged mappings the first wins. */
function addMerged(entries: Map<string, Entry>, value: Value): void {
  if (value.kind !== "map") return;
  for (const [key, entry] of value.entries) if (!entries.has(key)) entries.set(key, entry);
}
