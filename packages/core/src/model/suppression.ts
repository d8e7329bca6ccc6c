import type { Span } from "./source.ts";

/** A person's decision to live with findings of a rule, for a reason and perhaps for a time. */
export interface Suppression {
  /** `NPG101`. */
  readonly rule: string;
  /** What it is limited to; without any of them, all findings of the rule. */
  readonly namespace?: string;
  /** Id of an endpoint: `shop/Deployment/web`. */
  readonly endpoint?: string;
  /** `namespace/name`. */
  readonly policy?: string;
  readonly reason: string;
  /** The last day it holds, as `2027-01-31`; for good without one. */
  readonly until?: string;
  readonly span: Span;
}

/** Begins the key of an annotation that suppresses findings of a rule: `watertight.dev/ignore-NPG101`. */
export const IGNORE_ANNOTATION = "watertight.dev/ignore-";

/** Whether a text is a day of the calendar, as ISO 8601 writes it. */
export function isDay(text: string): boolean {
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text) ? new Date(`${text}T00:00:00Z`) : undefined;
  return day !== undefined && !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}
