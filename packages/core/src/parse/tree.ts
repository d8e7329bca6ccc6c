import type { Diagnostic } from "../model/diagnostic.ts";
import type { KeyStretch, Places } from "./places.ts";
import type { SourceText } from "./text.ts";

/**
 * A value as the API server sees it: what `JSON.parse` gives, whichever format it was written in.
 *
 * Shape: a tree, except that YAML aliases share the value of their anchor. It never contains itself. Only own properties of a map
 * count, in JavaScript's order: keys that are whole numbers first.
 */
export type Value = Scalar | readonly Value[] | ValueMap;
export type Scalar = string | number | boolean | null;
export interface ValueMap {
  readonly [key: string]: Value;
}

/** One document of a source, or one item of a list in it, read on its own so that the next can take its memory. */
export interface Document {
  readonly root: Value;
  readonly places: Places;
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

export function isMap(value: Value): value is ValueMap {
  return typeof value === "object" && value !== null && !isList(value);
}

export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

/** What a map has under a key: nothing of what JavaScript objects inherit. */
export function valueAt(map: ValueMap, key: string): Value | undefined {
  return Object.hasOwn(map, key) ? map[key] : undefined;
}

/** The string under a key of a map, if there is one. */
export function stringAt(value: Value, key: string): string | undefined {
  const found = isMap(value) ? valueAt(value, key) : undefined;
  return typeof found === "string" ? found : undefined;
}

/** Whether a `kind` names a list of objects rather than an object. */
export function isListKind(kind: string | undefined): kind is string {
  return kind?.endsWith("List") ?? false;
}

/** The diagnostic for a key written twice in one map. The last one counts, as it does for kubectl. */
export function duplicateKey(text: SourceText, key: string, first: KeyStretch, second: KeyStretch): Diagnostic {
  return {
    code: "duplicate-key",
    severity: "error",
    message: `\`${key}\` is written twice in one mapping; the last one counts`,
    span: text.span(second.keyStart, second.keyEnd),
    related: [{ message: "first written here", span: text.span(first.keyStart, first.keyEnd) }],
    fix: "keep one of them, or check the indentation: one may belong to another object",
  };
}
