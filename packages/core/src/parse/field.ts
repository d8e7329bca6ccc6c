import type { Diagnostic, DiagnosticCode, Severity } from "../model/diagnostic.ts";
import type { Span } from "../model/source.ts";
import { nearest } from "./spelling.ts";
import type { SourceText } from "./text.ts";
import { type Entry, isNull, type MapValue, type ScalarValue, type Value } from "./tree.ts";

/** What is wrong with one object, and whether it has to be left out for it. */
export class Problems {
  readonly found: Diagnostic[] = [];
  rejected = false;
  readonly text: SourceText;

  constructor(text: SourceText) {
    this.text = text;
  }

  /** A fault for which the API server would refuse the object. */
  reject(code: DiagnosticCode, at: Place, message: string, fix?: string): void {
    this.rejected = true;
    this.note("error", code, at, message, fix);
  }

  /** A fault that leaves the object usable. */
  note(severity: Severity, code: DiagnosticCode, at: Place, message: string, fix?: string): void {
    const field = at.path === "" ? {} : { field: at.path };
    this.found.push({ code, severity, message, span: at.span, ...field, ...(fix !== undefined && { fix }) });
  }
}

/** Of an object that no verdict rests on: what is wrong with a field is told, and only the field is left out. */
class Lenient extends Problems {
  constructor(private readonly strict: Problems) {
    super(strict.text);
  }

  override reject(code: DiagnosticCode, at: Place, message: string, fix?: string): void {
    this.note("warning", code, at, message, fix);
  }

  /** What the strict reading of the same field has said already is not said again. */
  override note(severity: Severity, code: DiagnosticCode, at: Place, message: string, fix?: string): void {
    const { line, column } = at.span;
    const isKnown = this.strict.found.some(
      ({ code: known, span }) => known === code && span?.line === line && span.column === column,
    );
    if (!isKnown) this.strict.note(severity, code, at, message, fix);
  }
}

/** Where something is, in the text and as the API server names it. */
export interface Place {
  readonly span: Span;
  readonly path: string;
}

/** A value that is not null, at its place in an object. */
export class Field implements Place {
  readonly value: Value;
  readonly path: string;
  readonly problems: Problems;

  constructor(value: Value, path: string, problems: Problems) {
    this.value = value;
    this.path = path;
    this.problems = problems;
  }

  get span(): Span {
    return this.problems.text.span(this.value.start, this.value.end);
  }

  /** A field of this map; `undefined` when it is absent or null, which mean the same. */
  child(name: string): Field | undefined {
    const entry = this.entry(name);
    return entry && !isNull(entry.value) ? new Field(entry.value, this.pathOf(name), this.problems) : undefined;
  }

  entry(name: string): Entry | undefined {
    return this.value.kind === "map" ? this.value.entries.get(name) : undefined;
  }

  /** The place of a key of this map; of the map itself when the key is absent. */
  keyPlace(name: string): Place {
    const entry = this.entry(name);
    const span = entry ? this.problems.text.span(entry.keyStart, entry.keyEnd) : this.span;
    return { span, path: this.pathOf(name) };
  }

  reject(code: DiagnosticCode, message: string, fix?: string): void {
    this.problems.reject(code, this, message, fix);
  }

  /** The same value, whose faults do not cost the object its place. */
  get lenient(): Field {
    return new Field(this.value, this.path, new Lenient(this.problems));
  }

  private pathOf(name: string): string {
    return this.path === "" ? name : `${this.path}.${name}`;
  }
}

/** The field if it is a mapping; anything else is reported. With `known`, other keys are reported and count as absent. */
export function readMap(field: Field | undefined, known?: readonly string[]): Field | undefined {
  if (!field) return undefined;
  if (field.value.kind !== "map") return mismatch(field, "a mapping");
  if (known) reportUnknown(field, field.value, known);
  return field;
}

/**
 * The items of a list; none when it is absent. A null item is what the API server makes of it: an empty mapping, or an empty
 * string in a list of strings.
 */
export function readList(field: Field | undefined, of: "mappings" | "strings"): readonly Field[] {
  if (!field) return [];
  if (field.value.kind !== "list") {
    mismatch(
      field,
      "a list",
      field.value.kind === "scalar" ? `write \`- ${field.value.value}\`` : "start each entry with `- `",
    );
    return [];
  }
  return field.value.items.map((item, i) => {
    if (!isNull(item)) return new Field(item, `${field.path}[${i}]`, field.problems);
    const empty = new Field(zero(of, item), `${field.path}[${i}]`, field.problems);
    const zeroText = of === "mappings" ? "{}" : '""';
    field.problems.note(
      "warning",
      "field-null",
      empty,
      `an entry with nothing in it reads as \`${zeroText}\``,
      "remove it, or say what it should hold",
    );
    return empty;
  });
}

function zero(of: "mappings" | "strings", { start, end }: Value): Value {
  return of === "mappings"
    ? { kind: "map", entries: new Map(), start, end }
    : { kind: "scalar", value: "", start, end };
}

export function readString(field: Field | undefined): string | undefined {
  const scalar = field && scalarOf(field, "a string");
  if (!field || !scalar) return undefined;
  if (typeof scalar.value !== "string") return mismatch(field, "a string", `quote it: "${written(field)}"`);
  if (scalar.ambiguous) reportAmbiguous(field, scalar.value);
  return scalar.value;
}

function reportAmbiguous(field: Field, value: string): void {
  const message = `a bare \`${value}\` is the string to some tools and a boolean to others; it is read as the string`;
  field.problems.note("warning", "ambiguous-scalar", field, message, `quote it: "${value}"`);
}

/** An integer as Kubernetes stores most of them, in 32 bits. */
export function readInteger(field: Field | undefined): number | undefined {
  const scalar = field && scalarOf(field, "an integer");
  if (!field || !scalar) return undefined;
  return isInt32(scalar.value)
    ? scalar.value
    : mismatch(field, "an integer", "remove the quotes, or give a whole number");
}

export function readIntegerOrString(field: Field | undefined): number | string | undefined {
  if (field?.value.kind === "scalar" && typeof field.value.value === "number") return readInteger(field);
  return readString(field);
}

export function readBoolean(field: Field | undefined): boolean | undefined {
  const scalar = field && scalarOf(field, "true or false");
  if (!field || !scalar) return undefined;
  return typeof scalar.value === "boolean" ? scalar.value : mismatch(field, "true or false");
}

/** A mapping of strings to strings. A null value is the empty string, as the API server decodes it. */
export function readStringMap(field: Field | undefined): ReadonlyMap<string, string> {
  const strings = new Map<string, string>();
  const map = readMap(field);
  if (map?.value.kind !== "map") return strings;
  for (const [key, { value }] of map.value.entries) {
    const read = isNull(value)
      ? emptyValue(map, key)
      : readString(new Field(value, `${map.path}.${key}`, map.problems));
    if (read !== undefined) strings.set(key, read);
  }
  return strings;
}

function emptyValue(map: Field, key: string): string {
  const fix = 'write "" if the empty string is meant';
  map.problems.note(
    "warning",
    "field-null",
    map.keyPlace(key),
    `\`${key}\` has no value, which reads as the empty string`,
    fix,
  );
  return "";
}

/** Says what a null field means where a reader may expect something else. */
export function noteNull(field: Field, name: string, meaning: string, fix: string): void {
  const entry = field.entry(name);
  if (!entry || !isNull(entry.value)) return;
  field.problems.note("warning", "field-null", field.keyPlace(name), `\`${name}\` has nothing in it: ${meaning}`, fix);
}

function scalarOf(field: Field, wanted: string): ScalarValue | undefined {
  return field.value.kind === "scalar" ? field.value : mismatch(field, wanted);
}

function isInt32(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && Math.abs(value) <= 0x7fffffff;
}

function mismatch(field: Field, wanted: string, fix?: string): undefined {
  field.reject("field-type", `\`${field.path}\` must be ${wanted}, not ${describe(field)}`, fix);
}

function describe(field: Field): string {
  if (field.value.kind === "map") return "a mapping";
  if (field.value.kind === "list") return "a list";
  const { value } = field.value;
  return `the ${typeof value} \`${typeof value === "string" ? value.slice(0, 60) : written(field)}\``;
}

/** The value as it stands in the text. */
function written({ problems, value }: Field): string {
  return problems.text.text.slice(value.start, value.end).slice(0, 60);
}

/** What was most likely meant: another spelling, or one level further in, under a neighbour that is empty. */
function correction(key: string, entries: MapValue["entries"], known: readonly string[]): string {
  const likely = nearest(key, known);
  if (likely) return `write \`${likely}\``;
  const empty = known.find((name) => entries.has(name) && isNull((entries.get(name) as Entry).value));
  return empty ? `indent it if it belongs under \`${empty}\`` : `the fields here are ${known.join(", ")}`;
}

/** Fields of one mapping that are told to be unknown; by then it is plain that something else was meant. */
const MAX_UNKNOWN = 20;

function reportUnknown(field: Field, { entries }: MapValue, known: readonly string[]): void {
  const unknown = [...entries.keys()].filter((key) => !known.includes(key));
  for (const key of unknown.slice(0, MAX_UNKNOWN)) {
    const place = field.keyPlace(key);
    const fix = correction(key, entries, known);
    field.problems.note(
      "error",
      "field-unknown",
      place,
      `there is no field \`${key.slice(0, 100)}\` here; it has no effect`,
      fix,
    );
  }
}
