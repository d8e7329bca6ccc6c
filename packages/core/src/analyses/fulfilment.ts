import type { Decision } from "../engine/decide.ts";
import type { Assumption, Verdict } from "../model/flow.ts";

/** Whether a decision is what somebody relies on. */
export interface Fulfilment {
  readonly holds: boolean;
  /** Where it does not hold though the verdict is the expected one: what would have to be settled for it to. Empty otherwise. */
  readonly open: readonly Assumption[];
}

/**
 * Whether a decision meets an expectation, whichever way open questions are settled.
 *
 * `deny` is a question of security: nothing of what was asked about may get through. `allow` is one of availability: all of it must,
 * from every pod or address to every one. A verdict that merely comes out right by default is not relied on.
 * Source: docs/semantics.md "Combined procedure".
 */
export function fulfilment(
  { verdict, scope, possible, certain, question, assumptions }: Decision,
  expected: Verdict,
): Fulfilment {
  const holds = expected === "deny" ? possible.isEmpty : certain.includes(question.connections);
  const isExpected = verdict === expected && (expected === "deny" || scope === "all");
  return { holds, open: holds || !isExpected ? [] : assumptions.filter(({ certainty }) => certainty !== "specified") };
}
