/** What is known of an object's labels. */
export interface Labels {
  readonly values: ReadonlyMap<string, string>;
  /** Keys a controller will add with a value the input does not show, such as `pod-template-hash`. */
  readonly valueUnknown?: ReadonlySet<string>;
  /** True when the object itself is missing from the input, so it may carry labels nobody can see here. */
  readonly incomplete?: boolean;
}

/** One requirement of a label selector; `matchLabels` entries are written as `In` with one value. */
export interface Requirement {
  readonly key: string;
  readonly operator: "In" | "NotIn" | "Exists" | "DoesNotExist";
  readonly values: readonly string[];
}

/** All requirements must hold; without any the selector matches everything. */
export interface LabelSelector {
  readonly requirements: readonly Requirement[];
}

export const EVERYTHING: LabelSelector = { requirements: [] };

/** What a selector that makes no sense comes to. */
export const NOTHING: LabelSelector = {
  requirements: [{ key: "kubernetes.io/metadata.name", operator: "In", values: [] }],
};

/** Whether a selector holds, and whether the labels at hand settle it. `holds` is the answer for labels taken as they stand. */
export interface Match {
  readonly holds: boolean;
  /** `labels` are missing, or a `value` is: what would have to be known to be sure. */
  readonly doubt?: { readonly key: string; readonly missing: "value" | "labels" };
}

/**
 * Whether `selector` matches `labels`.
 *
 * `NotIn` and `DoesNotExist` hold for a missing key; the empty string is an ordinary value. A false requirement that is certain
 * settles the whole, whatever the others leave open.
 * Source: apimachinery labels.Requirement; docs/semantics.md SEL-1, SEL-2, SEL-3.
 */
export function matches(selector: LabelSelector, labels: Labels): Match {
  let holds = true;
  let doubt: Match["doubt"];
  for (const requirement of selector.requirements) {
    const match = meets(requirement, labels);
    if (!match.holds && !match.doubt) return { holds: false };
    holds &&= match.holds;
    doubt ??= match.doubt;
  }
  return doubt ? { holds, doubt } : { holds };
}

function meets({ key, operator, values }: Requirement, labels: Labels): Match {
  const value = labels.values.get(key);
  if (value === undefined && labels.valueUnknown?.has(key)) {
    if (operator === "Exists" || operator === "DoesNotExist") return { holds: operator === "Exists" };
    return { holds: operator === "NotIn", doubt: { key, missing: "value" } };
  }
  const holds = heldBy(value, operator, values);
  if (value === undefined && labels.incomplete) return { holds, doubt: { key, missing: "labels" } };
  return { holds };
}

function heldBy(value: string | undefined, operator: Requirement["operator"], values: readonly string[]): boolean {
  if (value === undefined) return operator === "NotIn" || operator === "DoesNotExist";
  if (operator === "Exists" || operator === "DoesNotExist") return operator === "Exists";
  return values.includes(value) === (operator === "In");
}

/** The selector in the form kubectl prints: `app=web,tier in (a,b),!legacy`; `everything` when it is empty. */
export function formatSelector(selector: LabelSelector): string {
  if (selector.requirements.length === 0) return "everything";
  return selector.requirements.map(formatRequirement).join(",");
}

function formatRequirement({ key, operator, values }: Requirement): string {
  switch (operator) {
    case "In":
      return values.length === 1 ? `${key}=${values[0]}` : `${key} in (${values.join(",")})`;
    case "NotIn":
      return values.length === 1 ? `${key}!=${values[0]}` : `${key} notin (${values.join(",")})`;
    case "Exists":
      return key;
    case "DoesNotExist":
      return `!${key}`;
  }
}
