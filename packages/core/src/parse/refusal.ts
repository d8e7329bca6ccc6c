import type { Field } from "./field.ts";

/** Says that a field of a file of ours is absent or makes no sense, at its place or where it would be. */
export function refuse(field: Field | undefined, name: string, message: string): void {
  if (!field) return;
  const code = field.child(name) ? "field-invalid" : "field-required";
  field.problems.reject(code, field.keyPlace(name), message);
}
