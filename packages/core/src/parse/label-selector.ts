import type { DiagnosticCode } from "../model/diagnostic.ts";
import { type LabelSelector, NOTHING, type Requirement } from "../model/selector.ts";
import {
  type CheckedBy,
  type Field,
  named,
  noteNull,
  type Place,
  readList,
  readMap,
  readString,
  readStringMap,
} from "./field.ts";
import { isLabelValue, isQualifiedName, LABEL_KEY_FORM, LABEL_VALUE_FORM } from "./names.ts";
import { nearest } from "./spelling.ts";

export const OPERATORS = ["In", "NotIn", "Exists", "DoesNotExist"] as const;

/**
 * A label selector. The API server refuses one that makes no sense; where it knows no more than a `schema`, it stores such a one, and that matches
 * nothing. Absent is not the same as empty, so that is the caller's to tell apart.
 * Source: apimachinery metav1/validation; docs/semantics.md SEL-5, V-4 to V-10.
 */
export function readSelector(field: Field, checkedBy: CheckedBy = "server"): LabelSelector {
  const selector = readMap(field, ["matchLabels", "matchExpressions"]);
  if (!selector) return { requirements: [] };
  noteNull(selector, "matchLabels", "the selector matches everything", "write `{}` if that is meant");
  const faults: Fault[] = [];
  const labels = readMatchLabels(selector, faults);
  const expressions = readList(selector.child("matchExpressions"), "mappings").flatMap((item) =>
    readExpression(item, faults),
  );
  for (const { code, at, message, fix } of faults) field.problems.refuse(checkedBy, code, at, message, fix);
  return faults.length > 0 ? NOTHING : { requirements: [...labels, ...expressions] };
}

/** Something in a selector that means nothing. */
interface Fault {
  readonly code: DiagnosticCode;
  readonly at: Place;
  readonly message: string;
  readonly fix?: string;
}

function readMatchLabels(selector: Field, faults: Fault[]): Requirement[] {
  const field = selector.child("matchLabels");
  return [...readStringMap(field)].map(([key, value]) => {
    if (field && !isQualifiedName(key))
      faults.push(faultAt(field, key, `\`${key.slice(0, 100)}\` is not a valid label key`, LABEL_KEY_FORM));
    if (field && !isLabelValue(value))
      faults.push(faultAt(field, key, `\`${value.slice(0, 100)}\` is not a valid label value`, LABEL_VALUE_FORM));
    return { key, operator: "In", values: [value] };
  });
}

/** Points at the entry but names the map, as the API server does. */
function faultAt(map: Field, key: string, message: string, fix: string): Fault {
  return { code: "field-invalid", at: named(map.keyPlace(key), map.path), message, fix };
}

function readExpression(field: Field, faults: Fault[]): Requirement[] {
  const expression = readMap(field, ["key", "operator", "values"]);
  if (!expression) return [];
  const key = readKey(expression, faults);
  const operator = readOperator(expression, faults);
  const values = readValues(expression, operator, faults);
  return operator ? [{ key, operator, values }] : [];
}

const NO_KEY = "the expression has no `key`";
const NAME_A_KEY = "name the label it asks about";
const NO_OPERATOR = "the expression has no `operator`";

function readKey(expression: Field, faults: Fault[]): string {
  const field = expression.child("key");
  const key = readString(field) ?? "";
  // No schema lets a missing one through.
  if (!field) expression.problems.reject("field-invalid", expression.keyPlace("key"), NO_KEY, NAME_A_KEY);
  else if (!isQualifiedName(key))
    faults.push({
      code: "field-invalid",
      at: field,
      message: key === "" ? NO_KEY : `\`${key.slice(0, 100)}\` is not a valid label key`,
      fix: key === "" ? NAME_A_KEY : LABEL_KEY_FORM,
    });
  return key;
}

function readOperator(expression: Field, faults: Fault[]): Requirement["operator"] | undefined {
  const field = expression.child("operator");
  const written = readString(field) ?? "";
  const operator = OPERATORS.find((known) => known === written);
  if (operator) return operator;
  const likely = nearest(written, OPERATORS);
  const fix = likely ? `write \`${likely}\`` : `use one of ${OPERATORS.join(", ")}`;
  if (!field) expression.problems.reject("field-invalid", expression.keyPlace("operator"), NO_OPERATOR, fix);
  else {
    const message = written === "" ? NO_OPERATOR : `\`${written.slice(0, 100)}\` is not an operator of label selectors`;
    faults.push({ code: "field-invalid", at: field, message, fix });
  }
  return undefined;
}

function readValues(expression: Field, operator: Requirement["operator"] | undefined, faults: Fault[]): string[] {
  const items = readList(expression.child("values"), "strings");
  const at = expression.keyPlace("values");
  if ((operator === "In" || operator === "NotIn") && items.length === 0)
    faults.push({
      code: "field-required",
      at,
      message: `\`${operator}\` needs \`values\``,
      fix: "list at least one value",
    });
  if ((operator === "Exists" || operator === "DoesNotExist") && items.length > 0) {
    const fix = "remove `values`, or use `In` or `NotIn`";
    faults.push({ code: "field-invalid", at, message: `\`${operator}\` takes no \`values\``, fix });
  }
  return items.flatMap((item) => {
    const value = readString(item);
    if (value !== undefined && !isLabelValue(value))
      faults.push({
        code: "field-invalid",
        at: item,
        message: `\`${value.slice(0, 100)}\` is not a valid label value`,
        fix: LABEL_VALUE_FORM,
      });
    return value === undefined ? [] : [value];
  });
}
