import { type Field, readInteger, readList, readString } from "./field.ts";
import { nearest } from "./spelling.ts";
import { isList } from "./tree.ts";

// What the schema of a custom resource can ask of a value: each reader reports what it misses, at the field the API server names.

/** A field that must be there. */
export function readRequired(map: Field, name: string, fix: string): Field | undefined {
  const field = map.child(name);
  if (!field) map.problems.reject("field-required", map.keyPlace(name), `\`${name}\` is missing`, fix);
  return field;
}

/** A string out of a fixed set. */
export function readChoice<C extends string>(field: Field | undefined, choices: readonly C[]): C | undefined {
  const written = readString(field);
  const choice = choices.find((known) => known === written);
  if (!field || written === undefined || choice !== undefined) return choice;
  const likely = nearest(written, choices);
  const fix = likely ? `write \`${likely}\`` : `use one of ${choices.join(", ")}`;
  field.reject("field-invalid", `\`${written.slice(0, 100)}\` is not possible here`, fix);
  return undefined;
}

/** An integer within bounds, both included. */
export function readBounded(field: Field | undefined, least: number, most: number): number | undefined {
  const value = readInteger(field);
  if (value === undefined || (value >= least && value <= most)) return value;
  field?.reject("field-invalid", `\`${value}\` is out of range`, `give a number between ${least} and ${most}`);
  return undefined;
}

/** The items of a list with bounds on their number; of one that is too long, only as many as it may have. */
export function readItems(
  field: Field | undefined,
  of: "mappings" | "strings",
  { least, most }: { readonly least: 0 | 1; readonly most: number },
): readonly Field[] {
  const items = readList(field, of);
  if (field && isList(field.value) && items.length < least)
    field.reject("field-invalid", "the list is empty", "list at least one entry");
  if (items.length > most)
    field?.reject("field-invalid", `the list has ${items.length} entries`, `keep to ${most}, the most it can have`);
  return items.slice(0, most);
}

/** The strings of a list that is a set: none may be there twice. */
export function readSet(field: Field, bounds: { readonly least: 0 | 1; readonly most: number }): readonly Field[] {
  const seen = new Set<string>();
  return readItems(field, "strings", bounds).filter((item) => {
    const written = readString(item);
    if (written === undefined) return false;
    if (seen.has(written))
      item.reject("field-invalid", `\`${written.slice(0, 100)}\` is listed twice`, "remove one of them");
    seen.add(written);
    return true;
  });
}

/** The one field a mapping has out of several of which it must have exactly one. `hint` says what to write when it has none. */
export function readOneOf<N extends string>(
  map: Field,
  names: readonly N[],
  hint: string,
): { readonly name: N; readonly field: Field } | undefined {
  const [first, second] = names.flatMap((name) => {
    const field = map.child(name);
    return field ? [{ name, field }] : [];
  });
  if (!first) map.reject("field-required", `\`${map.path}\` needs one of ${names.join(", ")}`, hint);
  if (first && second)
    map.reject("field-invalid", `\`${first.name}\` cannot stand beside \`${second.name}\``, "keep one of them");
  return second ? undefined : first;
}
