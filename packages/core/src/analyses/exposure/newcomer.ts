import type { LabelSelector, Requirement } from "../../model/selector.ts";

/** The fewest labels with which something matches a selector, by key; `undefined` where nothing can. */
export function labelsFor({ requirements }: LabelSelector): ReadonlyMap<string, string> | undefined {
  const keys = [...new Set(requirements.map(({ key }) => key))].sort();
  const labels = new Map<string, string>();
  for (const key of keys) {
    const value = valueFor(requirements.filter((one) => one.key === key));
    if (value === "impossible") return undefined;
    if (value !== "absent") labels.set(key, value.is);
  }
  return labels;
}

/** A value that all requirements on one key allow; none where doing without one will do. */
function valueFor(requirements: readonly Requirement[]): { readonly is: string } | "absent" | "impossible" {
  const has = (operator: Requirement["operator"]) => requirements.filter((one) => one.operator === operator);
  const allowed = has("In").map(({ values }) => values);
  const isNeeded = allowed.length > 0 || has("Exists").length > 0;
  if (!isNeeded) return "absent";
  if (has("DoesNotExist").length > 0) return "impossible";
  const refused = new Set(has("NotIn").flatMap(({ values }) => values));
  const [first = fresh(refused), ...others] = allowed;
  const fitting = first.filter((value) => !refused.has(value) && others.every((values) => values.includes(value)));
  const [is] = [...fitting].sort();
  return is === undefined ? "impossible" : { is };
}

/** A value that is none of these. */
function fresh(refused: ReadonlySet<string>): readonly string[] {
  for (let i = 0; ; i++) {
    const value = i === 0 ? "any" : `any-${i}`;
    if (!refused.has(value)) return [value];
  }
}
