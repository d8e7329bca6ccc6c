import type { Field } from "./field.ts";
import { isList, isMap, type Value, type ValueMap, valueAt } from "./tree.ts";

/** What was read last of some kind, and what it was read from. */
interface Last {
  readonly of: string;
  readonly value: Value;
  readonly made: object;
}

/** Which fields can be the same as the one before: of one `kind`, `of` the same. `differs` names members that do not matter. */
export interface Likeness {
  readonly kind: string;
  readonly of: string;
  readonly differs: ReadonlySet<string>;
}

/**
 * What `read` makes of a field. In a dump the replicas of one workload follow each other and say the same; they share what was
 * read of the first, places included, unless there was something wrong with it, which has to be told of each.
 */
export function readOnce<T extends object>(field: Field, { kind, of, differs }: Likeness, read: () => T): T {
  const { problems, value } = field;
  const { last } = problems.places.text;
  const before = last.get(kind) as Last | undefined;
  if (before?.of === of && isSame(before.value, value, differs)) return before.made as T;
  const faults = problems.found.length;
  const made = read();
  if (problems.found.length === faults) last.set(kind, { of, value, made } satisfies Last);
  else last.delete(kind);
  return made;
}

const NONE: ReadonlySet<string> = new Set();

function isSame(a: Value, b: Value, except: ReadonlySet<string>): boolean {
  if (isList(a)) return isList(b) && a.length === b.length && a.every((item, i) => isSame(item, b[i] as Value, NONE));
  if (isMap(a)) return isMap(b) && hasSame(a, b, except) && hasNoMore(b, a, except);
  return typeof a === "string" && typeof b === "string" ? isSameText(a, b) : a === b;
}

function hasSame(a: ValueMap, b: ValueMap, except: ReadonlySet<string>): boolean {
  for (const key in a) {
    if (except.has(key)) continue;
    const other = valueAt(b, key);
    if (other === undefined || !isSame(a[key] as Value, other, NONE)) return false;
  }
  return true;
}

function hasNoMore(a: ValueMap, b: ValueMap, except: ReadonlySet<string>): boolean {
  for (const key in a) if (!Object.hasOwn(b, key) && !except.has(key)) return false;
  return true;
}

/** The API server gives each pod a volume of this name and five random letters. */
const TOKEN_VOLUME = "kube-api-access-";

/** Of a bare `y`, which is remarked upon, equal strings do not tell. */
function isSameText(a: string, b: string): boolean {
  if (a === b) return a.length !== 1 || !/[yn]/i.test(a);
  return a.startsWith(TOKEN_VOLUME) && b.startsWith(TOKEN_VOLUME);
}
