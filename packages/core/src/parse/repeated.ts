import type { Field } from "./field.ts";

/**
 * What `read` makes of a field. Replicas in a dump say the same in the same words; they share what was read of the first, places
 * included, unless there was something wrong with it, which has to be told of each.
 *
 * Fields share within one source, with those `of` the same and by the same `words`, which have to be all that `read` depends on.
 */
export function readOnce<T extends object>(field: Field, of: string, words: string, read: () => T): T {
  const { problems } = field;
  const { repeated } = problems.places.text;
  const known = repeated.get(of) ?? new Map<string, object>();
  if (known.size === 0) repeated.set(of, known);
  const same = known.get(words);
  if (same !== undefined) return same as T;
  const faults = problems.found.length;
  const made = read();
  if (problems.found.length === faults) known.set(words, made);
  return made;
}
