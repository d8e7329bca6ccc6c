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
import type { Step, Written, WrittenPart } from "./places.ts";
import type { Report, SourceText } from "./text.ts";
import { duplicateKey, isList, isMap as isValueMap, MAX_DEPTH, type Value } from "./tree.ts";
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

/** A value and where it stands. */
export class WrittenYaml implements Written {
  constructor(
    readonly value: Value,
    readonly start: number,
    readonly end: number,
    readonly parts: ReadonlyMap<Step, YamlPart> = new Map(),
    readonly isAmbiguous = false,
  ) {}

  part(step: Step): YamlPart | undefined {
    return this.parts.get(step);
  }
}

/** What stands under a key or at a position. */
export interface YamlPart extends WrittenPart {
  readonly value: WrittenYaml;
}

/** What an anchor names: still being read, or a value and the number of values it unfolds to. */
type Anchored = "open" | { readonly value: WrittenYaml; readonly size: number };

/**
 * Turns a syntax tree into values with their places: scalars read as kubectl reads them, aliases shared, merge keys applied.
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

  build(node: Node): WrittenYaml {
    return this.value(node, 0, 0);
  }

  private value(node: Node, fallback: number, depth: number): WrittenYaml {
    if (!node) return new WrittenYaml(null, this.base + fallback, this.base + fallback);
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

  private content(node: ParsedNode, depth: number): WrittenYaml {
    if (isMap(node)) return this.map(node as YAMLMap.Parsed<ParsedNode, Node>, depth);
    if (isSeq(node)) return this.list(node as YAMLSeq.Parsed<ParsedNode>, depth);
    const [start, end] = rangeOf(node);
    const { value, ambiguous }: ScalarReading = isScalar(node) ? readScalar(node) : { value: null };
    return new WrittenYaml(value, this.base + start, this.trimmed(start, end), undefined, ambiguous);
  }

  private list(node: YAMLSeq.Parsed<ParsedNode>, depth: number): WrittenYaml {
    const [start] = rangeOf(node);
    const items = node.items.map((item) => this.value(item, start, depth + 1));
    const parts = items.map((value, i): [Step, YamlPart] => [i, { keyStart: value.start, keyEnd: value.end, value }]);
    const values = items.map(({ value }) => value);
    const end = this.endOf(node, node.items.at(-1), items.at(-1));
    return new WrittenYaml(values, this.base + start, end, new Map(parts));
  }

  private alias(name: string, [start, end]: [number, number]): WrittenYaml {
    const anchored = this.anchors.get(name);
    if (!anchored) throw new YamlFault("syntax", start, end, `alias \`*${name}\` has no anchor before it`);
    if (anchored === "open")
      throw new YamlFault("alias-expansion", start, end, `alias \`*${name}\` stands inside what it refers to`);
    this.count += anchored.size;
    if (this.count > MAX_EXPANDED)
      throw new YamlFault("alias-expansion", start, end, "aliases unfold to more than 1,000,000 values");
    return anchored.value;
  }

  private map(node: YAMLMap.Parsed<ParsedNode, Node>, depth: number): WrittenYaml {
    const [start] = rangeOf(node);
    const parts = new Map<string, YamlPart>();
    const merged: WrittenYaml[] = [];
    let last: WrittenYaml | undefined;
    for (const pair of node.items) {
      const [keyStart, keyEnd] = pair.key ? rangeOf(pair.key) : [start, start];
      const value = this.value(pair.value, keyEnd, depth + 1);
      last = value;
      if (isMergeKey(pair)) merged.push(...(isList(value.value) ? itemsOf(value) : [value]));
      else
        this.add(parts, this.key(pair.key, [keyStart, keyEnd]), {
          keyStart: this.base + keyStart,
          keyEnd: this.base + keyEnd,
          value,
        });
    }
    for (const value of merged) addMerged(parts, value);
    const entries = [...parts].map(([key, { value }]) => [key, value.value]);
    const end = this.endOf(node, node.items.at(-1)?.value, last);
    return new WrittenYaml(Object.fromEntries(entries), this.base + start, end, parts);
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
    const { value } = this.alias(name, range);
    return typeof value === "object" ? undefined : keyOf({ value });
  }

  private add(parts: Map<string, YamlPart>, key: string, part: YamlPart): void {
    const first = parts.get(key);
    if (first) this.report(duplicateKey(this.text, key, first, part));
    parts.set(key, part);
  }

  /** Block collections end where their last value does, not after the blank lines and comments that follow. */
  private endOf(node: YAMLMap.Parsed | YAMLSeq.Parsed, last: Node | undefined, value: WrittenYaml | undefined): number {
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
const BINARY_TAG = "tag:yaml.org,2002:binary";

function readScalar(node: Scalar): ScalarReading {
  if (node.tag === BINARY_TAG)
    throw new YamlFault(
      "syntax",
      ...rangeOf(node as Scalar.Parsed),
      "`!!binary` is not read; write the text it stands for",
    );
  const text = String(node.value ?? "");
  return node.type === "PLAIN" && node.tag !== STRING_TAG ? readPlain(text) : { value: text };
}

function isMergeKey({ key }: Pair<Node, Node>): boolean {
  return isScalar(key) && key.type === "PLAIN" && key.value === "<<";
}

function itemsOf({ parts }: WrittenYaml): WrittenYaml[] {
  return [...parts.values()].map(({ value }) => value);
}

/** What a mapping says itself goes before what it merges in; of several merged mappings the first wins. */
function addMerged(parts: Map<string, YamlPart>, merged: WrittenYaml): void {
  if (!isValueMap(merged.value)) return;
  for (const [key, part] of merged.parts) if (typeof key === "string" && !parts.has(key)) parts.set(key, part);
}
