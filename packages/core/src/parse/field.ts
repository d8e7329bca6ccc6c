import type { Diagnostic, DiagnosticCode, Severity } from "../model/diagnostic.ts";
import type { Span } from "../model/source.ts";
import type { Places, Step } from "./places.ts";
import { nearest } from "./spelling.ts";
import { isList, isMap, type Scalar, type Value, type ValueMap, valueAt } from "./tree.ts";

/**
 * Who checks a value before it is stored: the API server knows what its own kinds mean, of a custom resource it knows the schema alone, which lets
 * through a selector with an operator that does not exist.
 */
export type CheckedBy = "server" | "schema";

/** What is wrong with one object, and whether it has to be left out for it. */
export class Problems {
  readonly found: Diagnostic[] = [];
  rejected = false;
  /** Whether the object is stored with something in it that means nothing. */
  malformed = false;
  readonly places: Places;

  constructor(places: Places) {
    this.places = places;
  }

  /** A fault for which the API server would refuse the object. */
  reject(code: DiagnosticCode, at: Place, message: string, fix?: string): void {
    this.rejected = true;
    this.note("error", code, at, message, fix);
  }

  /** A value that means nothing: the API server refuses it where it looks, and stores it where only a schema does. */
  refuse(by: CheckedBy, code: DiagnosticCode, at: Place, message: string, fix?: string): void {
    if (by === "server") this.reject(code, at, message, fix);
    else {
      this.malformed = true;
      this.note("error", code, at, `${message}, though the API server takes it`, fix);
    }
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
    super(strict.places);
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

/** Where something is, in the text and as the API server names it; looked up when it is asked for. */
export interface Place {
  readonly span: Span;
  readonly path: string;
}

/** A place that is only looked up when it is asked for; most are made for complaints that are never raised. */
class LazyPlace implements Place {
  constructor(
    readonly path: string,
    private readonly at: Field | Place,
    private readonly key?: string,
  ) {}

  get span(): Span {
    return this.key !== undefined && this.at instanceof Field ? this.at.keySpan(this.key) : this.at.span;
  }
}

/** The same place in the text under another name. */
export function named(place: Place, path: string): Place {
  return new LazyPlace(path, place);
}

/** A value that is not null, at its place in an object. */
export class Field implements Place {
  private constructor(
    readonly value: Value,
    readonly problems: Problems,
    private readonly parent: Field | undefined,
    private readonly step: Step,
  ) {}

  /** A whole object. */
  static root(value: Value, problems: Problems): Field {
    return new Field(value, problems, undefined, "");
  }

  /** A part of this field that reads as `value`, whatever is written there. */
  part(step: Step, value: Value): Field {
    return new Field(value, this.problems, this, step);
  }

  /** The field as the API server names it. */
  get path(): string {
    if (!this.parent) return "";
    const { path } = this.parent;
    if (typeof this.step === "number") return `${path}[${this.step}]`;
    return path === "" ? this.step : `${path}.${this.step}`;
  }

  get span(): Span {
    return this.problems.places.span(this.steps);
  }

  /** Its offset in the text. */
  get start(): number {
    return this.problems.places.at(this.steps).start;
  }

  /** The field as it stands in the text, at most so many characters of it. */
  written(most: number): string {
    const { places } = this.problems;
    return places.textOf(places.at(this.steps)).slice(0, most);
  }

  get isAmbiguous(): boolean {
    return this.problems.places.at(this.steps).isAmbiguous ?? false;
  }

  /** A field of this map; `undefined` when it is absent or null, which mean the same. */
  child(name: string): Field | undefined {
    const value = this.entry(name);
    return value === undefined || value === null ? undefined : this.part(name, value);
  }

  /** What this map has under a key, null too. */
  entry(name: string): Value | undefined {
    return isMap(this.value) ? valueAt(this.value, name) : undefined;
  }

  /** The place of a key of this map; of the map itself when the key is absent. */
  keyPlace(name: string): Place {
    return new LazyPlace(this.path === "" ? name : `${this.path}.${name}`, this, name);
  }

  keySpan(name: string): Span {
    return this.problems.places.keySpan(this.steps, name);
  }

  reject(code: DiagnosticCode, message: string, fix?: string): void {
    this.problems.reject(code, this, message, fix);
  }

  /** The same value, whose faults do not cost the object its place. */
  get lenient(): Field {
    return new Field(this.value, new Lenient(this.problems), this.parent, this.step);
  }

  private get steps(): readonly Step[] {
    const steps: Step[] = [];
    for (let field: Field = this; field.parent; field = field.parent) steps.push(field.step);
    return steps.reverse();
  }
}

/** The field if it is a mapping; anything else is reported. With `known`, other keys are reported and count as absent. */
export function readMap(field: Field | undefined, known?: readonly string[]): Field | undefined {
  if (!field) return undefined;
  if (!isMap(field.value)) return mismatch(field, "a mapping");
  if (known) reportUnknown(field, field.value, known);
  return field;
}

/**
 * The items of a list; none when it is absent. A null item is what the API server makes of it: an empty mapping, or an empty
 * string in a list of strings.
 */
export function readList(field: Field | undefined, of: "mappings" | "strings"): readonly Field[] {
  if (!field) return [];
  const { value } = field;
  if (!isList(value)) {
    mismatch(field, "a list", isMap(value) ? "start each entry with `- `" : `write \`- ${value}\``);
    return [];
  }
  return value.map((item, i) => {
    if (item !== null) return field.part(i, item);
    const empty = field.part(i, of === "mappings" ? {} : "");
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

export function readString(field: Field | undefined): string | undefined {
  const value = field && scalarOf(field, "a string");
  if (!field || value === undefined) return undefined;
  if (typeof value !== "string") return mismatch(field, "a string", `quote it: "${field.written(60)}"`);
  if (/^[yn]$/i.test(value) && field.isAmbiguous) reportAmbiguous(field, value);
  return value;
}

function reportAmbiguous(field: Field, value: string): void {
  const message = `a bare \`${value}\` is the string to some tools and a boolean to others; it is read as the string`;
  field.problems.note("warning", "ambiguous-scalar", field, message, `quote it: "${value}"`);
}

/** An integer as Kubernetes stores most of them, in 32 bits. */
export function readInteger(field: Field | undefined): number | undefined {
  const value = field && scalarOf(field, "an integer");
  if (!field || value === undefined) return undefined;
  return isInt32(value) ? value : mismatch(field, "an integer", "remove the quotes, or give a whole number");
}

export function readIntegerOrString(field: Field | undefined): number | string | undefined {
  return typeof field?.value === "number" ? readInteger(field) : readString(field);
}

export function readBoolean(field: Field | undefined): boolean | undefined {
  const value = field && scalarOf(field, "true or false");
  if (!field || value === undefined) return undefined;
  return typeof value === "boolean" ? value : mismatch(field, "true or false");
}

/** A mapping of strings to strings. A null value is the empty string, as the API server decodes it. */
export function readStringMap(field: Field | undefined): ReadonlyMap<string, string> {
  const strings = new Map<string, string>();
  const map = readMap(field);
  if (!map || !isMap(map.value)) return strings;
  for (const [key, value] of Object.entries(map.value)) {
    const read = value === null ? emptyValue(map, key) : readString(map.part(key, value));
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
  if (field.entry(name) !== null) return;
  field.problems.note("warning", "field-null", field.keyPlace(name), `\`${name}\` has nothing in it: ${meaning}`, fix);
}

function scalarOf(field: Field, wanted: string): Scalar | undefined {
  const { value } = field;
  return isMap(value) || isList(value) ? mismatch(field, wanted) : value;
}

function isInt32(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && Math.abs(value) <= 0x7fffffff;
}

function mismatch(field: Field, wanted: string, fix?: string): undefined {
  field.reject("field-type", `\`${field.path}\` must be ${wanted}, not ${describe(field)}`, fix);
}

function describe(field: Field): string {
  const { value } = field;
  if (isMap(value)) return "a mapping";
  if (isList(value)) return "a list";
  return `the ${typeof value} \`${typeof value === "string" ? value.slice(0, 60) : field.written(60)}\``;
}

/** Rejects a map for a field it needs and has not; whoever misspelt it is shown where. */
export function reportMissing(map: Field, name: string, fix: string): void {
  const misspelt = isMap(map.value) ? nearest(name, Object.keys(map.value)) : undefined;
  map.problems.reject(
    "field-required",
    misspelt === undefined ? map : map.keyPlace(misspelt),
    misspelt === undefined
      ? `\`${name}\` is missing`
      : `there is no field \`${misspelt}\` here, and \`${name}\` is missing`,
    misspelt === undefined ? fix : `write \`${name}\``,
  );
}

/** What was most likely meant: another spelling, or one level further in, under a neighbour that is empty. */
function correction(key: string, map: ValueMap, known: readonly string[]): string {
  const likely = nearest(key, known);
  if (likely) return `write \`${likely}\``;
  const empty = known.find((name) => valueAt(map, name) === null);
  return empty ? `indent it if it belongs under \`${empty}\`` : `the fields here are ${known.join(", ")}`;
}

/** Fields of one mapping that are told to be unknown; by then it is plain that something else was meant. */
const MAX_UNKNOWN = 20;

function reportUnknown(field: Field, map: ValueMap, known: readonly string[]): void {
  let told = 0;
  for (const key in map) {
    if (known.includes(key) || told++ >= MAX_UNKNOWN) continue;
    const place = field.keyPlace(key);
    const fix = correction(key, map, known);
    field.problems.note(
      "error",
      "field-unknown",
      place,
      `there is no field \`${key.slice(0, 100)}\` here; it has no effect`,
      fix,
    );
  }
}
