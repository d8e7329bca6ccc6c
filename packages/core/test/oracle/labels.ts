import type { LabelSelector, Labels, Requirement } from "../../src/model/selector.ts";
import type { World } from "./worlds.ts";

/** A key without a value; no label value can be spelled like it. */
const MISSING = "(missing)";
/** A value that no selector asks for. */
const OTHER = "(other)";

/**
 * SEL-1: every requirement holds; without any, everything matches.
 *
 * `owner` names the object the labels belong to and `asked` the values that selectors of the cluster ask for by key: what an unknown
 * value may be.
 */
export function selects(
  selector: LabelSelector,
  labels: Labels,
  owner: string,
  asked: ReadonlyMap<string, readonly string[]>,
  world: World,
): boolean {
  for (const requirement of selector.requirements) {
    const value = valueAt(requirement.key, labels, owner, asked, world);
    if (!holds(requirement, value)) return false;
  }
  return true;
}

function valueAt(
  key: string,
  labels: Labels,
  owner: string,
  asked: ReadonlyMap<string, readonly string[]>,
  world: World,
): string {
  const value = labels.values.get(key);
  if (value !== undefined) return value;

  // WL-4: present, with a value the input does not show.
  if (labels.valueUnknown?.has(key)) {
    return world({ id: `label ${key} of ${owner}`, kind: "unknown", answers: [OTHER, ...(asked.get(key) ?? [])] });
  }
  // IN-3: an object that is missing from the input may carry any label, and is taken to carry none.
  if (labels.incomplete) {
    const answers = [MISSING, OTHER, ...(asked.get(key) ?? [])];
    return world({ id: `label ${key} of ${owner}`, kind: "unknown", answers });
  }
  return MISSING;
}

/** SEL-2, SEL-3, SEL-4. */
function holds(requirement: Requirement, value: string): boolean {
  switch (requirement.operator) {
    case "In":
      return value !== MISSING && requirement.values.includes(value);
    case "NotIn":
      return value === MISSING || !requirement.values.includes(value);
    case "Exists":
      return value !== MISSING;
    case "DoesNotExist":
      return value === MISSING;
  }
}
