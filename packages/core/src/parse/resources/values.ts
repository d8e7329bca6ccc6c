import { type Field, readList, readMap, readString } from "../field.ts";

// Shapes that many kinds share.

/** The strings of a list. */
export function readStrings(field: Field | undefined): readonly string[] {
  return readList(field, "strings").flatMap((item) => readString(item) ?? []);
}

/** What `read` makes of each mapping of a list. */
export function readEach<T>(field: Field | undefined, read: (item: Field) => T | undefined): readonly T[] {
  return readList(field, "mappings").flatMap((item) => (readMap(item) && read(item)) ?? []);
}

/** The `name` of each mapping of a list. */
export function readNames(field: Field | undefined): readonly string[] {
  return readEach(field, (item) => readString(item.child("name")));
}

/** The properties of an object that have a value, so that absence stays absence. */
export function present<T extends object>(properties: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
