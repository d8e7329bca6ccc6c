import type { Diagnostic } from "../model/diagnostic.ts";
import type { SourceText } from "./text.ts";

/**
 * A value as written, with the offsets it spans in its source: what both the JSON and the YAML reader produce.
 *
 * Shape: a tree, except that YAML aliases share the value of their anchor. It never contains itself.
 */
export type Value = MapValue | ListValue | ScalarValue;

export interface MapValue {
  readonly kind: "map";
  readonly entries: ReadonlyMap<string, Entry>;
  readonly start: number;
  readonly end: number;
}

export interface Entry {
  readonly keyStart: number;
  readonly keyEnd: number;
  readonly value: Value;
}

export interface ListValue {
  readonly kind: "list";
  readonly items: readonly Value[];
  readonly start: number;
  readonly end: number;
}

export interface ScalarValue {
  readonly kind: "scalar";
  readonly value: string | number | boolean | null;
  /** A bare `y` or `n`, which some readers take for a boolean. */
  readonly ambiguous?: boolean;
  readonly start: number;
  readonly end: number;
}

/** One document of a source, or one item of a list in it, read on its own so that the next can take its memory. */
export interface Document {
  readonly text: SourceText;
  readonly root: Value;
  /** What was wrong without making it unreadable, such as duplicate keys. */
  readonly problems: readonly Diagnostic[];
  /** What the list it stands in says of its items. */
  readonly list?: ListHeader;
}

export interface ListHeader {
  readonly apiVersion: string;
  readonly kind: string;
}

/** Nesting that no manifest needs; deeper input is refused before it can exhaust the stack. */
export const MAX_DEPTH = 100;

export function isNull(value: Value): boolean {
  return value.kind === "scalar" && value.value === null;
}

/** The string under a key of a map, if there is one. */
export function stringAt(value: Value, key: string): string | undefined {
  const found = value.kind === "map" ? value.entries.get(key)?.value : undefined;
  return found?.kind === "scalar" && typeof found.value === "string" ? found.value : undefined;
}

/** Whether a `kind` names a list of objects rather than an object. */
export function isListKind(kind: string | undefined): kind is string {
  return kind?.endsWith("List") ?? false;
}

/** The diagnostic for a key written twice in one map. The last one counts, as it does for kubectl. */
export function duplicateKey(text: SourceText, key: string, first: Entry, second: Entry): Diagnostic {
  return {
    code: "duplicate-key",
    severity: "error",
    message: `\`${key}\` is written twice in one mapping; the last one counts`,
    span: text.span(second.keyStart, second.keyEnd),
    related: [{ message: "first written here", span: text.span(first.keyStart, first.keyEnd) }],
    fix: "keep one of them, or check the indentation: one may belong to another object",
  };
}
