import type { LabelSelector, Requirement } from "../model/selector.ts";
import { type Field, named, noteNull, readList, readMap, readString, readStringMap } from "./field.ts";
import { isLabelValue, isQualifiedName } from "./names.ts";
import { nearest } from "./spelling.ts";

const OPERATORS = ["In", "NotIn", "Exists", "DoesNotExist"] as const;

/**
 * A label selector, checked as the API server checks it on create. Absent is not the same as empty, so that is the caller's to
 * tell apart.
 * Source: apimachinery metav1/validation; docs/semantics.md V-4 to V-10.
 */
export function readSelector(field: Field): LabelSelector {
  const selector = readMap(field, ["matchLabels", "matchExpressions"]);
  if (!selector) return { requirements: [] };
  noteNull(selector, "matchLabels", "the selector matches everything", "write `{}` if that is meant");
  const expressions = readList(selector.child("matchExpressions"), "mappings").flatMap(readExpression);
  return { requirements: [...readMatchLabels(selector), ...expressions] };
}

function readMatchLabels(selector: Field): Requirement[] {
  const field = selector.child("matchLabels");
  return [...readStringMap(field)].map(([key, value]) => {
    if (field && !isQualifiedName(key)) rejectAt(field, key, `\`${key.slice(0, 100)}\` is not a valid label key`);
    if (field && !isLabelValue(value)) rejectAt(field, key, `\`${value.slice(0, 100)}\` is not a valid label value`);
    return { key, operator: "In", values: [value] };
  });
}

/** Points at the entry but names the map, as the API server does. */
function rejectAt(map: Field, key: string, message: string): void {
  map.problems.reject("field-invalid", named(map.keyPlace(key), map.path), message);
}

function readExpression(field: Field): Requirement[] {
  const expression = readMap(field, ["key", "operator", "values"]);
  if (!expression) return [];
  const key = readString(expression.child("key")) ?? "";
  const operator = readOperator(expression);
  const values = readValues(expression, operator);
  if (!isQualifiedName(key)) {
    const place = expression.child("key") ?? expression.keyPlace("key");
    field.problems.reject(
      "field-invalid",
      place,
      key === "" ? "the expression has no `key`" : `\`${key.slice(0, 100)}\` is not a valid label key`,
    );
  }
  return operator ? [{ key, operator, values }] : [];
}

function readOperator(expression: Field): Requirement["operator"] | undefined {
  const written = readString(expression.child("operator")) ?? "";
  const operator = OPERATORS.find((known) => known === written);
  if (operator) return operator;
  const place = expression.child("operator") ?? expression.keyPlace("operator");
  const likely = nearest(written, OPERATORS);
  const message =
    written === ""
      ? "the expression has no `operator`"
      : `\`${written.slice(0, 100)}\` is not an operator of label selectors`;
  expression.problems.reject(
    "field-invalid",
    place,
    message,
    likely ? `write \`${likely}\`` : `use one of ${OPERATORS.join(", ")}`,
  );
  return undefined;
}

function readValues(expression: Field, operator: Requirement["operator"] | undefined): string[] {
  const items = readList(expression.child("values"), "strings");
  const place = expression.keyPlace("values");
  if ((operator === "In" || operator === "NotIn") && items.length === 0) {
    expression.problems.reject("field-required", place, `\`${operator}\` needs \`values\``, "list at least one value");
  }
  if ((operator === "Exists" || operator === "DoesNotExist") && items.length > 0) {
    expression.problems.reject(
      "field-invalid",
      place,
      `\`${operator}\` takes no \`values\``,
      "remove `values`, or use `In` or `NotIn`",
    );
  }
  return items.flatMap((item) => {
    const value = readString(item);
    if (value !== undefined && !isLabelValue(value))
      item.reject("field-invalid", `\`${value.slice(0, 100)}\` is not a valid label value`);
    return value === undefined ? [] : [value];
  });
}
