import type { Field } from "./field.ts";

/**
 * What `read` makes of a field. Replicas in a dump say the same in the same words; they share what was read of the first, places
 * included, unless there was something wrong with it, which has to be told of each.
 *
 * `words` are all that `read` depends on.
 */
export function readOnce<T extends object>(field: Field, what: string, words: string, read: () => T): T {
  const { problems } = field;
  const { repeated } = problems.places.text;
  const key = `${what} ${words}`;
  const known = repeated.get(key);
  if (known !== undefined) return known as T;
  const faults = problems.found.length;
  const made = read();
  if (problems.found.length === faults) repeated.set(key, made);
  return made;
}
